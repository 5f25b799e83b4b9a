"""The end of an incident, and what may follow it (办结、回访、重开、归档)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.deadlines import REOPEN_DAYS
from cases.models import Access, ClockEntry, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow import reasons
from cases.workflow.clocks import begin_step, end_step, restart_clock, stop_clock
from cases.workflow.handling import has_handled
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.levels import check_level
from cases.workflow.offers import close_access, let_access_run_out, prolong_access, withdraw_offers

IncidentStep = Step[Incident]
Outcome = Incident.Outcome
HANDLE = ClockEntry.Clock.HANDLE

NEEDS_NO_UNIT = frozenset({Outcome.EXPLAINED, Outcome.TRANSFERRED, Outcome.UNFOUNDED, Outcome.WITHDRAWN})
"""Results a dispatcher can reach without a handling unit; what the village does itself can have any."""


def close_incident(
    *, pk: int, by: Actor, at: datetime, outcome: str, level: str, evidence: str, remark: str
) -> Incident:
    """Close with a typed outcome, at the level where it was handled.

    Raises NotPossible when whoever did the work closes it, when a verified report was not solved on the spot, when a
    matter without a handling unit is given an outcome that needs one, for the outcome 转调解 (that is
    ``open_case_from_incident``), or when evidence is claimed and none attached.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own_work(incident, step)
        check_level(incident, step)
        _check_outcome(incident, outcome)
        if evidence == reasons.Evidence.ATTACHED and not incident.attachments.exists():
            raise NotPossible(_("尚未上传办结材料。"), "evidence")
        end(incident, step, outcome, level)
        step.data["evidence"] = evidence
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "close_incident", pk=pk, by=by, at=at, change=change)


def _not_own_work(incident: Incident, step: IncidentStep) -> None:
    """Separation of duties: what no unit handled, the reporter did."""
    if step.user is None:
        return
    worked = incident.reporter_id if incident.lead_unit_id is None else incident.handler_id
    if worked == step.user.pk or has_handled(incident, step.user):
        raise NotPossible(_("承办人不能办结自己办理的事件。"))


def _check_outcome(incident: Incident, outcome: str) -> None:
    if outcome == Outcome.CONVERTED:
        raise NotPossible(_("转调解请使用“转为纠纷案件”。"), "outcome")
    if incident.status == Incident.Status.VERIFIED and not incident.self_handled:
        raise NotPossible(_("只有即报即结的事件可以核实后直接办结，请先分流。"))
    needs_unit = outcome not in NEEDS_NO_UNIT and incident.triage_path != Incident.Path.SELF_VILLAGE
    if incident.status == Incident.Status.TRIAGED and needs_unit:
        raise NotPossible(_("尚无承办单位，不能以此结果办结。"), "outcome")


def end(incident: Incident, step: IncidentStep, outcome: str, level: str) -> None:
    """Write the closure on the incident, stop its clock, and let the units' access run out."""
    incident.closed_at = step.at
    incident.outcome = outcome
    incident.closed_level = level
    end_step(incident)
    stop_clock(incident, step, HANDLE)
    withdraw_offers(incident, step)
    let_access_run_out(incident, step, Access.Reason.LEAD, Access.Reason.ASSIST)


def convert_incident(*, pk: int, by: Actor, at: datetime, case_pk: int, level: str, remark: str = "") -> Incident:
    """Close as converted to the dispute case ``case_pk``."""

    def change(incident: Incident, step: IncidentStep) -> None:
        check_level(incident, step)
        end(incident, step, Outcome.CONVERTED, level)
        step.data["case"] = case_pk
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "convert_incident", pk=pk, by=by, at=at, change=change)


def revisit_incident(*, pk: int, by: Actor, at: datetime, satisfaction: str = "", remark: str = "") -> Incident:
    """Ask the people concerned afterwards; no answer is an empty satisfaction."""

    def change(incident: Incident, step: IncidentStep) -> None:
        step.data["satisfaction"] = satisfaction
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "revisit_incident", pk=pk, by=by, at=at, change=change)


def reopen_incident(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Incident:
    """Make a closed incident active again, within 90 days.

    Raises NotPossible later (report a new one that follows it), or when it became a dispute case.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        check_reopening(incident.closed_at, step.at)
        if incident.outcome == Outcome.CONVERTED:
            raise NotPossible(_("本事件已转为纠纷案件，请在案件中处理。"))
        unclose(incident)
        restart_clock(incident, step, HANDLE)
        prolong_access(incident, step, Q(reason=Access.Reason.LEAD, unit_id=incident.lead_unit_id))
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "reopen_incident", pk=pk, by=by, at=at, change=change, reason=reason)


def check_reopening(closed_at: datetime | None, at: datetime) -> None:
    """Refuse a reopening more than 90 days after the closing."""
    if closed_at is not None and at - closed_at > timedelta(days=REOPEN_DAYS):
        raise NotPossible(_("办结已超过90天，不能重开；请登记新的一件并关联本件。"))


def unclose(incident: Incident) -> None:
    """Take the closure off; the limit in force stays, and counts again."""
    incident.closed_at = None
    incident.outcome = ""
    incident.closed_level = ""


def archive_incident(*, pk: int, by: Actor, at: datetime) -> Incident:
    """Put a closed incident away; it cannot be reopened from here, and the units that worked on it let go of it."""

    def change(incident: Incident, step: IncidentStep) -> None:
        close_access(incident, step, Access.Reason.LEAD, Access.Reason.ASSIST)

    return perform(INCIDENTS, "archive_incident", pk=pk, by=by, at=at, change=change)
