"""The register of committees, mediators and studios: read by all desks, kept by the centre's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms import FIND, attempt
from grid.forms import sent, typed
from grid.keyset import keyset_page
from grid.scope import ROSTER, standing_of, today
from grid.views.gate import open_to, seeing
from mediation.models import Committee, Mediator, Studio
from mediation.roster_forms import (
    AppointForm,
    CommitteeForm,
    DayForm,
    EmploymentForm,
    StudioForm,
)
from mediation.workflow import (
    appoint_mediator,
    change_employment,
    close_studio,
    composition_warnings,
    dissolve_committee,
    end_mediator,
    found_committee,
    open_studio,
    renew_term,
)
from mediation.workflow.roster import KEEPERS


def _keeps(request: HttpRequest) -> bool:
    return bool(standing_of(request.user).roles & set(KEEPERS))


def committee_list_context(request: HttpRequest) -> dict[str, Any]:
    """Committees in force with their members in office and what the law finds missing."""
    rows = Committee.objects.visible_to(request.user).filter(dissolved_on__isnull=True)
    kind, name = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if kind in Committee.Kind.values:
        rows = rows.filter(kind=kind)
    if name:
        rows = rows.filter(unit__name__icontains=name)
    in_office = Mediator.objects.filter(ended_on__isnull=True).select_related("user")
    rows = rows.select_related("unit__parent").prefetch_related(Prefetch("mediators", queryset=in_office))
    page = keyset_page(rows, request.GET, ("pk",), size=40)
    day = today()
    return {
        "page": page,
        "lines": [(committee, committee.mediators.all(), composition_warnings(committee, day)) for committee in page],
        "kinds": Committee.Kind.choices,
        "kind": kind,
        "q": name,
        "keeps": _keeps(request),
        "section": "committees",
    }


@require_safe
@seeing(ROSTER)
def committee_list(request: HttpRequest) -> HttpResponse:
    """Show the committees."""
    return render(request, "mediation/committee_list_page.html", committee_list_context(request))


@require_safe
@seeing(ROSTER)
def committee_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one committee with its people."""
    rows = Committee.objects.visible_to(request.user).select_related("unit__parent").prefetch_related("mediators")
    committee = get_object_or_404(rows, pk=pk)
    people = committee.mediators.select_related("user", "studio").order_by("ended_on", "seat", "user__name")
    context = {
        "committee": committee,
        "people": [person for person in people if person.ended_on is None],
        "former": [person for person in people if person.ended_on is not None],
        "warnings": composition_warnings(committee, today()),
        "keeps": _keeps(request) and committee.dissolved_on is None,
    }
    return render(request, "mediation/committee_page.html", context)


def mediator_list_context(request: HttpRequest) -> dict[str, Any]:
    """Mediators in office, by name."""
    rows = Mediator.objects.visible_to(request.user).filter(ended_on__isnull=True)
    employment, name = request.GET.get("employment", ""), request.GET.get("q", "").strip()
    if employment in Mediator.Employment.values:
        rows = rows.filter(employment=employment)
    if name:
        rows = rows.filter(Q(user__name__icontains=name) | Q(committee__unit__name__icontains=name))
    rows = rows.select_related("user", "committee__unit", "studio")
    return {
        "page": keyset_page(rows, request.GET, ("pk",), size=50),
        "employments": Mediator.Employment.choices,
        "employment": employment,
        "q": name,
        "section": "mediators",
    }


@require_safe
@seeing(ROSTER)
def mediator_list(request: HttpRequest) -> HttpResponse:
    """Show the mediators."""
    return render(request, "mediation/mediator_list_page.html", mediator_list_context(request))


@require_safe
@seeing(ROSTER)
def studio_list(request: HttpRequest) -> HttpResponse:
    """Show the named studios."""
    rows = Studio.objects.visible_to(request.user).filter(closed_on__isnull=True).select_related("unit__parent")
    context = {"page": keyset_page(rows, request.GET, ("pk",)), "keeps": _keeps(request), "section": "studios"}
    return render(request, "mediation/studio_list_page.html", context)


# -- Kept by the centre's desks -----------------------------------------------------------------------------------


