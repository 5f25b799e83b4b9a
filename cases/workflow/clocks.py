"""Clocks: started, paused, lengthened, recomputed and stopped with a log entry each (DESIGN.md rule 8)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import (
    CONFIRM_APPLY_DAYS,
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
from cases.models import CalendarDay, CalendarYear, ClockEntry, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.incident_moves import INCIDENTS

Limited = LimitSetting.Step
Clock, Action = ClockEntry.Clock, ClockEntry.Action
DEFAULT_LIMITS = {
    Limited.TRIAGE: 1,
    Limited.ACCEPT_INCIDENT: 1,
    Limited.SIMPLE: 1,
    Limited.ORDINARY: 7,
    Limited.COMPLEX: 20,
    Limited.ACCEPT_CASE: 3,
}
"""Working days (DOMAIN.md 4.3 [DZ] and 5: no national figure, so a unit can set its own)."""


@dataclass(frozen=True)
class Shortening:
    """What shortens a centre's own limits for a time: handling by a factor above 0, at most 1; steps to some hours."""

    reason: str
    """What the log says; begins with ``CUT``."""
    factor: Decimal = Decimal(1)
    hours: Mapping[str, int] = field(default_factory=dict)
    """``LimitSetting.Step`` -> hours from the step's beginning; a step that is not named keeps its day."""


CUT, CUT_END = "surge:", "surge_end:"
"""How the log names that a limit was shortened, and that it no longer is."""

Shortener = Callable[[Any, datetime], Sequence[Shortening]]
"""Of a record and a moment: what shortens its limits then."""
SHORTENERS: dict[str, Shortener] = {}
"""What shortens a centre's own limits for a time, by name; other apps put theirs here when they are ready."""


def load_calendar(start: date, days: int = 120) -> WorkCalendar:
    """Read the day table from ``start`` on: by default enough for a limit of some weeks, in two statements."""
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
    return working_limit(day_of(at), limit_of(record, step)).on


def working_limit(start: date, days: int) -> Due:
    """Count working days from ``start``; holidays never make up half of a stretch, so twice as many days are read."""
    return after_working_days(load_calendar(start, 2 * days + 30), start, days)


def shortened(record: Any, days: int, at: datetime) -> tuple[int, str]:
    """Return the working days left of a centre's own limit now, never under one, and why; "" where nothing changes.

    Limits the law fixes are never passed here (DOMAIN.md 7.1). The smallest factor counts.
    """
    factor, reason = min(((one.factor, one.reason) for one in shortenings(record, at)), default=(Decimal(1), ""))
    left = max(1, math.ceil(days * factor))
    return (left, reason) if left < days else (days, "")


def shortenings(record: Any, at: datetime) -> list[Shortening]:
    """Return whatever shortens a record's limits at a moment."""
    return [found for shorten in SHORTENERS.values() for found in shorten(record, at)]


def begin_step(record: Any, limit: str, step: Step[Any]) -> None:
    """Set the limit of the step that begins: a day, and where a surge shortens it, an hour, which is logged."""
    record.step_due_on, record.step_due_at = step_due(record, limit, step.at), None
    cut_step(record, limit, step, Action.START)


def begin_today(record: Any, step: Step[Any]) -> None:
    """Let the step that begins be done by the end of the day."""
    record.step_due_on, record.step_due_at = day_of(step.at), None


def end_step(record: Any) -> None:
    """Nothing is waited for any more."""
    record.step_due_on, record.step_due_at = None, None


def cut_step(record: Any, limit: str, step: Step[Any], action: str) -> bool:
    """Shorten a running step to the hours a surge allows from now, and log it; False where that is not sooner.

    What is overdue stays as it is.
    """
    found = min(
        ((one.hours[limit], one.reason) for one in shortenings(record, step.at) if limit in one.hours), default=None
    )
    if found is None or record.step_due_on is None:
        return False
    hours, reason = found
    due, sooner = record.step_due_at or end_of(record.step_due_on), step.at + timedelta(hours=hours)
    if due <= step.at or sooner >= due:
        return False
    record.step_due_at = sooner
    log(step, Clock.STEP, action, None, at=sooner, reason=reason)
    return True


