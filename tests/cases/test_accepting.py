"""Voluntariness, notice, acceptance and file numbers (DOMAIN.md 0.6, 5.2, 6; PV-07, PV-08)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cases.models import FileCounter, Party
from cases.moves import NotPossible
from cases.workflow import PartyData, add_party, give_notice, record_consent
from cases.workflow.parties import NOTICE_VERSION
from grid.models import Unit
from grid.workflow import open_unit, seat
from mediation import workflow as table
from mediation.models import Committee
from mediation.workflow import found_committee
from tests.cases.stage import LONG, SINCE, START, SYSTEM, C, Stage
from tests.cast import case_with_parties


def consent(stage: Stage, pk: int, party: Party, will: str, by: str = "clerk") -> Any:
    """Record a party's will now."""
    return record_consent(pk=pk, by=stage.actor(by), at=stage.now(), party=party, consent=will)


def add(stage: Stage, pk: int, side: str, name: str = "丙某某", **more: Any) -> Party:
    """Add a party now."""
    return add_party(
        record=stage.case_now(pk), by=stage.actor("clerk"), at=stage.now(), side=side, data=PartyData(name), **more
    )


STEPS: dict[str, tuple[str, Callable[[Stage, int], Any]]] = {
    "seek_consent": (C.REGISTERED, lambda s, pk: s.go("seek_consent", pk, "clerk")),
    "accept_case": (C.REGISTERED, lambda s, pk: s.go("accept_case", pk, "director")),
    "propose_hand_over": (
        C.ACCEPTED,
        lambda s, pk: s.go("propose_hand_over", pk, "director", committee=s.cast.strange_committee_unit, remark=LONG),
    ),
    "assign_mediator": (
        C.ACCEPTED,
        lambda s, pk: s.go("assign_mediator", pk, "director", mediator=s.cast.mediator, no_interest=True),
    ),
    "change_mediator": (
        C.MEDIATING,
        lambda s, pk: s.go(
            "change_mediator", pk, "director", mediator=s.cast.second_mediator, no_interest=True, remark=LONG
        ),
    ),
    "begin_investigation": (C.MEDIATOR_ASSIGNED, lambda s, pk: s.go("begin_investigation", pk, "mediator")),
    "ask_case_extension": (
        C.MEDIATING,
        lambda s, pk: s.go(
            "ask_case_extension",
            pk,
            "mediator",
            reason="complex",
            until=datetime(2024, 12, 30).date(),
            parties_agree=True,
            remark=LONG,
        ),
    ),
    "schedule_session": (C.MEDIATING, lambda s, pk: s.plan(pk)),
    "first_session": (C.MEDIATOR_ASSIGNED, lambda s, pk: s.plan(pk)),
    "sign_agreement": (C.MEDIATING, lambda s, pk: s.agree(pk)),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("will", ["refused", "withdrawn"])
@pytest.mark.parametrize("side", ["applicant", "respondent"])
def test_one_clear_no_stops_everything(stage: Stage, step: str, will: str, side: str) -> None:
    status, act = STEPS[step]
    pk = stage.case(status)
    consent(stage, pk, stage.party(pk, side), will)
    seen = stage.case_now(pk).events.count()
    with pytest.raises(NotPossible):
        act(stage, pk)
    assert stage.case_now(pk).events.count() == seen
    # And a change of mind lets it go on.
    consent(stage, pk, stage.party(pk, side), "given")
    act(stage, pk)


def test_after_a_no_the_committee_can_still_end_it(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    consent(stage, pk, stage.party(pk), "withdrawn")
    stage.go("terminate_case", pk, "director", reason="refused", remedies=["litigation"], remark=LONG)
    registered = stage.case(C.REGISTERED)
    consent(stage, registered, stage.party(registered), "refused")
    stage.go("decline_case", registered, "director", reason="refused", remedies=["litigation"], remark=LONG)


def test_a_session_held_before_the_no_is_recorded_one_after_it_is_not(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    session = stage.case_now(pk).sessions.get()
    before = stage.wait(minutes=30)
    stage.wait(minutes=60)
    consent(stage, pk, stage.party(pk), "withdrawn")
    after = stage.moment
    stage.wait(hours=2)

    def hold(began_at: datetime) -> Any:
        return table.hold_session(
            session=session,
            by=stage.actor("mediator"),
            at=stage.now(),
            began_at=began_at,
            minutes=20,
            attended=[stage.party(pk)],
            record=LONG,
            result="to_continue",
        )

    with pytest.raises(NotPossible):
        hold(after)
    assert hold(before).state == "held"


class TestConsent:
    """Who may say yes, to what, and when."""

    def test_it_stands_on_the_party_and_in_the_event(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        party = stage.party(pk)
        consent(stage, pk, party, "refused")
        assert (party.consent, party.consent_at) == ("refused", stage.moment)
        event = stage.case_now(pk).events.order_by("-seq")[0]
        assert event.data == {"party": party.pk, "consent": "refused"}

    def test_not_of_another_cases_party(self, stage: Stage) -> None:
        ours, theirs = stage.case(C.REGISTERED), stage.case(C.REGISTERED)
        with pytest.raises(NotPossible) as refusal:
            consent(stage, ours, stage.party(theirs), "given")
        assert refusal.value.field == "party"

    @pytest.mark.parametrize("will", ["pending", "perhaps"])
    def test_not_anything_but_yes_and_no(self, stage: Stage, will: str) -> None:
        pk = stage.case(C.REGISTERED)
        with pytest.raises(NotPossible):
            consent(stage, pk, stage.party(pk), will)

    def test_what_was_not_given_is_not_withdrawn(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        third = add(stage, pk, "third", notice_given=True)
        with pytest.raises(NotPossible):
            consent(stage, pk, third, "withdrawn")

    def test_no_yes_before_the_notice(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        party = add(stage, pk, "respondent")
        with pytest.raises(NotPossible):
            consent(stage, pk, party, "given")
        give_notice(party=party, by=stage.actor("clerk"), at=stage.now())
        assert (party.notice_given_at, party.notice_version) == (stage.moment, NOTICE_VERSION)
        consent(stage, pk, party, "given")

    def test_a_no_needs_no_notice(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        consent(stage, pk, add(stage, pk, "respondent"), "refused")


class TestNotice:
    """PV-08: the applicant is there and is told; where nobody asked, everybody is told first."""

    def test_by_application_the_other_side_is_told_later(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        with pytest.raises(NotPossible) as refusal:
            add(stage, pk, "applicant")
        assert refusal.value.field == "notice_given"
        assert add(stage, pk, "respondent").notice_given_at is None

    @pytest.mark.parametrize("source", ["committee_initiated", "screening"])
    def test_where_the_committee_starts_nothing_of_anybody_is_saved_before(self, stage: Stage, source: str) -> None:
        case, *_parties = case_with_parties(stage.cast, at=stage.now(), source=source)
        seen = Party.objects.count()
        for side in ("applicant", "respondent", "third"):
            with pytest.raises(NotPossible):
                add(stage, case.pk, side)
        assert Party.objects.count() == seen
        assert add(stage, case.pk, "third", notice_given=True).notice_version == NOTICE_VERSION


class TestMinors:
    """PV-07: a guardian speaks, or a reason is given; under 14 always a guardian."""

    def test_a_guardian_or_a_reason(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        with pytest.raises(NotPossible) as refusal:
            add(stage, pk, "respondent", is_minor=True)
        assert refusal.value.field == "guardian"
        exempt = add(stage, pk, "respondent", is_minor=True, guardian_exception="监护人涉嫌侵害", notice_given=True)
        assert exempt.name_masked == "未成年人某"
        consent(stage, pk, exempt, "given")

    def test_under_fourteen_no_reason_will_do(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        with pytest.raises(NotPossible):
            add(stage, pk, "respondent", is_under_14=True, guardian_exception="监护人涉嫌侵害")
        guardian = add(stage, pk, "guardian", "赵某某", notice_given=True)
        ward = add(stage, pk, "respondent", is_under_14=True, guardian=guardian, notice_given=True)
        assert ward.is_minor
        with pytest.raises(NotPossible):
            consent(stage, pk, ward, "given")
        consent(stage, pk, guardian, "given")
        consent(stage, pk, ward, "given")

    def test_a_guardian_is_of_the_same_case_and_of_age(self, stage: Stage) -> None:
        ours, theirs = stage.case(C.REGISTERED), stage.case(C.REGISTERED)
        foreign = add(stage, theirs, "guardian", notice_given=True)
        young = add(stage, ours, "third", is_minor=True, guardian_exception="监护人涉嫌侵害")
        for guardian in (foreign, young):
            with pytest.raises(NotPossible):
                add(stage, ours, "respondent", is_minor=True, guardian=guardian)

    def test_the_guardian_signs_for_the_child(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        guardian = add(stage, pk, "guardian", "赵某某", notice_given=True)
        ward = add(stage, pk, "respondent", "赵小某", is_minor=True, guardian=guardian, notice_given=True)
        for party in (guardian, ward):
            consent(stage, pk, party, "given", by="mediator")
        terms = stage.terms(pk)
        signed = {**(terms.signatures or {}), ward.pk: "fingerprint"}
        from dataclasses import replace

        def sign(signatures: dict[int, str]) -> Any:
            by, at = stage.actor("mediator"), stage.now()
            return table.sign_agreement(
                case=stage.case_now(pk), by=by, at=at, terms=replace(terms, signatures=signatures)
            )

        with pytest.raises(NotPossible) as refusal:
            sign(signed)
        assert "未成年人某" in str(refusal.value)
        sign({**signed, guardian.pk: "signature"})


class TestAccepting:
    """Needs a committee, two sides and everybody's yes."""

    def test_not_without_a_committee(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        from cases.models import Case

        Case._base_manager.filter(pk=pk).update(committee=None)
        from cases.moves import NotAllowed

        with pytest.raises(NotAllowed):
            stage.go("accept_case", pk, "director")

    @pytest.mark.parametrize("side", ["applicant", "respondent"])
    def test_not_with_one_side_alone(self, stage: Stage, side: str) -> None:
        pk = stage.case(C.REGISTERED)
        stage.party(pk, side).delete()
        with pytest.raises(NotPossible) as refusal:
            stage.go("accept_case", pk, "director")
        assert refusal.value.field == "parties"

    def test_not_while_a_side_has_not_answered(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        second = add(stage, pk, "respondent", notice_given=True)
        with pytest.raises(NotPossible):
            stage.go("accept_case", pk, "director")
        consent(stage, pk, second, "given")
        stage.go("accept_case", pk, "director")

    def test_a_side_added_later_must_say_yes_before_it_is_settled(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        late = add(stage, pk, "respondent", notice_given=True)
        with pytest.raises(NotPossible):
            stage.agree(pk)
        consent(stage, pk, late, "given")
        with pytest.raises(NotPossible) as refusal:
            stage.agree(pk)
        assert refusal.value.field == "signatures"

    def test_family_matters_are_screened_for_violence_first(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED, category="0101")
        with pytest.raises(NotPossible) as refusal:
            stage.go("accept_case", pk, "director")
        assert refusal.value.field == "violence_screened"
        stage.go("accept_case", pk, "director", violence_screened=True)

    def test_it_ends_the_step_and_withdraws_what_was_offered(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        stage.go("propose_hand_over", pk, "dispatcher", committee=stage.cast.strange_committee_unit, remark=LONG)
        stage.go("accept_case", pk, "director")
        case = stage.case_now(pk)
        assert (case.accepted_at, case.step_due_on) == (stage.moment, None)
        assert case.hand_overs.get().state == "withdrawn"
        assert not case.access.live(stage.moment).filter(reason="proposed").exists()
        assert case.events.order_by("-seq")[0].accepted_at == stage.moment


class TestNumbers:
    """(YYYY)<committee>人调字第NNNN号: yearly per committee, without gap or double (DOMAIN.md 6)."""

    def numbers(self, stage: Stage, count: int) -> list[str]:
        return [stage.case_now(stage.case(C.ACCEPTED)).file_number for _ in range(count)]

    def test_they_run_without_a_gap(self, stage: Stage) -> None:
        assert self.numbers(stage, 3) == [f"(2024)滨河街道人调字第{count:04d}号" for count in (1, 2, 3)]

    def test_a_refused_acceptance_takes_none(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        consent(stage, pk, stage.party(pk), "refused")
        with pytest.raises(NotPossible):
            stage.go("accept_case", pk, "director")
        assert self.numbers(stage, 1) == ["(2024)滨河街道人调字第0001号"]

    def test_the_year_is_shanghais_year_of_acceptance(self, stage: Stage) -> None:
        stage.moment = datetime(2024, 12, 31, 15, 30, tzinfo=UTC)
        old = self.numbers(stage, 1)
        pk = stage.case(C.REGISTERED)
        stage.moment = datetime(2024, 12, 31, 16, 30, tzinfo=UTC)
        stage.go("accept_case", pk, "director")
        assert (*old, stage.case_now(pk).file_number) == (
            "(2024)滨河街道人调字第0001号",
            "(2025)滨河街道人调字第0001号",
        )

    def test_every_committee_has_its_own(self, stage: Stage) -> None:
        first = self.numbers(stage, 1)
        pk = stage.case(C.REGISTERED)
        stage.go("choose_committee", pk, "dispatcher", committee=stage.cast.strange_committee_unit)
        stage.go("accept_case", pk, "strange_director")
        assert (*first, stage.case_now(pk).file_number) == (
            "(2024)滨河街道人调字第0001号",
            "(2024)文水县城关人调字第0001号",
        )

    def test_a_number_once_given_stays(self, stage: Stage) -> None:
        pk = stage.case(C.ACCEPTED)
        stage.go("propose_hand_over", pk, "director", committee=stage.cast.strange_committee_unit, remark=LONG)
        stage.go("accept_hand_over", pk, "strange_director")
        assert stage.case_now(pk).file_number == "(2024)滨河街道人调字第0001号"
        assert not FileCounter.objects.filter(committee=stage.cast.strange_committee_unit).exists()

    def test_namesakes_in_one_city_do_not_share_numbers(self, stage: Stage) -> None:
        twin = found_committee(
            place=stage.cast.strange_township,
            name=stage.cast.committee_unit.name,
            kind=Committee.Kind.TOWNSHIP,
            founded_on=SINCE,
            by=SYSTEM,
        )
        seat(user=stage.cast.strange_director, unit=twin.unit, role="committee_director", starts_on=SINCE, at=START)
        pk = stage.case(C.REGISTERED)
        stage.go("choose_committee", pk, "dispatcher", committee=twin.unit)
        stage.go("accept_case", pk, "strange_director")
        ours = stage.case_now(stage.case(C.ACCEPTED)).file_number
        theirs = stage.case_now(pk).file_number
        county, township = stage.cast.other_county.name, stage.cast.strange_township.name
        assert theirs == f"(2024){county}{township}滨河街道人调字第0001号"
        assert ours == f"(2024){stage.cast.county.name}滨河街道人调字第0001号"

    def test_the_label_of_a_year_does_not_change_in_it(self, stage: Stage) -> None:
        first = self.numbers(stage, 1)
        open_unit(
            parent=stage.cast.strange_township,
            code="twin",
            name=stage.cast.committee_unit.name,
            kind=Unit.Kind.MEDIATION_COMMITTEE,
            valid_from=SINCE,
        )
        assert (*first, *self.numbers(stage, 1)) == ("(2024)滨河街道人调字第0001号", "(2024)滨河街道人调字第0002号")

    def test_agreements_are_numbered_under_it(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        number = stage.case_now(pk).file_number
        assert stage.case_now(pk).agreements.get().number == f"{number}-协1"
