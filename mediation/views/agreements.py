"""Agreements, written or oral, and their performance obligation by obligation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.deadlines import day_of
from cases.forms import attempt
from cases.models import Case
from cases.views.moves import gone
from grid.forms import refused, sent
from mediation.forms import DUTIES, AgreementForm, DutyForm, PerformanceForm
from mediation.models import Agreement, Obligation, Session
from mediation.views.doors import case_or_404, check_open, form_page, fresh, page_of
from mediation.workflow import MEDIATION_MOVES, record_oral_agreement, record_performance, sign_agreement
from mediation.workflow.terms import gaps

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
    check_open(request, case, verb)
    first = {**fresh(), **_from_last_session(case)}
    form = AgreementForm(case, sent(request), is_written=is_written, initial=first)
    duties = [
        DutyForm(
            sent(request),
            prefix=f"duty{index}",
            parties=case.parties.order_by("pk"),
            initial={"done": not is_written},
        )
        for index in range(DUTIES)
    ]
    if request.method == "POST" and _all_valid(form, duties):
        made = _record(request, case, verb, form, duties)
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


def _record(
    request: HttpRequest, case: Case, verb: str, form: AgreementForm, duties: list[DutyForm]
) -> Agreement | None:
    """Say everything that is missing at once; when nothing is, call the verb."""
    given = form.cleaned_data
    terms = form.terms([duty.duty() for duty in duties if duty.is_said])
    kind = Case.Form.WRITTEN if form.is_written else Case.Form.ORAL
    for gap in gaps(kind, terms, {party.pk: party for party in form.parties}, day_of(given["at"])):
        refused(form, str(gap), gap.field)
    if form.errors:
        return None
    act, by, key = VERBS[verb], request.user, given["client_uuid"]
    return attempt(form, lambda: act(case=case, by=by, at=given["at"], terms=terms, client_uuid=key))


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
    check_open(request, case, "record_performance")
    form = PerformanceForm(obligation, sent(request), initial=fresh())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: record_performance(obligation=obligation, by=request.user, **given))
        if made is not None:
            messages.success(request, _("履行情况已登记。"))
            return gone(request, page_of(pk, "agreement"))
    return form_page(
        request, case, form, MEDIATION_MOVES["record_performance"].label, "agreement", subtitle=obligation.text
    )
