"""A year of reviews: every period of every kind, and what became of it.

A shortfall is seen against what was due, not against the calendar: nobody owes the review of a month in which nobody
stood there to read it (``workflow.due``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grid.models import Unit
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, Paper, Review
from mediation.reviews.periods import Period

LATE_AFTER = timedelta(days=1)
"""Built later than this after it was due, a review is late."""

ISSUED_WITHIN = {
    Kind.DAILY: timedelta(days=1),
    Kind.WEEKLY: timedelta(days=3),
    Kind.MONTHLY: timedelta(days=10),
    Kind.BIMONTHLY: timedelta(days=20),
    Kind.QUARTERLY: timedelta(days=20),
    Kind.ANNUAL: timedelta(days=60),
}
"""How long after its period a paper is still in time (ours; the sources name none)."""


class State(StrEnum):
    """What became of a period."""

    ISSUED = "issued"
    DRAFTED = "drafted"
    BUILT = "built"
    LATE = "late"
    MISSING = "missing"
    WAITING = "waiting"
    RUNNING = "running"
    AHEAD = "ahead"
    NONE = "none"


STATES: dict[State, str | Promise] = {
    State.ISSUED: _("已印发"),
    State.DRAFTED: _("起草审核中"),
    State.BUILT: _("已编成"),
    State.LATE: _("迟编"),
    State.MISSING: _("到期未编"),
    State.WAITING: _("待编"),
    State.RUNNING: _("进行中"),
    State.AHEAD: _("未到期"),
    State.NONE: _("不须编制"),
}
"""State -> what it is called; the order is that of the legend."""

SIGNS: dict[State, str] = {
    State.ISSUED: "★",
    State.DRAFTED: "✎",
    State.BUILT: "✓",
    State.LATE: "✓",
    State.MISSING: "!",
    State.WAITING: "…",
    State.RUNNING: "…",
    State.AHEAD: "",
    State.NONE: "–",
}


@dataclass(frozen=True)
class Slot:
    """One period of one place."""

    period: Period
    state: State
    review: Review | None
    is_slow: bool = False
    """Whether its paper went out after its time, or is still being written when that is over."""

    @property
    def label(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def sign(self) -> str:
        """The state as a sign, for where only a square stands."""
        return SIGNS[self.state]

    @property
    def title(self) -> str:
        """The period's name in the reader's language."""
        return periods.label(self.period, get_language() or "")

    @property
    def short(self) -> str:
        """The period's number within the year, or the day within the month."""
        day = self.period.start_on
        return {
            Kind.DAILY: str(day.day),
            Kind.WEEKLY: str(day.isocalendar().week),
            Kind.MONTHLY: str(day.month),
            Kind.BIMONTHLY: f"{day.month}–{self.period.last_on.month}",
            Kind.QUARTERLY: f"Q{day.month // 3 + 1}",
            Kind.ANNUAL: str(day.year),
        }[self.period.kind]


@dataclass(frozen=True)
class Row:
    """A year of one kind at one place."""

    unit: Unit
    kind: Kind
    slots: list[Slot]

    def count(self, *states: State) -> int:
        """How many periods are in one of the states."""
        return sum(slot.state in states for slot in self.slots)

    @property
    def built(self) -> int:
        """How many there are."""
        return self.count(State.ISSUED, State.DRAFTED, State.BUILT, State.LATE)

    @property
    def issued(self) -> int:
        """How many went out."""
        return self.count(State.ISSUED)

    @property
    def due(self) -> int:
        """How many there should be by now."""
        return self.built + self.missing

    @property
    def missing(self) -> int:
        """How many of these there are not."""
        return self.count(State.MISSING)

    @property
    def late(self) -> int:
        """How many were built too late."""
        return self.count(State.LATE)

    @property
    def slow(self) -> int:
        """How many papers went out too late, or are not out though taken up."""
        return sum(slot.is_slow for slot in self.slots)

    @property
    def months(self) -> list[tuple[int, list[Slot]]]:
        """The slots by month, for days."""
        found: dict[int, list[Slot]] = {}
        for slot in self.slots:
            found.setdefault(slot.period.start_on.month, []).append(slot)
        return list(found.items())