def incident_limit(incident: Incident, at: datetime, limit_on: date | None) -> tuple[Due, int | None, str] | None:
    """Return the handling limit: the date agreed, else what the complexity allows now, else none; why, if shorter."""
    start = day_of(at)
    if limit_on is not None:
        if limit_on < start:
            raise NotPossible(_("办结时限不能早于今天。"), "limit_on")
        # A date agreed with people stands as it is, holiday or not.
        return Due(limit_on, False), None, ""
    if not incident.complexity:
        return None
    days, reason = shortened(incident, limit_of(incident, incident.complexity), at)
    return working_limit(start, days), days, reason


def start_clock(
    record: Any, step: Step[Any], clock: str, due: Due, working_days: int | None = None, reason: str = ""
) -> None:
    """Set the record's limit and log it, with the reason where it is not the usual one."""
    record.due_at, record.due_provisional = due.at, due.is_provisional
    log(step, clock, Action.START, due, working_days=working_days, reason=reason)


def stop_clock(record: Any, step: Step[Any], clock: str) -> None:
    """Log that the clock stopped; the limit in force stays on the record, figures compare with it."""
    if record.due_at is not None:
        log(step, clock, Action.STOP, Due(day_of(record.due_at), record.due_provisional), at=record.due_at)
    elif _is_paused(record, clock):
        log(step, clock, Action.STOP, None)


def restart_clock(record: Any, step: Step[Any], clock: str) -> None:
    """Log that a stopped clock counts again, with the limit that stood."""
    if record.due_at is not None:
        log(step, clock, Action.RESUME, Due(day_of(record.due_at), record.due_provisional), at=record.due_at)


def pause(record: Any, step: Step[Any], clock: str, reason: str) -> None:
    """Stop the clock without ending it: until it runs on, no limit is in force and nothing is overdue."""
    record.due_at, record.due_provisional = None, False
    log(step, clock, Action.PAUSE, None, reason=reason)


def resume(record: Any, step: Step[Any], clock: str) -> None:
    """Let a paused clock run on, the limit later by the days it stood still."""
    if not _is_paused(record, clock):
        return
    entries = [*record.clock_entries.filter(clock=clock).order_by("pk")]
    entries.append(ClockEntry(clock=clock, action=Action.RESUME, at=step.at))
    due = replayed(record, entries)
    if due is not None:
        record.due_at, record.due_provisional = due.at, due.is_provisional
        log(step, clock, Action.RESUME, due)


def extend(record: Any, step: Step[Any], clock: str, until: date, reason: str) -> None:
    """Set the approved later limit; like every date agreed with people it stands as it is."""
    record.due_at, record.due_provisional = end_of(until), False
    log(step, clock, Action.EXTEND, Due(until, False), reason=reason)


def recompute(record: Any, step: Step[Any]) -> None:
    """Replace provisional limits by those the published calendar gives, and log each.

    Raises NotPossible when no limit is provisional, or the calendar is still unpublished.
    """
    by_clock: dict[str, list[ClockEntry]] = {}
    for entry in record.clock_entries.order_by("pk"):
        by_clock.setdefault(entry.clock, []).append(entry)
    waiting = [clock for clock, entries in by_clock.items() if _is_provisional(entries)]
    if not waiting:
        raise NotPossible(_("时限不是暂定的。"))
    settled = False
    for clock in waiting:
        due = replayed(record, by_clock[clock])
        if due is None or due.is_provisional:
            continue
        settled = True
        log(step, clock, Action.RECOMPUTE, due)
        if clock == Clock.CONFIRM:
            record.confirm_apply_by = due.on
        elif clock != Clock.ARBITRATE and record.due_at is not None:
            record.due_at, record.due_provisional = due.at, False
    if not settled:
        raise NotPossible(_("所涉年度的工作日历尚未发布。"))


