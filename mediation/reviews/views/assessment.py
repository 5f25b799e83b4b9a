"""By what one's place assesses those below it: what holds, what held, and changing it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms import attempt
from cases.moves import NotAllowed
from grid.forms import sent
from grid.scope import Role, today
from grid.views.asked import place_of
from grid.views.gate import open_to, user_of
from mediation.reviews.assessment_forms import AssessmentForm, window_label
from mediation.reviews.findings.scheme import Scheme, scheme_for, scheme_of
from mediation.reviews.indicators import NOTHING, REGISTER
from mediation.reviews.models import AssessmentRule
from mediation.reviews.workflow import may_assess, set_assessment
from mediation.reviews.workflow.assessing import ASSESSORS

READERS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER, Role.CENTRE_SUPERVISOR, Role.LEADER)


@require_safe
@open_to(*READERS)
def assessment(request: HttpRequest) -> HttpResponse:
    """Show what holds for periods that begin today, and every row there is, the newest first."""
    unit = place_of(request.user, READERS)
    rows = AssessmentRule.objects.visible_to(request.user).filter(unit=unit).select_related("unit", "by")
    scheme = scheme_for(unit, today())
    context = {
        "unit": unit,
        "since": date.fromisoformat(scheme.set_by["since"]) if scheme.set_by else None,
        "weighed": list(_weighed(scheme)),
        "windows": [(window_label(name), days) for name, days in scheme.windows.items()],
        "history": [{"row": row, "weighed": list(_weighed(scheme_of(row)))} for row in rows.order_by("-since", "-pk")],
        "may_set": may_assess(unit, user_of(request)),
    }
    return render(request, "reviews/assessment_page.html", context)


@require_http_methods(["GET", "POST"])
@open_to(*ASSESSORS)
def assessment_set(request: HttpRequest) -> HttpResponse:
    """Set weights, targets and windows from a day on."""
    unit = place_of(request.user, ASSESSORS)
    if not may_assess(unit, user_of(request)):
        raise NotAllowed(_("您的岗位不能设置该区划的考核办法。"))
    form = AssessmentForm(scheme_for(unit, today()), sent(request), initial={"since": today()})
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if attempt(form, lambda: set_assessment(unit=unit, by=user_of(request), at=timezone.now(), **given)):
            messages.success(request, _("考核办法已保存，适用于执行日期起开始的各期。"))
            return redirect("reviews:assessment")
    context = {"unit": unit, "form": form}
    return render(request, "reviews/assessment_set_page.html", context, status=422 if form.errors else 200)


def _weighed(scheme: Scheme) -> Iterator[dict[str, Any]]:
    """Each measure that counts: its points, and its target if it has one."""
    for id in REGISTER:
        if id in scheme.weights:
            target = scheme.targets.get(id)
            said = NOTHING if target is None else f"{target}%"
            yield {"measure": REGISTER[id], "points": scheme.weights[id], "target": said}
