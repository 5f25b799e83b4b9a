"""The course of a quarter or a year: its months, or its quarters, side by side, with 同比 and 环比 (DOMAIN.md 7.1).

All as they stood at the review's own T, so that counts of the steps add up to the review's. A step's bases are looked
at with the same delay as the step, as every base is (``comparing``). Two statements a look: only what is printed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from grid.models import Unit
from mediation.reviews import periods
from mediation.reviews.figures import disputes, incidents
from mediation.reviews.figures.comparing import BASES, base_look, comparison
from mediation.reviews.figures.looking import Look
from mediation.reviews.figures.places import look_at
from mediation.reviews.figures.tallies import Breakdown, Tallies
from mediation.reviews.indicators import REGISTER, Terms
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import Period

STEPS = {Kind.QUARTERLY: Kind.MONTHLY, Kind.ANNUAL: Kind.QUARTERLY}
"""What a cadence is made of."""

MEASURES = (
    "reported_valid",
    "closure_rate",
    "disputes_accepted",
    "resolution_rate_accepted",
    "mediation_success_rate",
)
"""What is shown step by step; all of the two cohorts counted here."""


def course_of(unit: Unit, period: Period, as_of: datetime) -> list[dict[str, Any]]:
    """Return the steps of a period that had begun by T, each with its figures and both comparisons; none of others."""
    return [_step(unit, step, as_of) for step in steps(period) if step.start < as_of]


def steps(period: Period) -> Iterator[Period]:
    """Yield what a period is made of, in order."""
    kind = STEPS.get(period.kind)
    if kind is None:
        return
    step = periods.containing(kind, period.start_on)
    while step.start < period.end:
        yield step
        step = periods.following(step)


def _step(unit: Unit, step: Period, as_of: datetime) -> dict[str, Any]:
    terms = _counted(look_at(unit, step, as_of))
    said: dict[str, Any] = {
        "kind": step.kind.value,
        "start": str(step.start_on),
        "end": str(step.end_on),
        "measures": {id: REGISTER[id].figure(terms) for id in MEASURES},
    }
    for key in BASES:
        base = base_look(unit, step, as_of, key)
        if base.look is not None:
            base = replace(base, terms=_counted(base.look))
        said[key] = comparison(base, terms, MEASURES)
    return said


def _counted(look: Look) -> Terms:
    tallies = Tallies()
    incidents.count_cohort(look, tallies, Breakdown(), False)
    disputes.count_accepted(look, tallies)
    return tallies.total
