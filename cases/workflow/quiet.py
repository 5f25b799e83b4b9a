"""Which grids said something on a day: that something happened, that nothing did (零报告), or nothing at all (未报)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.deadlines import day_of, end_of
from cases.models import Incident, NilReport
from cases.workflow.nil import DESKS
from grid.models import Unit
from grid.scope import LEVELS, Held, Role, standing_of

REPORTERS = frozenset({Role.GRID_WORKER, *DESKS})
"""Who looks at this: for the grids they cover, or the places their desks stand at."""

MOST = 200
"""More grids than that are counted by the places they lie in."""

VOID = (Incident.Status.INVALID, Incident.Status.DUPLICATE)


class Answer(StrEnum):
    """What a grid said of a day; silence is never nothing (DOMAIN.md 7.4 no. 14)."""

    REPORTED = "reported"
    NIL = "nil"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The word for it."""
        return str(_WORDS[self])


_WORDS = {Answer.REPORTED: _("已上报"), Answer.NIL: _("零报告"), Answer.MISSING: _("未报")}


@dataclass(frozen=True)
class Quiet:
    """One grid and what it said."""

    grid: Unit
    answer: Answer


@dataclass(frozen=True)
class Tally:
    """How many grids of a place said what."""

    place: Unit
    reported: int
    nil: int
    missing: int


@dataclass(frozen=True)
class Told:
    """What was said at a place of a day: grid by grid, or by the places right below where there are many grids."""

    numbers: dict[Answer, int]
    answers: list[Quiet]
    """Those who said nothing first; empty where there are many."""
    tallies: list[Tally]


def own_places(user: Any) -> list[Unit]:
    """The grids a grid worker covers, and the places a desk stands at."""
    held = [post for post in standing_of(user).posts if post.role in REPORTERS]
    return list(Unit.objects.filter(pk__in={_covered(post) for post in held}).order_by("path"))


def _covered(post: Held) -> int:
    return post.unit_id if post.role == Role.GRID_WORKER else post.place_id


def place_within(places: list[Unit], key: int) -> Unit | None:
    """Return the place of that key at or below one of ``places``; None for any other, and for what is no place."""
    unit = Unit.objects.filter(pk=key).first()
    if unit is None or not unit.is_place or not any(unit.path.startswith(place.path) for place in places):
        return None
    return unit


def days_told_of(at: datetime) -> tuple[date, date]:
    """Today and yesterday: of other days nothing can be said any more."""
    day = day_of(at)
    return day, day - timedelta(days=1)


def told_at(place: Unit, on: date) -> Told:
    """What the grids of a place said of a day, and how many said what. Call it in a scope that sees the place."""
    answers = answers_of(place, on)
    children = [] if len(answers) <= MOST else list(_below(place))
    return Told(
        {answer: sum(row.answer == answer for row in answers) for answer in Answer},
        [] if children else sorted(answers, key=lambda row: row.answer != Answer.MISSING),
        tallies_of(answers, children),
    )


def _below(place: Unit) -> Any:
    deeper = list(LEVELS)[list(LEVELS).index(place.level) + 1]
    children = Unit.objects.filter(parent=place, kind=Unit.Kind.DIVISION, level=deeper)
    return children.filter(valid_to__isnull=True).order_by("code")


def grids_of(place: Unit, on: date) -> list[Unit]:
    """The grids that stood at a place on a day, or the grid itself."""
    stood = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    found = Unit.objects.filter(stood, kind=Unit.Kind.GRID, **{LEVELS[place.level]: place.pk})
    return list(found.order_by("code", "pk").only("code", "name", *LEVELS.values()))


def answers_of(place: Unit, on: date) -> list[Quiet]:
    """What each grid of a place said of a day. Call it in a scope that sees the place."""
    where = {LEVELS[place.level]: place.pk}
    told = Incident.objects.filter(
        **where, grid_id__isnull=False, reported_at__gt=end_of(on - timedelta(days=1)), reported_at__lte=end_of(on)
    ).exclude(status__in=VOID)
    reported = set(told.values_list("grid_id", flat=True))
    nil = set(NilReport.objects.filter(**where, on=on).values_list("unit_id", flat=True))
    return [
        Quiet(grid, Answer.REPORTED if grid.pk in reported else Answer.NIL if grid.pk in nil else Answer.MISSING)
        for grid in grids_of(place, on)
    ]


def own_answers(user: Any, on: date) -> list[Quiet]:
    """What a grid worker's own grids said of a day, for the one tap on the first page."""
    own = {held.unit_id for held in standing_of(user).posts if held.role == Role.GRID_WORKER}
    grids = Unit.objects.filter(pk__in=own, kind=Unit.Kind.GRID).order_by("code") if own else ()
    return [row for grid in grids for row in answers_of(grid, on)]


def tallies_of(answers: list[Quiet], children: list[Unit]) -> list[Tally]:
    """Count answers by the places right below, those where somebody is silent first."""
    found = []
    for child in children:
        mine = [row.answer for row in answers if getattr(row.grid, LEVELS[child.level]) == child.pk]
        if mine:
            found.append(Tally(child, *(mine.count(answer) for answer in Answer)))
    return sorted(found, key=lambda tally: -tally.missing)
