"""Surge mode (平战结合): asked for, approved, reported on day by day, given tasks in, ended and summed up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.codes import categories
from cases.forms import MoveForm, attempt
from cases.moves import Move, allowed_moves, check_role, check_state
from cases.words import named
from grid.forms import sent
from grid.keyset import keyset_page
from grid.models import Unit
from grid.scope import REVIEWS, local_day, standing_of
from grid.views.asked import key_of, place_of
from grid.views.gate import open_to, seeing, user_of
from mediation.reviews.hiding import stands_over
from mediation.reviews.models import Surge, SurgeEvent, SurgeTask, SurgeUnit
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.outline import Outline
from mediation.reviews.surge_forms import DutyForm, ExtensionForm, SurgeForm, TaskForm
from mediation.reviews.surge_papers import ENDINGS, closing_paper, day_papers, serve_closing, serve_product
from mediation.reviews.texts.surge import number
from mediation.reviews.views.paper import blocks_of
from mediation.reviews.workflow import (
    SURGE_MOVES,
    SURGE_VERBS,
    gaps_of,
    propose_surge,
    roster_of,
    units_on_duty,
)
from mediation.reviews.workflow.surge_days import due_today
from mediation.reviews.workflow.surge_moves import STAFF
from mediation.reviews.workflow.surges import STEPS, commands, is_reported

APART = ("finish_task", "set_duty")
"""Moves whose buttons stand beside what they are about."""

DECIDING = ("approve_extension", "decline_extension")
"""Moves whose form shows what was asked for."""

CLOSING = "closing"
"""Names the closing report where otherwise a day stands."""

staff = open_to(*STAFF)


@require_safe
@seeing(REVIEWS)
def surge_list(request: HttpRequest) -> HttpResponse:
    """Show the activations of one's places and those in which one's unit has to report, the newest first."""
    rows = Surge.objects.visible_to(request.user).select_related("unit")
    page = keyset_page(rows, request.GET, ("-starts_on", "-pk"))
    may_ask = not standing_of(request.user).roles.isdisjoint(STAFF)
    return render(request, "reviews/surge_list_page.html", {"page": page, "may_ask": may_ask})


@require_http_methods(["GET", "POST"])
@staff
def surge_propose(request: HttpRequest) -> HttpResponse:
    """Ask for an activation at one's own place."""
    place = place_of(request.user, STAFF)
    form = SurgeForm(place, sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        surge = attempt(form, lambda: propose_surge(unit=place, by=user_of(request), at=timezone.now(), **given))
        if surge is not None:
            messages.success(request, _("“%(verb)s”已记录。") % {"verb": SURGE_MOVES["propose_surge"].label})
            return redirect("reviews:surge-detail", pk=surge.pk)
    context = {"form": form, "unit": place, "move": SURGE_MOVES["propose_surge"]}
    return render(request, "reviews/surge_propose_page.html", context, status=422 if form.errors else 200)


def surge_or_404(request: HttpRequest, pk: int) -> Surge:
    """The activation within the user's places, or in which their unit reports; outside it is absent."""
    surge: Surge = get_object_or_404(
        Surge.objects.visible_to(request.user)
        .select_related("unit", "proposed_by", "asked_by")
        .prefetch_related("units"),
        pk=pk,
    )
    return surge


@require_safe
def surge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how an activation stands: today's reports, tasks, the papers of a day or of the whole, the timeline."""
    surge, now = surge_or_404(request, pk), timezone.now()
    is_command = stands_over(request.user, surge.unit)
    days = list(surge.days.order_by("-day").values_list("day", flat=True))
    moves = allowed_moves(surge, request.user, SURGE_MOVES)
    chosen = _chosen(request, surge, days, is_command=is_command)
    known = categories()
    context = {
        "surge": surge,
        "number": number(surge),
        "categories": [named(known[code]) for code in surge.categories if code in known],
        "hours": [(step.label, surge.step_hours[step]) for step in STEPS if step in surge.step_hours],
        "moves": [move for move in moves if move.verb not in APART and not _is_too_late(surge, move, now)],
        "reports": list(_reports(request, surge, now)),
        "closes_at": due_today(surge, now),
        "is_reporting": _is_reporting(surge, now),
        **_duty(request, surge, moves, now),
        "tasks": list(_tasks(request, surge, moves, now)),
        "days": days,
        "chosen": chosen,
        "is_command": is_command,
        "endings": list(ENDINGS),
        "papers": [
            {"name": name, "outline": outline, "blocks": list(blocks_of(outline))}
            for name, outline in _papers(surge, chosen, is_command=is_command).items()
        ],
        "events": list(_events(surge)),
    }
    return render(request, "reviews/surge_page.html", context)


def _is_reporting(surge: Surge, now: datetime) -> bool:
    day = local_day(now)
    return surge.status == Surge.Status.ACTIVE and surge.starts_on <= day <= surge.ends_on and is_reported(surge, day)


def _is_too_late(surge: Surge, move: Move, now: datetime) -> bool:
    return move.verb == "report_day" and now >= due_today(surge, now)


def _reports(request: HttpRequest, surge: Surge, now: datetime) -> Iterator[dict[str, Any]]:
    """Per unit, as far as one may see them, what it reported today; no report is 未报 and never nothing."""
    made = {row.of_unit_id: row for row in surge.reports.filter(day=local_day(now))}
    units = SurgeUnit.objects.visible_to(request.user).filter(surge=surge).select_related("of_unit")
    for row in units.order_by("of_unit__path"):
        yield {"unit": row.of_unit, "report": made.get(row.of_unit_id)}


def _tasks(request: HttpRequest, surge: Surge, moves: list[Move], now: datetime) -> Iterator[dict[str, Any]]:
    """The tasks one may see, with whether they are late and whether one may report them done."""
    may_finish = any(move.verb == "finish_task" for move in moves)
    rows = SurgeTask.objects.visible_to(request.user).filter(surge=surge).select_related("owner")
    for task in rows.order_by("due_at", "pk"):
        is_late = task.due_at < (task.done_at or now)
        yield {"task": task, "is_late": is_late, "may_finish": may_finish and task.done_at is None}


def _duty(request: HttpRequest, surge: Surge, moves: list[Move], now: datetime) -> dict[str, Any]:
    """The roster of the day looked at, today unless asked, and the days on which somebody is missing."""
    units = units_on_duty(surge)
    today = local_day(now)
    day = _duty_day(request, surge, today)
    return {
        "roster": roster_of(surge, day, units),
        "roster_day": day,
        "gaps": list(gaps_of(surge, units, today)) if surge.status == Surge.Status.ACTIVE else [],
        "may_set_duty": any(move.verb == "set_duty" for move in moves) and day >= today,
    }


def _duty_day(request: HttpRequest, surge: Surge, today: date) -> date:
    """The day asked for, or the day of the surge next to today."""
    try:
        asked = date.fromisoformat(request.GET.get("duty", ""))
    except ValueError:
        asked = today
    return min(max(asked, surge.starts_on), surge.ends_on)


def _duty_units(request: HttpRequest, surge: Surge) -> list[Unit]:
    """The units whose roster the user may set: all for the command, else one's own."""
    units = units_on_duty(surge)
    if commands(surge, request.user):
        return units
    own = addressed_ids(standing_of(request.user))
    return [unit for unit in units if unit.pk in own and unit.pk != surge.unit_id]


def _events(surge: Surge) -> Iterator[dict[str, Any]]:
    for event in surge.events.select_related("by").order_by("-seq"):
        yield {
            "label": SURGE_MOVES[event.verb].label,
            "event": event,
            "changed": event.data.get("changed"),
            **_ends(event),
        }


def _ends(event: SurgeEvent) -> dict[str, Any]:
    """The day an extension was asked for, or the one it moved the end to."""
    day = event.data.get("asked") or (event.data.get("ends_on") if event.verb == "approve_extension" else None)
    return {"until": date.fromisoformat(day) if day else None}


def _chosen(request: HttpRequest, surge: Surge, days: list[date], *, is_command: bool) -> str:
    """Which papers to show: of the day asked for, else the closing report, else the newest day. "" is none.

    Raises Http404 for a day that has none, and for a closing report that is not there or not the user's to read.
    """
    offered = [str(day) for day in days]
    if surge.ended_at is not None and is_command:
        offered.insert(0, CLOSING)
    asked = request.GET.get("day", "")
    if asked and asked not in offered:
        raise Http404
    return asked or next(iter(offered), "")


def _papers(surge: Surge, chosen: str, *, is_command: bool) -> dict[str, Outline]:
    """The papers of a day, or the closing report; by what they are called in addresses."""
    if not chosen:
        return {}
    if chosen == CLOSING:
        return {CLOSING: closing_paper(surge)}
    return day_papers(surge.days.select_related("surge__unit").get(day=chosen), is_command=is_command)


@require_safe
def surge_download(request: HttpRequest, pk: int, day: str, product: str, ending: str) -> HttpResponse:
    """Hand out one paper of a day on its one page, or the closing report of ``closing``; others are absent."""
    surge = surge_or_404(request, pk)
    if day == product == CLOSING:
        return serve_closing(request.user, surge, ending)
    return serve_product(request.user, surge, day, product, ending)


@require_http_methods(["GET", "POST"])
def surge_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a move, or make it.

    Raises Http404 outside one's scope or for an unknown verb, NotAllowed and NotPossible as the verb itself would.
    """
    surge = surge_or_404(request, pk)
    if verb not in SURGE_VERBS:
        raise Http404
    move = SURGE_MOVES[verb]
    check_role(move, surge, request.user)
    check_state(move, surge)
    task = _task(request, surge) if verb == "finish_task" else None
    form = _form(request, surge, move)
    back = reverse("reviews:surge-detail", kwargs={"pk": pk})
    if request.method == "POST" and form.is_valid():
        given = form.needs() if isinstance(form, MoveForm) else form.cleaned_data
        given = given | ({"task": task} if task else {})
        act = SURGE_VERBS[verb]
        if attempt(form, lambda: act(pk=pk, by=request.user, at=timezone.now(), **given)) is not None:
            messages.success(request, _("“%(verb)s”已记录。") % {"verb": move.label})
            return redirect(back)
    context = {"surge": surge, "number": number(surge), "move": move, "form": form, "task": task, "back": back}
    context["shows_request"] = verb in DECIDING
    return render(request, "reviews/surge_move_page.html", context, status=422 if form.errors else 200)


def _task(request: HttpRequest, surge: Surge) -> SurgeTask:
    """The task the address names, if it is one of this surge and the user's to see."""
    visible = SurgeTask.objects.visible_to(request.user).filter(surge=surge)
    task: SurgeTask = get_object_or_404(visible, pk=key_of(request.GET.get("task", "")))
    return task


def _form(request: HttpRequest, surge: Surge, move: Move) -> Any:
    if move.verb == "extend_surge":
        return ExtensionForm(surge, sent(request))
    if move.verb == "give_task":
        return TaskForm(surge, sent(request))
    if move.verb == "set_duty":
        day = _duty_day(request, surge, local_day(timezone.now()))
        return DutyForm(_duty_units(request, surge), day, sent(request))
    # The task is named by the address.
    asked = replace(move, needs=tuple(need for need in move.needs if need.name != "task"))
    return MoveForm(asked, surge, request.user, sent(request))
