"""Suspending and extending the time of mediation, asked by the mediator and decided by the director."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from cases.models import Case, ClockRequest
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.accepting import check_willing, clock_of
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import extend, pause, recompute, resume
from cases.workflow.requests import ask, decide

CaseStep = Step[Case]


def ask_case_suspension(*, pk: int, by: Actor, at: datetime, reason: str, until: date, remark: str) -> Case:
    """Ask the director to stop the clock, for an appraisal or a party that cannot be reached."""

    def change(case: Case, step: CaseStep) -> None:
        if case.suspended_at is not None:
            raise NotPossible(_("本案已中止计时。"))
        ask(case, step, ClockRequest.Kind.SUSPEND, reason, until, remark)

    return perform(CASES, "ask_case_suspension", pk=pk, by=by, at=at, change=change, reason=reason)


def ask_case_extension(
    *, pk: int, by: Actor, at: datetime, reason: str, until: date, parties_agree: bool, remark: str
) -> Case:
    """Ask for more time; both parties must agree (宁波市人民调解条例 art.27)."""

    def change(case: Case, step: CaseStep) -> None:
        if not parties_agree:
            raise NotPossible(_("延长调解期限须双方当事人同意。"), "parties_agree")
        check_willing(case)
        ask(case, step, ClockRequest.Kind.EXTEND, reason, until, remark)

    return perform(CASES, "ask_case_extension", pk=pk, by=by, at=at, change=change, reason=reason)


def grant_case_suspension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Stop the clock as asked."""

    def change(case: Case, step: CaseStep) -> None:
        request = decide(case, step, ClockRequest.Kind.SUSPEND, ClockRequest.State.GRANTED)
        pause(case, step, clock_of(case), request.reason)
        case.suspended_at = step.at
        step.remarks["remark"] = remark

    return perform(CASES, "grant_case_suspension", pk=pk, by=by, at=at, change=change)


def grant_case_extension(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Set the later limit as asked."""

    def change(case: Case, step: CaseStep) -> None:
        check_willing(case)
        request = decide(case, step, ClockRequest.Kind.EXTEND, ClockRequest.State.GRANTED)
        extend(case, step, clock_of(case), request.until, request.reason)
        step.remarks["remark"] = remark

    return perform(CASES, "grant_case_extension", pk=pk, by=by, at=at, change=change)


def refuse_case_request(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Refuse the open request, with the reason."""

    def change(case: Case, step: CaseStep) -> None:
        decide(case, step, None, ClockRequest.State.REFUSED)
        step.remarks["remark"] = remark

    return perform(CASES, "refuse_case_request", pk=pk, by=by, at=at, change=change)


def resume_case(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Let the clock run on. Raises NotPossible when it does not stand still."""

    def change(case: Case, step: CaseStep) -> None:
        if case.suspended_at is None:
            raise NotPossible(_("本案没有中止计时。"))
        resume(case, step, clock_of(case))
        case.suspended_at = None
        step.remarks["remark"] = remark

    return perform(CASES, "resume_case", pk=pk, by=by, at=at, change=change)


def recompute_case_limit(*, pk: int, by: Actor, at: datetime) -> Case:
    """Compute a case's limits anew now that the calendar they rest on is published."""
    return perform(CASES, "recompute_case_limit", pk=pk, by=by, at=at, change=recompute)
