"""Handing a case to another committee: two ends, both logged (移交、接受、异议).

Level up and level down are hand-overs to a committee above or below.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.models import Access, Case, HandOver
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.accepting import check_willing
from cases.workflow.case_moves import CASES
from cases.workflow.offers import answer_offer, close_access, offer, withdraw_offers
from cases.workflow.registering import check_committee, entrust
from cases.workflow.requests import lapse
from grid.models import Unit

CaseStep = Step[Case]
Reason, State = Access.Reason, HandOver.State


def propose_hand_over(*, pk: int, by: Actor, at: datetime, committee: Unit, remark: str) -> Case:
    """Offer the case to another committee, which may read it from now on.

    Raises NotPossible for the same committee, one of another city, a unit that is none, while another offer is open,
    or against a party's will.
    """

    def change(case: Case, step: CaseStep) -> None:
        check_committee(committee)
        check_willing(case)
        if committee.pk == case.committee_id:
            raise NotPossible(_("本案已由该调委会承办。"), "committee")
        if committee.city_id != case.city_id:
            raise NotPossible(_("不能移交给其他市的调委会。"), "committee")
        if case.hand_overs.filter(state=State.OFFERED).exists():
            raise NotPossible(_("已有一项移交待答复。"))
        offer(case, step, committee, HandOver.Kind.COMMITTEE, Reason.PROPOSED)
        step.data["committee"] = committee.pk
        step.remarks["remark"] = remark

    return perform(CASES, "propose_hand_over", pk=pk, by=by, at=at, change=change)


def accept_hand_over(*, pk: int, by: Actor, at: datetime) -> Case:
    """Take the case: the committee changes, a file number once given stays, mediators are released."""

    def change(case: Case, step: CaseStep) -> None:
        accepted = answer_offer(case, step, State.ACCEPTED)
        close_access(case, step, Reason.PROPOSED, Reason.MEDIATOR)
        released = list(case.mediator_rows.filter(released_at__isnull=True))
        for row in released:
            row.released_at = step.at
            step.add(row)
        step.notify = (*step.notify, *(f"user:{row.user_id}" for row in released))
        lapse(case, step)
        step.data["from"] = case.committee_id
        entrust(case, step, accepted.to_unit)

    return perform(CASES, "accept_hand_over", pk=pk, by=by, at=at, change=change)


def object_to_hand_over(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Case:
    """Refuse the offer with a reason; the case stays where it is."""

    def change(case: Case, step: CaseStep) -> None:
        answer_offer(case, step, State.OBJECTED)
        close_access(case, step, Reason.PROPOSED)
        step.remarks["remark"] = remark

    return perform(CASES, "object_to_hand_over", pk=pk, by=by, at=at, change=change, reason=reason)


def withdraw_hand_over(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Take the offer back. Raises NotPossible when none is open."""

    def change(case: Case, step: CaseStep) -> None:
        if not case.hand_overs.filter(state=State.OFFERED).exists():
            raise NotPossible(_("没有待答复的移交。"))
        withdraw_offers(case, step)
        close_access(case, step, Reason.PROPOSED)
        step.remarks["remark"] = remark

    return perform(CASES, "withdraw_hand_over", pk=pk, by=by, at=at, change=change)
