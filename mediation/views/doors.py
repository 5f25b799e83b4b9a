"""What all pages of one case share: finding it in one's scope, the doors of its verbs, and the way back."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.moves import check_role, check_state
from cases.views.moves import Door
from cases.workflow import CASE_MOVES, CASE_VERBS
from mediation.workflow import MEDIATION_MOVES

CASE_DOOR = Door(Case, CASE_MOVES, CASE_VERBS, "mediation:case-detail", "mediation:case-move")


def case_or_404(request: HttpRequest, pk: int) -> Case:
    """Return the case if the user may see it."""
    case: Case = get_object_or_404(
        Case.objects.visible_to(request.user).select_related("category__parent", "unit", "committee"), pk=pk
    )
    return case


def check_open(request: HttpRequest, case: Case, verb: str) -> None:
    """Refuse the form of a mediation verb that is not the user's (403), and do not show one that is not due (409).

    What is sent goes to the verb whatever the state: it knows its own repetition, and refuses the rest itself.
    """
    move = MEDIATION_MOVES[verb]
    check_role(move, case, request.user)
    if request.method != "POST":
        check_state(move, case)


def page_of(case_pk: int, tab: str = "") -> str:
    """The case's page, on one of its tabs."""
    url = reverse("mediation:case-detail", args=[case_pk])
    return f"{url}?tab={tab}" if tab else url


def fresh() -> dict[str, Any]:
    """First values of a form that makes a row: its key, and now to the minute."""
    return {"client_uuid": uuid.uuid4(), "at": timezone.localtime().replace(second=0, microsecond=0)}


def form_page(request: HttpRequest, case: Case, form: Any, title: Any, tab: str, **more: Any) -> HttpResponse:
    """Render a form about a case: as a dialog when htmx asked, else as a page."""
    is_part = bool(getattr(request, "htmx", False))
    context = {
        "form": form,
        "case": case,
        "title": title,
        "action": request.path,
        "back": page_of(case.pk, tab),
        "submit": title,
        **more,
    }
    template = "mediation/_case_form.html" if is_part else "mediation/case_form_page.html"
    return render(request, template, context, status=422 if form.errors else 200)
