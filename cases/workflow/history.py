"""Verbs that record what happened before the system was in use: ledger rows (LEDGER.md section 1).

Guards on facts hold (order of times, written-only categories, 30 days for confirmation, 90 days for reopening,
category rules); guards on people, consent, signatures, sessions and separation of duties are waived. Each ``change``
is a pure function of record and step, so that bulk writers apply the very same rules without a database.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import CONFIRM_APPLY_DAYS, WorkCalendar, after_days, day_of
from cases.models import DISPUTE_CLASS, CalendarDay, CalendarYear, Case, ClockEntry, Incident
from cases.moves import Machine, NotPossible, Noun, Step, advance, begin, check_role, perform, recorded_at
from cases.workflow.case_moves import CASES
from cases.workflow.closing import Outcome, check_reopening, unclose
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.inspection import point_to
from cases.workflow.mediating import agree, check_form
from cases.workflow.performing import check_confirmation_time

Change = Callable[[Any, Step[Any]], None]


# -- Incidents: changes --------------------------------------------------------------------------------------------


def reporting(limit_at: datetime | None = None) -> Change:
    """An incident as its ledger row reports it, with the limit agreed then, which may pass before inspection."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        if incident.category.is_class:
            raise NotPossible(_("类别须为具体类别。"), "category")
        incident.restricted = incident.category.is_restricted
        if limit_at is not None:
            _limit(incident, step, limit_at)

    return change


def limiting(limit_at: datetime) -> Change:
    """The limit agreed at report, learnt after later steps were recorded: in force from this event on."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        _limit(incident, step, limit_at)

    return change


def _limit(incident: Incident, step: Step[Incident], limit_at: datetime) -> None:
    if limit_at < incident.reported_at:
        raise NotPossible(_("办结时限不能早于上报时间。"), "limit")
    incident.due_at = limit_at
    _log(step, ClockEntry.Clock.HANDLE, ClockEntry.Action.START, limit_at)


def _log(step: Step[Any], clock: str, action: str, due_at: datetime, is_provisional: bool = False) -> None:
    """Clocks are a log here too; a ledger's limit is its time, to the second (LEDGER.md section 4)."""
    step.add(
        ClockEntry(clock=clock, action=action, at=step.at, due_at=due_at, is_provisional=is_provisional, seq=step.seq)
    )


def _log_limit(incident: Incident, step: Step[Incident], action: str) -> None:
    if incident.due_at is not None:
        _log(step, ClockEntry.Clock.HANDLE, action, incident.due_at)


def voiding() -> Change:
    """Found invalid: nothing is left to be done by any limit."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        _log_limit(incident, step, ClockEntry.Action.STOP)

    return change


def duplicating(master: Incident) -> Change:
    """Found to be a duplicate of ``master``, which was reported no later than now."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        point_to(incident, master, step.at)
        step.data["master"] = master.pk
        _log_limit(incident, step, ClockEntry.Action.STOP)

    return change


def closing(outcome: str, level: str) -> Change:
    """Closed with a typed outcome; 转调解 is for disputes only."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        if outcome == Outcome.CONVERTED and incident.category.parent_id != DISPUTE_CLASS:
            raise NotPossible(_("只有矛盾纠纷类事件可以转调解。"), "outcome")
        incident.closed_at = step.at
        incident.outcome = outcome
        incident.closed_level = level
        _log_limit(incident, step, ClockEntry.Action.STOP)

    return change


def reopening() -> Change:
    """Reopened within 90 days of its closing; the limit in force counts again."""

    def change(incident: Incident, step: Step[Incident]) -> None:
        check_reopening(incident.closed_at, step.at)
        unclose(incident)
        _log_limit(incident, step, ClockEntry.Action.RESUME)

    return change


# -- Disputes: changes ----------------------------------------------------------------------------------------------


def registering() -> Change:
    """A dispute as its ledger row registers it: of class 01, as at a desk."""

    def change(case: Case, step: Step[Case]) -> None:
        if case.category.parent_id != DISPUTE_CLASS:
            raise NotPossible(_("请选择矛盾纠纷类别。"), "category")
        case.restricted = case.category.is_restricted

    return change


def accepting(file_number: str = "") -> Change:
    """Accepted. Imported disputes keep their outside number and get no file number; a played year's get theirs."""

    def change(case: Case, step: Step[Case]) -> None:
        case.accepted_at = step.at
        case.file_number = file_number

    return change


def agreeing(
    form: str, amount: Decimal | None, limit_on: date | None, calendar: WorkCalendar, obliging: bool = True
) -> Change:
    """Agreed in the form given; the law's written-only categories hold. Without a limit its own day is the limit."""

    def change(case: Case, step: Step[Case]) -> None:
        check_form(case, form)
        start = day_of(step.at)
        _check_limit(limit_on, start)
        agree(case, step, form=form, amount=amount, limit_on=limit_on, obliging=obliging)
        case.next_due_on = case.agreement_limit_on if obliging else None
        last = after_days(calendar, start, CONFIRM_APPLY_DAYS)
        case.confirm_apply_by = last.on
        _log(step, ClockEntry.Clock.CONFIRM, ClockEntry.Action.START, last.at, last.is_provisional)

    return change


