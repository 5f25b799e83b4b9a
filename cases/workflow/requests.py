"""Requests to suspend or extend: asked by whoever works on a matter, answered by a supervisor or director."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Access, ClockEntry, ClockRequest, Incident
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.clocks import extend, pause, resume
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.offers import close_access
from grid.models import Post, User
from grid.rls import system_scope
from grid.scope import Role, today

Kind, State, Action = ClockRequest.Kind, ClockRequest.State, ClockEntry.Action
HANDLE = ClockEntry.Clock.HANDLE
IncidentStep = Step[Incident]


def ask(record: Any, step: Step[Any], kind: str, reason: str, until: date, remark: str) -> None:
    """Lodge a request; one at a time."""
    if record.clock_requests.filter(state=State.ASKED).exists():
        raise NotPossible(_("已有一项申请待审批。"))
    if until <= day_of(step.at):
        raise NotPossible(_("日期须晚于今天。"), "until")
    if record.due_at is None:
        raise NotPossible(_("本件没有正在计算的时限，无须申请。"))
    if kind == Kind.EXTEND:
        _check_extension(record, until)
    step.add(ClockRequest(kind=kind, reason=reason, until=until, asked_by=step.user, asked_at=step.at))
    step.remarks["remark"] = remark


def _check_extension(record: Any, until: date) -> None:
    """Once per limit given, and by no more than its original length (DOMAIN.md 5.1)."""
    due_on = day_of(record.due_at)
    if until <= due_on:
        raise NotPossible(_("延长后的日期须晚于现有时限。"), "until")
    entries = list(record.clock_entries.exclude(clock=ClockEntry.Clock.ARBITRATE).order_by("pk"))
    starts = [index for index, entry in enumerate(entries) if entry.action == Action.START]
    started = entries[starts[-1]]
    if any(entry.action == Action.EXTEND for entry in entries[starts[-1] :]):
        raise NotPossible(_("每件只能延期一次。"))
    if (until - due_on) > (day_of(started.due_at) - day_of(started.at)):
        raise NotPossible(_("延长的时间不能超过原办理期限。"), "until")


def decide(record: Any, step: Step[Any], kind: str | None, state: str) -> ClockRequest:
    """Answer the open request; nobody answers their own."""
    request: ClockRequest | None = record.clock_requests.filter(state=State.ASKED).first()
    if request is None or (kind is not None and request.kind != kind):
        raise NotPossible(_("没有待审批的申请。"))
    if request.asked_by_id == step.by.pk:
        raise NotPossible(_("不能审批自己的申请。"))
    _answer(record, step, request, state)
    step.reason = request.reason
    step.data["request"] = request.pk
    return request


def lapse(record: Any, step: Step[Any]) -> None:
    """Let an unanswered request fall: who asked no longer works on the matter."""
    request = record.clock_requests.filter(state=State.ASKED).first()
    if request is not None:
        _answer(record, step, request, State.LAPSED)


def _answer(record: Any, step: Step[Any], request: ClockRequest, state: str) -> None:
    request.state = state
    request.decided_by = step.user
    request.decided_at = step.at
    step.add(request)
    close_access(record, step, Access.Reason.APPROVER)


def _open_to_approvers(incident: Incident, step: IncidentStep) -> None:
    """Supervisors do not see restricted matters; the one they are asked about is opened to them until they answer."""
    if not incident.restricted:
        return
    places = [pk for pk in incident.levels.values() if pk is not None]
    with system_scope():  # The asker need not see who stands above the place.
        held = Post.objects.active_on(today()).filter(role=Role.CENTRE_SUPERVISOR)
        at_place = (
            held.filter(Q(unit__place_id__in=places) | Q(unit_id__in=places))
            .values_list("user_id", flat=True)
            .distinct()
        )
        approvers = list(User.objects.filter(pk__in=at_place, is_active=True))
    for user in approvers:
        step.add(Access(user=user, reason=Access.Reason.APPROVER, granted_at=step.at))


def ask_suspension(*, pk: int, by: Actor, at: datetime, reason: str, until: date, remark: str) -> Incident:
    """Ask a supervisor to stop the clock."""

    def change(incident: Incident, step: IncidentStep) -> None:
        ask(incident, step, Kind.SUSPEND, reason, until, remark)
        _open_to_approvers(incident, step)

    return perform(INCIDENTS, "ask_suspension", pk=pk, by=by, at=at, change=change, reason=reason)


def ask_extension(*, pk: int, by: Actor, at: datetime, reason: str, until: date, remark: str) -> Incident:
    """Ask a supervisor for a later limit: once, and by no more than the original length."""

    def change(incident: Incident, step: IncidentStep) -> None:
        ask(incident, step, Kind.EXTEND, reason, until, remark)
        _open_to_approvers(incident, step)

    return perform(INCIDENTS, "ask_extension", pk=pk, by=by, at=at, change=change, reason=reason)


def grant_suspension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Approve the request to suspend; the clock stands still from now."""

    def change(incident: Incident, step: IncidentStep) -> None:
        request = decide(incident, step, Kind.SUSPEND, State.GRANTED)
        pause(incident, step, HANDLE, request.reason)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "grant_suspension", pk=pk, by=by, at=at, change=change)


def grant_extension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Approve the later limit."""

    def change(incident: Incident, step: IncidentStep) -> None:
        request = decide(incident, step, Kind.EXTEND, State.GRANTED)
        extend(incident, step, HANDLE, request.until, request.reason)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "grant_extension", pk=pk, by=by, at=at, change=change)


def refuse_request(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Refuse the open request, with the reason."""

    def change(incident: Incident, step: IncidentStep) -> None:
        decide(incident, step, None, State.REFUSED)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "refuse_request", pk=pk, by=by, at=at, change=change)


def resume_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Work on: the clock runs again."""

    def change(incident: Incident, step: IncidentStep) -> None:
        resume(incident, step, HANDLE)

    return perform(INCIDENTS, "resume_incident", pk=pk, by=by, at=at, change=change)
