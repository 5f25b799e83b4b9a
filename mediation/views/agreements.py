"""Agreements, written or oral, and their performance obligation by obligation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms import attempt
from cases.models import Case
from cases.views.moves import gone
from mediation.forms import DUTIES, AgreementForm, DutyForm, PerformanceForm
from mediation.models import Obligation, Session
from mediation.views.doors import case_or_404, check_open, form_page, fresh, page_of
from mediation.workflow import MEDIATION_MOVES, record_oral_agreement, record_performance, sign_agreement

VERBS = {"sign_agreement": sign_agreement, "record_oral_agreement": record_oral_agreement}


@require_http_methods(["GET", "POST"])
def agreement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a written agreement, signed by all."""
    return _agreement(request, pk, "sign_agreement", is_written=True)


@require_http_methods(["GET", "POST"])
def agreement_oral(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an oral agreement that was performed on the spot."""
    return _agreement(request, pk, "record_oral_agreement", is_written=False)


def _agreement(request: HttpRequest, pk: int, verb: str, *, is_written: bool) -> HttpResponse:
    case = case_or_404(request, pk)
    check_open(case, verb, request.user)
    first = {**fresh(), **_from_last_session(case)}
    form = AgreementForm(case, request.POST or None, is_written=is_written, initial=first)
    duties = [
        DutyForm(
            request.POST or None,
            prefix=f"duty{index}",
            parties=case.parties.order_by("pk"),
            initial={"done": not is_written},
        )
        for index in range(DUTIES)
    ]
    if request.method == "POST" and _all_valid(form, duties):
        terms = form.terms([duty.duty() for duty in duties if duty.is_said])
        given: dict[str, Any] = {"case": case, "by": request.user, "at": form.cleaned_data["at"], "terms": terms}
        made = attempt(form, lambda: VERBS[verb](**given, client_uuid=form.cleaned_data["client_uuid"]))
        if made is not None:
            messages.success(request, _("协议%(number)s已登记。") % {"number": made.number})
            return redirect(page_of(pk, "agreement"))
    context = {
        "form": form,
        "duties": duties,
        "shown": max([1, *(index + 1 for index, duty in enumerate(duties) if duty.is_bound and duty.has_changed())]),
        "case": case,
        "title": MEDIATION_MOVES[verb].label,
        "is_written": is_written,
        "back": page_of(pk, "agreement"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "mediation/agreement_page.html", context, status=status)


def _all_valid(form: AgreementForm, duties: list[DutyForm]) -> bool:
    """Check every form, so that all that is missing is said at once."""
    return all([form.is_valid(), *[duty.is_valid() for duty in duties]])


def _from_last_session(case: Case) -> dict[str, Any]:
    """What was agreed at the table need not be typed again."""
    held = Session.objects.filter(case=case, state=Session.State.HELD).order_by("-began_at", "-pk").first()
    if held is None:
        return {"facts": case.description}
    return {"facts": case.description, "content": held.agreed_points}


@require_http_methods(["GET", "POST"])
def performance_add(request: HttpRequest, pk: int, obligation_pk: int) -> HttpResponse:
    """Record a payment or an act towards an obligation."""
    case = case_or_404(request, pk)
    rows = Obligation.objects.visible_to(request.user).filter(agreement__case_id=pk).select_related("agreement")
    obligation = get_object_or_404(rows, pk=obligation_pk)
    check_open(case, "record_performance", request.user)
    form = PerformanceForm(obligation, request.POST or None, initial=fresh())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: record_performance(obligation=obligation, by=request.user, **given))
        if made is not None:
            messages.success(request, _("履行情况已登记。"))
            return gone(request, page_of(pk, "agreement"))
    return form_page(
        request, case, form, MEDIATION_MOVES["record_performance"].label, "agreement", subtitle=obligation.text
    )
