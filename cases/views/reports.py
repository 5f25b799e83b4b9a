"""The reporter's desk: one screen to report, a receipt with the number, and what became of one's reports."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import picking
from cases.forms import FIND, attempt
from cases.models import Attachment, Incident, Remark
from cases.report_form import ReportForm
from cases.views.files import attach_all
from cases.workflow import Receipt, report_incident
from grid.forms import typed
from grid.keyset import counted, keyset_page
from grid.models import Unit
from grid.scope import Role
from grid.views.gate import open_to

REPORTERS = (Role.GRID_WORKER, Role.VILLAGE_LEADER, Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER)
SUGGESTED = 5
STATES = {
    "returned": Q(status=Incident.Status.RETURNED),
    "open": Q(is_open=True) & ~Q(status=Incident.Status.RETURNED),
    "done": Q(status__in=Incident.DONE),
    "void": Q(status__in=Incident.VOID),
}


@require_http_methods(["GET", "POST"])
@open_to(*REPORTERS)
def incident_report(request: HttpRequest) -> HttpResponse:
    """Report an incident. The form carries a key, so that a second tap or a resend reports nothing twice."""
    if request.method == "POST" and FIND not in request.POST:
        form = ReportForm(request.user, request.POST, request.FILES)
        if form.is_valid():
            given = form.report()
            receipt = attempt(form, lambda: report_incident(by=request.user, at=timezone.now(), report=given))
            if receipt is not None:
                _attach_photos(request, receipt, form.cleaned_data["photos"])
                return redirect("cases:report-receipt", pk=receipt.pk)
            if form.non_field_errors():
                form.renew_key()
        return render(request, "cases/report_page.html", {"form": form}, status=422)
    initial = typed(request.POST) if request.method == "POST" else {"client_uuid": uuid.uuid4()}
    return render(request, "cases/report_page.html", {"form": ReportForm(request.user, initial=initial)})


def _attach_photos(request: HttpRequest, receipt: Receipt, photos: list[Any]) -> None:
    """Keep the photos with the report. One that cannot be kept is named; the report stands without it."""
    if receipt.is_replay or not photos:
        return
    incident = Incident.objects.visible_to(request.user).get(pk=receipt.pk)
    for text in attach_all(request, incident, photos, Attachment.Kind.PHOTO):
        messages.error(request, text)


@require_safe
@open_to(*REPORTERS)
def report_similar(request: HttpRequest) -> HttpResponse:
    """Reports one may see that may be the same matter, while one is still writing."""
    place, category = request.GET.get("place", ""), request.GET.get("category", "")
    unit = Unit.objects.divisions().filter(pk=int(place)).first() if place.isdigit() and len(place) < 18 else None
    found: list[Incident] = []
    if unit is not None and len(category) == 4:
        said = Incident(category_id=category, **unit.levels)
        said.reported_at = None  # type: ignore[assignment]
        rows = Incident.objects.visible_to(request.user).exclude(status__in=Incident.VOID)
        found = list(picking.similar_to(rows, said)[:SUGGESTED])
    return render(request, "cases/_similar.html", {"similar": found})


@require_safe
@open_to(*REPORTERS)
def report_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of what was just reported."""
    mine = Incident.objects.visible_to(request.user).filter(reporter_id=request.user.pk)
    incident = get_object_or_404(mine.select_related("category", "unit"), pk=pk)
    return render(request, "cases/receipt_page.html", {"incident": incident})


def report_list_context(request: HttpRequest) -> dict[str, Any]:
    """One's own reports: those returned for correction first, then the newest."""
    mine = Incident.objects.visible_to(request.user).filter(reporter_id=request.user.pk)
    state = request.GET.get("state", "")
    rows = mine.filter(STATES[state]) if state in STATES else mine
    returned = list(
        mine.filter(STATES["returned"]).select_related("category", "unit").order_by("last_event_at", "pk")[:20]
    )
    said = _last_words(returned)
    return {
        "state": state if state in STATES else "",
        "returned": [(incident, said.get(incident.pk, "")) for incident in returned],
        "counts": {key: counted(mine.filter(STATES[key])) for key in ("returned", "open")},
        "page": keyset_page(rows.select_related("category", "unit"), request.GET, ("-reported_at", "-pk")),
    }


def _last_words(incidents: list[Incident]) -> dict[int, str]:
    """What the centre wrote when it returned each of these reports."""
    seqs = {incident.pk: incident.last_seq for incident in incidents}
    rows = Remark.objects.filter(incident_id__in=seqs, field="remark").values_list("incident_id", "seq", "text")
    return {pk: text for pk, seq, text in rows if seqs[pk] == seq}


@require_safe
@open_to(*REPORTERS)
def report_list(request: HttpRequest) -> HttpResponse:
    """Show one's own reports."""
    return render(request, "cases/report_list_page.html", report_list_context(request))
