"""One view for every move that has a button: its form is made from the move's needs, its change is the verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from cases import picking
from cases.choices import PICKED_KINDS
from cases.forms import FIND, MoveForm, attempt
from cases.models import Incident
from cases.moves import Move, check_role, check_state
from cases.workflow import INCIDENT_MOVES, INCIDENT_VERBS
from grid.forms import typed

UNDONE_BY = {"reject_incident": "undo_void", "merge_incident": "undo_void"}
"""Verbs where a slip is likely -> the verb that takes them back."""


@dataclass(frozen=True)
class Door:
    """What the move pages must know of incidents or cases."""

    model: Any
    moves: Mapping[str, Move]
    verbs: Mapping[str, Callable[..., Any]]
    detail: str
    move: str

    def back(self, record: Any) -> str:
        """The record's own page."""
        return reverse(self.detail, kwargs={"pk": record.pk})


INCIDENT_DOOR = Door(Incident, INCIDENT_MOVES, INCIDENT_VERBS, "cases:incident-detail", "cases:incident-move")


@require_http_methods(["GET", "POST"])
def incident_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Make a move on an incident."""
    return make_move(request, INCIDENT_DOOR, pk, verb)


def make_move(request: HttpRequest, door: Door, pk: int, verb: str) -> HttpResponse:
    """Show the form of a move, search the choices of one of its inputs, or perform it.

    Raises Http404 outside one's scope or for an unknown verb, NotAllowed and NotPossible as the verb itself would.
    """
    record = get_object_or_404(door.model.objects.visible_to(request.user), pk=pk)
    move = door.moves.get(verb)
    if move is None or not move.is_live or verb not in door.verbs:
        raise Http404
    check_role(move, record, request.user)
    if request.method == "POST" and FIND not in request.POST:
        return _perform(request, door, record, move)
    check_state(move, record)
    if "pick" in request.GET:
        return pick_options(request, move, record)
    initial = typed(request.POST) if request.method == "POST" else _offered(request)
    return show(request, door, record, move, MoveForm(move, record, request.user, initial=initial))


def _offered(request: HttpRequest) -> dict[str, Any]:
    """Values a link carries, such as the incident to merge into."""
    return {name: value for name, value in request.GET.items() if name != "pick"}


def _perform(request: HttpRequest, door: Door, record: Any, move: Move) -> HttpResponse:
    form = MoveForm(move, record, request.user, request.POST)
    if form.is_valid():
        verb = door.verbs[move.verb]
        changed = attempt(form, lambda: verb(pk=record.pk, by=request.user, at=timezone.now(), **form.needs()))
        if changed is not None:
            _tell(request, door, record, move)
            return gone(request, door.back(record))
    return show(request, door, record, move, form)


def _tell(request: HttpRequest, door: Door, record: Any, move: Move) -> None:
    """Say what was done, and offer to take back what is easily a slip."""
    said = {"number": record.number, "verb": move.label}
    # What gets its number only later, such as a paper when it is issued.
    text = _("%(number)s：“%(verb)s”已记录。") % said if record.number else _("“%(verb)s”已记录。") % said
    undo = UNDONE_BY.get(move.verb)
    if undo:
        url = reverse(door.move, kwargs={"pk": record.pk, "verb": undo})
        messages.success(request, format_html('{} <a href="{}">{}</a>', text, url, _("撤销")))
    else:
        messages.success(request, text)


def gone(request: HttpRequest, url: str) -> HttpResponse:
    """Go to a page as a whole, also from a dialog."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)


def show(request: HttpRequest, door: Door, record: Any, move: Move, form: MoveForm) -> HttpResponse:
    """Render the form as a page, or as a dialog when htmx asked."""
    template = "cases/_move_form.html" if getattr(request, "htmx", False) else "cases/move_page.html"
    context = {
        "form": form,
        "move": move,
        "record": record,
        "action": reverse(door.move, kwargs={"pk": record.pk, "verb": move.verb}),
        "back": door.back(record),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def pick_options(request: HttpRequest, move: Move, record: Any) -> HttpResponse:
    """The choices of one input that fit what is being typed."""
    need = next((need for need in move.needs if need.name == request.GET["pick"]), None)
    if need is None or need.kind not in PICKED_KINDS or need.kind == "category":
        raise Http404
    chosen = request.GET.getlist(need.name)
    found = picking.options(need, record, request.user, text=request.GET.get(f"{need.name}_q", ""), chosen=chosen)
    context = {"options": found, "many": picking.is_many(need), "name": need.name, "chosen": set(chosen)}
    return render(request, "cases/_pick_options.html", context)
