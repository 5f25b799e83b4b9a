"""Registration of a dispute, with or without an incident before it, and its committee (登记、指定调委会)."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes import categories
from cases.models import DISPUTE_CLASS, Access, Case, HandlingLevel, Incident, LimitSetting, Source
from cases.moves import Actor, Need, NotPossible, Step, begin, check_role, check_state, perform
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import step_due
from cases.workflow.closing import convert_incident
from cases.workflow.incident_moves import INCIDENT_MOVES
from cases.workflow.incident_moves.ties import REMARK
from cases.workflow.intake import check_description
from cases.workflow.offers import close_access, open_to, withdraw_offers
from cases.workflow.parties import copy_parties
from grid.models import Unit
from grid.scope import today

CaseStep = Step[Case]


@dataclass(frozen=True)
class Registration:
    """What is known when a dispute is registered."""

    place: Unit
    category: str
    description: str
    source: str
    people_count: int | None = None
    committee: Unit | None = None
    court_reference: str = ""
    client_uuid: uuid.UUID | None = None


def register_case(*, by: Actor, at: datetime, registration: Registration, incident: Incident | None = None) -> Case:
    """Register a dispute: an intake record, before any decision to accept it.

    Raises NotPossible for a category outside class 01, a place or committee that does not fit, or a court referral
    without the court's number.
    """
    given = registration
    _check_registration(given)
    category = categories()[given.category]
    case = Case(
        client_uuid=given.client_uuid or uuid.uuid4(),
        registrar=by if by.pk is not None else None,
        incident=incident,
        source=given.source,
        category=category,
        description=given.description.strip(),
        people_count=given.people_count,
        registered_at=at,
        court_reference=given.court_reference,
        restricted=category.is_restricted or bool(incident and incident.restricted),
    )
    case.lie_at(given.place)

    def change(case: Case, step: CaseStep) -> None:
        case.step_due_on = step_due(case, LimitSetting.Step.ACCEPT_CASE, step.at)
        if step.user is not None:
            step.add(Access(user=step.user, reason=Access.Reason.REGISTRAR, granted_at=step.at))
        step.notify = ("dispatchers",)
        if given.committee is not None:
            entrust(case, step, given.committee)
            step.notify = ("director",)

    with transaction.atomic():
        found = Case.objects.filter(registrar=case.registrar, client_uuid=case.client_uuid).first()
        if found is not None:
            return found
        return begin(CASES, "register_case", case, by=by, at=at, change=change)


def _check_registration(given: Registration) -> None:
    category = categories().get(given.category)
    if category is None or category.parent_id != DISPUTE_CLASS:
        raise NotPossible(_("请选择矛盾纠纷类别。"), "category")
    if not given.place.is_place or (given.place.valid_to is not None and given.place.valid_to <= today()):
        raise NotPossible(_("请选择现行的行政区划或网格。"), "place")
    if given.source not in Source:
        raise NotPossible(_("请选择来源。"), "source")
    check_description(given.description)
    if given.source == Source.COURT_REFERRAL and not given.court_reference:
        raise NotPossible(_("法院委派须填写委派案号。"), "court_reference")


OPEN_CASE = replace(
    INCIDENT_MOVES["convert_incident"],
    verb="open_case_from_incident",
    label=gettext_lazy("转为纠纷案件"),
    needs=(
        Need("committee", "committee", gettext_lazy("调解组织"), required=False, help=gettext_lazy("可以登记后再指定")),
        REMARK,
    ),
    is_inner=False,
)
"""Whoever may close an incident as converted may open the case it becomes."""


def check_convertible(incident: Incident) -> None:
    """Raise NotPossible for an incident that becomes no dispute case: one of another class, or not triaged now."""
    if incident.category.parent_id != DISPUTE_CLASS:
        raise NotPossible(_("只有矛盾纠纷类事件可以转为纠纷案件。"))
    check_state(OPEN_CASE, incident)


def open_case_from_incident(
    *, pk: int, by: Actor, at: datetime, committee: Unit | None = None, remark: str = ""
) -> Case:
    """Turn a triaged incident of class 01 into a dispute case: the incident closes as converted, the link stays.

    Parties are copied, for people exist only inside their own record. Done again by the same user it returns the
    same case. Raises NotPossible for other classes and states, NotAllowed for anybody but a dispatcher.
    """
    with transaction.atomic():
        incident = Incident._base_manager.select_for_update(of=("self",)).get(pk=pk)
        check_role(OPEN_CASE, incident, by)
        known = Case.objects.filter(incident=incident).first()
        if known is not None and known.registrar_id == by.pk:
            return known
        check_convertible(incident)
        case = register_case(
            by=by,
            at=at,
            registration=Registration(
                place=incident.unit,
                category=incident.category_id,
                description=incident.description,
                source=incident.source,
                people_count=incident.people_count,
                committee=committee,
            ),
            incident=incident,
        )
        copy_parties(incident, case, at)
        level = incident.handling_level or HandlingLevel.TOWNSHIP
        convert_incident(pk=pk, by=by, at=at, case_pk=case.pk, level=level, remark=remark)
    return case


def choose_committee(*, pk: int, by: Actor, at: datetime, committee: Unit, remark: str = "") -> Case:
    """Choose the committee that is to decide on acceptance."""

    def change(case: Case, step: CaseStep) -> None:
        if committee.pk == case.committee_id:
            raise NotPossible(_("本案已由该调委会承办。"), "committee")
        withdraw_offers(case, step)
        close_access(case, step, Access.Reason.PROPOSED)
        entrust(case, step, committee)
        step.remarks["remark"] = remark

    return perform(CASES, "choose_committee", pk=pk, by=by, at=at, change=change)


def check_committee(committee: Unit) -> None:
    """Refuse a unit that is no committee in office."""
    in_office = committee.valid_to is None or committee.valid_to > today()
    if committee.kind != Unit.Kind.MEDIATION_COMMITTEE or not in_office:
        raise NotPossible(_("请选择现行的人民调解委员会。"), "committee")


def entrust(case: Case, step: CaseStep, committee: Unit) -> None:
    """Make ``committee`` the case's committee and open the case to it, with the incident it came from."""
    check_committee(committee)
    close_access(case, step, Access.Reason.COMMITTEE)
    case.committee = committee
    case.handling_level = committee.level
    step.data["committee"] = committee.pk
    open_to(case, step, committee, Access.Reason.COMMITTEE)


def return_case(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Case:
    """Give a case that the committee should not have got back to the desk, which chooses another."""

    def change(case: Case, step: CaseStep) -> None:
        step.data["committee"] = case.committee_id
        withdraw_offers(case, step)
        close_access(case, step, Access.Reason.COMMITTEE, Access.Reason.PROPOSED)
        case.committee = None
        case.handling_level = ""
        step.remarks["remark"] = remark

    return perform(CASES, "return_case", pk=pk, by=by, at=at, change=change, reason=reason)


def withdraw_case(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Case:
    """Take a registration back: the applicant withdrew, or it was registered by mistake or twice.

    It stays, typed, and is no refusal by the committee.
    """

    def change(case: Case, step: CaseStep) -> None:
        case.step_due_on = None
        withdraw_offers(case, step)
        close_access(case, step, Access.Reason.PROPOSED)
        step.remarks["remark"] = remark

    return perform(CASES, "withdraw_case", pk=pk, by=by, at=at, change=change, reason=reason)
