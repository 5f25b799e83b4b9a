"""Closing, reopening, visiting, archiving an incident (DOMAIN.md 5.1)."""

from datetime import timedelta

import pytest

from cases.models import Incident
from cases.moves import NotAllowed, NotPossible
from cases.workflow import attach_file
from grid.workflow import seat
from tests.cases.inputs import PDF
from tests.cases.stage import LONG, SINCE, START, S, Stage, closing

REOPEN = {"reason": "relapse", "remark": LONG}


class TestSeparationOfDuties:
    """Whoever did the work does not close it (PV-12)."""

    def test_not_the_handler_with_two_posts(self, stage: Stage) -> None:
        seat(user=stage.cast.handler, unit=stage.cast.centre, role="centre_dispatcher", starts_on=SINCE, at=START)
        pk = stage.incident(S.HANDLED)
        with pytest.raises(NotPossible):
            stage.do("close_incident", pk, "handler", **closing("resolved"))
        stage.do("close_incident", pk, "dispatcher", **closing("resolved"))

    def test_not_one_who_only_began_it(self, stage: Stage) -> None:
        seat(user=stage.cast.third_handler, unit=stage.cast.department, role="handler", starts_on=SINCE, at=START)
        seat(user=stage.cast.handler, unit=stage.cast.centre, role="centre_dispatcher", starts_on=SINCE, at=START)
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("handle_incident", pk, "third_handler", remark=LONG)
        assert stage.incident_now(pk).handler_id == stage.cast.third_handler.pk
        with pytest.raises(NotPossible):
            stage.do("close_incident", pk, "handler", **closing("resolved"))

    def test_not_the_reporter_of_what_was_solved_on_the_spot(self, stage: Stage) -> None:
        pk = stage.report(by="dispatcher", place="village", self_handled=True)
        stage.do("verify_incident", pk, "clerk")
        with pytest.raises(NotPossible):
            stage.do("close_incident", pk, "dispatcher", **closing("handled"))
        stage.do("close_incident", pk, "city_dispatcher", **closing("handled"))


