"""Registration, consent and the decision to accept a dispute (登记、征求意愿、受理)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.codes import categories
from cases.deadlines import COURT_REFERRAL_DAYS, MEDIATION_MONTHS, after_days, after_months, day_of
from cases.models import (
    DISPUTE_CLASS,
    Access,
    Case,
    ClockEntry,
    FileCounter,
    HandlingLevel,
    Incident,
    LimitSetting,
    Party,
    Source,
)
from cases.moves import Actor, NotPossible, Step, begin, perform
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import load_calendar, start_clock, step_due
from cases.workflow.closing import convert_incident
from cases.workflow.parties import PartyData, seal_into
from grid.models import Unit

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

    Raises NotPossible for a category outside class 01, a source or committee that does not fit, or a court referral
    without the court's number.
    """
    given = registration
    category = categories().get(given.category)
    if category is None or category.parent_id != DISPUTE_CLASS:
        raise NotPossible(_("请选择矛盾纠纷类别。"), "category")
    if not given.place.is_place:
        raise NotPossible(_("请选择行政区划或网格。"), "place")
    if len(given.description.strip()) < 10:
        raise NotPossible(_("纠纷简述至少10个字。"), "description")
    if given.source == Source.COURT_REFERRAL and not given.court_reference:
        raise NotPossible(_("法院委派须填写委派案号。"), "court_reference")
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
        if given.committee is not None:
            entrust(case, step, given.committee)
            step.notify = ("director",)

    with transaction.atomic():
        found = Case.objects.filter(registrar=case.registrar, client_uuid=case.client_uuid).first()
        if found is not None:
            return found
        return begin(CASES, "register_case", case, by=by, at=at, change=change)


def open_case_from_incident(
    *, pk: int, by: Actor, at: datetime, committee: Unit | None = None, remark: str = ""
) -> Case:
    """Turn a triaged incident of class 01 into a dispute case: the incident closes as converted, the link stays.

    Parties are copied, for people exist only inside their own record. Raises NotPossible for other classes.
    """
    with transaction.atomic():
        incident = Incident._base_manager.select_for_update(of=("self",)).get(pk=pk)
        if incident.category.parent_id != DISPUTE_CLASS:
            raise NotPossible(_("只有矛盾纠纷类事件可以转为纠纷案件。"))
        known = Case.objects.filter(incident=incident).first()
        if known is not None:
            return known
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
        for party in incident.parties.all():
            copy_party(party, case, at)
        level = incident.handling_level or HandlingLevel.TOWNSHIP
        convert_incident(pk=pk, by=by, at=at, case_pk=case.pk, level=level)
    return case


def copy_party(party: Party, case: Case, at: datetime) -> None:
    """Copy an incident's party into a case. The seals are bound to the row's uid, so they are opened and set anew."""
    copy = Party(case=case, side=party.side, kind=party.kind, is_minor=party.is_minor, added_at=at, **case.levels)
    copy.added_by_id = party.added_by_id
    seal_into(copy, PartyData.opened(party))
    copy.save(force_insert=True)


def choose_committee(*, pk: int, by: Actor, at: datetime, committee: Unit, remark: str = "") -> Case:
    """Choose the committee that is to decide on acceptance."""

    def change(case: Case, step: CaseStep) -> None:
        entrust(case, step, committee)
        step.remarks["remark"] = remark

    return perform(CASES, "choose_committee", pk=pk, by=by, at=at, change=change)


def entrust(case: Case, step: CaseStep, committee: Unit) -> None:
    """Make ``committee`` the case's committee and open the case to it."""
    if committee.kind != Unit.Kind.MEDIATION_COMMITTEE or committee.valid_to is not None:
        raise NotPossible(_("请选择现行的人民调解委员会。"), "committee")
    if case.pk is not None:
        for row in case.access.filter(reason=Access.Reason.COMMITTEE, until__isnull=True):
            row.until = step.at
            step.add(row)
    case.committee = committee
    case.handling_level = committee.level
    step.data["committee"] = committee.pk
    step.add(Access(unit=committee, reason=Access.Reason.COMMITTEE, granted_at=step.at))


