"""Browsing the tree: places and the units hung on them. Divisions are public knowledge."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from grid.coverage import coverage, uncovered
from grid.keyset import counted
from grid.models import Post, Unit
from grid.scope import Role, standing_of, today
from grid.views.gate import open_to

READERS = (
    Role.CENTRE_CLERK,
    Role.CENTRE_DISPATCHER,
    Role.CENTRE_SUPERVISOR,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
)
FOUND_AT_MOST = 50


def unit_list_context(request: HttpRequest, unit: Unit | None) -> dict[str, Any]:
    """One place with its ancestors, children, hung units and, for administrators, who holds posts there."""
    if unit is None:
        posts = standing_of(request.user).posts
        unit = get_object_or_404(Unit, pk=posts[0].place_id)
    day = today()
    standing = Unit.objects.valid_on(day)
    wanted = request.GET.get("q", "").strip()
    found = []
    if wanted:
        by_name = standing.filter(city_id=unit.city_id, name__icontains=wanted)
        found = list((by_name | standing.filter(code=wanted)).order_by("path")[:FOUND_AT_MOST])
    ancestors = Unit.objects.filter(pk__in=[int(pk) for pk in unit.path.split(".") if pk]).order_by("path")
    children = standing.filter(parent=unit).order_by("is_statistical_only", "code")
    posts_here = Post.objects.visible_to(request.user).active_on(day).filter(unit=unit).select_related("user")
    return {
        "unit": unit,
        "ancestors": [ancestor for ancestor in ancestors if ancestor.pk != unit.pk],
        "places": [child for child in children if child.is_place],
        "hung": [child for child in children if not child.is_place],
        "posts": posts_here.order_by("role", "user__name"),
        "q": wanted,
        "found": found,
        **_covered(request, unit, day),
    }


def _covered(request: HttpRequest, unit: Unit, day: date) -> dict[str, Any]:
    """Which grids of a place have no grid worker, and who covers those of a village.

    Asked of the reader's own places alone: of others they see no posts, and every grid there would look bare.
    """
    is_own = any(unit.path.startswith(held.path) for held in standing_of(request.user).posts)
    if not (is_own and unit.is_place):
        return {}
    bare = uncovered(unit, day).select_related("parent")
    is_near = unit.level in (Unit.Level.VILLAGE, Unit.Level.GRID)
    return {
        "bare": list(bare[:FOUND_AT_MOST]),
        "bare_count": counted(bare),
        "covering": coverage(unit, day) if is_near else None,
    }


@require_safe
@open_to(*READERS)
def unit_list(request: HttpRequest) -> HttpResponse:
    """Start at one's own place."""
    return render(request, "grid/unit_page.html", unit_list_context(request, None))


@require_safe
@open_to(*READERS)
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one place or unit."""
    return render(request, "grid/unit_page.html", unit_list_context(request, get_object_or_404(Unit, pk=pk)))
