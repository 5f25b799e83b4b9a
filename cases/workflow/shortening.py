"""Limits that run on when a surge begins or ends (平战结合): shortened, and given back (DOMAIN.md 7.1).

Only a centre's own limits: those of steps, and handling limits by complexity. Days agreed with people, approved
extensions and limits of the law stand. What is overdue stays overdue, in both directions.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import Due, after_working_days, day_of, working_days_between
from cases.models import Case, ClockEntry, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import (
    CUT,
    CUT_END,
    Action,
    Clock,
    cut_step,
    limit_of,
    load_calendar,
    log,
    replayed,
    shortenings,
)
from cases.workflow.incident_moves import INCIDENTS

S, C = Incident.Status, Case.Status
STEP_LIMITS: dict[str, str] = {
    **dict.fromkeys(
        (S.VERIFIED, S.TRIAGED, S.OBJECTED, S.ESCALATED, S.SENT_DOWN, S.REOPENED), LimitSetting.Step.TRIAGE
    ),
    S.ASSIGNED: LimitSetting.Step.ACCEPT_INCIDENT,
    **dict.fromkeys((C.REGISTERED, C.CONSENT_PENDING), LimitSetting.Step.ACCEPT_CASE),
}
"""Which limit the step has that a status waits for; the statuses of both nouns have different names here."""


def shorten_limits(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Shorten an incident's running limits as the surges in force say.

    Raises NotPossible where nothing gets shorter.
    """
    return perform(INCIDENTS, "shorten_limits", pk=pk, by=by, at=at, change=_shorten)


def shorten_case_limits(*, pk: int, by: Actor, at: datetime) -> Case:
    """The same for a dispute case."""
    return perform(CASES, "shorten_case_limits", pk=pk, by=by, at=at, change=_shorten)


def restore_limits(*, pk: int, by: Actor, at: datetime, reason: str) -> Incident:
    """Give an incident back the limits that the surge ``reason`` shortened. Raises NotPossible where it did not."""
    return perform(INCIDENTS, "restore_limits", pk=pk, by=by, at=at, change=_restoring(reason))


def restore_case_limits(*, pk: int, by: Actor, at: datetime, reason: str) -> Case:
    """The same for a dispute case."""
    return perform(CASES, "restore_case_limits", pk=pk, by=by, at=at, change=_restoring(reason))


def _shorten(record: Any, step: Step[Any]) -> None:
    changed = [_shorten_step(record, step), _shorten_handling(record, step)]
    if not any(changed):
        raise NotPossible(_("没有可以缩短的时限。"))


def _shorten_step(record: Any, step: Step[Any]) -> bool:
    limit = STEP_LIMITS.get(record.status)
    return limit is not None and cut_step(record, limit, step, Action.RECOMPUTE)


def _shorten_handling(record: Any, step: Step[Any]) -> bool:
    """Multiply the working days left by the smallest factor: one is always left, today not counted."""
    factor, reason = min(((one.factor, one.reason) for one in shortenings(record, step.at)), default=(1, ""))
    entries = _handling(record)
    if factor == 1 or record.due_at is None or record.due_at <= step.at or not _is_own(entries):
        return False
    usual = replayed(record, entries, is_cut=False)
    if usual is None or _standing(entries) == reason:
        return False
    today = day_of(step.at)
    calendar = load_calendar(today, (usual.on - today).days + 30)
    left = working_days_between(calendar, today, usual.on)
    due = after_working_days(calendar, today, max(1, math.ceil(left * factor)))
    if due.at >= record.due_at:
        return False
    record.due_at, record.due_provisional = due.at, False
    log(step, Clock.HANDLE, Action.RECOMPUTE, Due(due.on, False), reason=reason)
    return True


def _restoring(reason: str) -> Any:
    def change(record: Any, step: Step[Any]) -> None:
        changed = [_restore_step(record, step, reason), _restore_handling(record, step, reason)]
        if not any(changed):
            raise NotPossible(_("没有因战时缩短的时限。"))

    return change


def _restore_step(record: Any, step: Step[Any], reason: str) -> bool:
    if record.step_due_at is None or record.step_due_at < step.at:
        return False
    last = record.clock_entries.filter(clock=Clock.STEP).order_by("-pk").first()
    if last is None or last.reason != reason:
        return False
    record.step_due_at = None
    log(step, Clock.STEP, Action.RECOMPUTE, Due(record.step_due_on, False), reason=_ended(reason))
    return True


def _restore_handling(record: Any, step: Step[Any], reason: str) -> bool:
    entries = _handling(record)
    if _standing(entries) != reason or (record.due_at is not None and record.due_at < step.at):
        return False
    start = next(entry for entry in reversed(entries) if entry.action == Action.START)
    usual_days = limit_of(record, record.complexity) if start.reason == reason and record.complexity else None
    end = ClockEntry(
        clock=Clock.HANDLE, action=Action.RECOMPUTE, at=step.at, reason=_ended(reason), working_days=usual_days
    )
    due = replayed(record, [*entries, end])
    if due is None or record.due_at is None:
        # It stands still; what it will run on with is the usual limit.
        log(step, Clock.HANDLE, Action.RECOMPUTE, None, working_days=usual_days, reason=end.reason)
        return True
    if due.at > record.due_at:
        record.due_at, record.due_provisional = due.at, due.is_provisional
    log(step, Clock.HANDLE, Action.RECOMPUTE, due, working_days=usual_days, reason=end.reason)
    return True


def _handling(record: Any) -> list[ClockEntry]:
    return list(record.clock_entries.filter(clock=Clock.HANDLE).order_by("pk"))


def _is_own(entries: Sequence[ClockEntry]) -> bool:
    """Whether the limit in force is the centre's own: begun with working days, not set to an agreed day since."""
    for entry in reversed(entries):
        if entry.action == Action.EXTEND:
            return False
        if entry.action == Action.START:
            return entry.working_days is not None
    return False


def _standing(entries: Sequence[ClockEntry]) -> str:
    """The surge by which the limit in force was shortened; "" where it is the usual one."""
    reason = ""
    for entry in entries:
        if entry.action in (Action.START, Action.EXTEND) or entry.reason.startswith((CUT, CUT_END)):
            reason = entry.reason if entry.reason.startswith(CUT) else ""
    return reason


def _ended(reason: str) -> str:
    return CUT_END + reason.removeprefix(CUT)