class TestOutcomes:
    """Every end is typed, and fits how far the matter got (FEATURES.md row 36)."""

    def test_from_verified_only_what_was_solved_on_the_spot(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.do("close_incident", stage.incident(S.VERIFIED), "dispatcher", **closing("handled"))
        pk = stage.incident(S.VERIFIED, self_handled=True)
        stage.do("close_incident", pk, "dispatcher", **closing("handled"))

    @pytest.mark.parametrize("outcome", ["explained", "transferred", "unfounded", "withdrawn"])
    def test_from_triaged_what_needs_no_unit(self, stage: Stage, outcome: str) -> None:
        stage.do("close_incident", stage.incident(S.TRIAGED), "dispatcher", **closing(outcome))

    @pytest.mark.parametrize("outcome", ["resolved", "handled", "unresolved_closed"])
    def test_from_triaged_nothing_that_a_unit_would_have_done(self, stage: Stage, outcome: str) -> None:
        pk = stage.incident(S.TRIAGED)
        with pytest.raises(NotPossible) as refusal:
            stage.do("close_incident", pk, "dispatcher", **closing(outcome))
        assert refusal.value.field == "outcome"
        # What the village does itself needs no unit.
        stage.do("triage_incident", pk, "dispatcher", path="self_village")
        stage.do("close_incident", pk, "dispatcher", **closing(outcome))

    def test_converting_has_a_verb_of_its_own(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.do("close_incident", stage.incident(S.HANDLED), "dispatcher", **closing("converted"))

    def test_evidence_claimed_must_be_there(self, stage: Stage) -> None:
        pk = stage.incident(S.HANDLED)
        claim = {**closing("resolved"), "evidence": "attached"}
        with pytest.raises(NotPossible) as refusal:
            stage.do("close_incident", pk, "dispatcher", **claim)
        assert refusal.value.field == "evidence"
        by, at = stage.actor("handler"), stage.now()
        attach_file(record=stage.incident_now(pk), by=by, at=at, content=PDF, name="回执.pdf")
        stage.do("close_incident", pk, "dispatcher", **claim)

    def test_the_closure_is_a_fact_of_row_and_event(self, stage: Stage) -> None:
        pk = stage.incident(S.CLOSED)
        incident = stage.incident_now(pk)
        event = incident.events.order_by("-seq")[0]
        assert (incident.outcome, incident.closed_level, incident.closed_at) == ("resolved", "county", stage.moment)
        assert (event.outcome, event.closed_level, event.closed_at, event.delta) == (
            "resolved",
            "county",
            stage.moment,
            -1,
        )
        assert incident.clock_entries.order_by("-pk")[0].action == "stop"
        assert incident.due_at is not None


class TestReopening:
    """Within 90 days; then a new one follows it."""

    def test_on_the_ninetieth_day_and_not_after(self, stage: Stage) -> None:
        pk = stage.incident(S.CLOSED)
        stage.moment = stage.incident_now(pk).closed_at + timedelta(days=90) - timedelta(minutes=1)
        stage.do("reopen_incident", pk, "dispatcher", **REOPEN)
        late = stage.incident(S.CLOSED)
        stage.wait(days=90)
        with pytest.raises(NotPossible):
            stage.do("reopen_incident", late, "dispatcher", **REOPEN)

    def test_it_is_open_again_in_every_respect(self, stage: Stage) -> None:
        pk = stage.incident(S.REOPENED)
        incident = stage.incident_now(pk)
        event = incident.events.order_by("-seq")[0]
        assert (incident.is_open, incident.closed_at, incident.outcome, incident.closed_level) == (True, None, "", "")
        assert (event.delta, event.closed_at, event.reason) == (1, None, "relapse")
        assert incident.clock_entries.order_by("-pk")[0].action == "resume"
        assert incident.access.get(reason="lead").until is None

    def test_not_what_became_a_dispute(self, stage: Stage) -> None:
        from cases.workflow import open_case_from_incident

        pk = stage.incident(S.TRIAGED)
        open_case_from_incident(pk=pk, by=stage.actor("dispatcher"), at=stage.now())
        with pytest.raises(NotPossible):
            stage.do("reopen_incident", pk, "dispatcher", **REOPEN)

    def test_nothing_from_the_archive(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.do("reopen_incident", stage.incident(S.ARCHIVED), "dispatcher", **REOPEN)

    def test_after_a_visit_too(self, stage: Stage) -> None:
        pk = stage.incident(S.REVISITED)
        stage.do("reopen_incident", pk, "supervisor", **REOPEN)
        assert stage.incident_now(pk).status == S.REOPENED


def test_a_visits_answer_stands_in_the_event(stage: Stage) -> None:
    pk = stage.incident(S.CLOSED)
    stage.do("revisit_incident", pk, "clerk", satisfaction="dissatisfied", remark=LONG)
    assert stage.incident_now(pk).events.order_by("-seq")[0].data == {"satisfaction": "dissatisfied"}


class TestAccess:
    """What was opened for the work runs out with it (DESIGN.md rule 3)."""

    def test_closed_it_stays_in_sight_while_it_may_be_reopened(self, stage: Stage) -> None:
        pk = stage.incident(S.CLOSED)
        closed_at = stage.incident_now(pk).closed_at
        for reason in ("lead", "assist"):
            assert stage.incident_now(pk).access.get(reason=reason).until == closed_at + timedelta(days=90)

    def test_archived_it_is_out_of_sight(self, stage: Stage) -> None:
        pk = stage.incident(S.ARCHIVED)
        assert not stage.incident_now(pk).access.live(stage.moment).exists()

    def test_an_hour_before_it_runs_out_the_unit_still_acts(self, stage: Stage) -> None:
        pk = stage.incident(S.CLOSED)
        row = stage.incident_now(pk).access.get(reason="lead")
        assert stage.incident_now(pk).access.live(row.until - timedelta(hours=1)).filter(pk=row.pk).exists()
        assert not stage.incident_now(pk).access.live(row.until).filter(pk=row.pk).exists()


class TestRestricted:
    """A clerk or supervisor does not act on what they may not see (PV-06)."""

    def test_a_clerk_does_not_inspect_it(self, stage: Stage) -> None:
        pk = stage.report(category="0306")
        with pytest.raises(NotAllowed):
            stage.do("verify_incident", pk, "clerk")
        stage.do("verify_incident", pk, "dispatcher")

    def test_a_supervisor_is_let_in_to_answer_and_out_again(self, stage: Stage) -> None:
        pk = stage.report(category="0306")
        stage.do("verify_incident", pk, "dispatcher")
        stage.do("triage_incident", pk, "dispatcher", path="police", complexity="ordinary")
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        stage.do("accept_incident", pk, "handler")
        until = (stage.incident_now(pk).due_at + timedelta(days=2)).date()
        assert not Incident.objects.visible_to(stage.actor("supervisor")).filter(pk=pk).exists()
        stage.do("ask_extension", pk, "handler", reason="complex", until=until, remark=LONG)
        assert Incident.objects.visible_to(stage.actor("supervisor")).filter(pk=pk).exists()
        assert not Incident.objects.visible_to(stage.actor("clerk")).filter(pk=pk).exists()
        stage.do("grant_extension", pk, "supervisor")
        assert not Incident.objects.visible_to(stage.actor("supervisor")).filter(pk=pk).exists()
