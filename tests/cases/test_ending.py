"""Mediators, performance, resolution, closing and reopening of a case (DOMAIN.md 5.2; DESIGN.md rule 9)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.forms import MoveForm
from cases.models import Case
from cases.moves import NotAllowed, NotPossible
from cases.timeline import entries
from cases.workflow.case_moves import CASES
from grid.workflow import end_post, seat
from tests.cases.stage import LONG, SINCE, START, C, Stage

STOCKED = ("cases",)

CLOSE = {"remark": "同意结案"}
RESOLVE = {"reason": "settled_privately", "level": "township", "remark": LONG}
REOPEN = {"reason": "breach", "remark": LONG}


def facts(stage: Stage, pk: int) -> dict[str, Any]:
    """What reviews read from the newest event."""
    event = stage.case_now(pk).events.order_by("-seq")[0]
    return {name: getattr(event, name) for name in (*event.STANDING, "amount", "limit_on")}


class TestMediators:
    """One or several of the committee's own, without an interest (PML art.19; FEATURES.md rows 28, 41, 42)."""

    def test_each_gets_the_case_and_nobody_else(self, stage: Stage) -> None:
        pk = stage.case(C.ACCEPTED)
        who = {"mediator": stage.cast.mediator, "co_mediators": [stage.cast.second_mediator]}
        stage.go("assign_mediator", pk, "director", no_interest=True, **who)
        case = stage.case_now(pk)
        rows = {row.user_id: row.is_lead for row in case.mediator_rows.all()}
        assert rows == {stage.cast.mediator.pk: True, stage.cast.second_mediator.pk: False}
        assert {row.user_id for row in case.access.filter(reason="mediator")} == set(rows)
        assert case.events.order_by("-seq")[0].data == {"lead": stage.cast.mediator.pk, "mediators": sorted(rows)}

    def test_not_without_a_look_at_interests(self, stage: Stage) -> None:
        with pytest.raises(NotPossible) as refusal:
            stage.go(
                "assign_mediator", stage.case(C.ACCEPTED), "director", mediator=stage.cast.mediator, no_interest=False
            )
        assert refusal.value.field == "no_interest"

    @pytest.mark.parametrize("name", ["strange_mediator", "handler", "worker", "director"])
    def test_nobody_from_outside_the_committee(self, stage: Stage, name: str) -> None:
        pk = stage.case(C.ACCEPTED)
        with pytest.raises(NotPossible) as refusal:
            stage.go("assign_mediator", pk, "director", mediator=stage.cast.users[name], no_interest=True)
        assert refusal.value.field == "mediator"
        assert not stage.case_now(pk).access.filter(user=stage.cast.users[name]).exists()

    def test_nobody_who_has_left(self, stage: Stage) -> None:
        post = stage.cast.mediator.posts.get()
        end_post(post=post, by=stage.actor("security_admin"), on=START.date())
        with pytest.raises(NotPossible):
            stage.go(
                "assign_mediator", stage.case(C.ACCEPTED), "director", mediator=stage.cast.mediator, no_interest=True
            )

    def test_changed_the_former_one_is_released(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        needs = {"mediator": stage.cast.second_mediator, "no_interest": True, "remark": LONG}
        stage.go("change_mediator", pk, "director", **needs)
        case = stage.case_now(pk)
        assert case.status == C.MEDIATING
        former = case.mediator_rows.get(user=stage.cast.mediator)
        assert former.released_at == stage.moment
        assert case.access.get(user=stage.cast.mediator).until == stage.moment
        with pytest.raises(NotAllowed):
            stage.plan(pk)

    def test_changing_the_lead_keeps_who_stays(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        who = {"mediator": stage.cast.second_mediator, "co_mediators": [stage.cast.mediator]}
        stage.go("change_mediator", pk, "director", no_interest=True, remark=LONG, **who)
        rows = {row.user_id: row.is_lead for row in stage.case_now(pk).mediator_rows.filter(released_at__isnull=True)}
        assert rows == {stage.cast.second_mediator.pk: True, stage.cast.mediator.pk: False}
        assert stage.case_now(pk).access.filter(user=stage.cast.mediator).count() == 1


class TestResolving:
    """Full performance resolves; a breach or a reopening takes it back; nothing owed needs the director's word."""

    def test_performed_is_resolved_at_the_level_that_handled_it(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        case = stage.case_now(pk)
        assert (case.performed_at, case.resolved_at) == (stage.moment, stage.moment)
        assert (case.resolved_level, case.is_obliging, case.next_due_on) == ("township", False, None)
        assert facts(stage, pk)["resolved_at"] == stage.moment

    def test_partly_performed_is_not(self, stage: Stage) -> None:
        case = stage.case_now(stage.case(C.PERFORMING))
        assert (case.performed_at, case.resolved_at, case.is_obliging) == (None, None, True)

    @pytest.mark.parametrize("status", [C.AGREED, C.PERFORMING, C.BREACHED, C.URGED])
    def test_not_while_something_is_owed_that_nobody_waived(self, stage: Stage, status: str) -> None:
        pk = stage.case(status)
        with pytest.raises(NotPossible):
            stage.go("resolve_case", pk, "director", **RESOLVE)
        stage.go("resolve_case", pk, "director", **{**RESOLVE, "reason": "debt_waived"})
        case = stage.case_now(pk)
        assert (case.resolved_at, case.is_obliging, case.performed_at) == (stage.moment, False, None)
        stage.go("close_case", pk, "director", **CLOSE)

    def test_not_twice(self, stage: Stage) -> None:
        pk = stage.case(C.TERMINATED)
        stage.go("resolve_case", pk, "director", **RESOLVE)
        assert facts(stage, pk)["resolved_at"] == stage.moment
        with pytest.raises(NotPossible):
            stage.go("resolve_case", pk, "director", **RESOLVE)

    def test_closed_is_not_resolved(self, stage: Stage) -> None:
        case = stage.case_now(stage.case(C.CLOSED))
        assert (case.closed_at is not None, case.resolved_at) == (True, None)


class TestBreach:
    """Only when a day has passed; one instalment is enough."""

    def test_it_clears_resolved(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        Case._base_manager.filter(pk=pk).update(resolved_at=stage.moment, resolved_level="township")
        stage.breach(pk)
        case = stage.case_now(pk)
        assert (case.resolved_at, case.resolved_level, case.breached_at) == (None, "", stage.moment)
        assert facts(stage, pk)["resolved_at"] is None

    def test_not_on_the_last_day(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)  # Due tomorrow.
        stage.wait(days=1)
        with pytest.raises(NotPossible):
            stage.go("record_breach", pk, "mediator", remark=LONG)
        stage.wait(days=1)
        stage.go("record_breach", pk, "mediator", remark=LONG)

    def test_not_when_nothing_is_owed(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        from dataclasses import replace

        from mediation import workflow as table

        terms = replace(stage.terms(pk), duties=())
        table.sign_agreement(case=stage.case_now(pk), by=stage.actor("mediator"), at=stage.now(), terms=terms)
        stage.wait(days=30)
        with pytest.raises(NotPossible):
            stage.go("record_breach", pk, "mediator", remark=LONG)

    def test_urged_again_and_again(self, stage: Stage) -> None:
        pk = stage.case(C.URGED)
        stage.go("urge_performance", pk, "director", remark=LONG)
        stage.go("urge_performance", pk, "director", remark=LONG)
        assert [event.verb for event in stage.case_now(pk).events.order_by("-seq")[:3]] == ["urge_performance"] * 3

    def test_urged_they_may_still_pay(self, stage: Stage) -> None:
        pk = stage.case(C.URGED)
        stage.pay(pk)
        assert stage.case_now(pk).status == C.PERFORMED


class TestClosing:
    """Not by the only mediator, not while something is owed or asked."""

    @pytest.mark.parametrize("status", [C.AGREED, C.PERFORMING, C.BREACHED, C.URGED])
    def test_not_while_something_is_owed(self, stage: Stage, status: str) -> None:
        with pytest.raises(NotPossible):
            stage.go("close_case", stage.case(status), "director", **CLOSE)

    @pytest.mark.parametrize("status", [C.PERFORMED, C.TERMINATED, C.REFERRED])
    def test_from_every_end(self, stage: Stage, status: str) -> None:
        pk = stage.case(status)
        stage.go("close_case", pk, "director", **CLOSE)
        assert (stage.case_now(pk).closed_at, facts(stage, pk)["closed_at"]) == (stage.moment, stage.moment)

    def test_with_what_mediation_prevented(self, stage: Stage) -> None:
        """Stated with the people concerned; where nothing was prevented the event says nothing of it."""
        pk, plain = stage.case(C.PERFORMED), stage.case(C.TERMINATED)
        stage.go("close_case", pk, "director", **CLOSE, prevented_crime=2, prevented_petition=30)
        stage.go("close_case", plain, "director", **CLOSE)
        case = stage.case_now(pk)
        assert case.events.order_by("-seq")[0].data == {"prevented": {"crime": 2, "petition": 30}}
        assert entries(case, CASES.moves)[0].details == ["防止民转刑：2人", "防止群体性上访：30人"]
        assert stage.case_now(plain).events.order_by("-seq")[0].data == {}

    def test_what_it_prevented_is_put_right_without_reopening(self, stage: Stage) -> None:
        """All kinds anew, with the reason; the event says what stood before, and the form begins with what stands."""
        pk = stage.case(C.PERFORMED)
        stage.go("close_case", pk, "director", **CLOSE, prevented_crime=2, prevented_petition=30)
        why = {"remark": "复核台账，涉及人数有误"}
        with pytest.raises(NotPossible):
            stage.go("correct_prevention", pk, "director", **why, prevented_crime=2, prevented_petition=30)
        form = MoveForm(CASES.moves["correct_prevention"], stage.case_now(pk), stage.cast.director)
        first = {name: form.fields[name].initial for name in form.fields if name.startswith("prevented_")}
        assert {name: people for name, people in first.items() if people} == {
            "prevented_crime": 2,
            "prevented_petition": 30,
        }
        stage.go("correct_prevention", pk, "director", **why, prevented_crime=3)
        case = stage.case_now(pk)
        assert (case.status, case.prevented) == (C.CLOSED, {"crime": 3})
        said = case.events.order_by("-seq")[0]
        assert said.data == {"prevented": {"crime": 3}, "prevented_from": {"crime": 2, "petition": 30}}
        assert entries(case, CASES.moves)[0].details == ["防止民转刑：2人；防止群体性上访：30人 → 防止民转刑：3人"]
        stage.go("correct_prevention", pk, "director", **why)
        assert stage.case_now(pk).prevented == {}
        assert entries(stage.case_now(pk), CASES.moves)[0].details == ["防止民转刑：3人 → 无"]

    def test_not_by_its_only_mediator(self, stage: Stage) -> None:
        seat(user=stage.cast.director, unit=stage.cast.committee_unit, role="mediator", starts_on=SINCE, at=START)
        pk = stage.case(C.ACCEPTED)
        stage.go("assign_mediator", pk, "director", mediator=stage.cast.director, no_interest=True)
        stage.go("terminate_case", pk, "director", reason="refused", remedies=["litigation"], remark=LONG)
        with pytest.raises(NotPossible):
            stage.go("close_case", pk, "director", **CLOSE)
        second = seat(
            user=stage.cast.second_mediator,
            unit=stage.cast.committee_unit,
            role="committee_director",
            starts_on=SINCE,
            at=START,
        )
        stage.go("close_case", pk, "second_mediator", **CLOSE)
        assert second.role == "committee_director"

    def test_by_one_of_several_mediators_it_may(self, stage: Stage) -> None:
        seat(user=stage.cast.director, unit=stage.cast.committee_unit, role="mediator", starts_on=SINCE, at=START)
        pk = stage.case(C.ACCEPTED)
        who = {"mediator": stage.cast.mediator, "co_mediators": [stage.cast.director]}
        stage.go("assign_mediator", pk, "director", no_interest=True, **who)
        stage.go("terminate_case", pk, "director", reason="refused", remedies=["litigation"], remark=LONG)
        stage.go("close_case", pk, "director", **CLOSE)

    def test_termination_tells_of_other_routes(self, stage: Stage) -> None:
        pk = stage.case(C.TERMINATED)
        case = stage.case_now(pk)
        event = case.events.order_by("-seq")[0]
        assert (event.reason, event.data) == ("no_agreement", {"remedies": ["litigation"]})
        assert (case.terminated_at, case.termination_reason) == (stage.moment, "no_agreement")
        assert case.clock_entries.order_by("-pk")[0].action == "stop"


class TestReopening:
    """Within 90 days, with a reason; a new month begins."""

    def test_on_the_ninetieth_day_and_not_after(self, stage: Stage) -> None:
        pk = stage.case(C.CLOSED)
        stage.moment = stage.case_now(pk).closed_at + timedelta(days=90) - timedelta(minutes=1)
        stage.go("reopen_case", pk, "director", **REOPEN)
        late = stage.case(C.CLOSED)
        stage.wait(days=90)
        with pytest.raises(NotPossible):
            stage.go("reopen_case", late, "director", **REOPEN)

    def test_everything_is_open_again(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        stage.go("close_case", pk, "director", **CLOSE)
        stage.go("reopen_case", pk, "director", **REOPEN)
        case = stage.case_now(pk)
        assert (case.status, case.is_open, case.closed_at, case.resolved_at) == (C.MEDIATING, True, None, None)
        assert (case.resolved_level, case.is_obliging) == ("", False)
        now = facts(stage, pk)
        assert (now["closed_at"], now["resolved_at"]) == (None, None)
        assert now["performed_at"] is not None
        assert case.due_at.date().isoformat() == "2024-12-20"
        # A second agreement takes the place of the first, and settles it anew.
        stage.agree(pk)
        assert stage.case_now(pk).performed_at is None
        assert stage.case_now(pk).agreements.order_by("-pk")[0].number.endswith("-协2")
        first = stage.case_now(pk).agreements.order_by("pk")[0]
        assert first.performed_at is not None

    def test_nothing_from_the_archive(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.go("reopen_case", stage.case(C.ARCHIVED), "director", **REOPEN)


class TestAccess:
    """What was opened to persons ends with the case; the committee keeps its file (DESIGN.md rule 3)."""

    def personal(self, stage: Stage, pk: int) -> set[str]:
        rows = stage.case_now(pk).access.live(stage.moment).filter(user__isnull=False)
        return {row.reason for row in rows}

    def test_closed_it_runs_out_and_reopened_it_does_not(self, stage: Stage) -> None:
        pk = stage.case(C.TERMINATED)
        stage.go("close_case", pk, "director", **CLOSE)
        closed_at = stage.moment
        untils = set(stage.case_now(pk).access.filter(user__isnull=False).values_list("until", flat=True))
        assert untils == {closed_at + timedelta(days=90)}
        assert stage.case_now(pk).access.get(reason="committee").until is None
        stage.go("reopen_case", pk, "director", **REOPEN)
        assert set(stage.case_now(pk).access.filter(user__isnull=False).values_list("until", flat=True)) == {None}

    def test_a_released_mediator_is_not_let_in_again(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        needs = {"mediator": stage.cast.second_mediator, "no_interest": True, "remark": LONG}
        stage.go("change_mediator", pk, "director", **needs)
        released_at = stage.moment
        stage.go("terminate_case", pk, "director", reason="refused", remedies=["litigation"], remark=LONG)
        stage.go("close_case", pk, "director", **CLOSE)
        stage.go("reopen_case", pk, "director", **REOPEN)
        assert stage.case_now(pk).access.get(user=stage.cast.mediator).until == released_at

    def test_archived_it_is_the_committees_and_the_desks(self, stage: Stage) -> None:
        pk = stage.case(C.CLOSED)
        assert self.personal(stage, pk) == {"mediator", "registrar"}
        stage.go("archive_case", pk, "director")
        assert self.personal(stage, pk) == set()
        assert stage.case_now(pk).access.live(stage.moment).get().reason == "committee"


class TestSafety:
    """Domestic violence, risk, leaders, police (DOMAIN.md 5.7)."""

    def test_violence_closes_the_case_to_wider_eyes(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        assert Case.objects.visible_to(stage.actor("clerk")).filter(pk=pk).exists()
        stage.go("flag_violence", pk, "mediator", remark=LONG, federation_told=True)
        case = stage.case_now(pk)
        assert (case.violence_flag, case.restricted) == (True, True)
        assert case.events.order_by("-seq")[0].data == {
            "police_told": False,
            "federation_told": True,
            "cannot_defend": False,
        }
        # The clerk registered nothing of this case; the dispatcher did.
        assert not Case.objects.visible_to(stage.actor("clerk")).filter(pk=pk).exists()
        assert Case.objects.visible_to(stage.actor("dispatcher")).filter(pk=pk).exists()
        assert Case.objects.visible_to(stage.actor("mediator")).filter(pk=pk).exists()
        assert not Case.objects.visible_to(stage.actor("second_mediator")).filter(pk=pk).exists()
        with pytest.raises(NotPossible):
            stage.go("flag_violence", pk, "mediator", remark=LONG)

    def test_where_the_victim_cannot_act_the_police_come_first(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible) as refusal:
            stage.go("flag_violence", pk, "mediator", remark=LONG, cannot_defend=True)
        assert refusal.value.field == "police_told"
        stage.go("flag_violence", pk, "mediator", remark=LONG, cannot_defend=True, police_told=True)

    def test_a_mark_set_by_mistake_comes_off(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible):
            stage.go("unflag_violence", pk, "director", remark=LONG)
        stage.go("flag_violence", pk, "mediator", remark=LONG)
        with pytest.raises(NotAllowed):
            stage.go("unflag_violence", pk, "mediator", remark=LONG)
        stage.go("unflag_violence", pk, "director", remark=LONG)
        assert (stage.case_now(pk).violence_flag, stage.case_now(pk).restricted) == (False, False)

    def test_a_corrected_category_does_not_open_what_violence_closed(self, stage: Stage) -> None:
        from cases.models import Category

        pk = stage.case(C.MEDIATING)
        stage.go("flag_violence", pk, "mediator", remark=LONG)
        stage.go("correct_case_category", pk, "dispatcher", category=Category.objects.get(pk="0106"))
        assert stage.case_now(pk).restricted

    def test_a_dispute_stays_a_dispute(self, stage: Stage) -> None:
        from cases.models import Category

        with pytest.raises(NotPossible):
            stage.go("correct_case_category", stage.case(C.ACCEPTED), "clerk", category=Category.objects.get(pk="0201"))

    def test_a_leader_of_the_place_reads_the_case_they_answer_for(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        assert not Case.objects.visible_to(stage.actor("leader")).filter(pk=pk).exists()
        with pytest.raises(NotPossible):
            stage.go("name_leader", pk, "dispatcher", leader=stage.cast.strange_leader)
        with pytest.raises(NotPossible):
            stage.go("name_leader", pk, "dispatcher", leader=stage.cast.handler)
        stage.go("name_leader", pk, "dispatcher", leader=stage.cast.leader)
        assert Case.objects.visible_to(stage.actor("leader")).filter(pk=pk).exists()
        assert stage.case_now(pk).events.order_by("-seq")[0].data == {"leader": stage.cast.leader.pk}

    def test_turning_to_crime_is_noted_at_any_time(self, stage: Stage) -> None:
        pk = stage.case(C.CLOSED)
        stage.go("escalate_to_police", pk, "mediator", police_unit="滨河派出所", is_crime=True)
        assert stage.case_now(pk).events.order_by("-seq")[0].data == {"escalated_to_crime": True}
        assert stage.case_now(pk).status == C.CLOSED
