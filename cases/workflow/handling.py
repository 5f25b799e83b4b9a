"""Triage, hand-over to a unit, and its work (分流、交办、签收、办理)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Access, ClockEntry, HandlingLevel, HandOver, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.clocks import incident_limit, next_level_unit, start_clock, step_due
from cases.workflow.incident_moves import INCIDENTS
from grid.models import Unit
from grid.scope import Role, standing_of

IncidentStep = Step[Incident]
LEVEL_ORDER = ["grid", "village", "township", "county", "city"]


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
        _check_level(incident, step)
        incident.triage_path = path
        incident.complexity = complexity or incident.complexity
        incident.urgency = urgency or incident.urgency
        incident.handling_level = incident.handling_level or _desk_level(incident, step)
        incident.step_due_on = step_due(incident, LimitSetting.Step.TRIAGE, step.at)
        step.data["path"] = path
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "triage_incident", pk=pk, by=by, at=at, change=change)


def assign_incident(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    lead_unit: Unit,
    assisting: Iterable[Unit] = (),
    limit_on: date | None = None,
    report_back: bool = True,
    remark: str = "",
) -> Incident:
    """Order a unit to handle it, others to assist, by a date.

    The lead and assisting units see the record wherever it lies. Raises NotPossible for a limit in the past, a place
    as lead unit, or a unit that objected with success before.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        _check_level(incident, step)
        helpers = [unit for unit in assisting if unit.pk != lead_unit.pk]
        for unit in [lead_unit, *helpers]:
            if unit.is_place or unit.valid_to is not None:
                raise NotPossible(_("%(unit)s 不是可以承办的单位。") % {"unit": unit.name}, "lead_unit")
        if incident.hand_overs.filter(
            to_unit=lead_unit, kind=HandOver.Kind.LEAD, state=HandOver.State.SUSTAINED
        ).exists():
            raise NotPossible(_("%(unit)s 的异议已成立，不能再次交办。") % {"unit": lead_unit.name}, "lead_unit")
        close_access(incident, step, Access.Reason.LEAD, Access.Reason.ASSIST)
        incident.lead_unit = lead_unit
        incident.handler = None
        incident.report_back = report_back
        _offer(incident, step, lead_unit, HandOver.Kind.LEAD, Access.Reason.LEAD)
        for unit in helpers:
            _offer(incident, step, unit, HandOver.Kind.ASSIST, Access.Reason.ASSIST)
        if limit_on is not None or incident.due_at is None:
            limit = incident_limit(incident, step.at, limit_on)
            if limit is not None:
                start_clock(incident, step, ClockEntry.Clock.HANDLE, *limit)
        incident.step_due_on = step_due(incident, LimitSetting.Step.ACCEPT_INCIDENT, step.at)
        step.data |= {"lead_unit": lead_unit.pk, "assisting": [unit.pk for unit in helpers]}
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "assign_incident", pk=pk, by=by, at=at, change=change)


def accept_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Sign for it: from here the handler answers for it."""

    def change(incident: Incident, step: IncidentStep) -> None:
        answer_offer(incident, step, HandOver.State.ACCEPTED)
        incident.handler = step.user
        incident.step_due_on = None

    return perform(INCIDENTS, "accept_incident", pk=pk, by=by, at=at, change=change)


def object_incident(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Incident:
    """Say with a reason that one's unit is not competent: once per unit."""

    def change(incident: Incident, step: IncidentStep) -> None:
        overruled = incident.hand_overs.filter(to_unit=incident.lead_unit, state=HandOver.State.OVERRULED)
        if overruled.exists():
            raise NotPossible(_("本单位的异议已被驳回，不能再次提出。"))
        answer_offer(incident, step, HandOver.State.OBJECTED)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "object_incident", pk=pk, by=by, at=at, change=change, reason=reason)


def sustain_objection(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Find the unit not competent: back to triage."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _judge_objection(incident, step, HandOver.State.SUSTAINED)
        close_access(incident, step, Access.Reason.LEAD, Access.Reason.ASSIST)
        incident.lead_unit = None
        incident.step_due_on = step_due(incident, LimitSetting.Step.TRIAGE, step.at)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "sustain_objection", pk=pk, by=by, at=at, change=change)


def overrule_objection(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Find the unit competent after all: it stays assigned."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _judge_objection(incident, step, HandOver.State.OVERRULED)
        assert incident.lead_unit is not None  # An objection comes from the lead unit.
        _offer(incident, step, incident.lead_unit, HandOver.Kind.LEAD, None)
        incident.step_due_on = step_due(incident, LimitSetting.Step.ACCEPT_INCIDENT, step.at)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "overrule_objection", pk=pk, by=by, at=at, change=change)


