"""Triage, hand-over, objection, assistance, levels: who has the matter, and who still sees it (DOMAIN.md 5.1)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.models import Access, Incident
from cases.moves import NotAllowed, NotPossible
from grid.models import Unit
from grid.scope import today
from grid.workflow import close_unit
from tests.cases.stage import LONG, S, Stage, closing

OBJECTION = {"reason": "not_competent", "remark": LONG}


def opened(stage: Stage, pk: int, reason: str) -> list[tuple[int | None, bool]]:
    """The units a record was opened to for a reason, and whether it still is."""
    rows = Access.objects.filter(incident_id=pk, reason=reason).order_by("pk")
    return [(row.unit_id, row.until is None or row.until > stage.moment) for row in rows]


def states(pk: int, kind: str) -> list[str]:
    """The states of a record's hand-overs of a kind, oldest first."""
    incident = Incident._base_manager.get(pk=pk)
    return [row.state for row in incident.hand_overs.filter(kind=kind).order_by("pk")]


class TestAssigning:
    """A lead unit, assisting units, a limit."""

    def test_it_is_opened_and_offered_to_lead_and_assistants(self, stage: Stage) -> None:
        pk = stage.incident(S.ASSIGNED)
        incident = stage.incident_now(pk)
        department, second = stage.cast.department.pk, stage.cast.second_department.pk
        assert opened(stage, pk, "lead") == [(department, True)]
        assert opened(stage, pk, "assist") == [(second, True)]
        offer = incident.hand_overs.get(kind="lead")
        assert (offer.state, offer.to_unit_id, offer.from_unit_id) == ("offered", department, stage.cast.centre.pk)
        assert incident.events.order_by("-seq")[0].data == {"lead_unit": department, "assisting": [second]}
        # An ordinary matter, handed out on a Wednesday: seven working days on.
        assert incident.due_at.date().isoformat() == "2024-11-29"

    def test_the_same_unit_is_not_asked_to_assist_itself(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        stage.do(
            "assign_incident", pk, "dispatcher", lead_unit=stage.cast.department, assisting=[stage.cast.department]
        )
        assert states(pk, "assist") == []

    @pytest.mark.parametrize("unit", ["village", "grid", "strange_department", "city_centre"])
    def test_not_to_a_place_nor_beyond_ones_own(self, stage: Stage, unit: str) -> None:
        pk = stage.incident(S.TRIAGED)
        for needs in (
            {"lead_unit": stage.cast.units[unit]},
            {"lead_unit": stage.cast.department, "assisting": [stage.cast.units[unit]]},
        ):
            with pytest.raises(NotPossible) as refusal:
                stage.do("assign_incident", pk, "dispatcher", **needs)
            assert refusal.value.field == ("assisting" if "assisting" in needs else "lead_unit")

    def test_not_to_a_unit_that_was_closed(self, stage: Stage) -> None:
        unit = close_unit(unit=stage.cast.third_department, on=today())
        with pytest.raises(NotPossible):
            stage.do("assign_incident", stage.incident(S.TRIAGED), "dispatcher", lead_unit=unit)

    def test_a_limit_agreed_on_the_spot_stands_as_it_is(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        sunday = stage.moment.date() + timedelta(days=4)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department, limit_on=sunday)
        incident = stage.incident_now(pk)
        assert (incident.due_at.date(), incident.due_provisional) == (sunday, False)
        past = {"lead_unit": stage.cast.department, "limit_on": stage.moment.date() - timedelta(days=1)}
        with pytest.raises(NotPossible) as refusal:
            stage.do("assign_incident", stage.incident(S.TRIAGED), "dispatcher", **past)
        assert refusal.value.field == "limit_on"

    def test_without_complexity_or_date_there_is_no_limit(self, stage: Stage) -> None:
        pk = stage.incident(S.VERIFIED)
        stage.do("triage_incident", pk, "dispatcher", path="department")
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        assert stage.incident_now(pk).due_at is None
        assert not stage.incident_now(pk).clock_entries.exists()


class TestObjecting:
    """Reasoned, once per unit, judged by the desk."""

    def test_sustained_it_goes_back_to_triage_and_not_to_that_unit_again(self, stage: Stage) -> None:
        pk = stage.incident(S.OBJECTED)
        stage.do("sustain_objection", pk, "dispatcher")
        incident = stage.incident_now(pk)
        assert (incident.status, incident.lead_unit, incident.handler) == (S.TRIAGED, None, None)
        assert states(pk, "lead") == ["sustained"]
        assert states(pk, "assist") == ["withdrawn"]
        assert opened(stage, pk, "lead") == [(stage.cast.department.pk, False)]
        assert opened(stage, pk, "assist") == [(stage.cast.second_department.pk, False)]
        with pytest.raises(NotPossible):
            stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.second_department)

    def test_overruled_it_stays_and_may_not_be_repeated(self, stage: Stage) -> None:
        pk = stage.incident(S.OBJECTED)
        stage.do("overrule_objection", pk, "dispatcher", remark=LONG)
        assert states(pk, "lead") == ["overruled", "offered"]
        with pytest.raises(NotPossible):
            stage.do("object_incident", pk, "handler", **OBJECTION)
        stage.do("accept_incident", pk, "handler")
        assert states(pk, "lead") == ["overruled", "accepted"]

    def test_each_unit_has_an_objection_of_its_own(self, stage: Stage) -> None:
        pk = stage.incident(S.OBJECTED)
        stage.do("sustain_objection", pk, "dispatcher")
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.second_department)
        stage.do("object_incident", pk, "second_handler", **OBJECTION)
        assert states(pk, "lead") == ["sustained", "objected"]

    def test_the_reason_stands_in_the_event_and_the_words_beside_it(self, stage: Stage) -> None:
        pk = stage.incident(S.OBJECTED)
        event = stage.incident_now(pk).events.order_by("-seq")[0]
        assert (event.reason, event.data) == ("not_competent", {})
        assert stage.incident_now(pk).remarks.get(seq=event.seq).text == LONG


