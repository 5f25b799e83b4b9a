"""Parties of incidents and cases: added, told, corrected, removed; one look at a sealed field (PV-01 to PV-08)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms import CorrectPartyForm, PartyForm, PersonForm, RemovePartyForm, RevealForm, attempt
from cases.models import Case, Incident, Party
from cases.moves import NotAllowed, acting_role, check_role, check_state
from cases.views.moves import gone
from cases.workflow import (
    CASE_MOVES,
    INCIDENT_MOVES,
    PartyData,
    add_party,
    correct_party,
    find_same_person,
    give_notice,
    may_reveal,
    remove_party,
    reveal_field,
)
from grid.forms import sent
from grid.scope import Role
from grid.views.gate import open_to


def can(verb: str, record: Incident | Case, user: Any) -> bool:
    """Whether a verb about parties or files is the user's on the record as it stands: pages show buttons by it."""
    move = (CASE_MOVES if isinstance(record, Case) else INCIDENT_MOVES)[verb]
    return record.status in move.sources and acting_role(move, record, user) is not None


def check_can(verb: str, record: Incident | Case, user: Any) -> None:
    """Refuse to show the form of a verb that is not the user's (403), or not due now (409)."""
    move = (CASE_MOVES if isinstance(record, Case) else INCIDENT_MOVES)[verb]
    check_role(move, record, user)
    check_state(move, record)


def page_of(record: Incident | Case) -> str:
    """The page of the record a party belongs to."""
    if isinstance(record, Incident):
        return reverse("cases:incident-detail", args=[record.pk])
    return reverse("mediation:case-detail", args=[record.pk]) + "?tab=parties"


def party_or_404(request: HttpRequest, pk: int) -> tuple[Party, Incident | Case]:
    """Return a party one may see, with its record."""
    party = get_object_or_404(Party.objects.visible_to(request.user).select_related("incident", "case"), pk=pk)
    record = party.incident or party.case
    assert record is not None  # The database holds exactly one.
    return party, record


def add_party_page(request: HttpRequest, record: Incident | Case) -> HttpResponse:
    """Show and handle the form that adds a party to a record."""
    check_can("add_party", record, request.user)
    form = PartyForm(record, sent(request), initial={"side": request.GET.get("side", "applicant")})
    if request.method == "POST" and form.is_valid():
        given = form.arguments()
        if attempt(form, lambda: add_party(record=record, by=request.user, at=timezone.now(), **given)):
            messages.success(request, _("当事人已登记，身份信息已加密保存。"))
            return gone(request, page_of(record))
    context = {"form": form, "record": record, "back": page_of(record)}
    return render(request, "cases/party_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def incident_party_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party to an incident."""
    return add_party_page(request, get_object_or_404(Incident.objects.visible_to(request.user), pk=pk))


@require_http_methods(["GET", "POST"])
def party_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a party's identity right; what is left empty stays as it is."""
    party, record = party_or_404(request, pk)
    check_can("correct_party", record, request.user)
    form = CorrectPartyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        data = PartyData(**form.cleaned_data)
        if attempt(form, lambda: correct_party(party=party, by=request.user, at=timezone.now(), data=data)):
            messages.success(request, _("当事人信息已更正。"))
            return gone(request, page_of(record))
    return _party_form(request, party, record, form, _("更正当事人信息"))


@require_http_methods(["GET", "POST"])
def party_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out somebody registered by mistake; their data goes with them."""
    party, record = party_or_404(request, pk)
    check_can("remove_party", record, request.user)
    form = RemovePartyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        remark = form.cleaned_data["remark"]

        def remove() -> bool:
            remove_party(party=party, by=request.user, at=timezone.now(), remark=remark)
            return True

        if attempt(form, remove):
            messages.success(request, _("当事人已移除，其信息已删除。"))
            return gone(request, page_of(record))
    return _party_form(request, party, record, form, _("移除当事人"))


def _party_form(
    request: HttpRequest, party: Party, record: Incident | Case, form: Any, title: str, shown: str | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "party": party,
        "title": title,
        "shown": shown,
        "action": request.path,
        "back": page_of(record),
    }
    template = "cases/_party_form.html" if getattr(request, "htmx", False) else "cases/party_form_page.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def party_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a party of a case was told of rights and duties."""
    party, record = party_or_404(request, pk)
    if isinstance(record, Incident):
        raise Http404
    give_notice(party=party, by=request.user, at=timezone.now())
    messages.success(request, _("已记录告知权利义务。"))
    return redirect(page_of(record))


@never_cache
@require_http_methods(["GET", "POST"])
def party_reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Ask for a reason, log the look, show one field once; the answer is never kept by the browser."""
    party, record = party_or_404(request, pk)
    if field not in Party.SEALED:
        raise Http404
    if not may_reveal(record, request.user):
        raise NotAllowed(_("您不承办本件，不能查看隐藏信息。"))
    form = RevealForm(sent(request))
    shown = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        shown = attempt(
            form, lambda: reveal_field(party=party, field=field, reason=reason, by=request.user, at=timezone.now())
        )
    return _party_form(request, party, record, form, _("查看%(label)s") % {"label": field_label(field)}, shown)


def field_label(field: str) -> str:
    """Word the name of a sealed field."""
    labels = {"name": _("姓名"), "phone": _("联系电话"), "id_number": _("证件号码"), "address": _("住址")}
    return labels.get(field, _("同一当事人核对"))


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(Role.CENTRE_DISPATCHER)
def person_check(request: HttpRequest) -> HttpResponse:
    """Whether an exact ID number is party to an open matter already, and where: no names, every hit logged."""
    form = PersonForm(sent(request))
    found = None
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["id_number"]
        found = attempt(form, lambda: find_same_person(id_number=number, by=request.user, at=timezone.now()))
    context = {"form": form, "found": found}
    return render(request, "cases/person_check_page.html", context, status=422 if form.errors else 200)