def start_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Begin the work."""
    return perform(INCIDENTS, "start_incident", pk=pk, by=by, at=at)


def handle_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Report the work done; whether it is closed, the dispatcher decides."""

    def change(incident: Incident, step: IncidentStep) -> None:
        incident.handler = step.user or incident.handler
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "handle_incident", pk=pk, by=by, at=at, change=change)


def rework_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Send reported work back for more."""

    def change(incident: Incident, step: IncidentStep) -> None:
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "rework_incident", pk=pk, by=by, at=at, change=change)


def escalate_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Hand it one level up, saying what was tried and why.

    Raises NotPossible at the city, the highest level.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        _relevel(incident, step, -1)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "escalate_incident", pk=pk, by=by, at=at, change=change)


def send_down_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Hand it one level down, with instructions. Raises NotPossible where there is no level below."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _check_level(incident, step)
        _relevel(incident, step, +1)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "send_down_incident", pk=pk, by=by, at=at, change=change)


def refer_to_police(*, pk: int, by: Actor, at: datetime, police_unit: str, receipt_number: str = "") -> Incident:
    """Report a likely crime to the police at once; only time, receiver and receipt are kept (PML art.25)."""

    def change(incident: Incident, step: IncidentStep) -> None:
        step.remarks |= {"police_unit": police_unit, "receipt_number": receipt_number}

    return perform(INCIDENTS, "refer_to_police", pk=pk, by=by, at=at, change=change)


def close_access(record: Any, step: Step[Any], *reasons: str) -> None:
    """End what was opened for these reasons, at the step's time."""
    for row in record.access.filter(reason__in=reasons).filter(Q(until__isnull=True) | Q(until__gt=step.at)):
        row.until = step.at
        step.add(row)


def answer_offer(record: Any, step: Step[Any], state: str) -> HandOver:
    """Write the unit's answer on the open offer. Raises NotPossible when there is none."""
    offer: HandOver | None = (
        record.hand_overs.filter(state=HandOver.State.OFFERED)
        .exclude(kind=HandOver.Kind.ASSIST)
        .order_by("-pk")
        .first()
    )
    if offer is None:
        raise NotPossible(_("没有待签收的移交。"))
    offer.state = state
    offer.answered_by = step.user
    offer.answered_at = step.at
    step.add(offer)
    return offer


def _offer(incident: Incident, step: IncidentStep, unit: Unit, kind: str, access: str | None) -> None:
    step.add(
        HandOver(
            kind=kind,
            from_unit_id=incident.unit_id,
            to_unit=unit,
            offered_by=step.user,
            offered_at=step.at,
        )
    )
    if access is not None:
        step.add(Access(unit=unit, reason=access, granted_at=step.at))


def _judge_objection(incident: Incident, step: IncidentStep, state: str) -> None:
    objected = incident.hand_overs.filter(state=HandOver.State.OBJECTED).order_by("-pk").first()
    if objected is None:
        raise NotPossible(_("没有待裁定的异议。"))
    objected.state = state
    step.add(objected)


def _desk_level(incident: Incident, step: IncidentStep) -> str:
    """The level of the dispatcher's own desk."""
    if step.user is None:
        return HandlingLevel.TOWNSHIP
    levels = [post.level for post in standing_of(step.user).posts if post.role == Role.CENTRE_DISPATCHER]
    return max(levels, key=LEVEL_ORDER.index, default=HandlingLevel.TOWNSHIP)


def _check_level(incident: Incident, step: IncidentStep) -> None:
    if not incident.handling_level or step.user is None:
        return
    if LEVEL_ORDER.index(_desk_level(incident, step)) < LEVEL_ORDER.index(incident.handling_level):
        raise NotPossible(_("本件现由%(level)s级中心调度。") % {"level": HandlingLevel(incident.handling_level).label})


def _relevel(incident: Incident, step: IncidentStep, direction: int) -> None:
    unit = next_level_unit(incident, direction)
    if unit is None:
        raise NotPossible(_("没有可以移交的上一级或下一级。"))
    close_access(incident, step, Access.Reason.LEAD, Access.Reason.ASSIST)
    step.data |= {"level_from": incident.handling_level or HandlingLevel.TOWNSHIP, "level_to": unit.level}
    incident.handling_level = unit.level
    incident.lead_unit = None
    incident.handler = None
    incident.step_due_on = step_due(incident, LimitSetting.Step.TRIAGE, step.at)
