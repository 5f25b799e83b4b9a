"""Surge mode (平战结合): activated by two, ended by the clock at the latest, a report a day from every unit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cases.codes import categories as known_categories
from cases.models import LimitSetting
from cases.moves import Actor, Machine, NotAllowed, NotPossible, Step, begin, perform
from grid.models import Unit
from grid.scope import LEVELS, SHANGHAI, Role, local_day, standing_of
from mediation.reviews import periods
from mediation.reviews.models import Surge, SurgeReport, SurgeTask, SurgeUnit
from mediation.reviews.models.moving import addressed_ids, addresses
from mediation.reviews.workflow.paper_moves import ADDRESSED
from mediation.reviews.workflow.papers import words
from mediation.reviews.workflow.surge_moves import COMMAND, SURGES

MOST_DAYS = 30
"""Longer takes a new approval (DOMAIN.md 7.1)."""

CUT_OFF = time(17)
"""When the day's reports close, where nothing else is said."""


STEPS = {
    LimitSetting.Step.TRIAGE: 4,
    LimitSetting.Step.ACCEPT_INCIDENT: 4,
    LimitSetting.Step.ACCEPT_CASE: 24,
}
"""Steps whose limit a surge may set, and the hours proposed for them (ours; the sources name none)."""

MOST_HOURS = 72


def propose_surge(
    *,
    unit: Unit,
    by: Actor,
    at: datetime,
    reason: str,
    authority: str,
    starts_on: date,
    ends_on: date,
    units: Iterable[Unit],
    categories: Iterable[str] = (),
    limits_factor: Decimal = Decimal(1),
    step_hours: Mapping[str, int] | None = None,
    cut_off: time = CUT_OFF,
) -> Surge:
    """Ask for a surge at a division. Raises NotPossible for a span, scope or factor that makes no sense."""
    reporting = list(dict.fromkeys(units))
    _check_proposal(unit, at, starts_on, ends_on, reporting, limits_factor)
    hours = _checked_hours(step_hours or {})
    codes = list(dict.fromkeys(categories))
    if unknown := [code for code in codes if code not in known_categories()]:
        raise NotPossible(_("没有类别%(codes)s。") % {"codes": "、".join(unknown)}, "categories")
    surge = Surge(
        status="",
        reason=words(reason, 5),
        authority=words(authority, 2)[:200],
        starts_on=starts_on,
        ends_on=ends_on,
        categories=codes,
        limits_factor=limits_factor,
        step_hours=hours,
        cut_off=cut_off,
        last_event_at=at,
        proposed_by=by,
    )
    surge.lie_at(unit)
    with transaction.atomic():
        proposed: Surge = begin(SURGES, "propose_surge", surge, by=by, at=at)
        SurgeUnit.objects.bulk_create(SurgeUnit(surge=surge, of_unit=one, **surge.levels) for one in reporting)
    return proposed


def _check_proposal(
    unit: Unit, at: datetime, starts_on: date, ends_on: date, units: list[Unit], limits_factor: Decimal
) -> None:
    if unit.kind != Unit.Kind.DIVISION:
        raise NotPossible(_("战时机制须在一个区划启动。"), "unit")
    if starts_on < local_day(at):
        raise NotPossible(_("开始日期不能早于今天。"), "starts_on")
    if ends_on < starts_on:
        raise NotPossible(_("结束日期不能早于开始日期。"), "ends_on")
    if (ends_on - starts_on).days + 1 > MOST_DAYS:
        raise NotPossible(_("战时机制最长%(most)s天，延长须重新报批。") % {"most": MOST_DAYS}, "ends_on")
    if not 0 < limits_factor <= 1:
        raise NotPossible(_("时限系数须大于0、不大于1。"), "limits_factor")
    if not units:
        raise NotPossible(_("请选择报告单位。"), "units")
    if any(not one.path.startswith(unit.path) for one in units):
        raise NotPossible(_("报告单位须在本级或下级。"), "units")


