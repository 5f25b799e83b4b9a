"""Triage, and what moves an incident between desks and levels (分流、提级、交下级、撤回交办)."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.models import ClockEntry, HandlingLevel, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.clocks import begin_step, resume
from cases.workflow.handling import take_back
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.levels import check_level, desk_level, neighbour_level

IncidentStep = Step[Incident]


def triage_incident(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    path: str,
    complexity: str = "",
    urgency: str = "",
    remark: str = "",
) -> Incident:
    """Choose the path: village, department, mediation, petition, police, advice to sue.

    Raises NotPossible when the matter now lies with a level above the dispatcher's.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        if incident.lead_unit_id is not None:  # Reopened: who handled it before is asked anew, or another is.
            take_back(incident, step)
        incident.triage_path = path
        incident.complexity = complexity or incident.complexity
        incident.urgency = urgency or incident.urgency
        incident.handling_level = incident.handling_level or desk_level(incident, step)
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.data["path"] = path
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "triage_incident", pk=pk, by=by, at=at, change=change)


def escalate_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Hand it one level up, saying what was tried and why.

    Raises NotPossible at the city, the highest level, and for a desk below the level that has it.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        _move(incident, step, +1)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "escalate_incident", pk=pk, by=by, at=at, change=change)


def send_down_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Hand it one level down, with instructions. Raises NotPossible where there is no level below."""

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        incident.handling_level = incident.handling_level or desk_level(incident, step)
        _move(incident, step, -1)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "send_down_incident", pk=pk, by=by, at=at, change=change)


def _move(incident: Incident, step: IncidentStep, direction: int) -> None:
    unit = neighbour_level(incident, direction)
    if unit is None:
        raise NotPossible(_("没有可以移交的上一级或下一级。"))
    step.data |= {"level_from": incident.handling_level or HandlingLevel.TOWNSHIP, "level_to": unit.level}
    take_back(incident, step)
    incident.handling_level = unit.level
    begin_step(incident, LimitSetting.Step.TRIAGE, step)


def recall_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Take an assignment back: the wrong unit, a unit that no longer exists, people who settled meanwhile."""

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        step.data["lead_unit"] = incident.lead_unit_id
        resume(incident, step, ClockEntry.Clock.HANDLE)
        take_back(incident, step)
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "recall_incident", pk=pk, by=by, at=at, change=change)
