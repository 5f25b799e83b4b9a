"""Comparison of every measure: with last year (同比), the period before (环比), five years' mean (较前五年同期均值).

Like is compared with like: the base is counted anew as it stood at base end + (T - end), so that last year's cohort
had as long to be closed as this year's (DOMAIN.md 7.4 no. 5). A rate changes by percentage points, never by percent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from grid.models import Unit
from mediation.reviews import periods
from mediation.reviews.figures.counting import count
from mediation.reviews.figures.looking import Look
from mediation.reviews.figures.places import look_at, predecessors_of
from mediation.reviews.figures.tallies import added
from mediation.reviews.indicators import NOTHING, REGISTER, Measure, Shape, Terms, half_up, percentage
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import Period

BASES: dict[str, Callable[[Period], Period | None]] = {"yoy": periods.years_before, "pop": periods.previous}
"""Key of a comparison -> the period compared with: 同比 and 环比 (DOMAIN.md 1)."""

AVERAGE = "avg5"
"""Key of the comparison with the mean of the same period in the five years before (DOMAIN.md 7.3 vs_5y_avg)."""

YEARS = 5

AVERAGED = frozenset({Kind.MONTHLY, Kind.BIMONTHLY, Kind.QUARTERLY, Kind.ANNUAL})
"""Kinds that are compared with five years; single days and weeks differ by chance."""

STOCK = frozenset({"flow_open_start", "flow_open_end", "stock_clearance"})
"""Measures that need what was open before the period: for five years back it would cost reading all changes since."""


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
    NOT_RECORDED = "not_recorded"
    """Nothing had been recorded of the place by then: not a period of zeros but one without figures."""
    FEWER_YEARS = "fewer_years"
    """Not in each of the five years before was anything recorded of the place; ``years`` says in which."""


@dataclass(frozen=True)
class Base:
    """A period to compare with and what was counted in it, or why there is none."""

    period: Period | None
    as_of: datetime | None
    look: Look | None = None
    terms: Terms | None = None
    note: str = ""


def comparisons(unit: Unit, period: Period, as_of: datetime, terms: Terms) -> dict[str, Any]:
    """Return all comparisons of every measure, as a review stores them; call it in a scope that sees the unit."""
    merged = predecessors_of(unit, period.start_on)
    bases = {key: _base(unit, merged, period, as_of, base(period)) for key, base in BASES.items()}
    said = {key: comparison(_counted(base), terms) for key, base in bases.items()}
    if period.kind in AVERAGED:
        said[AVERAGE] = _average(unit, merged, period, as_of, terms)
    return said


def base_look(unit: Unit, period: Period, as_of: datetime, key: str) -> Base:
    """Return how the base of one comparison is looked at, or why there is none; it is not counted yet."""
    return _base(unit, predecessors_of(unit, period.start_on), period, as_of, BASES[key](period))


def change(measure: Measure, now: Terms, then: Terms, years: int = 1) -> dict[str, Any]:
    """Return the base figure and the change from it.

    Rates: ``points`` and ``trend``, a dash where either side has no denominator. All others: ``difference``,
    ``percent`` of the base (a dash over a base of 0: then the difference alone is said) and ``trend``.
    Of several ``years`` added up a number's base is the mean, a rate's is over all of them together.
    """
    current, former = measure.exact(now), measure.exact(then)
    base = measure.figure(then) if years == 1 or not _adds_up(measure) else _mean(measure, former, years)
    if current is None or former is None:
        nothing = {"points": NOTHING} if measure.shape is Shape.RATE else {"difference": NOTHING, "percent": NOTHING}
        return {"base": base, **nothing, "trend": Trend.UNKNOWN}
    if measure.shape is Shape.RATE:
        return {"base": base, "points": str(half_up(current - former)), "trend": _trend(current - former)}
    former = former / years if _adds_up(measure) else former
    whole = measure.shape is Shape.COUNT and years == 1
    difference = int(current - former) if whole else str(half_up(current - former))
    percent = percentage(current - former, former)
    return {"base": base, "difference": difference, "percent": percent, "trend": _trend(current - former)}


def _adds_up(measure: Measure) -> bool:
    return measure.shape in (Shape.COUNT, Shape.AMOUNT)


def _mean(measure: Measure, former: Decimal | None, years: int) -> dict[str, Any]:
    return {"value": str(half_up((former or Decimal(0)) / years))}


def _average(unit: Unit, merged: list[Unit], period: Period, as_of: datetime, terms: Terms) -> dict[str, Any]:
    """Compare with the mean of five years, or say in which of them anything was recorded."""
    bases = [_base(unit, merged, period, as_of, base) for base in periods.prior_years(period, YEARS)]
    known = [base for base in bases if base.look is not None]
    years = [base.period.start_on.year for base in known if base.period is not None]
    if len(known) < YEARS:
        return {"years": years, "note": Note.FEWER_YEARS}
    then = added(base.terms or {} for base in (_counted(base, stock=False) for base in known))
    compared = [measure for measure in REGISTER.values() if measure.id not in STOCK]
    return {"years": years, "measures": {measure.id: change(measure, terms, then, YEARS) for measure in compared}}


def _knows(look: Look) -> bool:
    """Whether anything had been reported or registered in the places by the end: before that there are no figures."""
    here = f"r.{look.level} = any (%(units)s)"
    sql = f"""select exists (select from cases_incident r where {here} and r.reported_at < %(end)s)
        or exists (select from cases_case r where {here} and r.registered_at < %(end)s)"""
    # All there ever was, however short the period: not with a plan made for a moment (``looking.SHORT``).
    with connection.cursor() as cursor:
        cursor.execute(sql, look.parameters)
        return bool(cursor.fetchone()[0])


def _base(unit: Unit, merged: list[Unit], period: Period, as_of: datetime, base: Period | None) -> Base:
    """Return how the base is looked at, or why it is not; it is not counted yet. ``merged`` are the predecessors."""
    if base is None:
        return Base(None, None, note=Note.NO_SUCH_PERIOD)
    base_as_of = base.end + (as_of - period.end)
    if base_as_of <= base.start:
        return Base(base, base_as_of, note=Note.TOO_EARLY)
    if all(place.valid_from > base.start_on for place in (unit, *merged)):
        return Base(base, base_as_of, note=Note.DIVISION_CHANGED)
    look = look_at(unit, base, base_as_of, *merged)
    return Base(base, base_as_of, look) if _knows(look) else Base(base, base_as_of, note=Note.NOT_RECORDED)


def _counted(base: Base, *, stock: bool = True) -> Base:
    return base if base.look is None else replace(base, terms=count(base.look, stock=stock).tallies.total)


def comparison(base: Base, terms: Terms, ids: Iterable[str] = tuple(REGISTER)) -> dict[str, Any]:
    """Return a counted base with the changes of measures from it, as reviews store it, or why there is none."""
    said: dict[str, Any] = {}
    if base.period is not None and base.as_of is not None:
        said |= {"start": str(base.period.start_on), "end": str(base.period.end_on), "as_of": base.as_of.isoformat()}
    if base.terms is None:
        return {**said, "note": base.note}
    then = base.terms
    return {**said, "measures": {id: change(REGISTER[id], terms, then) for id in ids}}


def _trend(difference: Decimal) -> str:
    if not difference:
        return Trend.FLAT
    return Trend.UP if difference > 0 else Trend.DOWN
