"""The end of a dispute case (化解认定、结案、重开、归档)."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Access, Case, HandlingLevel
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.accepting import start_mediation_clock
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import end_step
from cases.workflow.closing import check_reopening
from cases.workflow.offers import close_access, let_access_run_out, prolong_access
from cases.workflow.reasons import Prevention, ResolveReason

CaseStep = Step[Case]
PERSONAL = (Access.Reason.MEDIATOR, Access.Reason.LEADER, Access.Reason.REGISTRAR)
"""Opened to one person for their part in the work; the committee's own access stays, it keeps the file."""


def resolve_case(*, pk: int, by: Actor, at: datetime, reason: str, level: str, remark: str) -> Case:
    """Find the dispute resolved where nothing is owed, with the reason (DESIGN.md rule 9).

    Raises NotPossible while an obligation is open that nobody waived, or when it is resolved already.
    """

    def change(case: Case, step: CaseStep) -> None:
        if case.resolved_at is not None:
            raise NotPossible(_("本案已认定化解。"))
        if _owes(case):
            if reason != ResolveReason.DEBT_WAIVED:
                raise NotPossible(_("协议尚有未履行的事项，全部履行后自动认定化解。"))
            case.is_obliging, case.next_due_on = False, None
        case.resolved_at = step.at
        case.resolved_level = HandlingLevel(level)
        step.remarks["remark"] = remark

    return perform(CASES, "resolve_case", pk=pk, by=by, at=at, change=change, reason=reason)


def _owes(case: Case) -> bool:
    return case.is_obliging and case.status in Case.AFTER_AGREEMENT


def close_case(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    remark: str,
    prevented_crime: int = 0,
    prevented_suicide: int = 0,
    prevented_petition: int = 0,
    prevented_brawl: int = 0,
) -> Case:
    """Close the procedure. Closed is not resolved: that is a fact of its own.

    A number of people says that mediation prevented this (``Prevention``); it stands in the event as
    ``data["prevented"]``, kind -> people, and counts with this closing.

    Raises NotPossible when the closer is the only mediator, or an agreement still owes something.
    """

    def change(case: Case, step: CaseStep) -> None:
        _check_not_alone(case, step)
        if _owes(case):
            raise NotPossible(_("协议尚有未履行的事项，不能结案。"))
        if case.clock_requests.filter(state="asked").exists():
            raise NotPossible(_("有待审批的申请，不能结案。"))
        case.closed_at = step.at
        end_step(case)
        let_access_run_out(case, step, *PERSONAL)
        if prevented:
            step.data["prevented"] = prevented
        step.remarks["remark"] = remark

    prevented = _stated(prevented_crime, prevented_suicide, prevented_petition, prevented_brawl)
    return perform(CASES, "close_case", pk=pk, by=by, at=at, change=change)


def correct_prevention(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    remark: str,
    prevented_crime: int = 0,
    prevented_suicide: int = 0,
    prevented_petition: int = 0,
    prevented_brawl: int = 0,
) -> Case:
    """State anew what the closing said was prevented: all kinds, those left out were none.

    The event has what holds in ``data["prevented"]`` and what was stated before in ``data["prevented_from"]``. Raises
    NotPossible for who may not close, or when nothing differs.
    """

    def change(case: Case, step: CaseStep) -> None:
        _check_not_alone(case, step)
        before = case.prevented
        if prevented == before:
            raise NotPossible(_("与现有数字相同，无须更正。"))
        step.data |= {"prevented": prevented, "prevented_from": before}
        step.remarks["remark"] = remark

    prevented = _stated(prevented_crime, prevented_suicide, prevented_petition, prevented_brawl)
    return perform(CASES, "correct_prevention", pk=pk, by=by, at=at, change=change)


def _stated(crime: int, suicide: int, petition: int, brawl: int) -> dict[str, int]:
    """What was prevented: kind -> people, without those that were none."""
    said = {
        Prevention.CRIME: crime,
        Prevention.SUICIDE: suicide,
        Prevention.PETITION: petition,
        Prevention.BRAWL: brawl,
    }
    return {kind.value: people for kind, people in said.items() if people}


def _check_not_alone(case: Case, step: CaseStep) -> None:
    """Refuse the only mediator of the case: somebody else looks at what they say came of it."""
    if step.user is not None:
        mediators = list(case.mediator_rows.filter(released_at__isnull=True).values_list("user_id", flat=True))
        if mediators == [step.user.pk]:
            raise NotPossible(_("本案唯一的调解员不能自己结案。"))


def reopen_case(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Case:
    """Mediate again within 90 days of closing; resolved is cleared from here on, and a new month begins."""

    def change(case: Case, step: CaseStep) -> None:
        check_reopening(case.closed_at, step.at)
        case.closed_at = None
        case.resolved_at = None
        case.resolved_level = ""
        case.terminated_at = None
        case.termination_reason = ""
        case.is_obliging = False
        case.next_due_on = None
        start_mediation_clock(case, step)
        prolong_access(case, step, Q(reason__in=PERSONAL))
        step.remarks["remark"] = remark

    return perform(CASES, "reopen_case", pk=pk, by=by, at=at, change=change, reason=reason)


def archive_case(*, pk: int, by: Actor, at: datetime) -> Case:
    """Bind the file; from here only the committee and the desks of the place have it."""

    def change(case: Case, step: CaseStep) -> None:
        close_access(case, step, *PERSONAL)

    return perform(CASES, "archive_case", pk=pk, by=by, at=at, change=change)
