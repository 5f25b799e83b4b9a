"""Fair comparison of units: ranks with their uncertainty, like measured with like, and who is commended or urged.

Pure over what a review stores: no database. Rules: DOMAIN.md 7.5 (competition ranking 1, 2, 2, 4; a least denominator;
null never ranks; volume never counts), intervals and shrinkage from ``intervals``, indirect standardisation by category
as in any epidemiology textbook (observed over expected from the rates of the whole).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from mediation.reviews.findings.intervals import Band, band_of, prior_of
from mediation.reviews.indicators import NOTHING, percentage

CLOSE = "closure_rate"

LEAST = 20
"""Denominator below which a unit takes no part (DOMAIN.md 7.5)."""


@dataclass(frozen=True)
class Ranked:
    """A measure units are ranked by."""

    id: str
    higher_is_better: bool = True
    least: int = LEAST


@dataclass(frozen=True)
class Entry:
    """One unit's part in one measure. ``ratio`` is observed over expected from its mix; None where no mix is known."""

    place: str
    top: int
    bottom: int
    ratio: float | None = None


@dataclass(frozen=True)
class Position:
    """Where a unit that takes part stands."""

    compared: Fraction
    """The rate that is ranked: of like mix where that is known."""
    rank: int
    first: int
    last: int
    """Between which places the unit lies for certain: equal ends are a rank one can defend."""
    band: Band


@dataclass(frozen=True)
class Standing:
    """One unit in one measure; without a position it takes no part."""

    entry: Entry
    versus: str
    """``above`` or ``below`` the whole, the better way up, or ``unclear``; ``too_few`` and ``null`` take no part."""
    position: Position | None = None


def stand(measure: Ranked, entries: Sequence[Entry]) -> list[Standing]:
    """Return where each unit stands, the best first; units without a rank come last, in the order given."""
    part = [entry for entry in entries if entry.bottom >= measure.least]
    fit = {entry.place: (_top(entry, entries), entry.bottom) for entry in part}
    rates = {place: Fraction(top).limit_denominator(10**9) / bottom for place, (top, bottom) in fit.items()}
    prior = prior_of([(round(top), bottom) for top, bottom in fit.values()])
    bands = {place: band_of(round(top), bottom, prior) for place, (top, bottom) in fit.items()} if prior else {}
    better = _better(measure)
    found = []
    for entry in entries:
        if entry.place not in bands:
            found.append(Standing(entry, "too_few" if entry.bottom else "null"))
            continue
        rate, band = rates[entry.place], bands[entry.place]
        others = [other for place, other in bands.items() if place != entry.place]
        position = Position(
            rate,
            1 + sum(_beats(measure, other, rate) for other in rates.values()),
            1 + sum(better(other, band) for other in others),
            len(rates) - sum(better(band, other) for other in others),
            band,
        )
        found.append(Standing(entry, _versus(measure, band, entries), position))
    return sorted(found, key=lambda one: one.position.rank if one.position else len(found) + 1)


def _top(entry: Entry, entries: Sequence[Entry]) -> float:
    """How many of its records the unit would have succeeded with, had it the mix of the whole."""
    total = sum(one.bottom for one in entries)
    if entry.ratio is None or not total:
        return entry.top
    whole = sum(one.top for one in entries) / total
    return min(float(entry.bottom), entry.ratio * whole * entry.bottom)


def _better(measure: Ranked) -> Callable[[Band, Band], bool]:
    if measure.higher_is_better:
        return lambda one, other: one.is_above(other)
    return lambda one, other: other.is_above(one)


def _beats(measure: Ranked, one: Fraction, other: Fraction) -> bool:
    return one > other if measure.higher_is_better else one < other


def _versus(measure: Ranked, band: Band, entries: Sequence[Entry]) -> str:
    whole = sum(one.top for one in entries) / sum(one.bottom for one in entries)
    if band.low > whole:
        return "above" if measure.higher_is_better else "below"
    if band.high < whole:
        return "below" if measure.higher_is_better else "above"
    return "unclear"


def expected_ratio(mine: Mapping[str, tuple[int, int]], whole: Mapping[str, tuple[int, int]]) -> float | None:
    """Return observed over expected: category -> numerator and denominator, of the unit and of all units together."""
    expected = sum(bottom * whole[code][0] / whole[code][1] for code, (_top, bottom) in mine.items() if bottom)
    observed = sum(top for top, _bottom in mine.values())
    return observed / expected if expected > 0 else None


