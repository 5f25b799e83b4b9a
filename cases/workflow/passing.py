"""Handing a case to another committee: two ends, both logged (移交、接受、异议).

Level up and level down are hand-overs to a committee above or below.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.models import Access, Case, HandOver
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.handling import answer_offer, close_access
from cases.workflow.registering import entrust
from grid.models import Unit

CaseStep = Step[Case]


def propose_hand_over(*, pk: int, by: Actor, at: datetime, committee: Unit, remark: str) -> Case:
    """Offer the case to another committee, which may read it from now on.

    Raises NotPossible for the same committee, a unit that is none, or while another offer is open.
    """

    def change(case: Case, step: CaseStep) -> None:
        if committee.kind != Unit.Kind.MEDIATION_COMMITTEE or committee.valid_to is not None:
            raise NotPossible(_("请选择现行的人民调解委员会。"), "committee")
        if committee.pk == case.committee_id:
            raise NotPossible(_("本案已由该调委会承办。"), "committee")
        if case.hand_overs.filter(state=HandOver.State.OFFERED).exists():
            raise NotPossible(_("已有一项移交待答复。"))
        step.add(
            HandOver(
                kind=HandOver.Kind.COMMITTEE,
                from_unit=case.committee,
                to_unit=committee,
                offered_by=step.user,
                offered_at=step.at,
            )
        )
        step.add(Access(unit=committee, reason=Access.Reason.PROPOSED, granted_at=step.at))
        step.data["committee"] = committee.pk
        step.remarks["remark"] = remark

    return perform(CASES, "propose_hand_over", pk=pk, by=by, at=at, change=change)


def accept_hand_over(*, pk: int, by: Actor, at: datetime) -> Case:
    """Take the case: the committee changes, a file number once given stays, mediators are released."""

    def change(case: Case, step: CaseStep) -> None:
        offer = answer_offer(case, step, HandOver.State.ACCEPTED)
        close_access(case, step, Access.Reason.PROPOSED, Access.Reason.MEDIATOR)
        for row in case.mediator_rows.filter(released_at__isnull=True):
            row.released_at = step.at
            step.add(row)
        entrust(case, step, offer.to_unit)

    return perform(CASES, "accept_hand_over", pk=pk, by=by, at=at, change=change)


def object_to_hand_over(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Case:
    """Refuse the offer with a reason; the case stays where it is."""

    def change(case: Case, step: CaseStep) -> None:
        answer_offer(case, step, HandOver.State.OBJECTED)
        close_access(case, step, Access.Reason.PROPOSED)
        step.remarks["remark"] = remark

    return perform(CASES, "object_to_hand_over", pk=pk, by=by, at=at, change=change, reason=reason)


def withdraw_hand_over(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Take the offer back."""

    def change(case: Case, step: CaseStep) -> None:
        answer_offer(case, step, HandOver.State.WITHDRAWN)
        close_access(case, step, Access.Reason.PROPOSED)
        step.remarks["remark"] = remark

    return perform(CASES, "withdraw_hand_over", pk=pk, by=by, at=at, change=change)