def _form(request: HttpRequest, form: forms.Form, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "action": request.path}
    return render(request, "mediation/roster_form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def committee_add(request: HttpRequest) -> HttpResponse:
    """Enter a committee at a place."""
    is_sent = request.method == "POST" and FIND not in request.POST
    form = CommitteeForm(request.user, request.POST if is_sent else None, initial=typed(request.POST))
    if is_sent and form.is_valid():
        given = form.cleaned_data
        committee = attempt(form, lambda: found_committee(by=request.user, **given))
        if committee is not None:
            messages.success(request, _("调委会已登记。"))
            return redirect("mediation:committee-detail", pk=committee.pk)
    return _form(request, form, _("登记调委会"), reverse("mediation:committee-list"))


def _committee(request: HttpRequest, pk: int) -> Committee:
    committee: Committee = get_object_or_404(Committee.objects.visible_to(request.user).select_related("unit"), pk=pk)
    return committee


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def committee_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a new election."""
    committee = _committee(request, pk)
    form = DayForm(sent(request), label=_("推选日期"), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if attempt(form, lambda: renew_term(committee=committee, elected_on=day, by=request.user)):
            messages.success(request, _("已登记换届。"))
            return redirect("mediation:committee-detail", pk=pk)
    return _form(request, form, _("登记换届"), reverse("mediation:committee-detail", args=[pk]))


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def committee_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """End a committee."""
    committee = _committee(request, pk)
    form = DayForm(sent(request), label=_("撤销日期"), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if attempt(form, lambda: dissolve_committee(committee=committee, on=day, by=request.user)):
            messages.success(request, _("调委会已撤销。"))
            return redirect("mediation:committee-list")
    return _form(request, form, _("撤销调委会"), reverse("mediation:committee-detail", args=[pk]))


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def mediator_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a user into office at a committee."""
    committee = _committee(request, pk)
    form = AppointForm(sent(request), initial={"appointed_on": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: appoint_mediator(committee=committee, by=request.user, **given))
        if made is not None:
            messages.success(request, _("调解员已登记。其登录岗位由安全管理员另行提名。"))
            return redirect("mediation:committee-detail", pk=pk)
    return _form(request, form, _("登记调解员"), reverse("mediation:committee-detail", args=[pk]))


def _mediator(request: HttpRequest, pk: int) -> Mediator:
    rows = Mediator.objects.visible_to(request.user).select_related("user", "unit", "committee")
    mediator: Mediator = get_object_or_404(rows, pk=pk)
    return mediator


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def mediator_employ(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a mediator between full-time and part-time."""
    mediator = _mediator(request, pk)
    form = EmploymentForm(sent(request), initial={"on": today(), "employment": mediator.employment})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: change_employment(mediator=mediator, by=request.user, **given)):
            messages.success(request, _("任职方式已更改。"))
            return redirect("mediation:committee-detail", pk=mediator.committee_id)
    title = _("更改任职方式：%(name)s") % {"name": mediator.user.name}
    return _form(request, form, title, reverse("mediation:committee-detail", args=[mediator.committee_id]))


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def mediator_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mediator out of office."""
    mediator = _mediator(request, pk)
    form = DayForm(sent(request), label=_("离任日期"), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if attempt(form, lambda: end_mediator(mediator=mediator, on=day, by=request.user)):
            messages.success(request, _("已登记离任。"))
            return redirect("mediation:committee-detail", pk=mediator.committee_id)
    title = _("登记离任：%(name)s") % {"name": mediator.user.name}
    return _form(request, form, title, reverse("mediation:committee-detail", args=[mediator.committee_id]))


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def studio_add(request: HttpRequest) -> HttpResponse:
    """Enter a named studio at a place."""
    is_sent = request.method == "POST" and FIND not in request.POST
    form = StudioForm(request.user, request.POST if is_sent else None, initial=typed(request.POST))
    if is_sent and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: open_studio(by=request.user, **given)):
            messages.success(request, _("调解室已登记。"))
            return redirect("mediation:studio-list")
    return _form(request, form, _("登记调解室"), reverse("mediation:studio-list"))


@require_http_methods(["GET", "POST"])
@open_to(*KEEPERS)
def studio_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a studio."""
    studio = get_object_or_404(Studio.objects.visible_to(request.user).select_related("unit"), pk=pk)
    form = DayForm(sent(request), label=_("撤销日期"), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if attempt(form, lambda: close_studio(studio=studio, on=day, by=request.user)):
            messages.success(request, _("调解室已撤销。"))
            return redirect("mediation:studio-list")
    return _form(request, form, _("撤销调解室：%(name)s") % {"name": studio.name}, reverse("mediation:studio-list"))
