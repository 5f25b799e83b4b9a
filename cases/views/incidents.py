"""The triage desk: queues of incidents, and one incident with everything that can be done to it."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import filters, picking
from cases.models import DISPUTE_CLASS, INCIDENT_SOURCES, Case, ClockRequest, Incident, Source
from cases.moves import Move, NotAllowed, NotPossible, allowed_moves
from cases.queues import DESKS, DUE_FIRST, QUEUES
from cases.timeline import entries, reason_label
from cases.views.parties import can
from cases.workflow import INCIDENT_MOVES, OPEN_CASE, may_reveal, verify_incident
from grid.keyset import keyset_page
from grid.scope import Role, standing_of
from grid.views.gate import open_to

DESK = (
    Role.CENTRE_CLERK,
    Role.CENTRE_DISPATCHER,
    Role.CENTRE_SUPERVISOR,
    Role.VILLAGE_LEADER,
    Role.HANDLER,
    Role.LEADER,
)
BATCH_AT_MOST = 200
ABOUT_PEOPLE = ("add_party", "correct_party", "remove_party", "attach_file")


def incident_list_context(request: HttpRequest) -> dict[str, Any]:
    """One queue of the desk, narrowed by the filters, with the counts of the others."""
    now = timezone.now()
    mine = QUEUES.of(request.user)
    wanted = request.GET.get("queue", "")
    queue = next((queue for queue in mine if queue.key == wanted), None)
    asked = filters.read(request.GET, request.user, INCIDENT_SOURCES, Incident.Status.values)
    if queue is None:
        # Without a queue named, a search looks everywhere; otherwise the first desk of one's own.
        queue = QUEUES["all"] if asked.is_set else mine[0]
    in_order = Q(due_at__isnull=False) if queue.order == DUE_FIRST else Q()
    rows, *parts = (
        filters.narrow(rows.filter(in_order), asked, request.user, now)
        for rows in (QUEUES.rows(queue, request.user, now), *QUEUES.parts(queue, request.user, now))
    )
    rows = rows.select_related("category", "unit", "lead_unit")
    page = keyset_page(rows, request.GET, queue.order, parts=parts)
    way, below = filters.place_choices(asked, request.user)
    return {
        "queues": mine,
        "queue": queue,
        "counts": QUEUES.counts(mine, request.user, now),
        "page": page,
        "filters": asked,
        "way": way,
        "below": below,
        "categories": filters.category_groups(),
        "sources": [(source.value, source.label) for source in INCIDENT_SOURCES],
        "statuses": Incident.Status.choices,
        "dues": filters.LABELS.items(),
        "can_batch": bool(queue.batch) and bool(page.rows) and bool(standing_of(request.user).roles & DESKS),
    }


@require_safe
@open_to(*DESK)
def incident_list(request: HttpRequest) -> HttpResponse:
    """Show a queue."""
    context = incident_list_context(request)
    template = "cases/_incident_rows.html" if request.htmx else "cases/incident_list_page.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
@open_to(Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER)
def incident_verify_many(request: HttpRequest) -> HttpResponse:
    """Find all ticked reports valid; each stands or falls alone, and what fell says why."""
    pks = [int(pk) for pk in request.POST.getlist("pk")[:BATCH_AT_MOST] if pk.isdigit()]
    found = list(Incident.objects.visible_to(request.user).filter(pk__in=pks).order_by("pk"))
    done, refusals = 0, []
    for incident in found:
        try:
            verify_incident(pk=incident.pk, by=request.user, at=timezone.now())
            done += 1
        except (NotPossible, NotAllowed) as refusal:
            refusals.append(f"{incident.number}：{refusal}")
    if not found:
        messages.warning(request, _("请先勾选要核实的事件。"))
    if done:
        messages.success(request, _("已核实有效%(count)s件。") % {"count": done})
    for text in refusals:
        messages.error(request, text)
    return redirect(f"{reverse('cases:incident-list')}?queue=inspect")


def incident_context(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Everything about one incident that the page and its parts show."""
    user = request.user
    moves = allowed_moves(incident, user, INCIDENT_MOVES)
    visible = Incident.objects.visible_to(user)
    is_desk = bool(standing_of(user).roles & set(DESK))
    open_request = incident.clock_requests.filter(state=ClockRequest.State.ASKED).select_related("asked_by").first()
    return {
        "incident": incident,
        "moves": moves,
        "main_moves": [move for move in moves if move.is_primary],
        "other_moves": [move for move in moves if not move.is_primary],
        "quick": one_tap(moves),
        "can_open_case": can_open_case(incident, user),
        "case": Case.objects.visible_to(user).filter(incident=incident).first(),
        "timeline": entries(incident, INCIDENT_MOVES),
        "parties": incident.parties.select_related("guardian", "represents").order_by("pk"),
        "may_reveal": may_reveal(incident, user),
        "can": {verb for verb in ABOUT_PEOPLE if can(verb, incident, user)},
        "photos": incident.attachments.order_by("pk"),
        "hand_overs": incident.hand_overs.select_related("from_unit", "to_unit", "answered_by").order_by("-pk"),
        "clocks": incident.clock_entries.select_related("by").order_by("-pk"),
        "request_asked": open_request,
        "request_reason": reason_label(None, open_request.reason) if open_request else "",
        "master": visible.filter(pk=incident.duplicate_of_id).first() if incident.duplicate_of_id else None,
        "duplicates": visible.filter(duplicate_of=incident).select_related("category").order_by("pk"),
        "similar": _similar(incident, visible) if is_desk and incident.status in Incident.PENDING else [],
        "is_desk": is_desk,
        "source": Source(incident.source).label,
    }


def one_tap(moves: list[Move]) -> set[str]:
    """Moves that ask for nothing but, if one likes, a remark: one tap does them."""
    return {move.verb for move in moves if all(need.name == "remark" and not need.required for need in move.needs)}


def can_open_case(incident: Incident, user: Any) -> bool:
    """Whether the dispatcher may turn it into a dispute case now."""
    is_dispute = incident.category.parent_id == DISPUTE_CLASS
    return is_dispute and bool(allowed_moves(incident, user, {OPEN_CASE.verb: OPEN_CASE}))


def _similar(incident: Incident, visible: Any) -> list[Incident]:
    rows = picking.similar_to(visible.exclude(pk=incident.pk).exclude(status__in=Incident.VOID), incident)
    return list(rows.filter(~Q(status=Incident.Status.ARCHIVED))[:5])


@require_safe
def incident_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one incident."""
    rows = Incident.objects.visible_to(request.user).select_related(
        "category__parent", "unit__parent", "lead_unit", "handler", "reporter", "duplicate_of", "follows"
    )
    incident = get_object_or_404(rows, pk=pk)
    return render(request, "cases/incident_page.html", incident_context(request, incident))
