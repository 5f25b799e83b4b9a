"""Changed limits of a surge (DOMAIN.md 7.1): shorter where and while it is on, given back when it is over.

New limits ask ``shorten_limits``; those that run when a surge begins or ends are taken up by beat, one record a
transaction, each with an entry in its clock's log. ``cases`` knows nothing of reviews.
"""

from datetime import datetime
from time import monotonic
from typing import Any

from django.db.models import Q

from cases.deadlines import day_of
from cases.models import Case, Incident
from cases.moves import Machine, NotPossible, Step, perform
from cases.workflow import restore_case_limits, restore_limits, shorten_case_limits
from cases.workflow import shorten_limits as shorten_incident_limits
from cases.workflow.clocks import CUT, SHORTENERS, Shortening
from grid.rls import system_scope
from grid.scope import Role, local_day
from mediation.reviews.models import Surge
from mediation.reviews.workflow.surge_moves import SURGES

CLOCK = Machine(Role.SYSTEM)


def shorten_limits(record: Any, at: datetime) -> list[Shortening]:
    """Say what shortens a centre's own limits for a record now, for ``cases.workflow.clocks``.

    Whoever acts on the record need not see the surge: a township's desk is bound by its county's, reporting or not.
    """
    return [
        Shortening(_reason(surge), surge.limits_factor, surge.step_hours)
        for surge in in_force(record.levels, record.category_id, at)
    ]


def in_force(levels: dict[str, Any], category: str, at: datetime) -> list[Surge]:
    """The surges that hold at a place for a category, seen by the caller or not (migration 0010)."""
    rows = Surge.objects.raw("select * from hemu_surges_on(%s, %s)", [levels["city_id"], local_day(at)])
    return [
        surge
        for surge in rows
        if all(value is None or value == levels[column] for column, value in surge.levels.items())
        and (not surge.categories or category in surge.categories or category[:2] in surge.categories)
    ]


def register() -> None:
    """Have new limits shortened while a surge is on."""
    SHORTENERS["surge"] = shorten_limits


def tend_limits(*, at: datetime, seconds: float = 50.0) -> int:
    """Shorten what runs where a surge began, give back where one is over; return how many records changed.

    Safe twice and at once: a record that was done is left alone. What time does not allow, the next call does.
    """
    until = monotonic() + seconds
    with system_scope():
        begun = Surge.objects.filter(
            status=Surge.Status.ACTIVE, starts_on__lte=local_day(at), limits_set_at=None
        ).order_by("pk")
        over = Surge.objects.filter(
            status=Surge.Status.ENDED, limits_set_at__isnull=False, limits_back_at=None
        ).order_by("pk")
        waiting = [*over, *begun]
    return sum(_tend(surge, at, until) for surge in waiting)


def _tend(surge: Surge, at: datetime, until: float) -> int:
    """Take up all records of a surge, and note on it when that is done."""
    is_over = surge.status == Surge.Status.ENDED
    given = {"reason": _reason(surge)} if is_over else {}
    incidents, cases = (
        (restore_limits, restore_case_limits) if is_over else (shorten_incident_limits, shorten_case_limits)
    )
    with system_scope():
        todo: list[tuple[Any, int]] = [(incidents, pk) for pk in _running(surge, at, Incident, is_over=is_over)]
        todo += [(cases, pk) for pk in _running(surge, at, Case, is_over=is_over)]
    changed = 0
    for verb, pk in todo:
        if monotonic() > until:
            return changed
        try:
            with system_scope():
                verb(pk=pk, by=CLOCK, at=at, **given)
            changed += 1
        except NotPossible:
            continue  # Nothing to change, or somebody moved it meanwhile: its next step begins with the right limit.
    with system_scope():
        _note(surge, at, changed, is_over=is_over)
    return changed


def _running(surge: Surge, at: datetime, model: Any, *, is_over: bool) -> list[int]:
    """Open records where the surge holds that have a limit it may concern."""
    where = {column: value for column, value in surge.levels.items() if value is not None}
    rows = model.objects.filter(**where, is_open=True).order_by("pk")
    if is_over:
        # By the log and not by the class, which may have been corrected since.
        return list(rows.filter(clock_entries__reason=_reason(surge)).distinct().values_list("pk", flat=True))
    named = Q()
    for code in surge.categories:
        named |= Q(category_id__startswith=code)
    runs = Q(step_due_on__gte=day_of(at)) | Q(due_at__gt=at)
    return list(rows.filter(named, runs).values_list("pk", flat=True))


def _note(surge: Surge, at: datetime, changed: int, *, is_over: bool) -> None:
    def change(row: Surge, step: Step[Surge]) -> None:
        step.data = {"changed": changed}
        if is_over:
            row.limits_back_at = step.at
        else:
            row.limits_set_at = step.at

    try:
        perform(SURGES, "restore_limits" if is_over else "set_limits", pk=surge.pk, by=CLOCK, at=at, change=change)
    except NotPossible:
        return  # It ended, or somebody else was quicker.
    if is_over:
        # Where another one still holds, it takes hold again of what was given back.
        Surge.objects.filter(status=Surge.Status.ACTIVE, city_id=surge.city_id).update(limits_set_at=None)


def _reason(surge: Surge) -> str:
    return f"{CUT}{surge.pk}"