def seek_consent(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Ask the other side whether they are willing."""

    def change(case: Case, step: CaseStep) -> None:
        step.remarks["remark"] = remark

    return perform(CASES, "seek_consent", pk=pk, by=by, at=at, change=change)


def record_consent(*, pk: int, by: Actor, at: datetime, party: Party, consent: str) -> Case:
    """Record a party's will. After a refusal or withdrawal every step of mediation is blocked (PML arts 17, 23)."""

    def change(case: Case, step: CaseStep) -> None:
        if party.case_id != case.pk:
            raise NotPossible(_("该当事人不属于本案。"), "party")
        if party.is_minor and consent == Party.Consent.GIVEN and not (party.guardian_id or party.guardian_exception):
            raise NotPossible(_("未成年人的意愿须由监护人表示，或说明无监护人参加的理由。"), "party")
        party.consent = consent
        party.consent_at = step.at
        step.add(party)
        step.data |= {"party": party.pk, "consent": consent}

    return perform(CASES, "record_consent", pk=pk, by=by, at=at, change=change)


def check_willing(case: Case) -> None:
    """Refuse to mediate against somebody's will."""
    if case.parties.filter(consent__in=[Party.Consent.REFUSED, Party.Consent.WITHDRAWN]).exists():
        raise NotPossible(_("有当事人拒绝或撤回调解意愿，不得继续调解（人民调解法第十七条）。"))


def accept_case(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Accept: file number from the committee's counter of the year, and the limit of one month begins.

    Raises NotPossible without a committee, without two sides, or without everybody's consent.
    """

    def change(case: Case, step: CaseStep) -> None:
        if case.committee is None:
            raise NotPossible(_("尚未指定调委会，不能受理。"), "committee")
        check_willing(case)
        _check_sides(case)
        case.accepted_at = step.at
        case.file_number = next_file_number(case, case.committee, step.at)
        case.step_due_on = None
        start = day_of(step.at)
        calendar = load_calendar(start)
        if case.source == Source.COURT_REFERRAL:
            due, clock = after_days(calendar, start, COURT_REFERRAL_DAYS), ClockEntry.Clock.COURT
        else:
            due, clock = after_months(calendar, start, MEDIATION_MONTHS), ClockEntry.Clock.MEDIATE
        start_clock(case, step, clock, due)
        _note_arbitration_day(case, step)
        step.remarks["remark"] = remark

    return perform(CASES, "accept_case", pk=pk, by=by, at=at, change=change)


def _check_sides(case: Case) -> None:
    sides = {party.side: party for party in case.parties.all()}
    if not {Party.Side.APPLICANT, Party.Side.RESPONDENT} <= set(sides):
        raise NotPossible(_("须登记申请人和被申请人后才能受理。"), "parties")
    waiting = case.parties.filter(consent=Party.Consent.PENDING, side__in=[Party.Side.APPLICANT, Party.Side.RESPONDENT])
    if waiting.exists():
        raise NotPossible(_("仍有当事人未表示调解意愿。"), "parties")


def _note_arbitration_day(case: Case, step: CaseStep) -> None:
    """Labour: without agreement 15 days after the application, the party may go to arbitration (调解仲裁法 art.14)."""
    days = case.category.arbitration_days
    if days is None:
        return
    start = day_of(case.registered_at)
    due = after_days(load_calendar(start), start, days)
    step.add(
        ClockEntry(
            clock=ClockEntry.Clock.ARBITRATE,
            action=ClockEntry.Action.START,
            at=step.at,
            by=step.user,
            due_at=due.at,
            is_provisional=due.is_provisional,
            seq=step.seq,
        )
    )


def next_file_number(case: Case, committee: Unit, at: datetime) -> str:
    """Return ``(2024)<committee>人调字第0001号``: yearly per committee, gap-free, given inside the transaction."""
    year = day_of(at).year
    counter, _made = FileCounter.objects.select_for_update().get_or_create(
        committee=committee, year=year, defaults=committee.levels
    )
    counter.last += 1
    counter.save(update_fields=["last"])
    short = committee.name.removesuffix("人民调解委员会") or committee.name
    return f"({year}){short}人调字第{counter.last:04d}号"


def decline_case(*, pk: int, by: Actor, at: datetime, reason: str, remedies: Iterable[str], remark: str) -> Case:
    """Decline, telling the parties of the other routes."""

    def change(case: Case, step: CaseStep) -> None:
        case.step_due_on = None
        step.data["remedies"] = list(remedies)
        step.remarks["remark"] = remark

    return perform(CASES, "decline_case", pk=pk, by=by, at=at, change=change, reason=reason)
