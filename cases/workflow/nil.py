"""Saying that nothing happened (零报告)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import NilReport
from cases.moves import Actor, Machine, NotAllowed, NotPossible, recorded_at
from grid.models import Unit
from grid.scope import LEVELS, Role, standing_of

DESKS = frozenset({Role.VILLAGE_LEADER, Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER})
"""Who may report nothing for any place of theirs; grid workers do for the grids they cover."""


def report_nothing(*, unit: Unit, on: date, by: Actor, at: datetime) -> NilReport:
    """Report for a place that nothing happened on a day: today or yesterday. Saying it twice is saying it once.

    Raises NotAllowed for somebody whose place it is not, NotPossible for another day or for what is no place.
    """
    if not unit.is_place:
        raise NotPossible(_("零报告须以网格或区划为单位。"), "unit")
    if not _may(unit, by):
        raise NotAllowed(_("您的岗位不能为“%(unit)s”作零报告。") % {"unit": unit.name})
    if not timedelta(0) <= day_of(at) - on <= timedelta(days=1):
        raise NotPossible(_("只能补报昨天或报告今天的零报告。"), "on")
    report = NilReport(unit=unit, on=on, at=at, by_id=by.pk, recorded_at=recorded_at(by, at), **unit.levels)
    NilReport.objects.bulk_create([report], ignore_conflicts=True)
    found: NilReport = NilReport.objects.get(unit=unit, on=on)
    return found


def _may(unit: Unit, by: Any) -> bool:
    if isinstance(by, Machine):
        return True
    return any(
        held.unit_id == unit.pk if held.role == Role.GRID_WORKER else _covers(unit, held)
        for held in standing_of(by).posts
    )


def _covers(unit: Unit, held: Any) -> bool:
    return held.role in DESKS and getattr(unit, LEVELS[held.level]) == held.place_id