def periods_of(kind: Kind, year: int) -> Iterator[Period]:
    """Yield the periods of a year; a week belongs to its ISO year."""
    first = date(year, 1, 4) if kind is Kind.WEEKLY else date(year, 1, 1)
    period = periods.containing(kind, first)
    while (period.start_on.isocalendar().year if kind is Kind.WEEKLY else period.start_on.year) == year:
        yield period
        period = periods.following(period)


def rows_of(user: Any, units: Iterable[Unit], kinds: Iterable[Kind], year: int, at: datetime) -> list[Row]:
    """Return a year of each kind at each place, as far as the user may see; three statements however many they are."""
    units, kinds = list(units), list(kinds)
    known = _stored(user, units, kinds, year)
    return [
        Row(unit, kind, [_slot((unit.pk, kind, period.start), period, known, at) for period in periods_of(kind, year)])
        for unit in units
        for kind in kinds
    ]


Key = tuple[int, str, datetime]


@dataclass(frozen=True)
class _Stored:
    """What is stored of a year."""

    built: Mapping[Key, Review]
    """The newest version."""
    due: Mapping[Key, DueReview]
    papers: Mapping[int, str]
    """How far the papers of reviews are, by review."""
    issued: Mapping[Key, datetime]
    """When the first paper went out: a correction comes later and is not late."""


def _stored(user: Any, units: list[Unit], kinds: list[Kind], year: int) -> _Stored:
    span = {
        "unit__in": units,
        "kind__in": kinds,
        # A week of the year can begin in the one before.
        "start__gte": periods.midnight(date(year - 1, 12, 25)),
        "start__lt": periods.midnight(date(year + 1, 1, 1)),
    }
    reviews = Review.objects.visible_to(user).filter(**span).defer("figures", "snapshot").order_by("version")
    due = DueReview.objects.visible_to(user).filter(**span)
    papers = Paper.objects.visible_to(user).filter(unit__in=units, kind__in=kinds).exclude(status=Paper.Status.BUILT)
    rows = list(
        papers.order_by("-issued_at").values_list("review", "status", "unit", "kind", "review__start", "issued_at")
    )
    return _Stored(
        {(review.unit_id, review.kind, review.start): review for review in reviews},
        {(row.unit_id, row.kind, row.start): row for row in due},
        {review: status for review, status, *_rest in rows},
        {(unit, kind, start): issued_at for *_rest, unit, kind, start, issued_at in rows if issued_at is not None},
    )


def _slot(key: Key, period: Period, known: _Stored, at: datetime) -> Slot:
    review, due = known.built.get(key), known.due.get(key)
    paper = known.papers.get(review.pk, "") if review else ""
    out_by = known.issued.get(key, at)
    is_slow = bool(paper) and out_by >= period.end + ISSUED_WITHIN[period.kind]
    return Slot(period, state_of(period, review, due, at, paper), review, is_slow)


def state_of(period: Period, review: Review | None, due: DueReview | None, at: datetime, paper: str = "") -> State:
    """Say what became of a period; a paper goes before the review it was made of.

    Only what was due can be late: what is built on command is built when asked for.
    """
    if paper:
        return State.ISSUED if paper in Paper.OUT else State.DRAFTED
    if review is not None:
        is_late = due is not None and review.version == 1 and review.built_at > due.due_at + LATE_AFTER
        return State.LATE if is_late else State.BUILT
    if period.end > at:
        return State.RUNNING if period.start <= at else State.AHEAD
    if due is not None:
        return State.MISSING
    return State.WAITING if period.due_at > at else State.NONE


def this_year(at: datetime) -> int:
    """The year it is in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).year
