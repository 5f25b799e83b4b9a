"""The part of assisting units in joint handling (协办): asked in, signed for, objected to, reported."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Access, HandOver, Incident
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.handling import check_units
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.levels import check_level
from cases.workflow.offers import live_access, offer, write_answer
from grid.models import Unit
from grid.scope import Role, standing_of

IncidentStep = Step[Incident]
Kind, State = HandOver.Kind, HandOver.State


def call_assistance(*, pk: int, by: Actor, at: datetime, assisting: Iterable[Unit], remark: str = "") -> Incident:
    """Ask further units to assist while the lead unit works.

    Raises NotPossible when none of them is new, or a unit cannot be given work.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        asked = set(_parts(incident).values_list("to_unit_id", flat=True)) | {incident.lead_unit_id}
        units = [unit for unit in assisting if unit.pk not in asked]
        if not units:
            raise NotPossible(_("所选单位已在办理本件。"), "assisting")
        check_units(units, step, "assisting")
        for unit in units:
            offer(incident, step, unit, Kind.ASSIST, Access.Reason.ASSIST)
        step.data["assisting"] = [unit.pk for unit in units]
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "call_assistance", pk=pk, by=by, at=at, change=change)


def accept_assistance(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Sign for one's unit's part."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _answer(incident, step, State.ACCEPTED, State.OFFERED)

    return perform(INCIDENTS, "accept_assistance", pk=pk, by=by, at=at, change=change)


def object_to_assistance(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Incident:
    """Say with a reason that one's unit cannot assist; the dispatcher asks another."""

    def change(incident: Incident, step: IncidentStep) -> None:
        part = _answer(incident, step, State.OBJECTED, State.OFFERED)
        for row in live_access(incident, step.at, Access.Reason.ASSIST).filter(unit_id=part.to_unit_id):
            row.until = step.at
            step.add_last(row)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "object_to_assistance", pk=pk, by=by, at=at, change=change, reason=reason)


def report_assistance(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Report what one's unit did; the lead unit goes on."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _answer(incident, step, State.DONE, State.OFFERED, State.ACCEPTED)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "report_assistance", pk=pk, by=by, at=at, change=change)


def _parts(incident: Incident) -> QuerySet[HandOver]:
    return incident.hand_overs.filter(kind=Kind.ASSIST, state__in=[State.OFFERED, State.ACCEPTED, State.DONE])


def _answer(incident: Incident, step: IncidentStep, state: str, *waiting: str) -> HandOver:
    """Answer for the unit where the acting user is a handler. Raises NotPossible when it has answered already."""
    units = [held.unit_id for held in standing_of(step.user).posts if held.role == Role.HANDLER]
    part = _parts(incident).filter(to_unit_id__in=units, state__in=waiting).order_by("-pk").first()
    if part is None:
        raise NotPossible(_("本单位的协办事项已签收或已反馈。"))
    step.data["unit"] = part.to_unit_id
    return write_answer(part, step, state)