def row_of(one: Standing) -> dict[str, Any]:
    """Return a standing as a review stores it, words apart."""
    entry, position = one.entry, one.position
    row: dict[str, Any] = {
        "unit": entry.place,
        "numerator": entry.top,
        "denominator": entry.bottom,
        "value": percentage(entry.top, entry.bottom),
        "versus": one.versus,
    }
    if position is None:
        return row | dict.fromkeys(("standardised", "shrunken", "low", "high"), NOTHING) | {"is_apart": False}
    return row | {
        "standardised": NOTHING if entry.ratio is None else _percent(float(position.compared)),
        "shrunken": _percent(position.band.rate),
        "low": _percent(position.band.low),
        "high": _percent(position.band.high),
        "position": position.rank,
        "position_from": position.first,
        "position_to": position.last,
        "is_apart": position.first == position.last,
    }


def _percent(rate: float) -> str:
    return f"{rate * 100:.2f}%"


# -- The composite ----------------------------------------------------------------------------------------------------

WEIGHTS = {
    CLOSE: 15,
    "on_time_closure_rate": 20,
    "resolution_rate_found": 20,
    "performance_rate": 15,
    "satisfaction_rate": 15,
    "valid_report_rate": 10,
    "staffing_compliance": 5,
}
"""DOMAIN.md 7.5. What a level has not, such as the staffing of villages, is null there: its weight is shared out."""

TARGETS = 1.0
"""What earns the whole weight where a place has set no target of its own: everything."""

ENOUGH = 0.5
"""Share of the weight in play below which a unit has no score: what it has little of says nothing of its work."""

LISTED = 3
APART = 1.0
"""Points from the median below which nobody is commended or urged."""


def composite(
    tables: Mapping[str, Sequence[Standing]],
    weights: Mapping[str, int] = WEIGHTS,
    targets: Mapping[str, float] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Return the weighted score of each unit, 0 to 100, the best first; units without any measure are left out.

    ``targets`` are shares of one; reaching it earns the whole weight.
    The weight of a measure in which a unit takes no part is shared out among its others, and that is said. Of the
    measures in which any unit takes part it must have half the weight, or it stands last, without score and rank.
    """
    scores: list[dict[str, Any]] = []
    in_play = sum(weights.get(name, 0) for name, table in tables.items() if any(one.position for one in table))
    places = sorted({one.entry.place for table in tables.values() for one in table})
    for place in places:
        mine = {
            name: (one, one.position)
            for name, table in tables.items()
            for one in table
            if name in weights and one.entry.place == place and one.position is not None
        }
        weight = sum(weights[name] for name in mine)
        if not weight:
            continue
        points = {
            name: weights[name] * min(1.0, float(position.compared) / targets.get(name, TARGETS))
            for name, (_one, position) in mine.items()
        }
        earned = sum(points.values())
        scores.append(
            {
                "unit": place,
                "score": f"{earned / weight * 100:.1f}" if weight >= ENOUGH * in_play else NOTHING,
                "measures": sorted(mine),
                "points": {name: f"{points[name]:.1f}" for name in sorted(mine)},
                "left_out": sorted(set(weights) - set(mine)),
                "above": sorted(name for name, (one, _position) in mine.items() if one.versus == "above"),
                "below": sorted(name for name, (one, _position) in mine.items() if one.versus == "below"),
            }
        )
    scored = sorted(_scored(scores), key=lambda row: (-float(row["score"]), row["unit"]))
    for row in scored:
        row["rank"] = 1 + sum(float(other["score"]) > float(row["score"]) for other in scored)
    return scored + [row | {"rank": None} for row in scores if row["score"] == NOTHING]


def _scored(scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in scores if row["score"] != NOTHING]


def commended_and_urged(scores: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the places to be commended and to be urged: at most three each, none by chance alone.

    Commended: more than a point above the median, surely above the whole in some measure and surely below in none.
    Urged: the other way round. So where nobody can be told apart, nobody is named.
    """
    scored = _scored(scores)
    if not scored:
        return [], []
    ordered = sorted(float(row["score"]) for row in scored)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    good = [row for row in scored if float(row["score"]) > median + APART and row["above"] and not row["below"]]
    bad = [row for row in scored if float(row["score"]) < median - APART and row["below"] and not row["above"]]
    return [row["unit"] for row in good[:LISTED]], [row["unit"] for row in reversed(bad[-LISTED:])]
