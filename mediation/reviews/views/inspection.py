"""The inspector's desk: a day's sample, and the finding of each report in it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms import attempt
from cases.models import Incident
from cases.workflow.quiet import Answer, answers_of
from grid.forms import sent
from grid.models import Unit
from grid.scope import SHANGHAI, today
from grid.views.asked import place_of
from grid.views.gate import open_to, user_of
from mediation.reviews.findings.comparing import VERSUS
from mediation.reviews.forms import InspectionForm
from mediation.reviews.inspection_scores import standings, usual_days
from mediation.reviews.kinds import Kind
from mediation.reviews.models import InspectionItem, InspectionSample, Review
from mediation.reviews.periods import midnight
from mediation.reviews.views.found import TONES, warnings_on
from mediation.reviews.workflow import draw_sample, record_inspection
from mediation.reviews.workflow.inspecting import INSPECTORS, PASS_RATE, check_inspector, items_seen

SILENT_SHOWN = 60
"""So many grids are named; the numbers are of all."""

inspectors = open_to(*INSPECTORS)


@require_safe
@inspectors
def sample_today(request: HttpRequest) -> HttpResponse:
    """Show the sample of a day, yesterday's at first; with it what the day before left undone."""
    unit, day = _own_place(request), _day(request.GET.get("day", ""))
    sample = InspectionSample.objects.visible_to(request.user).filter(unit=unit, day=day).first()
    items = list(items_seen(sample, request.user)) if sample else []
    answers = answers_of(unit, day)
    days = usual_days()
    scored = [row | {"tone": TONES.get(row["versus"], ""), "band": _band(row)} for row in standings(unit, *days)]
    context = {
        "unit": unit,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day + timedelta(days=1) < today() else None,
        "sample": sample,
        "items": items,
        "left": sum(not item.finding for item in items),
        "review": (review := _review(request, unit, day)),
        "warned": warnings_on(review) if review else [],
        "numbers": [(answer, sum(row.answer == answer for row in answers)) for answer in Answer],
        "silent": [row.grid for row in answers if row.answer == Answer.MISSING][:SILENT_SHOWN],
        "nil": [row.grid for row in answers if row.answer == Answer.NIL][:SILENT_SHOWN],
        "scored": scored,
        "scored_days": days,
        "least": PASS_RATE.least,
        "passed": sum(item.finding == InspectionItem.Finding.PASSED for item in items),
    }
    return render(request, "reviews/inspection_page.html", context)


@require_POST
@inspectors
def sample_draw(request: HttpRequest) -> HttpResponse:
    """Draw the sample of a day."""
    unit, day = _own_place(request), _day(request.POST.get("day", ""))
    sample = draw_sample(unit=unit, day=day, by=user_of(request), at=timezone.now())
    count = sample.items.count()
    messages.success(request, _("已从当日%(all)s件上报中抽取%(count)s件。") % {"all": sample.reported, "count": count})
    return redirect(f"{reverse('inspections:sample-today')}?day={day}")


@require_http_methods(["GET", "POST"])
@inspectors
def item_inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was found of one report, and send it back if need be."""
    items = InspectionItem.objects.visible_to(request.user).select_related("sample__unit")
    item = get_object_or_404(items, pk=pk)
    incident = Incident.objects.visible_to(request.user).select_related("unit", "category").filter(pk=item.incident_id)
    shown = get_object_or_404(incident)
    check_inspector(item.sample.unit, user_of(request))
    back = f"{reverse('inspections:sample-today')}?day={item.sample.day}"
    form = InspectionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(form, lambda: record_inspection(pk=pk, by=user_of(request), at=timezone.now(), **given))
        if done is not None:
            messages.success(request, _("%(number)s的巡查结果已登记。") % {"number": shown.number})
            return redirect(back)
    context = {"item": item, "incident": shown, "form": form, "back": back}
    return render(request, "reviews/inspection_item_page.html", context, status=422 if form.errors else 200)


def _own_place(request: HttpRequest) -> Unit:
    """The division whose centre the user inspects for; the smallest, where there are several."""
    return place_of(request.user, INSPECTORS, max)


def _day(text: str) -> date:
    """The day asked for; yesterday without one. Raises Http404 for what is no past day."""
    if not text:
        yesterday: date = timezone.now().astimezone(SHANGHAI).date() - timedelta(days=1)
        return yesterday
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day >= today():
        raise Http404
    return day


def _band(row: dict[str, Any]) -> str:
    """How a unit compares with all of them; empty where too little was inspected."""
    return str(VERSUS.get(row["versus"], ""))


def _review(request: HttpRequest, unit: Unit, day: date) -> Review | None:
    """The newest version of the day's own review, which is built in the morning after."""
    seen = Review.objects.visible_to(request.user).filter(unit=unit, kind=Kind.DAILY, start=midnight(day))
    review: Review | None = seen.order_by("-version").first()
    return review