def recompute_limit(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Compute an incident's limit anew now that the calendar it rests on is published."""
    return perform(INCIDENTS, "recompute_limit", pk=pk, by=by, at=at, change=recompute)


def log(
    step: Step[Any],
    clock: str,
    action: str,
    due: Due | None,
    *,
    at: datetime | None = None,
    working_days: int | None = None,
    reason: str = "",
) -> None:
    """Add one entry to the log of a clock. ``at`` is the instant of a limit that is not a day (a ledger's)."""
    step.add(
        ClockEntry(
            clock=clock,
            action=action,
            at=step.at,
            by=step.user,
            due_at=at or (due.at if due else None),
            is_provisional=bool(due and due.is_provisional),
            working_days=working_days,
            reason=reason,
            seq=step.seq,
        )
    )


def _is_paused(record: Any, clock: str) -> bool:
    last = record.clock_entries.filter(clock=clock).exclude(action=Action.RECOMPUTE).order_by("-pk").first()
    return last is not None and last.action == Action.PAUSE


def _is_provisional(entries: Sequence[ClockEntry]) -> bool:
    with_limit = [entry for entry in entries if entry.due_at is not None]
    return bool(with_limit) and with_limit[-1].is_provisional


def replayed(record: Any, entries: Sequence[ClockEntry], *, is_cut: bool = True) -> Due | None:
    """Count the limit anew from the log of one clock, on the calendar as it is published now.

    What a surge shortened counts while it stands; without ``is_cut`` the usual limit is returned all the same.
    """
    first = min(day_of(entry.at) for entry in entries)
    last = max(day_of(moment) for entry in entries for moment in (entry.at, entry.due_at) if moment is not None)
    calendar = load_calendar(first, (last - first).days + 120)
    due: Due | None = None
    cut: Due | None = None
    paused_on: date | None = None
    in_working_days = False
    for position, entry in enumerate(entries):
        if entry.action == Action.START:
            days = _usual_days(entry, entries[position + 1 :])
            due, cut, in_working_days = _started(record, entry, calendar, days), None, days is not None
        elif entry.action == Action.PAUSE:
            paused_on = day_of(entry.at)
        elif entry.action == Action.RESUME and paused_on is not None:
            due, cut = (_later(calendar, limit, paused_on, day_of(entry.at), in_working_days) for limit in (due, cut))
            paused_on = None
        elif entry.action == Action.EXTEND and entry.due_at is not None:
            due, cut = Due(day_of(entry.due_at), False), None
        elif entry.reason.startswith(CUT) and entry.due_at is not None:
            cut = Due(day_of(entry.due_at), False)
        elif entry.reason.startswith(CUT_END):
            cut = None
    return min(due, cut, key=lambda limit: limit.on) if is_cut and due is not None and cut is not None else due


def _usual_days(start: ClockEntry, later: Sequence[ClockEntry]) -> int | None:
    """The working days a limit began with; those that came back when the surge under which it began was over."""
    for entry in later:
        if entry.action == Action.START:
            break
        if entry.reason.startswith(CUT_END) and entry.working_days is not None:
            return entry.working_days
    return start.working_days


def _later(calendar: WorkCalendar, due: Due | None, paused_on: date, on: date, in_working_days: bool) -> Due | None:
    if due is None:
        return None
    later = lengthened(calendar, due.on, paused_on, on, in_working_days=in_working_days)
    return Due(later.on, due.is_provisional or later.is_provisional)


def _started(record: Any, entry: ClockEntry, calendar: WorkCalendar, days: int | None) -> Due | None:
    start = day_of(entry.at)
    if days is not None:
        return after_working_days(calendar, start, days)
    if entry.clock == Clock.MEDIATE:
        return after_months(calendar, start, MEDIATION_MONTHS)
    if entry.clock == Clock.COURT:
        return after_days(calendar, start, COURT_REFERRAL_DAYS)
    if entry.clock == Clock.CONFIRM:
        return after_days(calendar, start, CONFIRM_APPLY_DAYS)
    if entry.clock == Clock.ARBITRATE:
        start = day_of(record.registered_at)
        return after_days(calendar, start, record.category.arbitration_days or 0)
    return Due(day_of(entry.due_at), False) if entry.due_at is not None else None
