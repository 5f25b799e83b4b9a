"""The reading room: which reviews there are of a place, and which are missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from grid.keyset import keyset_page
from grid.models import Unit
from grid.scope import REVIEWS, Reach, outermost, standing_of
from grid.views.gate import seeing
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
    """One period on a shelf: its newest review, or that it is missing."""

    title: str
    start: datetime
    review: Review | None
    due: DueReview | None = None


@dataclass(frozen=True)
class Shelf:
    """The latest periods of one kind."""

    kind: Kind
    entries: list[Entry]
    missing: int


def room_context(request: HttpRequest) -> dict[str, Any]:
    """One place: a shelf for each kind, or all reviews of one kind."""
    own = own_units(request.user)
    unit = _chosen(request, own)
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {"own": own, "unit": unit, "kinds": Kind, "kind": kind if kind in Kind.values else ""}
    if unit is None:
        return context
    context |= {"way": _way(unit, own), "below": _below(unit)}
    if context["kind"]:
        return context | {"kind_label": Kind(kind).label, **_all_of(request, unit, kind)}
    return context | {"shelves": [_shelf(request.user, unit, kind) for kind in Kind]}


def own_units(user: Any) -> list[Unit]:
    """The places whose reviews the user reads: those of the posts, none inside another."""
    posts = outermost(standing_of(user).reaching(REVIEWS, Reach.SUBTREE))
    return list(
        Unit.objects.filter(pk__in=[post.place_id for post in posts], level__in=list(CHILDREN)).order_by("path")
    )


def may_choose(unit: Unit, own: list[Unit]) -> bool:
    """Whether the place has reviews at all, and is one of the user's or below one."""
    is_place = unit.kind == Unit.Kind.DIVISION and unit.level in CHILDREN
    return is_place and any(unit.path.startswith(place.path) for place in own)


def _chosen(request: HttpRequest, own: list[Unit]) -> Unit | None:
    """The place asked for; the first of one's own unless said. Raises Http404 for one that is not the user's."""
    asked = request.GET.get("unit", "")
    if not asked:
        return own[0] if own else None
    unit = Unit.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if unit is None or not may_choose(unit, own):
        raise Http404
    return unit


def _way(unit: Unit, own: list[Unit]) -> list[Unit]:
    """The places from one's own down to the chosen one."""
    above = Unit.objects.filter(pk__in=[pk for pk in unit.levels.values() if pk is not None])
    return [place for place in above.order_by("path") if may_choose(place, own)]


def _below(unit: Unit) -> list[Unit]:
    children = Unit.objects.filter(
        parent=unit, kind=Unit.Kind.DIVISION, level__in=list(CHILDREN), valid_to__isnull=True
    )
    return list(children.filter(is_statistical_only=False).order_by("code"))


def reviews_of(user: Any, unit: Unit) -> Any:
    """What the user may see of a place's reviews, without the figures."""
    return Review.objects.visible_to(user).filter(unit=unit).defer("figures", "snapshot")


def _shelf(user: Any, unit: Unit, kind: Kind) -> Shelf:
    found: dict[datetime, Entry] = {}
    for review in reviews_of(user, unit).filter(kind=kind).order_by("-start", "-version")[:READ_AT_ONCE]:
        found.setdefault(review.start, Entry(_title(kind, review.start), review.start, review))
    due = missing_at(timezone.now()).visible_to(user).filter(unit=unit, kind=kind)
    for missing in due.order_by("-start")[:ON_SHELF]:
        found.setdefault(missing.start, Entry(_title(kind, missing.start), missing.start, None, missing))
    entries = sorted(found.values(), key=lambda entry: entry.start, reverse=True)
    return Shelf(kind, entries[:ON_SHELF], due.count())


def _all_of(request: HttpRequest, unit: Unit, kind: str) -> dict[str, Any]:
    found = reviews_of(request.user, unit).filter(kind=kind)
    page = keyset_page(found, request.GET, ("-start", "-pk"))
    return {
        "page": page,
        "entries": [Entry(_title(Kind(kind), review.start), review.start, review) for review in page],
        "missing": [
            Entry(_title(Kind(kind), due.start), due.start, None, due)
            for due in missing_at(timezone.now()).visible_to(request.user).filter(unit=unit, kind=kind)[:READ_AT_ONCE]
        ],
    }


def _title(kind: Kind, start: datetime) -> str:
    return periods.label(periods.starting(kind, start), get_language() or "")


@require_safe
@seeing(REVIEWS)
def review_list(request: HttpRequest) -> HttpResponse:
    """Show the reading room."""
    return render(request, "reviews/review_list_page.html", room_context(request))
