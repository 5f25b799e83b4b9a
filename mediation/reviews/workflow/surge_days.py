"""The days of a surge: figures frozen at the cut-off, of which the three products are made (DOMAIN.md 7.1)."""

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from grid.scope import local_day
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.figures.particulars import particulars
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Surge, SurgeDay, SurgeTask
from mediation.reviews.periods import Period
from mediation.reviews.workflow.building import one_state, retried
from mediation.reviews.workflow.surge_duty import frozen_roster
from mediation.reviews.workflow.surges import cut_off_of, day_span, is_reported

logger = logging.getLogger("hemu.reviews")


def build_surge_days(*, at: datetime) -> int:
    """Freeze the figures of every day of a surge whose cut-off has passed; return how many. Safe twice and at once."""
    built = 0
    while retried(lambda: _build_next(at)):
        built += 1
    return built


def _build_next(at: datetime) -> bool:
    with one_state():
        surges = (
            Surge.objects.filter(status__in=[Surge.Status.ACTIVE, Surge.Status.ENDED], starts_on__lte=local_day(at))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("unit")
            .order_by("pk")
        )
        for surge in surges:
            known = set(surge.days.values_list("day", flat=True))
            for day in _days_over(surge, at):
                if day not in known:
                    _build(surge, day, at)
                    return True
    return False


def _days_over(surge: Surge, at: datetime) -> Iterator[date]:
    """The days of a surge that are reported on and whose cut-off has passed, or that ended with it."""
    day = surge.starts_on
    while day <= surge.ends_on:
        start, end = day_span(surge, day)
        if start >= end or end > at:
            return
        if is_reported(surge, day):
            yield day
        day += timedelta(days=1)


def _build(surge: Surge, day: date, at: datetime) -> None:
    start, end = day_span(surge, day)
    SurgeDay(
        surge=surge,
        day=day,
        as_of=end,
        figures=json.loads(json.dumps(figures_of_day(surge, day, start, end))),
        built_at=at,
        **surge.levels,
    ).save(force_insert=True)


def figures_of_day(surge: Surge, day: date, start: datetime, end: datetime) -> dict[str, Any]:
    """Count one day of a surge: the area's figures, who reported, and where the tasks stand at its end."""
    period = Period(Kind.DAILY, start, end)
    counted = compute(surge.unit, period, as_of=end, compare=False).as_json()
    counted["particulars"] = particulars(surge.unit, period, end)
    counted["reports"] = _reports(surge, day)
    counted["tasks"] = _tasks(surge, end)
    counted["duty"] = frozen_roster(surge, day)
    return counted


def _reports(surge: Surge, day: date) -> dict[str, Any]:
    """Per unit what it reported; a unit without a report is missing (未报), which is not nothing."""
    made = {row.of_unit_id: row for row in surge.reports.filter(day=day)}
    items = []
    for unit in sorted((row.of_unit for row in surge.units.select_related("of_unit")), key=lambda one: one.code):
        row = made.get(unit.pk)
        state = "missing" if row is None else "nil" if row.is_nil else "reported"
        items.append({"unit": unit.code, "name": unit.name, "state": state, "words": row.words if row else ""})
    counts = {state: sum(item["state"] == state for item in items) for state in ("reported", "nil", "missing")}
    return {"units": len(items), **counts, "items": items}


def _tasks(surge: Surge, end: datetime) -> dict[str, Any]:
    """The tasks given by then, and per task whether it was done, under way or overdue."""
    items = [
        {
            "id": task.pk,
            "owner": task.owner.name,
            "text": task.text,
            "due_at": task.due_at.isoformat(),
            "state": _task_state(task, end),
        }
        for task in surge.tasks.filter(given_at__lt=end).select_related("owner").order_by("due_at", "pk")
    ]
    counts = {state: sum(item["state"] == state for item in items) for state in ("done", "open", "overdue")}
    return {"total": len(items), **counts, "items": items}


def _task_state(task: SurgeTask, end: datetime) -> str:
    if task.done_at is not None and task.done_at < end:
        return "done"
    return "overdue" if task.due_at < end else "open"


def closing_figures(surge: Surge, end: datetime) -> dict[str, Any]:
    """Count a whole surge up to its end, for the closing report. Call it in a scope that sees the unit."""
    start = periods.midnight(surge.starts_on)
    counted = figures_of_day(surge, local_day(end), start, end)
    counted["reports"] = _kept(surge)
    return counted


def _kept(surge: Surge) -> dict[str, Any]:
    """How often each unit reported over the days that were built."""
    days = list(surge.days.order_by("day"))
    items: dict[str, dict[str, Any]] = {}
    for day in days:
        for row in day.figures["reports"]["items"]:
            mine = items.setdefault(
                row["unit"], {"unit": row["unit"], "name": row["name"], "reported": 0, "nil": 0, "missing": 0}
            )
            mine[row["state"]] += 1
    return {"days": len(days), "items": [items[code] for code in sorted(items)]}


def due_today(surge: Surge, at: datetime) -> datetime:
    """When today's reports close."""
    return cut_off_of(surge, local_day(at))
