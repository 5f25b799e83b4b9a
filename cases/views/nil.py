"""Saying that nothing happened (零报告), and seeing who has said nothing at all (未报)."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.moves import NotPossible
from cases.workflow import report_nothing
from cases.workflow.quiet import REPORTERS, days_told_of, own_places, place_within, told_at
from grid.models import Unit
from grid.views.asked import key_of
from grid.views.gate import open_to, user_of


@require_http_methods(["GET", "POST"])
@open_to(*REPORTERS)
def nil_report(request: HttpRequest) -> HttpResponse:
    """Show what each grid said of today or yesterday, and take a nil report."""
    if request.method == "POST":
        return _report(request)
    places = own_places(request.user)
    place, day = _chosen(request, places), _day(request.GET.get("day", ""))
    told = told_at(place, day)
    context = {
        "place": place,
        "places": places,
        "day": day,
        "days": days_told_of(timezone.now()),
        "answers": told.answers,
        "tallies": told.tallies,
        "numbers": told.numbers.items(),
    }
    return render(request, "cases/nil_page.html", context)


def _chosen(request: HttpRequest, places: list[Unit]) -> Unit:
    """The place asked for, at or below one's own. Raises Http404 for any other."""
    asked = request.GET.get("unit", "")
    if not asked:
        return places[0]
    key = key_of(asked)
    unit = None if key is None else place_within(places, key)
    if unit is None:
        raise Http404
    return unit


def _day(text: str) -> date:
    """Today or yesterday. Raises Http404 for any other day: of these nothing can be said any more."""
    days = {str(day): day for day in days_told_of(timezone.now())}
    if text and text not in days:
        raise Http404
    return days[text] if text else days_told_of(timezone.now())[0]


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