def _checked_hours(step_hours: Mapping[str, int]) -> dict[str, int]:
    for step, hours in step_hours.items():
        if step not in STEPS:
            raise NotPossible(_("没有这个环节。"), "step_hours")
        if not 1 <= hours <= MOST_HOURS:
            raise NotPossible(_("环节时限须为1至%(most)s小时。") % {"most": MOST_HOURS}, f"hours_{step}")
    return {str(step): hours for step, hours in step_hours.items()}


def approve_surge(*, pk: int, by: Actor, at: datetime) -> Surge:
    """Put a surge into force, as a second person."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        if step.user is None or step.user.pk == surge.proposed_by_id:
            raise NotAllowed(_("提请人不能批准，须由第二人批准。"))
        if local_day(step.at) > surge.ends_on:
            raise NotPossible(_("计划结束日期已过，请重新提请。"))

    approved: Surge = perform(SURGES, "approve_surge", pk=pk, by=by, at=at, change=change)
    return approved


def decline_surge(*, pk: int, by: Actor, at: datetime, remark: str) -> Surge:
    """Turn a proposal down."""

    def change(_surge: Surge, step: Step[Surge]) -> None:
        step.facts["words"] = words(remark, 2)

    declined: Surge = perform(SURGES, "decline_surge", pk=pk, by=by, at=at, change=change)
    return declined


def report_day(*, pk: int, by: Actor, at: datetime, is_nil: bool = False, remark: str = "") -> Surge:
    """Report for one's unit what today brought, or that it brought nothing; once a day, before the cut-off."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        day = local_day(step.at)
        if day < surge.starts_on:
            raise NotPossible(_("战时机制尚未开始。"))
        if step.at >= cut_off_of(surge, day):
            raise NotPossible(_("已过今日截止时间（%(time)s）。") % {"time": f"{surge.cut_off:%H:%M}"})
        said = remark.strip()
        if is_nil == bool(said):
            raise NotPossible(_("请填写情况，或勾选零报告，二者选一。"), "remark")
        units = reporting_units(surge, step.user)
        done = set(surge.reports.filter(of_unit__in=units, day=day).values_list("of_unit_id", flat=True))
        unit = next((one for one in units if one not in done), None)
        if unit is None:
            raise NotPossible(_("本单位今日已报告。"))
        step.add(
            SurgeReport(surge=surge, of_unit_id=unit, day=day, is_nil=is_nil, words=said, by=step.user, at=step.at)
        )
        step.data = {"of_unit": unit, "day": str(day), "is_nil": is_nil}

    reported: Surge = perform(SURGES, "report_day", pk=pk, by=by, at=at, change=change)
    return reported


def reporting_units(surge: Surge, user: Any) -> list[int]:
    """The units of the surge for which the user speaks, usually one."""
    required = {row.of_unit_id for row in surge.units.all()}
    spoken_for = [unit for held in standing_of(user).posts if held.role in ADDRESSED for unit in addresses(held)]
    units = [unit for unit in dict.fromkeys(spoken_for) if unit in required]
    if not units:
        raise NotAllowed(_("您的单位不在报告范围内。"))
    return units


def to_report(user: Any, at: datetime) -> list[SurgeUnit]:
    """The units of the user's that have still to report today, each with its surge; none after the cut-off."""
    units, day = addressed_ids(standing_of(user)), local_day(at)
    if not units:
        return []
    due = SurgeUnit.objects.filter(
        ~Exists(SurgeReport.objects.filter(surge=OuterRef("surge"), of_unit=OuterRef("of_unit"), day=day)),
        of_unit__in=units,
        surge__status=Surge.Status.ACTIVE,
        surge__starts_on__lte=day,
        surge__ends_on__gte=day,
        surge__cut_off__gt=at.astimezone(SHANGHAI).time(),
    )
    return list(due.select_related("surge", "of_unit").order_by("pk"))


