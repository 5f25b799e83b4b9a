"""By what a place of one's own or below assesses: what holds, set by whom, what held, and changing it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from mediation.reviews.findings.scheme import Scheme, lineage, scheme_for, scheme_of
from mediation.reviews.indicators import NOTHING, REGISTER
from mediation.reviews.models import AssessmentRule
from mediation.reviews.views.room import place_context
from mediation.reviews.workflow import may_assess, set_assessment
from mediation.reviews.workflow.assessing import ASSESSORS

READERS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER, Role.CENTRE_SUPERVISOR, Role.LEADER)


@require_safe
@open_to(*READERS)
def assessment(request: HttpRequest) -> HttpResponse:
    """Show what holds for periods that begin today, and every row of the place or one above it, the newest first."""
    context = _asked(request, READERS)
    unit = context["unit"]
    known = AssessmentRule.objects.visible_to(request.user).filter(unit__in=lineage(unit))
    rows = known.select_related("unit", "by", "set_from")
    scheme = scheme_for(unit, today())
    context |= {
        "since": date.fromisoformat(scheme.set_by["since"]) if scheme.set_by else None,
        "above": scheme.set_by["name"] if scheme.set_by and scheme.set_by["unit"] != unit.pk else "",
        "weighed": list(_weighed(scheme)),
        "windows": [(window_label(name), days) for name, days in scheme.windows.items()],
        "history": [{"row": row, "weighed": list(_weighed(scheme_of(row)))} for row in rows.order_by("-since", "-pk")],
        "may_set": may_assess(unit, user_of(request)),
    }
    return render(request, "reviews/assessment_page.html", context)


@require_http_methods(["GET", "POST"])
@open_to(*ASSESSORS)
def assessment_set(request: HttpRequest) -> HttpResponse:
    """Set weights, targets and windows from a day on, for one's own place or one below it."""
    unit = _asked(request, ASSESSORS)["unit"]
    if not may_assess(unit, user_of(request)):
        raise NotAllowed(_("您的岗位不能设置该区划的考核办法。"))
    form = AssessmentForm(scheme_for(unit, today()), sent(request), initial={"since": today()})
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if attempt(form, lambda: set_assessment(unit=unit, by=user_of(request), at=timezone.now(), **given)):
            messages.success(request, _("考核办法已保存，适用于执行日期起开始的各期。"))
            return redirect(f"{reverse('reviews:assessment')}?unit={unit.pk}")
    context = {"unit": unit, "form": form}
    return render(request, "reviews/assessment_set_page.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, roles: tuple[Role, ...]) -> dict[str, Any]:
    """The place asked for and those around it, as the reading room has them; the one of one's post unless said.

    Raises Http404 for a place that is not the user's to read.
    """
    context = place_context(request)
    return context if request.GET.get("unit") else context | {"unit": place_of(request.user, roles)}


def _weighed(scheme: Scheme) -> Iterator[dict[str, Any]]:
    """Each measure that counts: its points, and its target if it has one."""
    for id in REGISTER:
        if id in scheme.weights:
            target = scheme.targets.get(id)
            said = NOTHING if target is None else f"{target}%"
            yield {"measure": REGISTER[id], "points": scheme.weights[id], "target": said}
