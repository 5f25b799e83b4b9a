"""Hand-over to a unit, its answer and its work (交办、签收、异议、办理)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Access, ClockEntry, HandOver, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.clocks import begin_step, end_step, incident_limit, start_clock, stop_clock
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.levels import check_level
from cases.workflow.offers import answer_offer, close_access, offer, withdraw_offers
from cases.workflow.requests import lapse
from grid.models import Unit
from grid.scope import LEVELS, Role, standing_of, today

IncidentStep = Step[Incident]
Reason, Kind, State = Access.Reason, HandOver.Kind, HandOver.State


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
    as unit, a unit outside the dispatcher's places, or one that objected with success before.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        helpers = [unit for unit in assisting if unit.pk != lead_unit.pk]
        check_units([lead_unit], step, "lead_unit")
        check_units(helpers, step, "assisting")
        if incident.hand_overs.filter(to_unit=lead_unit, kind=Kind.LEAD, state=State.SUSTAINED).exists():
            raise NotPossible(_("%(unit)s 的异议已成立，不能再次交办。") % {"unit": lead_unit.name}, "lead_unit")
        incident.lead_unit = lead_unit
        incident.report_back = report_back
        offer(incident, step, lead_unit, Kind.LEAD, Reason.LEAD)
        for unit in helpers:
            offer(incident, step, unit, Kind.ASSIST, Reason.ASSIST)
        if limit_on is not None or incident.due_at is None:
            limit = incident_limit(incident, step.at, limit_on)
            if limit is not None:
                start_clock(incident, step, ClockEntry.Clock.HANDLE, *limit)
        begin_step(incident, LimitSetting.Step.ACCEPT_INCIDENT, step)
        step.data |= {"lead_unit": lead_unit.pk, "assisting": [unit.pk for unit in helpers]}
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "assign_incident", pk=pk, by=by, at=at, change=change)


def check_units(units: Iterable[Unit], step: IncidentStep, field: str) -> None:
    """Refuse units that cannot be given work: places, closed ones, and those beyond the dispatcher's own places."""
    for unit in units:
        if unit.is_place or (unit.valid_to is not None and unit.valid_to <= today()):
            raise NotPossible(_("%(unit)s 不是可以承办的单位。") % {"unit": unit.name}, field)
        if step.user is not None and not any(
            getattr(unit, LEVELS[held.level]) == held.place_id for held in standing_of(step.user).posts
        ):
            raise NotPossible(_("%(unit)s 不在您的辖区内，请提级或由上级中心交办。") % {"unit": unit.name}, field)


def accept_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Sign for it: from here the handler answers for it."""

    def change(incident: Incident, step: IncidentStep) -> None:
        answer_offer(incident, step, State.ACCEPTED)
        incident.handler = step.user
        end_step(incident)

    return perform(INCIDENTS, "accept_incident", pk=pk, by=by, at=at, change=change)


def object_incident(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Incident:
    """Say with a reason that one's unit is not competent: once per unit."""

    def change(incident: Incident, step: IncidentStep) -> None:
        overruled = incident.hand_overs.filter(to_unit=incident.lead_unit, state=State.OVERRULED)
        if overruled.exists():
            raise NotPossible(_("本单位的异议已被驳回，不能再次提出。"))
        answer_offer(incident, step, State.OBJECTED)
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "object_incident", pk=pk, by=by, at=at, change=change, reason=reason)


def sustain_objection(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Find the unit not competent: back to triage."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _judge_objection(incident, step, State.SUSTAINED)
        take_back(incident, step)
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "sustain_objection", pk=pk, by=by, at=at, change=change)


def overrule_objection(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Find the unit competent after all: it stays assigned."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _judge_objection(incident, step, State.OVERRULED)
        assert incident.lead_unit is not None  # An objection comes from the lead unit.
        offer(incident, step, incident.lead_unit, Kind.LEAD, None)
        begin_step(incident, LimitSetting.Step.ACCEPT_INCIDENT, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "overrule_objection", pk=pk, by=by, at=at, change=change)


def _judge_objection(incident: Incident, step: IncidentStep, state: str) -> None:
    check_level(incident, step)
    objected = incident.hand_overs.filter(kind=Kind.LEAD, state=State.OBJECTED).order_by("-pk").first()
    if objected is None:
        raise NotPossible(_("没有待裁定的异议。"))
    objected.state = state
    step.add(objected)


def take_back(incident: Incident, step: IncidentStep) -> None:
    """Take the work out of every unit's hands: offers withdrawn, requests lapsed, access ended."""
    withdraw_offers(incident, step)
    lapse(incident, step)
    close_access(incident, step, Reason.LEAD, Reason.ASSIST)
    incident.lead_unit = None
    incident.handler = None


def void(incident: Incident, step: IncidentStep) -> None:
    """Nothing is left to do about a report found invalid or double."""
    take_back(incident, step)
    stop_clock(incident, step, ClockEntry.Clock.HANDLE)
    end_step(incident)


def has_handled(incident: Incident, user: Any) -> bool:
    """Whether the user ever acted on it as a handler: such a one neither inspects nor closes it (PV-12)."""
    return incident.events.filter(by=user, role=Role.HANDLER).exists()


def start_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Begin the work."""
    return perform(INCIDENTS, "start_incident", pk=pk, by=by, at=at)


def handle_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Report the work done; whether it is closed, the dispatcher decides."""

    def change(incident: Incident, step: IncidentStep) -> None:
        incident.handler = step.user or incident.handler
        lapse(incident, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "handle_incident", pk=pk, by=by, at=at, change=change)


def rework_incident(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Send reported work back for more."""

    def change(incident: Incident, step: IncidentStep) -> None:
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "rework_incident", pk=pk, by=by, at=at, change=change)


def refer_to_police(*, pk: int, by: Actor, at: datetime, police_unit: str, receipt_number: str = "") -> Incident:
    """Report a likely crime to the police at once; only time, receiver and receipt are kept (PML art.25)."""

    def change(incident: Incident, step: IncidentStep) -> None:
        step.remarks |= {"police_unit": police_unit, "receipt_number": receipt_number}

    return perform(INCIDENTS, "refer_to_police", pk=pk, by=by, at=at, change=change)