def give_task(*, pk: int, by: Actor, at: datetime, owner: Unit, remark: str, due_at: datetime) -> Surge:
    """Give a task to one of the units of the surge, with the hour by which it is due."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        if owner.pk not in {row.of_unit_id for row in surge.units.all()}:
            raise NotPossible(_("责任单位须是本次战时的报告单位。"), "owner")
        if due_at <= step.at:
            raise NotPossible(_("完成时限须晚于现在。"), "due_at")
        step.add(
            SurgeTask(
                surge=surge, owner=owner, text=words(remark, 5), given_at=step.at, given_by=step.user, due_at=due_at
            )
        )
        step.data = {"owner": owner.pk, "due_at": due_at.isoformat()}

    given: Surge = perform(SURGES, "give_task", pk=pk, by=by, at=at, change=change)
    return given


def finish_task(*, pk: int, by: Actor, at: datetime, task: SurgeTask, remark: str) -> Surge:
    """Note that a task is done: by its owner, or by the command."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        row = surge.tasks.filter(pk=task.pk).select_for_update(of=("self",)).first()
        # Row-level security hides other units' tasks from a unit.
        if row is None or not (commands(surge, step.user) or row.owner_id in reporting_units(surge, step.user)):
            raise NotAllowed(_("只能报告本单位的任务。"))
        if row.done_at is not None:
            raise NotPossible(_("该任务已完成。"), "task")
        row.done_at, row.result = step.at, words(remark, 2)
        step.add(row)
        step.data = {"task": row.pk}

    finished: Surge = perform(SURGES, "finish_task", pk=pk, by=by, at=at, change=change)
    return finished


def commands(surge: Surge, user: Any) -> bool:
    """Whether the user belongs to the command of the place."""
    return any(
        held.role in COMMAND and getattr(surge, LEVELS[held.level]) == held.place_id for held in standing_of(user).posts
    )


def end_surge(*, pk: int, by: Actor, at: datetime, remark: str) -> Surge:
    """End a surge before its planned end."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        step.facts["words"] = words(remark, 2)
        surge.ended_at = step.at
        surge.drop_request()

    ended: Surge = perform(SURGES, "end_surge", pk=pk, by=by, at=at, change=change)
    return ended


def expire_surges(*, at: datetime) -> int:
    """End every surge whose planned end is over, as of that end; return how many. Safe twice; in a system scope."""
    over = Surge.objects.filter(status=Surge.Status.ACTIVE, ends_on__lt=local_day(at)).order_by("pk")
    ended = 0
    for pk, ends_on, last_event_at in list(over.values_list("pk", "ends_on", "last_event_at")):
        end = periods.containing("daily", ends_on).end

        def change(surge: Surge, _step: Step[Surge]) -> None:
            if surge.ends_on >= local_day(at):
                raise NotPossible(_("计划结束日期未到。"))
            surge.ended_at = periods.containing("daily", surge.ends_on).end
            surge.drop_request()

        # A task given after the last day and before this tick stands before it on the timeline, and ends nothing later.
        moment = max(end, last_event_at)
        try:
            perform(SURGES, "expire_surge", pk=pk, by=Machine(Role.SYSTEM, recorded_at=at), at=moment, change=change)
        except NotPossible:
            continue  # Ended, extended or worked on by somebody in the meantime; the next tick looks again.
        ended += 1
    return ended


def cut_off_of(surge: Surge, day: date) -> datetime:
    """The moment the reports of a day close; the day's figures reach from one to the next."""
    return datetime.combine(day, surge.cut_off, SHANGHAI)


def is_reported(surge: Surge, day: date) -> bool:
    """Whether a day of the surge is reported on: not one on which it was approved after the reports had closed."""
    approved = surge.events.filter(verb="approve_surge").order_by("seq").first()
    return approved is None or approved.at < cut_off_of(surge, day)


def day_span(surge: Surge, day: date) -> tuple[datetime, datetime]:
    """From when to when the figures of a day reach: the first day begins at midnight, the last ends with the surge."""
    start = periods.midnight(day) if day == surge.starts_on else cut_off_of(surge, day - timedelta(days=1))
    end = cut_off_of(surge, day)
    return (start, min(end, surge.ended_at) if surge.ended_at else end)
