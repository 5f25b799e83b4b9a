"""Sessions: planned, held with a record, cancelled."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms import attempt
from cases.views.moves import gone
from grid.forms import sent
from mediation.forms import HeldForm, SessionForm
from mediation.models import Session
from mediation.views.doors import case_or_404, check_open, form_page, fresh, page_of
from mediation.workflow import MEDIATION_MOVES, cancel_session, hold_session, schedule_session


@require_http_methods(["GET", "POST"])
def session_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a session; the first one begins mediation."""
    case = case_or_404(request, pk)
    check_open(request, case, "schedule_session")
    tomorrow = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    venue = Session.objects.filter(case=case).order_by("-pk").values_list("venue", flat=True).first()
    first = {**fresh(), "planned_for": tomorrow, "venue": venue or (case.committee.name if case.committee else "")}
    if case.violence_flag:
        first["form"] = Session.Form.SEPARATE
    form = SessionForm(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: schedule_session(case=case, by=request.user, at=timezone.now(), **given)):
            messages.success(request, _("调解已安排。"))
            return gone(request, page_of(pk, "sessions"))
    return form_page(request, case, form, MEDIATION_MOVES["schedule_session"].label, "sessions")


def _session_or_404(request: HttpRequest, pk: int, session_pk: int) -> Session:
    session: Session = get_object_or_404(Session.objects.visible_to(request.user).filter(case_id=pk), pk=session_pk)
    return session


@require_http_methods(["GET", "POST"])
def session_hold(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    """Record a session that took place."""
    case = case_or_404(request, pk)
    session = _session_or_404(request, pk, session_pk)
    check_open(request, case, "hold_session")
    first: dict[str, Any] = {
        "began_at": timezone.localtime(session.planned_for),
        "attended": [party.pk for party in case.parties.all()],
    }
    form = HeldForm(case, sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: hold_session(session=session, by=request.user, at=timezone.now(), **given)):
            messages.success(request, _("调解记录已保存。"))
            return gone(request, page_of(pk, "sessions"))
    return form_page(request, case, form, MEDIATION_MOVES["hold_session"].label, "sessions")


@require_POST
def session_cancel(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    """Cancel a planned session."""
    case = case_or_404(request, pk)
    session = _session_or_404(request, pk, session_pk)
    check_open(request, case, "cancel_session")
    cancel_session(session=session, by=request.user, at=timezone.now())
    messages.success(request, _("已取消该次调解。"))
    return redirect(page_of(pk, "sessions"))