def _check_limit(limit_on: date | None, agreed_on: date) -> None:
    if limit_on is not None and limit_on < agreed_on:
        raise NotPossible(_("履行期限不能早于协议达成之日。"), "limit_on")


def detailing(
    *,
    committee_name: str = "",
    people_count: int | None = None,
    amount: Decimal | None = None,
    limit_on: date | None = None,
) -> Change:
    """Particulars of a dispute learnt after its steps were recorded; what is not given stays as it was."""

    def change(case: Case, step: Step[Case]) -> None:
        if amount is not None or limit_on is not None:
            if case.agreed_at is None:
                raise NotPossible(_("没有协议，不能补录协议金额和履行期限。"), "amount")
            _check_limit(limit_on, day_of(case.agreed_at))
            case.agreement_amount = case.agreement_amount if amount is None else amount
            case.agreement_limit_on = limit_on or case.agreement_limit_on
            case.next_due_on = case.agreement_limit_on if case.is_obliging else None
            step.facts |= {"amount": case.agreement_amount, "limit_on": case.agreement_limit_on}
        case.committee_name = committee_name or case.committee_name
        case.people_count = case.people_count if people_count is None else people_count

    return change


def performing() -> Change:
    """Fully performed, late included."""

    def change(case: Case, step: Step[Case]) -> None:
        case.performed_at = step.at
        case.is_obliging = False
        case.next_due_on = None

    return change


def terminating(reason: str) -> Change:
    """Ended without performance."""

    def change(case: Case, step: Step[Case]) -> None:
        case.terminated_at = step.at
        case.termination_reason = reason
        case.next_due_on = None
        step.reason = reason

    return change


def resolving(level: str) -> Change:
    """Resolved at a level."""

    def change(case: Case, step: Step[Case]) -> None:
        case.resolved_at = step.at
        case.resolved_level = level

    return change


def applying(result: str = "") -> Change:
    """Applied for judicial confirmation within 30 days of the agreement; the court's result is undated."""

    def change(case: Case, step: Step[Case]) -> None:
        if case.agreed_at is None:
            raise NotPossible(_("没有协议，不能申请司法确认。"), "confirmation")
        check_confirmation_time(case, step.at)
        case.confirmation_applied_at = step.at
        case.confirmation = result or Case.Confirmation.APPLIED
        if result:
            step.data |= {"result": result, "undated": True}

    return change


def deciding(result: str) -> Change:
    """The court's result without a date: learnt later than the application, or with none recorded at all."""

    def change(case: Case, step: Step[Case]) -> None:
        if case.agreed_at is None:
            raise NotPossible(_("没有协议，不能申请司法确认。"), "confirmation")
        case.confirmation = result
        step.data |= {"result": result, "undated": True}

    return change


def visiting(satisfaction: str) -> Change:
    """Visited afterwards; no answer is an empty satisfaction."""

    def change(case: Case, step: Step[Case]) -> None:
        step.facts["satisfaction"] = satisfaction

    return change


def ending(prevented: Mapping[str, int] | None = None) -> Change:
    """Closed with its performance or termination; with what mediation prevented, kind -> people, as ``close_case``."""

    def change(case: Case, step: Step[Case]) -> None:
        case.closed_at = step.at
        if prevented:
            step.data["prevented"] = dict(prevented)

    return change


# -- The verbs ------------------------------------------------------------------------------------------------------


def begin_incident(*, incident: Incident, by: Machine, limit_at: datetime | None = None) -> Incident:
    """Record an incident reported in the past (``incident.reported_at``), with the limit agreed then."""
    return begin(INCIDENTS, "record_incident", incident, by=by, at=incident.reported_at, change=reporting(limit_at))


def record_incident_step(*, pk: int, verb: str, by: Machine, at: datetime, change: Change | None = None) -> Incident:
    """Record one later step of an incident."""
    return perform(INCIDENTS, verb, pk=pk, by=by, at=at, change=change)


def begin_case(*, case: Case, by: Machine) -> Case:
    """Record a dispute registered in the past (``case.registered_at``)."""
    return begin(CASES, "record_case", case, by=by, at=case.registered_at, change=registering())


def record_case_step(*, pk: int, verb: str, by: Machine, at: datetime, change: Change | None = None) -> Case:
    """Record one later step of a dispute."""
    return perform(CASES, verb, pk=pk, by=by, at=at, change=change)


def whole_calendar() -> WorkCalendar:
    """Every published year: years of history are counted on it without asking again."""
    return WorkCalendar(
        dict(CalendarDay.objects.values_list("day", "is_workday")),
        frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def rehearse(
    noun: Noun[Any], verb: str, record: Any, *, by: Machine, at: datetime, change: Change | None = None
) -> tuple[Step[Any], dict[str, Any]]:
    """Do to ``record``, in memory alone, what ``begin`` or ``perform`` would do; return step and event.

    For machines that read a whole history at once: the rules are the same, nothing is locked or saved. The record
    needs its id when its rows are to be written. Raises NotAllowed and NotPossible.
    """
    move = noun.moves[verb]
    step = Step(record, move, by, at, check_role(move, record, by), recorded_at(by, at), notify=move.notify)
    return step, advance(noun, step, change)
