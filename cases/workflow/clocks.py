"""Clocks: started, paused, lengthened and stopped with a log entry each (DESIGN.md rule 8)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import (
    COURT_REFERRAL_DAYS,
    MEDIATION_MONTHS,
    Due,
    WorkCalendar,
    after_days,
    after_months,
    after_working_days,
    day_of,
    end_of,
    lengthened,
)
from cases.models import CalendarDay, CalendarYear, ClockEntry, ClockRequest, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.incident_moves import INCIDENTS
from grid.models import Unit

Limited = LimitSetting.Step
DEFAULT_LIMITS = {
    Limited.TRIAGE: 1,
    Limited.ACCEPT_INCIDENT: 1,
    Limited.SIMPLE: 1,
    Limited.ORDINARY: 7,
    Limited.COMPLEX: 20,
    Limited.ACCEPT_CASE: 3,
}
"""Working days (DOMAIN.md 4.3 [DZ] and 5: no national figure, so a unit can set its own)."""


def load_calendar(start: date, days: int = 120) -> WorkCalendar:
    """Read the day table around ``start``: enough for a limit of some weeks, in two statements."""
    window = CalendarDay.objects.filter(day__gte=start - timedelta(days=1), day__lte=start + timedelta(days=days))
    return WorkCalendar(
        dict(window.values_list("day", "is_workday")),
        frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def limit_of(record: Any, step: str) -> int:
    """Return the limit in working days that the nearest unit above the record has set, or the default."""
    ids = [pk for pk in record.levels.values() if pk is not None]
    found = {setting.unit_id: setting.working_days for setting in LimitSetting.objects.filter(unit__in=ids, step=step)}
    nearest = next((found[pk] for pk in reversed(ids) if pk in found), None)
    return DEFAULT_LIMITS[Limited(step)] if nearest is None else nearest


def step_due(record: Any, step: str, at: datetime) -> date:
    """Return the last day for the step that begins at ``at``."""
    start = day_of(at)
    return after_working_days(load_calendar(start), start, limit_of(record, step)).on


def start_clock(record: Any, step: Step[Any], clock: str, due: Due, working_days: int | None = None) -> None:
    """Set the record's limit and log it."""
    record.due_at = due.at
    record.due_provisional = due.is_provisional
    _log(record, step, clock, ClockEntry.Action.START, due.at, due.is_provisional, working_days)


def stop_clock(record: Any, step: Step[Any], clock: str) -> None:
    """Log that the clock stopped; the limit stays on the record, figures compare with it."""
    if record.due_at is not None:
        _log(record, step, clock, ClockEntry.Action.STOP, record.due_at, record.due_provisional)


def _log(
    record: Any,
    step: Step[Any],
    clock: str,
    action: str,
    due_at: datetime | None,
    provisional: bool,
    working_days: int | None = None,
    reason: str = "",
) -> None:
    step.add(
        ClockEntry(
            clock=clock,
            action=action,
            at=step.at,
            by=step.user,
            due_at=due_at,
            is_provisional=provisional,
            working_days=working_days,
            reason=reason,
            seq=step.seq,
        )
    )


def incident_limit(incident: Incident, at: datetime, limit_on: date | None) -> tuple[Due, int | None] | None:
    """Return the handling limit: the date agreed, else what the complexity allows, else none."""
    start = day_of(at)
    calendar = load_calendar(start)
    if limit_on is not None:
        if limit_on < start:
            raise NotPossible(_("办结时限不能早于今天。"), "limit_on")
        # A date agreed with people stands as it is, holiday or not.
        return Due(limit_on, False), None
    if not incident.complexity:
        return None
    days = limit_of(incident, incident.complexity)
    return after_working_days(calendar, start, days), days


# -- Requests: asked by whoever works on it, decided by a supervisor or director -----------------------------------


def ask(record: Any, step: Step[Any], kind: str, reason: str, until: date, remark: str) -> None:
    """Lodge a request; one at a time."""
    if record.clock_requests.filter(state=ClockRequest.State.ASKED).exists():
        raise NotPossible(_("已有一项申请待审批。"))
    if until <= day_of(step.at):
        raise NotPossible(_("日期须晚于今天。"), "until")
    if record.due_at is None:
        raise NotPossible(_("本件没有办理时限，无须申请。"))
    if kind == ClockRequest.Kind.EXTEND:
        _check_extension(record, until)
    step.add(ClockRequest(kind=kind, reason=reason, until=until, asked_by=step.user, asked_at=step.at))
    step.remarks["remark"] = remark


def _check_extension(record: Any, until: date) -> None:
    due_on = day_of(record.due_at)
    if until <= due_on:
        raise NotPossible(_("延长后的日期须晚于现有时限。"), "until")
    entries = list(record.clock_entries.order_by("pk"))
    if any(entry.action == ClockEntry.Action.EXTEND for entry in entries):
        raise NotPossible(_("每件只能延期一次。"))
    started = next((entry.at for entry in reversed(entries) if entry.action == ClockEntry.Action.START), None)
    if started is not None and (until - due_on) > (due_on - day_of(started)):
        raise NotPossible(_("延长的时间不能超过原办理期限。"), "until")


