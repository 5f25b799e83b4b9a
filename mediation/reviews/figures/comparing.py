"""Comparison of every measure with the same period last year (同比) and the period before (环比).

Like is compared with like: the base is counted anew as it stood at base end + (T - end), so that last year's cohort
had as long to be closed as this year's (DOMAIN.md 7.4 no. 5). A rate changes by percentage points, never by percent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from grid.models import Unit
from mediation.reviews import periods
from mediation.reviews.figures.counting import count
from mediation.reviews.figures.places import look_at, predecessors_of
from mediation.reviews.indicators import NOTHING, REGISTER, Measure, Shape, Terms, half_up, percentage, total
from mediation.reviews.periods import Period

BASES: dict[str, Callable[[Period], Period | None]] = {"yoy": periods.years_before, "pop": periods.previous}
"""Key of a comparison -> the period compared with: 同比 and 环比 (DOMAIN.md 1)."""


class Trend:
    """Which way a measure went; words are made of it (上升、下降、持平)."""

    UP, DOWN, FLAT, UNKNOWN = "up", "down", "flat", "unknown"


class Note:
    """Why there is nothing to compare with."""

    NO_SUCH_PERIOD = "no_such_period"
    """Week 53, or 29 February."""
    TOO_EARLY = "too_early"
    """Counted so early in the period that nothing of the base had happened at the equal moment."""
    DIVISION_CHANGED = "division_changed"
    """The place did not exist then, and no successor leads to it (区划调整)."""


@dataclass(frozen=True)
class Base:
    """A period to compare with and what was counted in it, or why there is none."""

    period: Period | None
    as_of: datetime | None
    terms: Terms | None
    note: str = ""


def comparisons(unit: Unit, period: Period, as_of: datetime, terms: Terms) -> dict[str, Any]:
    """Return both comparisons of every measure, as a review stores them; call it in a scope that sees the unit."""
    return {key: _comparison(base_of(unit, period, as_of, key), terms) for key in BASES}


def base_of(unit: Unit, period: Period, as_of: datetime, key: str) -> Base:
    """Count the base of one comparison."""
    base = BASES[key](period)
    if base is None:
        return Base(None, None, None, Note.NO_SUCH_PERIOD)
    base_as_of = base.end + (as_of - period.end)
    if base_as_of <= base.start:
        return Base(base, base_as_of, None, Note.TOO_EARLY)
    merged = predecessors_of(unit, period.start_on)
    if all(place.valid_from > base.start_on for place in (unit, *merged)):
        return Base(base, base_as_of, None, Note.DIVISION_CHANGED)
    look = look_at(unit, base, base_as_of, *merged)
    return Base(base, base_as_of, count(look).tallies.total)


def change(measure: Measure, now: Terms, then: Terms) -> dict[str, Any]:
    """Return the base figure and the change from it.

    Counts and amounts: ``difference``, ``percent`` of the base (a dash over a base of 0: then the difference alone is
    said) and ``trend``. Rates: ``points`` and ``trend``, a dash where either side has no denominator.
    """
    base = measure.figure(then)
    if measure.shape is Shape.RATE:
        current, former = _share(measure, now), _share(measure, then)
        if current is None or former is None:
            return {"base": base, "points": NOTHING, "trend": Trend.UNKNOWN}
        return {"base": base, "points": str(half_up(current - former)), "trend": _trend(current - former)}
    difference = measure.value(now) - measure.value(then)
    said: int | str = int(difference) if measure.shape is Shape.COUNT else str(half_up(Decimal(difference)))
    percent = percentage(difference, measure.value(then))
    return {"base": base, "difference": said, "percent": percent, "trend": _trend(Decimal(difference))}


def _comparison(base: Base, terms: Terms) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if base.period is not None and base.as_of is not None:
        said |= {"start": str(base.period.start_on), "end": str(base.period.end_on), "as_of": base.as_of.isoformat()}
    if base.terms is None:
        return {**said, "note": base.note}
    then = base.terms
    return {**said, "measures": {measure.id: change(measure, terms, then) for measure in REGISTER.values()}}


def _share(measure: Measure, terms: Terms) -> Decimal | None:
    """The exact rate in percent; rounding comes last."""
    denominator = total(measure.bottom, terms)
    return Decimal(measure.value(terms)) * 100 / Decimal(denominator) if denominator else None


def _trend(difference: Decimal) -> str:
    if not difference:
        return Trend.FLAT
    return Trend.UP if difference > 0 else Trend.DOWN
