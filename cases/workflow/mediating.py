"""Who mediates, and the facts of agreement that mediation sets on a case (指派、调解、协议)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.deadlines import CONFIRM_APPLY_DAYS, after_days, day_of
from cases.models import Access, Case, CaseMediator, ClockEntry
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.accepting import check_all_agree, check_willing, clock_of
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import load_calendar, log, stop_clock
from cases.workflow.offers import close_access, holds, live_access, withdraw_offers
from cases.workflow.requests import lapse
from grid.scope import Role

CaseStep = Step[Case]


def assign_mediator(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    mediator: Any,
    no_interest: bool,
    co_mediators: Iterable[Any] = (),
    remark: str = "",
) -> Case:
    """Give an accepted case to one or several mediators (PML art.19).

    Raises NotPossible without the check of interests (回避), against a party's will, or for somebody who is no mediator
    of the case's committee.
    """

    def change(case: Case, step: CaseStep) -> None:
        _set_mediators(case, step, mediator, list(co_mediators), no_interest)
        step.remarks["remark"] = remark

    return perform(CASES, "assign_mediator", pk=pk, by=by, at=at, change=change)


def change_mediator(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    mediator: Any,
    no_interest: bool,
    remark: str,
    co_mediators: Iterable[Any] = (),
) -> Case:
    """Give a case under way to other mediators; its state stays."""

    def change(case: Case, step: CaseStep) -> None:
        _set_mediators(case, step, mediator, list(co_mediators), no_interest)
        step.remarks["remark"] = remark

    return perform(CASES, "change_mediator", pk=pk, by=by, at=at, change=change)


def _set_mediators(case: Case, step: CaseStep, lead: Any, others: list[Any], no_interest: bool) -> None:
    check_willing(case)
    if not no_interest:
        raise NotPossible(_("请先核对调解员与当事人有无利害关系。"), "no_interest")
    chosen = {lead.pk: lead, **{user.pk: user for user in others}}
    # An assignment opens the case to its mediator, so it may not reach beyond the committee's own.
    if holds(set(chosen), Role.MEDIATOR, Q(unit_id=case.committee_id)) != set(chosen):
        raise NotPossible(_("所选人员不是本调委会的在任调解员。"), "mediator")
    standing = {row.user_id: row for row in case.mediator_rows.filter(released_at__isnull=True)}
    for user_id, row in standing.items():
        if user_id not in chosen:
            row.released_at = step.at
            step.add(row)
            for access in live_access(case, step.at, Access.Reason.MEDIATOR).filter(user_id=user_id):
                access.until = step.at
                step.add_last(access)
        elif row.is_lead != (user_id == lead.pk):
            row.is_lead = user_id == lead.pk
            step.add(row)
    for user_id, user in chosen.items():
        if user_id not in standing:
            step.add(CaseMediator(user=user, is_lead=user_id == lead.pk, assigned_at=step.at))
            step.add(Access(user=user, reason=Access.Reason.MEDIATOR, granted_at=step.at))
    step.data |= {"lead": lead.pk, "mediators": sorted(chosen)}


def begin_investigation(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Begin to inquire into the facts."""

    def change(case: Case, step: CaseStep) -> None:
        check_willing(case)
        step.remarks["remark"] = remark

    return perform(CASES, "begin_investigation", pk=pk, by=by, at=at, change=change)


def begin_mediation(*, pk: int, by: Actor, at: datetime, session: int | None = None) -> Case:
    """Begin to mediate, with the first session planned."""

    def change(case: Case, step: CaseStep) -> None:
        check_willing(case)
        step.data |= {"session": session, "state": "planned"}

    return perform(CASES, "begin_mediation", pk=pk, by=by, at=at, change=change)


def note_session(*, pk: int, by: Actor, at: datetime, session: int, state: str) -> Case:
    """A session was planned, held or cancelled."""

    def change(case: Case, step: CaseStep) -> None:
        step.data |= {"session": session, "state": state}

    return perform(CASES, "note_session", pk=pk, by=by, at=at, change=change)


def settle_case(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    agreement: int,
    form: str,
    amount: Decimal,
    limit_on: date | None,
    obliging: bool,
    next_due_on: date | None = None,
) -> Case:
    """Set the facts of the agreement ``agreement`` made at ``at``.

    ``limit_on`` is its last obligation's day, None when nothing is left to perform; then the agreement's own day
    counts. ``next_due_on`` is its first one's. Raises NotPossible for an oral agreement where the law wants writing,
    or against a party's will.
    """

    def change(case: Case, step: CaseStep) -> None:
        check_all_agree(case)
        check_form(case, form)
        agree(case, step, form=form, amount=amount, limit_on=limit_on, obliging=obliging)
        case.next_due_on = (next_due_on or limit_on) if obliging else None
        _end_mediation(case, step)
        set_confirmation_limit(case, step)
        step.data |= {"agreement": agreement, "form": form}

    return perform(CASES, "settle_case", pk=pk, by=by, at=at, change=change)


def check_form(case: Case, form: str) -> None:
    """Some categories need a written agreement (DOMAIN.md 5.6)."""
    if form == Case.Form.ORAL and case.category.is_written_only:
        raise NotPossible(_("“%(category)s”纠纷依法须订立书面协议。") % {"category": case.category.name}, "form")


def agree(
    case: Case, step: CaseStep, *, form: str, amount: Decimal | None, limit_on: date | None, obliging: bool
) -> None:
    """Write the agreement on the case and its event; the 30 days for judicial confirmation begin."""
    effective_on = day_of(step.at)
    case.agreed_at = step.at
    case.agreement_form = form
    case.agreement_amount = amount
    case.agreement_limit_on = limit_on or effective_on
    case.is_obliging = obliging
    case.performed_at = None
    case.breached_at = None
    case.confirmation = Case.Confirmation.NONE
    case.confirmation_applied_at = None
    step.facts |= {"amount": amount, "limit_on": case.agreement_limit_on}


def set_confirmation_limit(case: Case, step: CaseStep) -> None:
    """Compute until when judicial confirmation may be applied for, and log it (PML art.33, CPL arts 85 and 205)."""
    start = day_of(step.at)
    due = after_days(load_calendar(start), start, CONFIRM_APPLY_DAYS)
    case.confirm_apply_by = due.on
    log(step, ClockEntry.Clock.CONFIRM, ClockEntry.Action.START, due)


def _end_mediation(case: Case, step: CaseStep) -> None:
    """The month stops, and what was asked or offered while it ran falls."""
    stop_clock(case, step, clock_of(case))
    case.suspended_at = None
    lapse(case, step)
    withdraw_offers(case, step)
    close_access(case, step, Access.Reason.PROPOSED)


def terminate_case(*, pk: int, by: Actor, at: datetime, reason: str, remedies: Iterable[str], remark: str) -> Case:
    """End mediation without agreement and tell the parties of their other routes (PML art.26)."""

    def change(case: Case, step: CaseStep) -> None:
        case.terminated_at = step.at
        case.termination_reason = reason
        _end_mediation(case, step)
        step.data["remedies"] = list(remedies)
        step.remarks["remark"] = remark

    return perform(CASES, "terminate_case", pk=pk, by=by, at=at, change=change, reason=reason)
