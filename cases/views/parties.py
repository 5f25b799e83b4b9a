"""Parties of an incident, and one look at a sealed field of any party (DOMAIN.md PV-03, PV-04)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.forms import PartyForm, RevealForm, attempt
from cases.models import Incident, Party
from cases.moves import NotAllowed
from cases.parties import may_add_party, may_reveal
from cases.views.moves import gone
from cases.workflow import PartyData, add_party, reveal_field


def party_data(given: dict[str, Any]) -> dict[str, Any]:
    """The verb's arguments from a valid PartyForm."""
    return {
        "side": given["side"],
        "kind": given["kind"],
        "data": PartyData(given["name"], given["id_number"], given["phone"], given["address"]),
        "is_minor": given["is_minor"],
        "guardian": given.get("guardian"),
        "guardian_exception": given["guardian_exception"],
        "represents": given.get("represents"),
        "notice_given": given["notice_given"],
    }


@require_http_methods(["GET", "POST"])
def incident_party_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party to an incident."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    if not may_add_party(incident, request.user):
        raise NotAllowed(_("您的岗位不能登记本件的当事人。"))
    form = PartyForm(incident, request.POST or None, initial={"side": request.GET.get("side", "applicant")})
    back = reverse("cases:incident-detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = party_data(form.cleaned_data)
        if attempt(form, lambda: add_party(record=incident, by=request.user, at=timezone.now(), **given)):
            messages.success(request, _("当事人已登记，身份信息已加密保存。"))
            return gone(request, back)
    context = {"form": form, "record": incident, "back": back}
    return render(request, "cases/party_page.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def party_reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Ask for a reason, log the look, show one field once; the answer is never kept by the browser."""
    rows = Party.objects.visible_to(request.user).select_related("incident", "case")
    party = get_object_or_404(rows, pk=pk)
    if field not in Party.SEALED:
        raise Http404
    record = party.incident or party.case
    if not may_reveal(record, request.user):
        raise NotAllowed(_("您的岗位不能查看当事人的完整信息。"))
    form = RevealForm(request.POST or None, initial={"field": field})
    shown = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        shown = attempt(
            form, lambda: reveal_field(party=party, field=field, reason=reason, by=request.user, at=timezone.now())
        )
    context = {
        "form": form,
        "party": party,
        "label": _field_label(field),
        "shown": shown,
        "action": reverse("cases:party-reveal", args=[pk, field]),
        "back": _page_of(party),
    }
    template = "cases/_reveal.html" if getattr(request, "htmx", False) else "cases/reveal_page.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _field_label(field: str) -> str:
    return {"name": _("姓名"), "phone": _("联系电话"), "id_number": _("证件号码"), "address": _("住址")}[field]


def _page_of(party: Party) -> str:
    if party.incident_id:
        return reverse("cases:incident-detail", args=[party.incident_id])
    return reverse("mediation:case-detail", args=[party.case_id])
