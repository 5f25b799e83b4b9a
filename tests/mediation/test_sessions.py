"""Sessions: planned, held, cancelled (DOMAIN.md 5.2, 5.7, 6)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from cases.moves import NotPossible
from cases.workflow import KeyReused
from mediation.models import Session
from mediation.workflow import cancel_session, hold_session, schedule_session
from tests.cases.stage import LONG, C, Stage


def hold(stage: Stage, session: Session, **more: Any) -> Session:
    """Record a session that began an hour ago."""
    at = stage.wait(hours=2)
    attended = [stage.party(session.case_id), stage.party(session.case_id, "respondent")]
    given = {
        "began_at": at - timedelta(hours=1),
        "minutes": 45,
        "attended": attended,
        "record": LONG,
        "result": "to_continue",
    }
    return hold_session(session=session, by=stage.actor("mediator"), at=at, **{**given, **more})


class TestPlanning:
    def test_the_first_one_begins_mediation_the_second_is_noted(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATOR_ASSIGNED)
        first, second = stage.plan(pk), stage.plan(pk)
        events = list(stage.case_now(pk).events.order_by("-seq")[:2])
        assert [(event.verb, event.data["session"]) for event in events] == [
            ("note_session", second.pk),
            ("begin_mediation", first.pk),
        ]
        assert stage.case_now(pk).status == C.MEDIATING
        assert list(first.mediators.all()) == [stage.cast.mediator]
        assert first.levels == stage.case_now(pk).levels

    def test_not_before_the_case_was_accepted(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATOR_ASSIGNED)
        with pytest.raises(NotPossible) as refusal:
            stage.plan(pk, planned_for=stage.case_now(pk).accepted_at - timedelta(minutes=1))
        assert refusal.value.field == "planned_for"

    def test_only_the_cases_own_mediators_sit_at_the_table(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATOR_ASSIGNED)
        with pytest.raises(NotPossible) as refusal:
            stage.plan(pk, mediators=[stage.cast.second_mediator])
        assert refusal.value.field == "mediators"

    def test_not_face_to_face_where_there_was_violence(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        stage.go("flag_violence", pk, "mediator", remark=LONG)
        with pytest.raises(NotPossible) as refusal:
            stage.plan(pk, form="joint")
        assert refusal.value.field == "form"
        for form in ("separate", "remote"):
            stage.plan(pk, form=form)

    def test_resent_it_is_one_session(self, stage: Stage) -> None:
        pk, key = stage.case(C.MEDIATOR_ASSIGNED), uuid.uuid4()
        first, second = stage.plan(pk, client_uuid=key), stage.plan(pk, client_uuid=key)
        assert first.pk == second.pk
        assert stage.case_now(pk).events.filter(verb="note_session").count() == 0
        other = stage.case(C.MEDIATOR_ASSIGNED)
        with pytest.raises(KeyReused):
            stage.plan(other, client_uuid=key)


def test_in_the_minute_of_acceptance_is_after_it(stage: Stage) -> None:
    """Forms know minutes, acceptance knows seconds; a minute earlier is too early all the same."""
    pk = stage.case(C.MEDIATING)
    accepted = stage.case_now(pk).accepted_at
    begin = {"began_at": accepted - timedelta(seconds=59), "minutes": 1}
    assert hold(stage, stage.plan(pk), **begin).began_at == accepted
    with pytest.raises(NotPossible, match="不能早于受理时间"):
        hold(stage, stage.plan(pk), began_at=accepted - timedelta(seconds=61), minutes=1)


class TestHolding:
    def test_the_record_is_kept(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        held = hold(stage, session, agreed_points="同意修缮", disputed_points="费用分担", others_present="村委会主任")
        held.refresh_from_db()
        assert (held.state, held.result, held.minutes, held.held_by) == ("held", "to_continue", 45, stage.cast.mediator)
        assert held.attended.count() == 2
        event = stage.case_now(session.case_id).events.order_by("-seq")[0]
        assert (event.verb, event.data) == ("note_session", {"session": held.pk, "state": "held"})

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"attended": []}, "attended"),
            ({"record": "  "}, "record"),
            ({"result": "perhaps"}, "result"),
            ({"minutes": 0}, "minutes"),
            ({"minutes": 90}, "began_at"),
        ],
    )
    def test_what_is_missing_or_cannot_be_is_named(self, stage: Stage, more: dict[str, Any], field: str) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        with pytest.raises(NotPossible) as refusal:
            hold(stage, session, **more)
        assert refusal.value.field == field

    def test_nobody_of_another_case(self, stage: Stage) -> None:
        session, other = stage.plan(stage.case(C.MEDIATOR_ASSIGNED)), stage.case(C.REGISTERED)
        with pytest.raises(NotPossible) as refusal:
            hold(stage, session, attended=[stage.party(other)])
        assert refusal.value.field == "attended"

    def test_not_both_sides_together_where_there_was_violence(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        stage.go("flag_violence", session.case_id, "mediator", remark=LONG)
        with pytest.raises(NotPossible) as refusal:
            hold(stage, session)
        assert refusal.value.field == "attended"
        hold(stage, session, attended=[stage.party(session.case_id)])

    def test_not_twice_but_ones_own_repeat_is_nothing(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        hold(stage, session)
        seen = stage.case_now(session.case_id).events.count()
        hold(stage, session, record="别的记录")
        session.refresh_from_db()
        assert (session.record, stage.case_now(session.case_id).events.count()) == (LONG, seen)

    def test_not_once_it_was_cancelled(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        cancel_session(session=session, by=stage.actor("mediator"), at=stage.now())
        with pytest.raises(NotPossible):
            hold(stage, session)


class TestCancelling:
    def test_once(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        for _ in range(2):
            cancel_session(session=session, by=stage.actor("mediator"), at=stage.now())
        events = stage.case_now(session.case_id).events.filter(verb="note_session")
        assert [event.data["state"] for event in events] == ["cancelled"]

    def test_not_what_was_held(self, stage: Stage) -> None:
        session = stage.plan(stage.case(C.MEDIATOR_ASSIGNED))
        hold(stage, session)
        with pytest.raises(NotPossible):
            cancel_session(session=session, by=stage.actor("mediator"), at=stage.now())


def test_a_clock_a_little_behind_is_moved_up_and_both_tables_agree(stage: Stage) -> None:
    pk = stage.case(C.MEDIATOR_ASSIGNED)
    last = stage.case_now(pk).last_event_at
    by = stage.actor("mediator")
    needs: dict[str, Any] = {"planned_for": last, "venue": "调解室", "form": "joint"}
    schedule_session(case=stage.case_now(pk), by=by, at=last - timedelta(seconds=30), **needs)
    assert stage.case_now(pk).last_event_at == last
