"""Visits and judicial confirmation (DOMAIN.md 5.3; FEATURES.md rows 57, 71)."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cases.models import ClockEntry
from cases.moves import NotPossible
from mediation.models import Confirmation, FollowUp
from mediation.workflow import (
    advise_confirmation,
    apply_for_confirmation,
    confirmation_warning,
    record_court_acceptance,
    record_court_decision,
    record_visit,
)
from tests.cases.stage import LONG, C, Stage

COURT = "离石区人民法院"


def apply(stage: Stage, pk: int, **more: Any) -> Confirmation:
    """Apply together now."""
    given = {"by": stage.actor("mediator"), "at": stage.now(), "court": COURT}
    return apply_for_confirmation(case=stage.case_now(pk), **{**given, **more})


def visit(stage: Stage, pk: int, side: str = "applicant", **more: Any) -> FollowUp:
    """Visit a party now."""
    given = {"channel": "phone", "findings": LONG, "satisfaction": "satisfied"}
    by, at = stage.actor("mediator"), stage.now()
    return record_visit(case=stage.case_now(pk), party=stage.party(pk, side), by=by, at=at, **{**given, **more})


class TestThirtyDays:
    """From the day the agreement takes effect, its last day a working day (PML art.33, CPL arts 85 and 205)."""

    @pytest.mark.parametrize(
        ("agreed_on", "expected"),
        [
            (date(2024, 11, 20), date(2024, 12, 20)),
            (date(2024, 11, 1), date(2024, 12, 2)),
            (date(2024, 9, 1), date(2024, 10, 8)),
            (date(2024, 1, 5), date(2024, 2, 4)),
        ],
    )
    def test_the_last_day(self, stage: Stage, agreed_on: date, expected: date) -> None:
        stage.moment = datetime(agreed_on.year, agreed_on.month, agreed_on.day, 1, tzinfo=UTC)
        case = stage.case_now(stage.case(C.AGREED))
        assert case.confirm_apply_by == expected
        entry = ClockEntry.objects.get(case=case, clock="confirm_apply")
        assert (entry.action, entry.due_at.date(), entry.is_provisional) == ("start", expected, False)

    def test_on_the_last_day_and_not_after(self, stage: Stage) -> None:
        first, second = stage.case(C.AGREED), stage.case(C.AGREED)
        stage.moment = datetime(2024, 12, 20, 15, 50, tzinfo=UTC)  # Ten to midnight in Shanghai.
        apply(stage, first)
        case = stage.case_now(first)
        assert (case.confirmation, case.confirmation_applied_at) == ("applied", stage.moment)
        stage.moment = datetime(2024, 12, 20, 16, 0, tzinfo=UTC)
        with pytest.raises(NotPossible) as refusal:
            apply(stage, second)
        assert refusal.value.field == "at"
        assert "2024" in str(refusal.value)
        assert not Confirmation.objects.filter(case_id=second).exists()


class TestConfirming:
    """none → advised → applied → court accepted → confirmed, rejected or withdrawn."""

    def test_the_whole_way(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        advise_confirmation(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now())
        assert stage.case_now(pk).confirmation == "advised"
        apply(stage, pk)
        by = stage.actor("director")
        record_court_acceptance(case=stage.case_now(pk), by=by, at=stage.now(), court_number="（2024）晋1102民特1号")
        assert stage.case_now(pk).confirmation == "court_accepted"
        confirmation = record_court_decision(case=stage.case_now(pk), by=by, at=stage.now(), result="confirmed")
        confirmation.refresh_from_db()
        assert (confirmation.court_number, confirmation.result, confirmation.decided_at) == (
            "（2024）晋1102民特1号",
            "confirmed",
            stage.moment,
        )
        assert stage.case_now(pk).confirmation == "confirmed"
        assert stage.case_now(pk).events.order_by("-seq")[0].data == {
            "confirmation": confirmation.pk,
            "result": "confirmed",
        }

    def test_advised_once(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        advise_confirmation(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now())
        with pytest.raises(NotPossible):
            advise_confirmation(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now())

    def test_applied_once(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        apply(stage, pk)
        with pytest.raises(NotPossible):
            apply(stage, pk)

    def test_not_before_it_was_applied_for(self, stage: Stage) -> None:
        pk, by = stage.case(C.AGREED), stage.actor("mediator")
        with pytest.raises(NotPossible):
            record_court_acceptance(case=stage.case_now(pk), by=by, at=stage.now(), court_number="1")
        with pytest.raises(NotPossible):
            record_court_decision(case=stage.case_now(pk), by=by, at=stage.now(), result="confirmed")

    @pytest.mark.parametrize("result", ["applied", "none", "maybe"])
    def test_a_court_confirms_rejects_or_parties_withdraw(self, stage: Stage, result: str) -> None:
        pk = stage.case(C.AGREED)
        apply(stage, pk)
        with pytest.raises(NotPossible):
            record_court_decision(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now(), result=result)
        assert stage.case_now(pk).confirmation == "applied"

    def test_the_court_may_answer_after_the_case_was_closed(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        apply(stage, pk)
        stage.go("close_case", pk, "director", remark="同意结案")
        record_court_decision(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now(), result="withdrawn")

    def test_a_court_is_named(self, stage: Stage) -> None:
        with pytest.raises(NotPossible) as refusal:
            apply(stage, stage.case(C.AGREED), court=" ")
        assert refusal.value.field == "court"

    @pytest.mark.parametrize(("category", "warned"), [("0101", True), ("0103", True), ("0122", True), ("0102", False)])
    def test_categories_a_court_will_hardly_take_are_warned_of(self, stage: Stage, category: str, warned: bool) -> None:
        from cases.models import Case, Category

        case = Case(category=Category.objects.get(pk=category))
        assert bool(confirmation_warning(case)) == warned


class TestVisiting:
    """One answer per visited party; no answer is no answer."""

    def test_the_answer_is_a_fact_of_the_event(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        found = visit(stage, pk, has_remaining_risk=True)
        event = stage.case_now(pk).events.order_by("-seq")[0]
        assert (event.verb, event.satisfaction, event.data) == ("note_visit", "satisfied", {"visit": found.pk})
        assert (found.at, found.has_remaining_risk, found.levels) == (stage.moment, True, stage.case_now(pk).levels)

    def test_each_party_answers_for_itself(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        visit(stage, pk)
        visit(stage, pk, "respondent", satisfaction="")
        answers = (
            stage.case_now(pk).events.filter(verb="note_visit").order_by("seq").values_list("satisfaction", flat=True)
        )
        assert list(answers) == ["satisfied", ""]

    @pytest.mark.parametrize(("field", "value"), [("satisfaction", "thrilled"), ("channel", "telepathy")])
    def test_only_what_can_be_answered(self, stage: Stage, field: str, value: str) -> None:
        with pytest.raises(NotPossible) as refusal:
            visit(stage, stage.case(C.PERFORMED), **{field: value})
        assert refusal.value.field == field

    def test_nobody_of_another_case(self, stage: Stage) -> None:
        pk, other = stage.case(C.PERFORMED), stage.case(C.REGISTERED)
        given = {"by": stage.actor("mediator"), "at": stage.now(), "channel": "phone", "findings": LONG}
        with pytest.raises(NotPossible):
            record_visit(case=stage.case_now(pk), party=stage.party(other), **given)

    def test_resent_it_is_one_visit(self, stage: Stage) -> None:
        pk, key = stage.case(C.PERFORMED), uuid.uuid4()
        assert visit(stage, pk, client_uuid=key).pk == visit(stage, pk, client_uuid=key).pk
        assert stage.case_now(pk).events.filter(verb="note_visit").count() == 1

    def test_an_earlier_visit_is_entered_but_never_before_the_last_event(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        last = stage.case_now(pk).last_event_at
        stage.wait(days=30)
        by = stage.actor("mediator")
        given = {"case": stage.case_now(pk), "party": stage.party(pk), "by": by, "channel": "visit", "findings": LONG}
        with pytest.raises(NotPossible) as refusal:
            record_visit(at=last - timedelta(hours=1), **given)
        assert refusal.value.field == "at"
        assert record_visit(at=last + timedelta(days=3), **given).at == last + timedelta(days=3)