class TestWorking:
    """Signing for it, doing it, reporting it."""

    def test_whoever_signs_answers_for_it(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        incident = stage.incident_now(pk)
        assert incident.handler_id == stage.cast.handler.pk
        answer = incident.hand_overs.get(kind="lead")
        assert (answer.state, answer.answered_by_id) == ("accepted", stage.cast.handler.pk)
        assert incident.step_due_on is None

    def test_reported_work_can_be_sent_back(self, stage: Stage) -> None:
        pk = stage.incident(S.HANDLED)
        stage.do("rework_incident", pk, "dispatcher", remark=LONG)
        stage.do("handle_incident", pk, "handler", remark=LONG)
        assert stage.incident_now(pk).status == S.HANDLED

    def test_what_was_recalled_is_nobodys_until_it_is_given_again(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("recall_incident", pk, "dispatcher", remark=LONG)
        incident = stage.incident_now(pk)
        assert (incident.status, incident.lead_unit, incident.handler) == (S.TRIAGED, None, None)
        assert opened(stage, pk, "lead") == [(stage.cast.department.pk, False)]
        with pytest.raises(NotAllowed):
            stage.do("escalate_incident", pk, "handler", remark=LONG)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        assert opened(stage, pk, "lead")[-1] == (stage.cast.department.pk, True)

    def test_recalling_what_stood_still_lets_its_clock_run_on(self, stage: Stage) -> None:
        pk = stage.incident(S.SUSPENDED)
        assert stage.incident_now(pk).due_at is None
        stage.wait(days=2)
        stage.do("recall_incident", pk, "dispatcher", remark=LONG)
        assert stage.incident_now(pk).due_at is not None

    def test_only_the_police_hand_over_is_kept(self, stage: Stage) -> None:
        pk = stage.report()
        stage.do("refer_to_police", pk, "worker", police_unit="滨河派出所", receipt_number="2024-17")
        incident = stage.incident_now(pk)
        event = incident.events.order_by("-seq")[0]
        assert (incident.status, event.data) == (S.REPORTED, {})
        assert dict(incident.remarks.values_list("field", "text")) == {
            "police_unit": "滨河派出所",
            "receipt_number": "2024-17",
        }


class TestAssisting:
    """One lead unit; the others answer for their own part (FEATURES.md row 32)."""

    def test_signed_for_and_reported(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("accept_assistance", pk, "second_handler")
        stage.do("report_assistance", pk, "second_handler", remark=LONG)
        incident = stage.incident_now(pk)
        assert (incident.status, states(pk, "assist")) == (S.IN_PROGRESS, ["done"])
        assert incident.events.order_by("-seq")[0].data == {"unit": stage.cast.second_department.pk}
        with pytest.raises(NotAllowed):
            stage.do("report_assistance", pk, "second_handler", remark=LONG)

    def test_signing_twice_is_refused(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("accept_assistance", pk, "second_handler")
        with pytest.raises(NotPossible):
            stage.do("accept_assistance", pk, "second_handler")

    def test_an_objection_ends_that_units_access_and_nobody_elses(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        stage.do("call_assistance", pk, "dispatcher", assisting=[stage.cast.third_department])
        stage.do("object_to_assistance", pk, "second_handler", **OBJECTION)
        assert opened(stage, pk, "assist") == [
            (stage.cast.second_department.pk, False),
            (stage.cast.third_department.pk, True),
        ]
        assert states(pk, "assist") == ["objected", "offered"]
        # It may be asked again, with better words.
        stage.do("call_assistance", pk, "dispatcher", assisting=[stage.cast.second_department])

    def test_whoever_works_on_it_is_not_asked_once_more(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        for unit in (stage.cast.department, stage.cast.second_department):
            with pytest.raises(NotPossible):
                stage.do("call_assistance", pk, "dispatcher", assisting=[unit])

    def test_an_assistant_cannot_act_for_the_lead(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        with pytest.raises(NotAllowed):
            stage.do("handle_incident", pk, "second_handler", remark=LONG)

    def test_what_is_open_at_closing_is_taken_back(self, stage: Stage) -> None:
        pk = stage.incident(S.CLOSED)
        assert states(pk, "assist") == ["withdrawn"]


class TestLevels:
    """Level up, level down: the desk of the level that has it decides (FEATURES.md row 31)."""

    def test_up_to_the_city_and_no_further(self, stage: Stage) -> None:
        pk = stage.incident(S.ESCALATED)
        incident = stage.incident_now(pk)
        assert incident.handling_level == "county"
        assert incident.events.order_by("-seq")[0].data == {"level_from": "township", "level_to": "county"}
        with pytest.raises(NotPossible):
            stage.do("triage_incident", pk, "town_dispatcher", path="department")
        stage.do("triage_incident", pk, "dispatcher", path="department")
        with pytest.raises(NotPossible):
            stage.do("escalate_incident", pk, "town_dispatcher", remark=LONG)
        stage.do("escalate_incident", pk, "dispatcher", remark=LONG)
        stage.do("triage_incident", pk, "city_dispatcher", path="department")
        with pytest.raises(NotPossible):
            stage.do("escalate_incident", pk, "city_dispatcher", remark=LONG)

    def test_the_unit_that_gives_it_up_loses_it(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("escalate_incident", pk, "handler", remark=LONG)
        incident = stage.incident_now(pk)
        assert (incident.lead_unit, incident.handler, incident.handling_level) == (None, None, "city")
        assert opened(stage, pk, "lead") == [(stage.cast.department.pk, False)]

    def test_down_as_far_as_there_are_places(self, stage: Stage) -> None:
        pk = stage.incident(S.SENT_DOWN)
        assert stage.incident_now(pk).handling_level == "township"
        for level in ("village", "grid"):
            stage.do("triage_incident", pk, "town_dispatcher", path="self_village")
            stage.do("send_down_incident", pk, "town_dispatcher", remark=LONG)
            assert stage.incident_now(pk).handling_level == level
        stage.do("triage_incident", pk, "town_dispatcher", path="self_village")
        with pytest.raises(NotPossible):
            stage.do("send_down_incident", pk, "town_dispatcher", remark=LONG)

    def test_not_below_a_matter_of_the_county_itself(self, stage: Stage) -> None:
        pk = stage.report(by="clerk", place="county")
        stage.do("verify_incident", pk, "dispatcher")
        stage.do("triage_incident", pk, "dispatcher", path="department")
        with pytest.raises(NotPossible):
            stage.do("send_down_incident", pk, "dispatcher", remark=LONG)

    @pytest.mark.parametrize(
        ("verb", "needs"),
        [
            ("assign_incident", None),
            ("send_down_incident", {"remark": LONG}),
            ("close_incident", closing("explained")),
            ("triage_incident", {"path": "police"}),
        ],
    )
    def test_a_lower_desk_keeps_its_hands_off(self, stage: Stage, verb: str, needs: dict[str, Any] | None) -> None:
        pk = stage.incident(S.TRIAGED)
        inputs = {"lead_unit": stage.cast.department} if needs is None else needs
        with pytest.raises(NotPossible):
            stage.do(verb, pk, "town_dispatcher", **inputs)


def test_a_reopened_matter_is_asked_of_units_anew(stage: Stage) -> None:
    pk = stage.incident(S.REOPENED)
    assert opened(stage, pk, "lead") == [(stage.cast.department.pk, True)]
    stage.do("triage_incident", pk, "dispatcher", path="department")
    incident = stage.incident_now(pk)
    assert (incident.lead_unit, incident.handler) == (None, None)
    assert opened(stage, pk, "lead") == [(stage.cast.department.pk, False)]


def test_units_are_named_by_the_desk_that_sent_it(stage: Stage) -> None:
    pk = stage.incident(S.ESCALATED)
    stage.do("triage_incident", pk, "city_dispatcher", path="department")
    office = Unit.objects.get(pk=stage.cast.department.pk)
    stage.do("assign_incident", pk, "city_dispatcher", lead_unit=office)
    assert stage.incident_now(pk).hand_overs.get().from_unit_id == stage.cast.city_centre.pk
