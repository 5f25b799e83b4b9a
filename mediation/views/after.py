"""After the agreement: visits and judicial confirmation."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms import attempt
from cases.views.moves import gone
from grid.forms import sent
from mediation.forms import CourtForm, DocketForm, RulingForm, VisitForm
from mediation.views.doors import case_or_404, check_open, form_page, fresh, page_of
from mediation.workflow import (
    MEDIATION_MOVES,
    advise_confirmation,
    apply_for_confirmation,
    confirmation_warning,
    record_court_acceptance,
    record_court_decision,
    record_visit,
)


def _one_form(
    request: HttpRequest, pk: int, verb: str, form_class: Any, act: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    """Show and handle the form of a verb whose inputs are the form's own."""
    case = case_or_404(request, pk)
    check_open(request, case, verb)
    form = form_class(sent(request), initial=fresh())
    if request.method == "POST" and form.is_valid():
        given = {"at": timezone.now(), **form.cleaned_data}
        made = attempt(form, lambda: act(case=case, by=request.user, **given))
        if made is not None:
            messages.success(request, done)
            return gone(request, page_of(pk, "after"))
    return form_page(request, case, form, MEDIATION_MOVES[verb].label, "after", **more)


@require_http_methods(["GET", "POST"])
def visit_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a visit to one party."""
    case = case_or_404(request, pk)
    check_open(request, case, "record_visit")
    form = VisitForm(case, sent(request), initial=fresh())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: record_visit(case=case, by=request.user, **given)):
            messages.success(request, _("回访已登记。"))
            return gone(request, page_of(pk, "after"))
    return form_page(request, case, form, MEDIATION_MOVES["record_visit"].label, "after")


@require_POST
def confirmation_advise(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the parties were told of judicial confirmation."""
    case = case_or_404(request, pk)
    check_open(request, case, "advise_confirmation")
    advise_confirmation(case=case, by=request.user, at=timezone.now())
    messages.success(request, _("已记录：告知当事人可以申请司法确认。"))
    return redirect(page_of(pk, "after"))


@require_http_methods(["GET", "POST"])
def confirmation_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the joint application."""
    warning = confirmation_warning(case_or_404(request, pk))
    done = _("司法确认申请已登记。")
    return _one_form(request, pk, "apply_for_confirmation", CourtForm, apply_for_confirmation, done, warning=warning)


@require_http_methods(["GET", "POST"])
def confirmation_docket(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the court took it on."""
    done = _("法院受理已登记。")
    return _one_form(request, pk, "record_court_acceptance", DocketForm, record_court_acceptance, done)


@require_http_methods(["GET", "POST"])
def confirmation_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the ruling."""
    done = _("司法确认结果已登记。")
    return _one_form(request, pk, "record_court_decision", RulingForm, record_court_decision, done)
