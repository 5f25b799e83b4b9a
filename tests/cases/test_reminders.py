"""Reminders and recomputation: due once each, whenever it is looked (FEATURES.md rows 57, 64, 68)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Case, Notice, Outbox
from cases.notices import REMINDERS
from cases.relay import relay_once
from cases.reminders import Tended, tend
from cases.tasks import sweep_files, tend_deadlines
from tests.cases.stage import LONG, C, S, Stage
from tests.cases.test_clocks import publish, unpublish


def noon(day: str) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime.fromisoformat(f"{day}T04:00:00+00:00").astimezone(UTC)


def reminders() -> list[tuple[str, list[str]]]:
    """What was written, oldest first."""
    return [(row.payload["what"], row.payload["to"]) for row in Outbox.objects.filter(topic="due").order_by("pk")]


def words(day: str, *, but: str = "-") -> list[str]:
    """Look at noon of a day, and return what was new, ``but`` for what another test is about."""
    seen = Outbox.objects.filter(topic="due").count()
    tend(noon(day))
    return [what for what, _to in reminders()[seen:] if not what.startswith(but)]


class TestLimits:
    """In three days, today, overdue: once each."""

    def test_an_incident(self, stage: Stage) -> None:
        stage.incident(S.IN_PROGRESS)  # Due on Friday 29 November.
        assert words("2024-11-25") == []
        assert words("2024-11-26") == ["due_soon"]
        assert words("2024-11-27") == []
        assert words("2024-11-28") == []
        assert words("2024-11-29") == ["due_today"]
        assert words("2024-11-30") == ["overdue"]
        assert words("2024-12-15") == []
        assert reminders() == [(what, ["lead_unit", "dispatchers"]) for what in ("due_soon", "due_today", "overdue")]

    def test_a_missed_look_is_made_up_for_by_what_is_true_then(self, stage: Stage) -> None:
        stage.incident(S.IN_PROGRESS)
        assert words("2024-12-24") == ["overdue"]

    def test_at_the_very_end_of_its_day_it_is_not_overdue(self, stage: Stage) -> None:
        stage.incident(S.IN_PROGRESS)
        tend(datetime(2024, 11, 29, 15, 59, 59, tzinfo=UTC))
        assert [what for what, _to in reminders()] == ["due_today"]
        tend(datetime(2024, 11, 29, 16, 0, tzinfo=UTC))
        assert [what for what, _to in reminders()] == ["due_today", "overdue"]

    def test_nobodys_matter_is_the_desks(self, stage: Stage) -> None:
        stage.report(limit_on=date(2024, 11, 22))
        assert words("2024-11-20") == ["due_soon"]
        assert reminders() == [("due_soon", ["dispatchers"])]

    def test_a_moved_limit_is_reminded_of_anew(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        assert words("2024-11-28") == ["due_soon"]
        stage.do("ask_extension", pk, "handler", reason="complex", until=date(2024, 12, 6), remark=LONG)
        stage.do("grant_extension", pk, "supervisor")
        assert words("2024-11-29") == []
        assert words("2024-12-04") == ["due_soon"]

    @pytest.mark.parametrize("status", [S.CLOSED, S.ARCHIVED, S.INVALID, S.SUSPENDED])
    def test_what_is_closed_void_or_standing_still_is_not(self, stage: Stage, status: str) -> None:
        stage.incident(status)
        assert words("2024-12-02", but="pause") == []

    def test_a_case_while_it_is_mediated(self, stage: Stage) -> None:
        stage.case(C.MEDIATING)  # Due on 20 December.
        stage.case(C.TERMINATED)
        stage.case(C.AGREED)
        Case._base_manager.filter(status=C.AGREED).update(next_due_on=None)
        assert words("2024-12-17", but="confirm") == ["due_soon"]
        assert words("2024-12-23", but="confirm") == ["overdue"]
        assert reminders()[0][1] == ["mediators", "director"]


class TestPerformance:
    """What an agreement owes next."""

    def test_before_on_and_after_its_day(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        stage.agree(pk, due_on=date(2024, 12, 10))
        assert words("2024-12-06") == []
        assert words("2024-12-07") == ["performance_soon"]
        assert words("2024-12-10", but="confirm") == ["performance_today"]
        assert words("2024-12-11", but="confirm") == ["unperformed"]

    def test_not_once_it_is_performed(self, stage: Stage) -> None:
        stage.case(C.PERFORMED)
        assert words("2024-11-22") == []


class TestConfirmation:
    """At 20, 25 and 28 days from the agreement, while it can still be applied for."""

    def agreed(self, stage: Stage, **given: Any) -> int:
        pk = stage.case(C.MEDIATING, **given)
        stage.agree(pk, due_on=date(2025, 6, 1))
        return pk  # Agreed on 20 November: 10, 15 and 18 December; the last day is the 20th.

    def test_once_each(self, stage: Stage) -> None:
        self.agreed(stage)
        assert words("2024-12-09") == []
        assert words("2024-12-10") == ["confirm_20"]
        assert words("2024-12-11") == []
        assert words("2024-12-15") == ["confirm_25"]
        assert words("2024-12-18") == ["confirm_28"]
        assert words("2024-12-20") == []
        assert words("2024-12-23") == []

    def test_after_missed_looks_only_the_last_word(self, stage: Stage) -> None:
        self.agreed(stage)
        assert words("2024-12-19") == ["confirm_28"]

    def test_not_once_it_was_applied_for(self, stage: Stage) -> None:
        from mediation.workflow import apply_for_confirmation

        pk = self.agreed(stage)
        by, at = stage.actor("mediator"), stage.now()
        apply_for_confirmation(case=stage.case_now(pk), by=by, at=at, court="离石区人民法院")
        assert words("2024-12-10") == []

    def test_not_where_a_court_confirms_nothing(self, stage: Stage) -> None:
        pk = self.agreed(stage)
        Case._base_manager.filter(pk=pk).update(category="0101")
        assert words("2024-12-10") == []


def test_a_pause_that_should_have_ended_is_noted_once(stage: Stage) -> None:
    stage.incident(S.SUSPENDED)  # Until 23 November.
    pk = stage.case(C.MEDIATING)
    stage.go("ask_case_suspension", pk, "mediator", reason="appraisal", until=date(2024, 11, 25), remark=LONG)
    stage.go("grant_case_suspension", pk, "director")
    assert words("2024-11-23") == []
    assert words("2024-11-24") == ["pause_over"]
    assert words("2024-11-26") == ["pause_over"]
    assert words("2024-12-30") == []
    stage.go("resume_case", pk, "mediator")
    assert reminders() == [("pause_over", ["lead_unit", "dispatchers"]), ("pause_over", ["mediators", "director"])]


def test_looking_again_writes_nothing(stage: Stage) -> None:
    stage.incident(S.IN_PROGRESS)
    stage.case(C.MEDIATING)
    first, second = tend(noon("2024-12-25")), tend(noon("2024-12-25"))
    assert (first.reminded, second) == (2, Tended(0, 0))


def test_reminders_become_notices_for_those_who_work_on_it(stage: Stage) -> None:
    stage.incident(S.IN_PROGRESS)
    tend(noon("2024-11-26"))
    relay_once(timezone.now())
    soon = {notice.user_id for notice in Notice.objects.filter(verb="due_soon")}
    assert soon == {stage.cast.handler.pk, stage.cast.dispatcher.pk}


def test_what_ended_meanwhile_is_not_announced(stage: Stage) -> None:
    pk = stage.incident(S.HANDLED)
    tend(noon("2024-11-26"))
    stage.moment = noon("2024-11-26")
    stage.do(
        "close_incident", pk, "dispatcher", outcome="handled", level="county", evidence="none_declared", remark=LONG
    )
    relay_once(timezone.now())
    assert not Notice.objects.filter(verb="due_soon").exists()


def test_every_reminder_has_words(stage: Stage) -> None:
    stage.incident(S.IN_PROGRESS)
    stage.case(C.MEDIATING)
    for day in ("2024-11-26", "2024-11-29", "2024-12-02"):
        tend(noon(day))
    assert {what for what, _to in reminders()} <= set(REMINDERS)


class TestRecomputing:
    """When a year is published, every limit that rested on a guess is counted anew, and logged."""

    def test_all_of_them_once(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = noon("2024-12-25")
        incident, case = stage.incident(S.ASSIGNED), stage.case(C.AGREED)
        closed = stage.incident(S.CLOSED)
        assert tend(noon("2024-12-26")).recomputed == 0
        publish(2025)
        assert tend(noon("2024-12-27")).recomputed == 2
        assert stage.incident_now(incident).due_at.date() == date(2025, 1, 6)
        assert not stage.incident_now(incident).due_provisional
        assert stage.incident_now(incident).events.order_by("-seq")[0].role == "system"
        assert stage.case_now(case).confirm_apply_by == date(2025, 1, 24)
        assert stage.incident_now(closed).due_provisional
        assert tend(noon("2024-12-28")).recomputed == 0

    def test_one_that_cannot_be_settled_yet_does_not_hold_up_the_others(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = noon("2024-12-25")
        good, bad = stage.incident(S.ASSIGNED), stage.incident(S.ASSIGNED)
        # Its last event lies after the look: the machine does not write before it.
        stage.moment = noon("2024-12-30")
        stage.do("accept_incident", bad, "handler")
        publish(2025)
        assert tend(noon("2024-12-27")).recomputed == 1
        assert not stage.incident_now(good).due_provisional
        assert stage.incident_now(bad).due_provisional
        assert tend(noon("2024-12-31")).recomputed == 1


def test_the_tasks_run(stage: Stage) -> None:
    stage.incident(S.IN_PROGRESS)
    tend_deadlines()
    tend_deadlines()
    sweep_files()
    assert [what for what, _to in reminders()] == ["overdue"]
    assert timedelta(0) < timezone.now() - Outbox.objects.get(topic="due").created_at < timedelta(minutes=5)
