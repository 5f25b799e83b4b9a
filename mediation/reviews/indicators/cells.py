"""Cells of tables: shares that add up to 100.0; small ones hidden or merged (DOMAIN.md 7.3 占比, 7.4 no. 15, PV-06)."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from mediation.reviews.indicators.measure import Measure, Shape

SMALL = 3
"""People-based cells below this are hidden in any table that leaves the unit."""

HIDDEN = "*"
"""What stands for a hidden cell: not ``<3``, for some are hidden only because others could be computed from them."""

MERGED = "*"
"""How the code of categories told together ends: ``03*`` those of class 03 that stand in no row of their own."""

CLASS_DIGITS = 2


def shares(parts: Mapping[str, int], places: int = 1) -> dict[str, str]:
    """Return each part's share of the whole in percent, which together are exactly 100 (largest remainder).

    Everything is rounded down first, and what is left goes to the largest remainders; among equal ones to the larger
    part, then to the one named first. Parts of nothing are all 0.
    """
    units = 100 * 10**places
    whole = sum(parts.values())
    if not whole:
        return {name: str(Decimal(0).scaleb(-places)) for name in parts}
    floors = {name: number * units // whole for name, number in parts.items()}
    order = {name: index for index, name in enumerate(parts)}
    by_remainder = sorted(parts, key=lambda name: (-(parts[name] * units % whole), -parts[name], order[name]))
    for name in by_remainder[: units - sum(floors.values())]:
        floors[name] += 1
    return {name: str(Decimal(number).scaleb(-places)) for name, number in floors.items()}


def is_small_cell(measure: Measure, figure: Mapping[str, Any]) -> bool:
    """Whether a stored figure must be hidden outside the unit: it would tell of one or two people.

    Of a rate also the rest counts: 9 satisfied of 10 tells of the one who was not.
    """
    if "hidden" in figure:
        return True
    if not measure.is_personal:
        return False
    if measure.shape is Shape.RATE:
        numerator, denominator = int(figure["numerator"]), int(figure["denominator"])
        return any(0 < part < SMALL for part in (numerator, denominator, denominator - numerator))
    return 0 < measure.sample(figure) < SMALL


def hide_small(measure: Measure, column: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return whose figures are hidden in a column of a measure whose total is printed (name -> stored figure).

    A single hidden cell could be computed from the total, so then the smallest of the others goes too: of those that
    count anybody, or else one that counts nobody.
    """
    hidden = {name for name, figure in column.items() if is_small_cell(measure, figure)}
    if len(hidden) == 1:
        samples = {name: measure.sample(figure) for name, figure in column.items() if name not in hidden}
        hidden |= set(sorted(samples, key=lambda name: (not samples[name], samples[name], name))[:1])
    return frozenset(hidden)


def merge_small(counts: Mapping[str, int], restricted: Collection[str]) -> dict[str, int]:
    """Return a break-down by category without a row for a restricted one that counts one or two (PV-06).

    It is told together with the smallest other category of its class, under ``03*``; where its class has no other,
    the whole class with the smallest other class, under ``*``. So all sums stay what they were, of classes too, and
    none of them gives it away. Where there is nothing to tell it with, nothing is told. Done again it changes nothing.
    """
    small = {code for code, count in counts.items() if code in restricted and 0 < count < SMALL}
    into: dict[str, str] = {}
    alone: set[str] = set()
    for head in {code[:CLASS_DIGITS] for code in small}:
        mine = {code for code in small if code.startswith(head)}
        others = [code for code in counts if code.startswith(head) and code not in mine and counts[code]]
        if others:
            into |= dict.fromkeys((*mine, min(others, key=lambda code: (counts[code], code))), head + MERGED)
        else:
            alone.add(head)
    if alone:
        classes: dict[str, int] = {}
        for code, count in counts.items():
            if code[:CLASS_DIGITS] not in alone and count:
                classes[code[:CLASS_DIGITS]] = classes.get(code[:CLASS_DIGITS], 0) + count
        if not classes:
            return {}
        alone.add(min(classes, key=lambda head: (classes[head], head)))
        into |= {code: MERGED for code in counts if code[:CLASS_DIGITS] in alone}
    told: dict[str, int] = {}
    for code, count in counts.items():
        told[into.get(code, code)] = told.get(into.get(code, code), 0) + count
    return told
