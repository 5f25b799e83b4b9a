"""The reading room: which reviews there are of a place, and which are missing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grid.keyset import keyset_page
from grid.models import Unit
from grid.scope import REVIEWS, Reach, standing_of
from grid.views.asked import key_of
from grid.views.gate import seeing
from mediation.reviews.figures.places import CHILDREN
from mediation.reviews.kinds import Kind
from mediation.reviews.shelves import (
    READ_AT_ONCE,
    Entry,
    may_choose,
    missing_of,
    own_units,
    reviews_of,
    shelf,
    unit_read,
)


def room_context(request: HttpRequest) -> dict[str, Any]:
    """One place: a shelf for each kind, or all reviews of one kind."""
    context = place_context(request)
    unit, kind, user = context["unit"], request.GET.get("kind", ""), request.user
    if unit is None:
        return context
    if kind not in Kind.values:
        return context | {"shelves": [shelf(user, unit, each, timezone.now()) for each in Kind]}
    return context | {"kind": kind, "kind_label": Kind(kind).label, **_all_of(request, unit, Kind(kind))}


def place_context(request: HttpRequest) -> dict[str, Any]:
    """The place asked for, the way to it and what lies below; the first of one's own unless said.

    Raises Http404 for one that is not the user's to read.
    """
    own = own_units(request.user)
    unit = _chosen(request, own)
    context: dict[str, Any] = {"own": own, "unit": unit, "kinds": Kind, "kind": ""}
    return context if unit is None else context | {"way": _way(unit, own), "below": _below(unit)}


def _chosen(request: HttpRequest, own: list[Unit]) -> Unit | None:
    asked = request.GET.get("unit", "")
    key = key_of(asked)
    if asked and key is None:
        raise Http404
    return unit_read(own, key)


def _way(unit: Unit, own: list[Unit]) -> list[Unit]:
    """The places from one's own down to the chosen one."""
    above = Unit.objects.filter(pk__in=[pk for pk in unit.levels.values() if pk is not None])
    return [place for place in above.order_by("path") if may_choose(place, own)]


def _below(unit: Unit) -> list[Unit]:
    children = Unit.objects.filter(
        parent=unit, kind=Unit.Kind.DIVISION, level__in=list(CHILDREN), valid_to__isnull=True
    )
    return list(children.filter(is_statistical_only=False).order_by("code"))


def _all_of(request: HttpRequest, unit: Unit, kind: Kind) -> dict[str, Any]:
    page = keyset_page(reviews_of(request.user, unit).filter(kind=kind), request.GET, ("-start", "-pk"))
    missing = missing_of(request.user, unit, timezone.now()).filter(kind=kind)[:READ_AT_ONCE]
    return {
        "page": page,
        "entries": [Entry(kind, review.start, review) for review in page],
        "missing": [Entry(kind, due.start, None, due) for due in missing],
    }


@require_safe
@seeing(REVIEWS)
def review_list(request: HttpRequest) -> HttpResponse:
    """Show the reading room; who reads no place is shown what came in."""
    if not standing_of(request.user).reaching(REVIEWS, Reach.SUBTREE):
        return redirect("reviews:paper-list")
    return render(request, "reviews/review_list_page.html", room_context(request))
