"""What can be done to a case at any time: corrections, risk, and the safety overrides of DOMAIN.md 5.7."""

from datetime import datetime
from typing import Any

from cases.models import Access, Case, Category
from cases.moves import Actor, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.handling import close_access
from cases.workflow.inspection import rate_risk, recategorise, relocate
from grid.models import Unit

CaseStep = Step[Case]


def correct_case_category(*, pk: int, by: Actor, at: datetime, category: Category, remark: str = "") -> Case:
    """Put the category right."""

    def change(case: Case, step: CaseStep) -> None:
        recategorise(case, category, step)
        step.remarks["remark"] = remark

    return perform(CASES, "correct_case_category", pk=pk, by=by, at=at, change=change)


def correct_case_place(*, pk: int, by: Actor, at: datetime, place: Unit, remark: str = "") -> Case:
    """Put the place right; the case counts there from now on."""

    def change(case: Case, step: CaseStep) -> None:
        relocate(case, place, step)
        step.remarks["remark"] = remark

    return perform(CASES, "correct_case_place", pk=pk, by=by, at=at, change=change)


def set_case_risk(
    *, pk: int, by: Actor, at: datetime, risk_level: str, remark: str, triggers: list[str] | None = None
) -> Case:
    """Set the risk of the matter, with reason and triggers."""

    def change(case: Case, step: CaseStep) -> None:
        rate_risk(case, step, risk_level, triggers or [], remark)

    return perform(CASES, "set_case_risk", pk=pk, by=by, at=at, change=change)


def flag_violence(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Mark domestic violence: no joint session by default, access narrowed (反家庭暴力法 arts 5, 10)."""

    def change(case: Case, step: CaseStep) -> None:
        case.violence_flag = True
        case.restricted = True
        step.remarks["remark"] = remark

    return perform(CASES, "flag_violence", pk=pk, by=by, at=at, change=change)


def escalate_to_police(
    *, pk: int, by: Actor, at: datetime, police_unit: str, receipt_number: str = "", is_crime: bool = False
) -> Case:
    """Report a possible offence to the police; ``is_crime`` says the dispute turned criminal (民转刑)."""

    def change(case: Case, step: CaseStep) -> None:
        step.data["escalated_to_crime"] = is_crime
        step.remarks |= {"police_unit": police_unit, "receipt_number": receipt_number}

    return perform(CASES, "escalate_to_police", pk=pk, by=by, at=at, change=change)


def name_leader(*, pk: int, by: Actor, at: datetime, leader: Any, remark: str = "") -> Case:
    """Name the leader who answers for the case (包案) and may read it from now on."""

    def change(case: Case, step: CaseStep) -> None:
        close_access(case, step, Access.Reason.LEADER)
        step.add(Access(user=leader, reason=Access.Reason.LEADER, granted_at=step.at))
        step.data["leader"] = leader.pk
        step.remarks["remark"] = remark

    return perform(CASES, "name_leader", pk=pk, by=by, at=at, change=change)
