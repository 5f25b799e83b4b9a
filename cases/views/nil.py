"""Saying that nothing happened (零报告), and seeing who has said nothing at all (未报)."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.moves import NotPossible
from cases.workflow import report_nothing
from cases.workflow.nil import DESKS
from cases.workflow.quiet import Answer, answers_of, tallies_of
from grid.models import Unit
from grid.scope import LEVELS, Held, Role, standing_of, today
from grid.views.asked import key_of
from grid.views.gate import open_to, user_of

REPORTERS = frozenset({Role.GRID_WORKER, *DESKS})
MOST = 200
"""More grids than that are counted by the places they lie in."""


@require_http_methods(["GET", "POST"])
@open_to(*REPORTERS)
def nil_report(request: HttpRequest) -> HttpResponse:
    """Show what each grid said of today or yesterday, and take a nil report."""
    if request.method == "POST":
        return _report(request)
    places = own_places(request.user)
    place, day = _chosen(request, places), _day(request.GET.get("day", ""))
    return render(request, "cases/nil_page.html", nil_context(request, place, day) | {"places": places})


def nil_context(request: HttpRequest, place: Unit, day: date) -> dict[str, Any]:
    """The grids of a place with what they said, or numbers by the places below where there are many."""
    answers = answers_of(place, day)
    children = [] if len(answers) <= MOST else list(_below(place))
    return {
        "place": place,
        "day": day,
        "days": [today(), today() - timedelta(days=1)],
        "answers": [] if children else sorted(answers, key=lambda row: row.answer != Answer.MISSING),
        "tallies": tallies_of(answers, children),
        "numbers": [(answer, sum(row.answer == answer for row in answers)) for answer in Answer],
    }


def own_places(user: Any) -> list[Unit]:
    """The grids a grid worker covers, and the places a desk stands at."""
    held = [post for post in standing_of(user).posts if post.role in REPORTERS]
    return list(Unit.objects.filter(pk__in={_covered(post) for post in held}).order_by("path"))


def _covered(post: Held) -> int:
    return post.unit_id if post.role == Role.GRID_WORKER else post.place_id


def _chosen(request: HttpRequest, places: list[Unit]) -> Unit:
    """The place asked for, at or below one's own. Raises Http404 for any other."""
    asked = request.GET.get("unit", "")
    if not asked:
        return places[0]
    key = key_of(asked)
    unit = None if key is None else Unit.objects.filter(pk=key).first()
    if unit is None or not unit.is_place or not any(unit.path.startswith(place.path) for place in places):
        raise Http404
    return unit


def _day(text: str) -> date:
    """Today or yesterday. Raises Http404 for any other day: of these nothing can be said any more."""
    days = {str(day): day for day in (today(), today() - timedelta(days=1))}
    if text and text not in days:
        raise Http404
    return days[text] if text else today()


def _below(place: Unit) -> Any:
    deeper = list(LEVELS)[list(LEVELS).index(place.level) + 1]
    children = Unit.objects.filter(parent=place, kind=Unit.Kind.DIVISION, level=deeper)
    return children.filter(valid_to__isnull=True).order_by("code")


def _report(request: HttpRequest) -> HttpResponse:
    asked = key_of(request.POST.get("unit", ""))
    if asked is None:
        raise NotPossible(_("零报告须以网格或区划为单位。"), "unit")
    unit = get_object_or_404(Unit.objects.all(), pk=asked)
    day = _day(request.POST.get("day", ""))
    report_nothing(unit=unit, on=day, by=user_of(request), at=timezone.now())
    messages.success(request, _("已为%(unit)s作零报告。") % {"unit": unit.name})
    if request.POST.get("back") == "home":
        return redirect("home")
    shown = key_of(request.POST.get("shown", ""))
    query = f"?day={day}" if shown is None else f"?day={day}&unit={shown}"
    return redirect(f"{reverse('cases:nil-report')}{query}")
