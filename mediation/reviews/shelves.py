"""What there is to read of a place: reviews by kind, the newest version of each period, and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import get_language

from grid.models import Unit
from grid.scope import REVIEWS, Reach, ScopedQuerySet, outermost, standing_of
from mediation.reviews import periods
from mediation.reviews.figures.places import CHILDREN
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, Review
from mediation.reviews.workflow import missing_at

ON_SHELF = 6
READ_AT_ONCE = 30
"""Several versions can stand in the way of as many periods as a shelf shows."""


@dataclass(frozen=True)
class Entry:
    """One period: its newest review, or the row that says it is missing."""

    kind: Kind
    start: datetime
    review: Review | None = None
    due: DueReview | None = None

    @property
    def title(self) -> str:
        """The period's name in the reader's language."""
        return periods.label(periods.starting(self.kind, self.start), get_language() or "")


@dataclass(frozen=True)
class Shelf:
    """The latest periods of one kind."""

    kind: Kind
    entries: list[Entry]
    missing: int


def own_units(user: Any) -> list[Unit]:
    """The places whose reviews the user reads: those of the posts, none inside another."""
    posts = outermost(standing_of(user).reaching(REVIEWS, Reach.SUBTREE))
    places = Unit.objects.filter(pk__in=[post.place_id for post in posts], level__in=list(CHILDREN))
    return list(places.order_by("path"))


def may_choose(unit: Unit, own: list[Unit]) -> bool:
    """Whether the place has reviews at all, and is one of the user's or below one."""
    is_place = unit.kind == Unit.Kind.DIVISION and unit.level in CHILDREN
    return is_place and any(unit.path.startswith(place.path) for place in own)


def unit_read(own: list[Unit], pk: int | None) -> Unit | None:
    """Return the place asked for, or the first of one's own. Raises Http404 for one whose reviews one does not read."""
    if pk is None:
        return own[0] if own else None
    unit = Unit.objects.filter(pk=pk).first()
    if unit is None or not may_choose(unit, own):
        raise Http404
    return unit


def reviews_of(user: Any, unit: Unit) -> ScopedQuerySet[Review]:
    """What the user may see of a place's reviews, without the figures."""
    found: ScopedQuerySet[Review] = Review.objects.visible_to(user).filter(unit=unit).defer("figures", "snapshot")
    return found


def missing_of(user: Any, unit: Unit, at: datetime) -> ScopedQuerySet[DueReview]:
    """What of a place's reviews was due and is not built."""
    return missing_at(at).visible_to(user).filter(unit=unit)


def shelf(user: Any, unit: Unit, kind: Kind, at: datetime) -> Shelf:
    """The latest periods of a kind, built or missing, the newest first."""
    found: dict[datetime, Entry] = {}
    for review in reviews_of(user, unit).filter(kind=kind).order_by("-start", "-version")[:READ_AT_ONCE]:
        found.setdefault(review.start, Entry(kind, review.start, review))
    due = missing_of(user, unit, at).filter(kind=kind)
    for row in due.order_by("-start")[:ON_SHELF]:
        found.setdefault(row.start, Entry(kind, row.start, None, row))
    entries = sorted(found.values(), key=lambda entry: entry.start, reverse=True)
    return Shelf(kind, entries[:ON_SHELF], due.count())


def latest(user: Any, unit: Unit) -> list[Entry]:
    """The newest review of each kind of a place, the one that reaches furthest first.

    Not those built last: a house that stood still builds the oldest ones last.
    """
    newest = reviews_of(user, unit).order_by("kind", "-start", "-version").distinct("kind")
    found = sorted(newest, key=lambda review: (review.end, review.start), reverse=True)
    return [Entry(Kind(review.kind), review.start, review) for review in found]