def decide(record: Any, step: Step[Any], kind: str | None, state: str) -> ClockRequest:
    """Answer the open request; nobody answers their own."""
    request: ClockRequest | None = record.clock_requests.filter(state=ClockRequest.State.ASKED).first()
    if request is None or (kind is not None and request.kind != kind):
        raise NotPossible(_("没有待审批的申请。"))
    if request.asked_by_id == step.by.pk:
        raise NotPossible(_("不能审批自己的申请。"))
    request.state = state
    request.decided_by = step.user
    request.decided_at = step.at
    step.add(request)
    step.reason = request.reason
    step.data["request"] = request.pk
    return request


def pause(record: Any, step: Step[Any], clock: str, reason: str) -> None:
    """Stop the clock without ending it."""
    _log(record, step, clock, ClockEntry.Action.PAUSE, record.due_at, record.due_provisional, reason=reason)


def resume(record: Any, step: Step[Any], clock: str) -> None:
    """Let the clock run on, the limit later by the days it stood still."""
    paused = record.clock_entries.filter(clock=clock, action=ClockEntry.Action.PAUSE).order_by("-pk").first()
    if paused is None or record.due_at is None:
        return
    due_on = day_of(record.due_at)
    due = lengthened(load_calendar(due_on), due_on, step.at - paused.at)
    record.due_at, record.due_provisional = due.at, due.is_provisional
    _log(record, step, clock, ClockEntry.Action.RESUME, due.at, due.is_provisional)


def extend(record: Any, step: Step[Any], clock: str, until: date, reason: str) -> None:
    """Set the approved later limit."""
    certain = load_calendar(until, 1).is_certain(until)
    record.due_at, record.due_provisional = end_of(until), not certain
    _log(record, step, clock, ClockEntry.Action.EXTEND, record.due_at, record.due_provisional, reason=reason)


HANDLE = ClockEntry.Clock.HANDLE


def ask_suspension(*, pk: int, by: Actor, at: datetime, reason: str, until: date, remark: str) -> Incident:
    """Ask a supervisor to stop the clock."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        ask(incident, step, ClockRequest.Kind.SUSPEND, reason, until, remark)

    return perform(INCIDENTS, "ask_suspension", pk=pk, by=by, at=at, change=change, reason=reason)


def ask_extension(*, pk: int, by: Actor, at: datetime, reason: str, until: date, remark: str) -> Incident:
    """Ask a supervisor for a later limit: once, and by no more than the original length."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        ask(incident, step, ClockRequest.Kind.EXTEND, reason, until, remark)

    return perform(INCIDENTS, "ask_extension", pk=pk, by=by, at=at, change=change, reason=reason)


def grant_suspension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Approve the request to suspend; the clock stands still from now."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        request = decide(incident, step, ClockRequest.Kind.SUSPEND, ClockRequest.State.GRANTED)
        pause(incident, step, HANDLE, request.reason)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "grant_suspension", pk=pk, by=by, at=at, change=change)


def grant_extension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Approve the later limit."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        request = decide(incident, step, ClockRequest.Kind.EXTEND, ClockRequest.State.GRANTED)
        extend(incident, step, HANDLE, request.until, request.reason)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "grant_extension", pk=pk, by=by, at=at, change=change)


def refuse_request(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Refuse the open request, with the reason."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        decide(incident, step, None, ClockRequest.State.REFUSED)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "refuse_request", pk=pk, by=by, at=at, change=change)


def resume_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Work on: the clock runs again."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        resume(incident, step, HANDLE)

    return perform(INCIDENTS, "resume_incident", pk=pk, by=by, at=at, change=change)


def recompute_limit(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Compute an incident's limit anew now that the calendar it rests on is published."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        settle(incident, step)

    return perform(INCIDENTS, "recompute_limit", pk=pk, by=by, at=at, change=change)


def settle(record: Any, step: Step[Any]) -> None:
    """Replace a provisional limit by the one the published calendar gives, and log it.

    Raises NotPossible when the limit is not provisional, or the calendar is still unpublished.
    """
    entry = record.clock_entries.filter(due_at__isnull=False).order_by("-pk").first()
    if entry is None or not record.due_provisional:
        raise NotPossible(_("时限不是暂定的。"))
    due = _recomputed(entry)
    if due.is_provisional:
        raise NotPossible(_("所涉年度的工作日历尚未发布。"))
    record.due_at, record.due_provisional = due.at, False
    _log(record, step, entry.clock, ClockEntry.Action.RECOMPUTE, due.at, False, entry.working_days)


def _recomputed(entry: ClockEntry) -> Due:
    assert entry.due_at is not None  # The caller picked an entry with a limit.
    start, due_on = day_of(entry.at), day_of(entry.due_at)
    calendar = load_calendar(start, (due_on - start).days + 60)
    if entry.action != ClockEntry.Action.START:
        return after_days(calendar, due_on, 0)
    if entry.working_days is not None:
        return after_working_days(calendar, start, entry.working_days)
    if entry.clock == ClockEntry.Clock.MEDIATE:
        return after_months(calendar, start, MEDIATION_MONTHS)
    if entry.clock == ClockEntry.Clock.COURT:
        return after_days(calendar, start, COURT_REFERRAL_DAYS)
    return Due(due_on, not calendar.is_certain(due_on))


def next_level_unit(record: Any, step: int) -> Unit | None:
    """Return the division ``step`` levels above (-1) or below (+1) the record's handling level, if it exists."""
    order = ["city", "county", "township", "village", "grid"]
    index = order.index(record.handling_level or "township") + step
    if not 0 <= index < len(order):
        return None
    pk = getattr(record, f"{order[index]}_id")
    return Unit.objects.filter(pk=pk).first() if pk else None
