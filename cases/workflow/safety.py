"""What can be done to a case at any time: corrections, risk, and the safety overrides of DOMAIN.md 5.7."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Access, Case, Category
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.inspection import rate_risk, recategorise, relocate
from cases.workflow.offers import close_access, holds
from grid.models import Unit
from grid.scope import Role

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


def flag_violence(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    remark: str,
    police_told: bool = False,
    federation_told: bool = False,
    cannot_defend: bool = False,
) -> Case:
    """Mark domestic violence: no joint session by default, access narrowed (反家庭暴力法 arts 5, 10).

    Raises NotPossible when the victim cannot act for themselves and the police were not told (art.14 makes that a
    duty), or when it is marked already.
    """

    def change(case: Case, step: CaseStep) -> None:
        if case.violence_flag:
            raise NotPossible(_("本案已标记家庭暴力。"))
        if cannot_defend and not police_told:
            raise NotPossible(
                _("受害人为无民事行为能力人或者限制民事行为能力人的，必须先向公安机关报案。"), "police_told"
            )
        case.violence_flag = True
        case.restricted = True
        step.data |= {"police_told": police_told, "federation_told": federation_told, "cannot_defend": cannot_defend}
        step.remarks["remark"] = remark

    return perform(CASES, "flag_violence", pk=pk, by=by, at=at, change=change)


def unflag_violence(*, pk: int, by: Actor, at: datetime, remark: str) -> Case:
    """Take the mark off again, with the reason; the category alone decides on restriction then."""

    def change(case: Case, step: CaseStep) -> None:
        if not case.violence_flag:
            raise NotPossible(_("本案没有标记家庭暴力。"))
        case.violence_flag = False
        case.restricted = case.category.is_restricted
        step.remarks["remark"] = remark

    return perform(CASES, "unflag_violence", pk=pk, by=by, at=at, change=change)


def escalate_to_police(
    *, pk: int, by: Actor, at: datetime, police_unit: str, receipt_number: str = "", is_crime: bool = False
) -> Case:
    """Report a possible offence to the police; ``is_crime`` says the dispute turned criminal (民转刑)."""

    def change(case: Case, step: CaseStep) -> None:
        step.data["escalated_to_crime"] = is_crime
        step.remarks |= {"police_unit": police_unit, "receipt_number": receipt_number}

    return perform(CASES, "escalate_to_police", pk=pk, by=by, at=at, change=change)


def name_leader(*, pk: int, by: Actor, at: datetime, leader: Any, remark: str = "") -> Case:
    """Name the leader who answers for the case (包案) and may read it from now on.

    Raises NotPossible for somebody who is no leader at or above the case's place.
    """

    def change(case: Case, step: CaseStep) -> None:
        places = [place for place in case.levels.values() if place is not None]
        if not holds({leader.pk}, Role.LEADER, Q(unit__place_id__in=places) | Q(unit_id__in=places)):
            raise NotPossible(_("所选人员不是本辖区的领导。"), "leader")
        close_access(case, step, Access.Reason.LEADER)
        step.add(Access(user=leader, reason=Access.Reason.LEADER, granted_at=step.at))
        step.data["leader"] = leader.pk
        step.remarks["remark"] = remark

    return perform(CASES, "name_leader", pk=pk, by=by, at=at, change=change)
