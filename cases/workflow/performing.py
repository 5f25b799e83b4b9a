"""The life of an agreement after signing: performance, breach, visits, judicial confirmation (履行、回访、司法确认)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Case
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES

CaseStep = Step[Case]
Confirmation = Case.Confirmation


def note_part_performance(*, pk: int, by: Actor, at: datetime, agreement: int, next_due_on: date | None = None) -> Case:
    """Something was performed, not all; ``next_due_on`` is the day of the earliest obligation still open."""

    def change(case: Case, step: CaseStep) -> None:
        case.next_due_on = next_due_on or case.next_due_on
        step.data["agreement"] = agreement

    return perform(CASES, "note_part_performance", pk=pk, by=by, at=at, change=change)


def note_full_performance(*, pk: int, by: Actor, at: datetime, agreement: int) -> Case:
    """Everything was performed: the dispute is resolved at the level that handled it."""

    def change(case: Case, step: CaseStep) -> None:
        case.performed_at = step.at
        case.is_obliging = False
        case.next_due_on = None
        case.resolved_at = step.at
        case.resolved_level = case.handling_level
        step.data["agreement"] = agreement

    return perform(CASES, "note_full_performance", pk=pk, by=by, at=at, change=change)


def record_breach(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Something due was not performed: no longer resolved from here on.

    Raises NotPossible while no obligation's day has passed (one instalment missed is a breach), or when nothing is
    owed.
    """

    def change(case: Case, step: CaseStep) -> None:
        if not case.is_obliging:
            raise NotPossible(_("协议没有尚待履行的事项。"))
        due_on = case.next_due_on or case.agreement_limit_on
        if due_on is not None and day_of(step.at) <= due_on:
            raise NotPossible(_("履行期限尚未届满。"))
        case.breached_at = step.at
        case.resolved_at = None
        case.resolved_level = ""
        step.remarks["remark"] = remark

    return perform(CASES, "record_breach", pk=pk, by=by, at=at, change=change)


def urge_performance(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Urge the party in breach; may be done again and again."""

    def change(case: Case, step: CaseStep) -> None:
        step.remarks["remark"] = remark

    return perform(CASES, "urge_performance", pk=pk, by=by, at=at, change=change)


def refer_to_court(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Point the parties to the court on a broken agreement."""

    def change(case: Case, step: CaseStep) -> None:
        step.remarks["remark"] = remark

    return perform(CASES, "refer_to_court", pk=pk, by=by, at=at, change=change)


def note_visit(*, pk: int, by: Actor, at: datetime, visit: int, satisfaction: str) -> Case:
    """One party was visited; ``satisfaction`` is empty when there was no answer."""

    def change(case: Case, step: CaseStep) -> None:
        step.facts["satisfaction"] = satisfaction
        step.data["visit"] = visit

    return perform(CASES, "note_visit", pk=pk, by=by, at=at, change=change)


def note_confirmation_advice(*, pk: int, by: Actor, at: datetime) -> Case:
    """The parties were told of judicial confirmation."""

    def change(case: Case, step: CaseStep) -> None:
        _expect(case, Confirmation.NONE)
        case.confirmation = Confirmation.ADVISED

    return perform(CASES, "note_confirmation_advice", pk=pk, by=by, at=at, change=change)


def note_confirmation_application(*, pk: int, by: Actor, at: datetime, confirmation: int) -> Case:
    """Both parties applied together. Raises NotPossible after the 30 days.

    That a court will hardly confirm the category is a warning of the page (``mediation.confirmation_warning``).
    """

    def change(case: Case, step: CaseStep) -> None:
        _expect(case, Confirmation.NONE, Confirmation.ADVISED)
        check_confirmation_time(case, step.at)
        case.confirmation = Confirmation.APPLIED
        case.confirmation_applied_at = step.at
        step.data["confirmation"] = confirmation

    return perform(CASES, "note_confirmation_application", pk=pk, by=by, at=at, change=change)


def check_confirmation_time(case: Case, at: datetime) -> None:
    """Refuse an application after the last day."""
    if case.confirm_apply_by is not None and day_of(at) > case.confirm_apply_by:
        raise NotPossible(
            _("已超过司法确认申请期限（%(day)s，协议生效之日起30日内）。") % {"day": case.confirm_apply_by}, "at"
        )


def note_court_acceptance(*, pk: int, by: Actor, at: datetime, confirmation: int) -> Case:
    """The court took the application on."""

    def change(case: Case, step: CaseStep) -> None:
        _expect(case, Confirmation.APPLIED)
        case.confirmation = Confirmation.COURT_ACCEPTED
        step.data["confirmation"] = confirmation

    return perform(CASES, "note_court_acceptance", pk=pk, by=by, at=at, change=change)


def note_confirmation_result(*, pk: int, by: Actor, at: datetime, confirmation: int, result: str) -> Case:
    """The court confirmed or rejected, or the parties withdrew."""

    def change(case: Case, step: CaseStep) -> None:
        _expect(case, Confirmation.APPLIED, Confirmation.COURT_ACCEPTED)
        if result not in (Confirmation.CONFIRMED, Confirmation.REJECTED, Confirmation.WITHDRAWN):
            raise NotPossible(_("请选择确认、驳回或撤回。"), "result")
        case.confirmation = result
        step.data |= {"confirmation": confirmation, "result": result}

    return perform(CASES, "note_confirmation_result", pk=pk, by=by, at=at, change=change)


def _expect(case: Case, *states: str) -> None:
    if case.confirmation not in states:
        raise NotPossible(_("司法确认当前为“%(state)s”，不能执行此操作。") % {"state": case.get_confirmation_display()})
