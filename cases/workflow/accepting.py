"""The parties' will, and the committee's decision to accept or decline (征求意愿、受理、不予受理)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from cases.deadlines import COURT_REFERRAL_DAYS, MEDIATION_MONTHS, after_days, after_months, day_of
from cases.models import Access, Case, ClockEntry, Party, Source
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.clocks import end_step, load_calendar, log, start_clock
from cases.workflow.numbering import next_file_number
from cases.workflow.offers import close_access, withdraw_offers

CaseStep = Step[Case]
Consent, Side = Party.Consent, Party.Side
SIDES = (Side.APPLICANT, Side.RESPONDENT)


def seek_consent(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Case:
    """Ask the other side whether they are willing."""

    def change(case: Case, step: CaseStep) -> None:
        check_willing(case)
        step.remarks["remark"] = remark

    return perform(CASES, "seek_consent", pk=pk, by=by, at=at, change=change)


def record_consent(*, pk: int, by: Actor, at: datetime, party: Party, consent: str) -> Case:
    """Record a party's will. After a refusal or withdrawal every step of mediation is blocked (PML arts 17, 23).

    Raises NotPossible for a party of another case, for consent before the notice of rights, and for a minor whose
    guardian has not spoken.
    """

    def change(case: Case, step: CaseStep) -> None:
        held = case.parties.filter(pk=party.pk).first()
        if held is None:
            raise NotPossible(_("该当事人不属于本案。"), "party")
        if consent not in (Consent.GIVEN, Consent.REFUSED, Consent.WITHDRAWN):
            raise NotPossible(_("请选择同意、拒绝或撤回。"), "consent")
        if consent == Consent.WITHDRAWN and held.consent != Consent.GIVEN:
            raise NotPossible(_("该当事人尚未同意调解，没有可撤回的意愿。"), "consent")
        if consent == Consent.GIVEN:
            _check_free_will(held)
        held.consent, held.consent_at = consent, step.at
        step.add(held)
        step.data |= {"party": held.pk, "consent": consent}

    case = perform(CASES, "record_consent", pk=pk, by=by, at=at, change=change)
    party.refresh_from_db(fields=["consent", "consent_at"])
    return case


def _check_free_will(party: Party) -> None:
    if party.notice_given_at is None:
        raise NotPossible(_("请先告知当事人权利义务和个人信息处理事项。"), "party")
    if not party.is_minor:
        return
    if party.guardian is None and not (party.guardian_exception and not party.is_under_14):
        raise NotPossible(_("未成年人的意愿须由监护人表示，或说明无监护人参加的理由。"), "party")
    if party.guardian is not None and party.guardian.consent != Consent.GIVEN:
        raise NotPossible(_("监护人尚未同意，请先登记监护人的意愿。"), "party")


def check_willing(case: Case) -> None:
    """Refuse to mediate against somebody's will."""
    if case.parties.filter(consent__in=[Consent.REFUSED, Consent.WITHDRAWN]).exists():
        raise NotPossible(_("有当事人拒绝或撤回调解意愿，不得继续调解（人民调解法第十七条）。"))


def check_all_agree(case: Case) -> None:
    """Refuse to settle while a side has not said that it is willing."""
    check_willing(case)
    if case.parties.filter(consent=Consent.PENDING, side__in=SIDES).exists():
        raise NotPossible(_("仍有当事人未表示调解意愿。"), "parties")


def accept_case(*, pk: int, by: Actor, at: datetime, violence_screened: bool = False, remark: str = "") -> Case:
    """Accept: file number from the committee's counter of the year, and the limit of one month begins.

    Raises NotPossible without a committee, without two sides, without everybody's consent, or, in categories that
    ask for it, before somebody has looked for signs of domestic violence (反家庭暴力法 art.10).
    """

    def change(case: Case, step: CaseStep) -> None:
        if case.committee is None:
            raise NotPossible(_("尚未指定调委会，不能受理。"), "committee")
        if case.category.screens_violence and not (violence_screened or case.violence_flag):
            raise NotPossible(_("受理此类纠纷前须排查有无家庭暴力。"), "violence_screened")
        if not set(SIDES) <= set(case.parties.values_list("side", flat=True)):
            raise NotPossible(_("须登记申请人和被申请人后才能受理。"), "parties")
        check_all_agree(case)
        withdraw_offers(case, step)
        close_access(case, step, Access.Reason.PROPOSED)
        case.accepted_at = step.at
        case.file_number = next_file_number(case.committee, step.at)
        end_step(case)
        start_mediation_clock(case, step)
        _note_arbitration_day(case, step)
        step.remarks["remark"] = remark

    return perform(CASES, "accept_case", pk=pk, by=by, at=at, change=change)


def clock_of(case: Case) -> str:
    """Which clock limits the mediation of a case: the court's for a referral, else the month."""
    return ClockEntry.Clock.COURT if case.source == Source.COURT_REFERRAL else ClockEntry.Clock.MEDIATE


def start_mediation_clock(case: Case, step: CaseStep) -> None:
    """One month, or 30 days for a court's referral (MOJ75 art.33; 特邀调解规定 art.27)."""
    start = day_of(step.at)
    calendar = load_calendar(start)
    clock = clock_of(case)
    if clock == ClockEntry.Clock.COURT:
        start_clock(case, step, clock, after_days(calendar, start, COURT_REFERRAL_DAYS))
    else:
        start_clock(case, step, clock, after_months(calendar, start, MEDIATION_MONTHS))


def _note_arbitration_day(case: Case, step: CaseStep) -> None:
    """Labour: without agreement 15 days after the application, the party may go to arbitration (调解仲裁法 art.14)."""
    days = case.category.arbitration_days
    if days is not None:
        start = day_of(case.registered_at)
        log(step, ClockEntry.Clock.ARBITRATE, ClockEntry.Action.START, after_days(load_calendar(start), start, days))


def decline_case(*, pk: int, by: Actor, at: datetime, reason: str, remedies: Iterable[str], remark: str) -> Case:
    """Decline, telling the parties of the other routes."""

    def change(case: Case, step: CaseStep) -> None:
        end_step(case)
        withdraw_offers(case, step)
        close_access(case, step, Access.Reason.PROPOSED)
        step.data["remedies"] = list(remedies)
        step.remarks["remark"] = remark

    return perform(CASES, "decline_case", pk=pk, by=by, at=at, change=change, reason=reason)
