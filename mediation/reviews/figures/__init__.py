"""Figures of a review: ``compute(unit, period, as_of=...)`` over the timelines, exactly as LEDGER.md section 4 says.

They are the same whenever they are computed, but for facts recorded late; so a review stores what it computed, with
the snapshot it saw (``mediation.reviews.models``), and ``behind`` lists the records behind any stored figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grid.models import Unit
from grid.scope import SHANGHAI
from mediation.reviews.figures.comparing import comparisons
from mediation.reviews.figures.counting import count
from mediation.reviews.figures.course import course_of
from mediation.reviews.figures.places import DIRECT, NoFigures, child_level, children_of, look_at
from mediation.reviews.indicators import REGISTER, Terms, figures_of, shares
from mediation.reviews.periods import Period

__all__ = ["DIRECT", "Figures", "NoFigures", "compute"]

BREAKDOWNS = (
    "reported_valid_by_category",
    "reported_valid_by_source",
    "disputes_found_by_category",
    "disputes_found_by_source",
)
"""Counts by code beside the measures."""


@dataclass(frozen=True)
class Figures:
    """What was counted of a unit in a period, as it stood at ``as_of`` (T)."""

    unit: Unit
    period: Period
    as_of: datetime
    terms: Terms
    children: Mapping[str, Terms]
    """Code of each place below, or ``direct`` -> its terms."""
    breakdowns: Mapping[str, Mapping[str, int]]
    stated: list[dict[str, Any]]
    """What others stated of these places (population, suits), with source and year."""
    compared: Mapping[str, Any]
    course: list[dict[str, Any]]
    """Of a quarter or a year: its months or quarters, with their comparisons."""

    def as_json(self) -> dict[str, Any]:
        """Return the review object of LEDGER.md section 4, without its version."""
        return {
            "unit": self.unit.code,
            "kind": self.period.kind.value,
            "start": str(self.period.start_on),
            "end": str(self.period.end_on),
            "as_of": self.as_of.astimezone(SHANGHAI).isoformat(),
            "measures": figures_of(self.terms),
            f"by_{child_level(self.unit).value}": {code: figures_of(terms) for code, terms in self.children.items()},
            **{name: dict(self.breakdowns[name]) for name in BREAKDOWNS},
            "shares": {name: shares(self.breakdowns[name]) for name in BREAKDOWNS},
            "stated": self.stated,
            "comparisons": dict(self.compared),
            **({"course": self.course} if self.course else {}),
        }


def compute(unit: Unit, period: Period, *, as_of: datetime, compare: bool = True) -> Figures:
    """Compute the figures of ``unit`` (a city, county or township) for ``period`` as they stood at ``as_of``.

    ``as_of`` may lie anywhere after the period's start, in the past too; before the period's end it clips the period.
    Call it in a scope that sees the unit and in one transaction; at REPEATABLE READ all its statements see one state.
    Raises NoFigures when ``as_of`` is at or before the start, or the unit has no reviews.
    """
    look = look_at(unit, period, as_of)
    counted = count(look)
    tallies = counted.tallies
    below = children_of(unit, look, {pk for pk in tallies.by_child if pk is not None})
    children: dict[str, Terms] = {child.code: tallies.merged(*child.ids) for child in below}
    if any(tallies.direct.values()):
        children[DIRECT] = tallies.direct
    return Figures(
        unit=unit,
        period=period,
        as_of=as_of,
        terms=tallies.total,
        children=children,
        breakdowns={
            f"{name}_by_{column}": breakdown.of(column)
            for name, breakdown in (
                ("reported_valid", counted.reported_valid_by),
                ("disputes_found", counted.disputes_found_by),
            )
            for column in ("category", "source")
        },
        stated=counted.stated,
        compared=comparisons(unit, period, as_of, tallies.total) if compare else {},
        course=course_of(unit, period, as_of) if compare else [],
    )


def in_order(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored review object in the order it is read in; the database keeps keys in an order of its own."""
    ordered = dict(figures)
    ordered["measures"] = _registered(figures["measures"])
    for key, value in figures.items():
        if key.startswith("by_"):
            codes = sorted(value, key=lambda code: (code == DIRECT, code))
            ordered[key] = {code: _registered(value[code]) for code in codes}
        elif key in BREAKDOWNS:
            ordered[key] = dict(sorted(value.items()))
        elif key == "shares":
            ordered[key] = {name: dict(sorted(value[name].items())) for name in BREAKDOWNS if name in value}
        elif key == "comparisons":
            ordered[key] = {
                name: {**said, "measures": _registered(said["measures"])} if "measures" in said else said
                for name, said in value.items()
            }
    head = ("unit", "kind", "start", "end", "as_of", "version", "measures")
    return {key: ordered[key] for key in (*head, *(key for key in ordered if key not in head)) if key in ordered}


def _registered(measures: Mapping[str, Any]) -> dict[str, Any]:
    known = [name for name in REGISTER if name in measures]
    # A measure that has left the register since still stands in the reviews that counted it.
    return {name: measures[name] for name in (*known, *sorted(set(measures) - set(known)))}
