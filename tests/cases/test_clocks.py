"""Limits as a log: given, paused, lengthened, extended, recomputed (DESIGN.md rule 8, FEATURES.md rows 63 to 68)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cases.models import CalendarDay, CalendarYear, ClockEntry, LimitSetting
from cases.moves import NotAllowed, NotPossible
from cases.workflow import set_limit
from grid.workflow import seat
from tests.cases.stage import LONG, SINCE, START, SYSTEM, C, S, Stage

WHY = {"reason": "appraisal", "remark": LONG}


def log_of(record: Any, clock: str = "handle") -> list[tuple[str, date | None]]:
    """What was done to a clock, and the day in force after each."""
    rows = ClockEntry.objects.filter(**{record._meta.model_name: record.pk}, clock=clock).order_by("pk")
    return [(row.action, row.due_at and row.due_at.date()) for row in rows]


def due(stage: Stage, pk: int) -> date:
    """The limit day of an incident."""
    limit = stage.incident_now(pk).due_at
    assert limit is not None
    return limit.date()


def unpublish(year: int) -> None:
    """Take the calendar of a year away, as it is until the autumn before."""
    CalendarYear.objects.filter(year=year).delete()
    CalendarDay.objects.filter(day__year=year).delete()


class TestLimits:
    """One day, seven, twenty, or what the unit itself has set (DOMAIN.md 4.3, 10.1)."""

    @pytest.mark.parametrize(
        ("complexity", "expected"),
        [("simple", date(2024, 11, 21)), ("ordinary", date(2024, 11, 29)), ("complex", date(2024, 12, 18))],
    )
    def test_by_complexity(self, stage: Stage, complexity: str, expected: date) -> None:
        pk = stage.incident(S.VERIFIED)
        stage.do("triage_incident", pk, "dispatcher", path="department", complexity=complexity)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        assert due(stage, pk) == expected
        assert ClockEntry.objects.get(incident=pk).working_days in (1, 7, 20)

    def test_the_nearest_unit_above_decides(self, stage: Stage) -> None:
        for unit, days in ((stage.cast.county, 3), (stage.cast.township, 2), (stage.cast.other_county, 9)):
            LimitSetting.objects.create(unit=unit, step="ordinary", working_days=days)
        pk = stage.incident(S.TRIAGED)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        assert due(stage, pk) == date(2024, 11, 22)

    def test_a_supervisor_sets_it_for_their_place_alone(self, stage: Stage) -> None:
        setting = set_limit(unit=stage.cast.centre, step="ordinary", working_days=5, by=stage.actor("supervisor"))
        assert setting is not None
        assert setting.unit_id == stage.cast.county.pk
        set_limit(unit=stage.cast.township, step="ordinary", working_days=4, by=stage.actor("supervisor"))
        for name in ("dispatcher", "strange_supervisor", "system_admin"):
            with pytest.raises(NotAllowed):
                set_limit(unit=stage.cast.county, step="ordinary", working_days=5, by=stage.actor(name))
        with pytest.raises(NotAllowed):
            set_limit(unit=stage.cast.city, step="ordinary", working_days=5, by=stage.actor("supervisor"))
        assert (
            set_limit(unit=stage.cast.county, step="ordinary", working_days=None, by=stage.actor("supervisor")) is None
        )
        assert list(LimitSetting.objects.values_list("working_days", flat=True)) == [4]

    @pytest.mark.parametrize(("step", "days"), [("ordinary", 0), ("ordinary", 121), ("lunch", 3)])
    def test_no_limit_that_makes_no_sense(self, stage: Stage, step: str, days: int) -> None:
        with pytest.raises(NotPossible):
            set_limit(unit=stage.cast.county, step=step, working_days=days, by=stage.actor("supervisor"))

    def test_the_longest_limit_is_counted_on_the_real_calendar(self, stage: Stage) -> None:
        LimitSetting.objects.create(unit=stage.cast.county, step="ordinary", working_days=120)
        pk = stage.incident(S.TRIAGED)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        # Monday to Friday alone it would be 7 May; New Year, Spring Festival, Qingming and May Day take eight days net.
        assert due(stage, pk) == date(2025, 5, 19)

    def test_steps_have_limits_too(self, stage: Stage) -> None:
        pk = stage.report()
        assert stage.incident_now(pk).step_due_on == date(2024, 11, 20)
        for verb, by, needs, expected in (
            ("verify_incident", "clerk", {}, date(2024, 11, 21)),
            ("triage_incident", "dispatcher", {"path": "department"}, date(2024, 11, 21)),
            ("assign_incident", "dispatcher", {"lead_unit": stage.cast.department}, date(2024, 11, 21)),
            ("accept_incident", "handler", {}, None),
        ):
            stage.do(verb, pk, by, **needs)
            assert stage.incident_now(pk).step_due_on == expected


class TestSuspending:
    """Asked by the handler, granted by a supervisor; the clock stands still (DOMAIN.md 5.1)."""

    def test_nothing_is_overdue_while_it_stands(self, stage: Stage) -> None:
        pk = stage.incident(S.SUSPENDED)
        incident = stage.incident_now(pk)
        assert (incident.due_at, incident.due_provisional) == (None, False)
        assert log_of(incident)[-1] == ("pause", None)
        event = incident.events.order_by("-seq")[0]
        assert (event.due_at, event.reason) == (None, "appraisal")

    def test_it_runs_on_by_the_working_days_it_stood(self, stage: Stage) -> None:
        pk = stage.incident(S.SUSPENDED)  # Wednesday 20 November, due on Friday 29.
        stage.wait(days=6)  # Tuesday 26: Thursday, Friday, Monday and Tuesday stood still.
        stage.do("resume_incident", pk, "handler")
        incident = stage.incident_now(pk)
        assert (incident.status, due(stage, pk)) == (S.IN_PROGRESS, date(2024, 12, 5))
        assert log_of(incident) == [
            ("start", date(2024, 11, 29)),
            ("pause", None),
            ("resume", date(2024, 12, 5)),
        ]

    def test_paused_twice_both_count(self, stage: Stage) -> None:
        pk = stage.incident(S.SUSPENDED)
        stage.wait(days=1)
        stage.do("resume_incident", pk, "dispatcher")
        stage.do("ask_suspension", pk, "handler", until=date(2024, 12, 2), **WHY)
        stage.do("grant_suspension", pk, "supervisor")
        stage.wait(days=1)
        stage.do("resume_incident", pk, "handler")
        assert due(stage, pk) == date(2024, 12, 3)

    def test_an_agreed_date_moves_by_calendar_days_to_a_worked_one(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department, limit_on=date(2024, 11, 25))
        stage.do("accept_incident", pk, "handler")
        stage.do("ask_suspension", pk, "handler", until=date(2024, 12, 2), **WHY)
        stage.do("grant_suspension", pk, "supervisor")
        stage.wait(days=5)
        stage.do("resume_incident", pk, "handler")
        # Five days on it would be Saturday 30 November.
        assert due(stage, pk) == date(2024, 12, 2)


class TestAsking:
    """One at a time, for a day to come, answered by somebody else."""

    def test_one_at_a_time(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        stage.do("ask_suspension", pk, "handler", until=date(2024, 12, 2), **WHY)
        with pytest.raises(NotPossible):
            stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)

    def test_not_for_today_or_before(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        with pytest.raises(NotPossible) as refusal:
            stage.do("ask_suspension", pk, "handler", until=START.date(), **WHY)
        assert refusal.value.field == "until"

    def test_not_without_a_limit(self, stage: Stage) -> None:
        pk = stage.incident(S.VERIFIED)
        stage.do("triage_incident", pk, "dispatcher", path="department")
        stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
        stage.do("accept_incident", pk, "handler")
        with pytest.raises(NotPossible):
            stage.do("ask_suspension", pk, "handler", until=date(2024, 12, 2), **WHY)

    @pytest.mark.parametrize("answer", ["grant_extension", "refuse_request"])
    def test_nobody_answers_their_own(self, stage: Stage, answer: str) -> None:
        seat(user=stage.cast.handler, unit=stage.cast.centre, role="centre_supervisor", starts_on=SINCE, at=START)
        pk = stage.incident(S.ACCEPTED)
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)
        needs = {"remark": LONG} if answer == "refuse_request" else {}
        with pytest.raises(NotPossible):
            stage.do(answer, pk, "handler", **needs)
        stage.do(answer, pk, "supervisor", **needs)

    @pytest.mark.parametrize(
        ("asked", "answer"), [("ask_extension", "grant_suspension"), ("ask_suspension", "grant_extension")]
    )
    def test_what_was_not_asked_is_not_granted(self, stage: Stage, asked: str, answer: str) -> None:
        pk = stage.incident(S.ACCEPTED)
        with pytest.raises(NotPossible):
            stage.do(answer, pk, "supervisor")
        stage.do(asked, pk, "handler", until=date(2024, 12, 2), **WHY)
        with pytest.raises(NotPossible):
            stage.do(answer, pk, "supervisor")

    def test_refused_it_can_be_asked_again(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)
        stage.do("refuse_request", pk, "supervisor", remark=LONG)
        request = stage.incident_now(pk).clock_requests.get()
        assert (request.state, request.decided_by_id) == ("refused", stage.cast.supervisor.pk)
        assert due(stage, pk) == date(2024, 11, 29)
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)

    @pytest.mark.parametrize("verb", ["handle_incident", "recall_incident", "escalate_incident"])
    def test_it_falls_with_the_work_of_whoever_asked(self, stage: Stage, verb: str) -> None:
        pk = stage.incident(S.ACCEPTED)
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)
        stage.do(verb, pk, "handler" if verb == "handle_incident" else "dispatcher", remark=LONG)
        assert stage.incident_now(pk).clock_requests.get().state == "lapsed"


class TestExtending:
    """Once, and by no more than the original length."""

    def test_granted_it_stands_as_it_is(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        saturday = date(2024, 12, 7)
        stage.do("ask_extension", pk, "handler", until=saturday, **WHY)
        stage.do("grant_extension", pk, "supervisor")
        incident = stage.incident_now(pk)
        assert (due(stage, pk), incident.due_provisional) == (saturday, False)
        assert log_of(incident)[-1] == ("extend", saturday)
        assert incident.events.order_by("-seq")[0].due_at == incident.due_at

    def test_by_nine_days_and_not_by_ten(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)  # 20 to 29 November: nine days.
        with pytest.raises(NotPossible) as refusal:
            stage.do("ask_extension", pk, "handler", until=date(2024, 12, 9), **WHY)
        assert refusal.value.field == "until"
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 8), **WHY)

    def test_a_pause_does_not_make_the_original_longer(self, stage: Stage) -> None:
        pk = stage.incident(S.SUSPENDED)
        stage.wait(days=20)
        stage.do("resume_incident", pk, "handler")
        now_due = due(stage, pk)
        with pytest.raises(NotPossible):
            stage.do("ask_extension", pk, "handler", until=now_due + timedelta(days=10), **WHY)
        stage.do("ask_extension", pk, "handler", until=now_due + timedelta(days=9), **WHY)

    def test_once(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        stage.do("ask_extension", pk, "handler", until=date(2024, 12, 2), **WHY)
        stage.do("grant_extension", pk, "supervisor")
        with pytest.raises(NotPossible):
            stage.do("ask_extension", pk, "handler", until=date(2024, 12, 4), **WHY)

    def test_not_to_an_earlier_day(self, stage: Stage) -> None:
        pk = stage.incident(S.ACCEPTED)
        with pytest.raises(NotPossible):
            stage.do("ask_extension", pk, "handler", until=date(2024, 11, 29), **WHY)


class TestCases:
    """The month of mediation: suspended for an appraisal, extended when both sides agree (DOMAIN.md 5.2)."""

    def test_a_month_from_acceptance_and_thirty_days_for_a_court(self, stage: Stage) -> None:
        ours, theirs = (
            stage.case(C.ACCEPTED),
            stage.case(C.ACCEPTED, source="court_referral", court_reference="（2024）晋1102诉前调1号"),
        )
        assert log_of(stage.case_now(ours), "mediate") == [("start", date(2024, 12, 20))]
        assert log_of(stage.case_now(theirs), "court_referral") == [("start", date(2024, 12, 20))]
        january = datetime(2024, 1, 31, 2, tzinfo=UTC)
        stage.moment = january
        late = stage.case(C.ACCEPTED)
        court = stage.case(C.ACCEPTED, source="court_referral", court_reference="（2024）晋1102诉前调2号")
        assert log_of(stage.case_now(late), "mediate") == [("start", date(2024, 2, 29))]
        assert log_of(stage.case_now(court), "court_referral") == [("start", date(2024, 3, 1))]

    def test_suspended_and_resumed_by_calendar_days(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        stage.go("ask_case_suspension", pk, "mediator", until=date(2024, 12, 2), **WHY)
        stage.go("grant_case_suspension", pk, "director")
        case = stage.case_now(pk)
        assert (case.due_at, case.suspended_at) == (None, stage.moment)
        with pytest.raises(NotPossible):
            stage.go("ask_case_suspension", pk, "mediator", until=date(2024, 12, 2), **WHY)
        with pytest.raises(NotPossible):
            stage.plan(pk)
        stage.wait(days=10)
        stage.go("resume_case", pk, "mediator")
        case = stage.case_now(pk)
        assert (case.suspended_at, case.due_at.date()) == (None, date(2024, 12, 30))
        with pytest.raises(NotPossible):
            stage.go("resume_case", pk, "mediator")

    def test_extended_when_both_agree_and_no_more_than_a_month(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        for needs, field in (
            ({"until": date(2025, 1, 10), "parties_agree": False}, "parties_agree"),
            ({"until": date(2025, 1, 21), "parties_agree": True}, "until"),
        ):
            with pytest.raises(NotPossible) as refusal:
                stage.go("ask_case_extension", pk, "mediator", **needs, **WHY)
            assert refusal.value.field == field
        stage.go("ask_case_extension", pk, "mediator", until=date(2025, 1, 19), parties_agree=True, **WHY)
        stage.go("grant_case_extension", pk, "director")
        assert stage.case_now(pk).due_at.date() == date(2025, 1, 19)

    def test_a_director_who_mediates_does_not_grant_their_own(self, stage: Stage) -> None:
        seat(user=stage.cast.director, unit=stage.cast.committee_unit, role="mediator", starts_on=SINCE, at=START)
        pk = stage.case(C.ACCEPTED)
        stage.go("assign_mediator", pk, "director", mediator=stage.cast.director, no_interest=True)
        stage.go("ask_case_suspension", pk, "director", until=date(2024, 12, 2), **WHY)
        with pytest.raises(NotPossible):
            stage.go("grant_case_suspension", pk, "director")

    @pytest.mark.parametrize("end", ["agree", "terminate", "hand_over"])
    def test_a_request_falls_when_mediation_ends(self, stage: Stage, end: str) -> None:
        pk = stage.case(C.MEDIATING)
        stage.go("ask_case_suspension", pk, "mediator", until=date(2024, 12, 2), **WHY)
        if end == "agree":
            stage.agree(pk)
        elif end == "terminate":
            stage.go("terminate_case", pk, "director", reason="no_agreement", remedies=["litigation"], remark=LONG)
        else:
            stage.go("propose_hand_over", pk, "director", committee=stage.cast.strange_committee_unit, remark=LONG)
            stage.go("accept_hand_over", pk, "strange_director")
        assert stage.case_now(pk).clock_requests.get().state == "lapsed"

    def test_ended_while_it_stood_still_the_clock_is_stopped(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        stage.go("ask_case_suspension", pk, "mediator", until=date(2024, 12, 2), **WHY)
        stage.go("grant_case_suspension", pk, "director")
        stage.go("terminate_case", pk, "director", reason="unreachable", remedies=["litigation"], remark=LONG)
        case = stage.case_now(pk)
        assert case.suspended_at is None
        assert log_of(case, "mediate")[-1] == ("stop", None)

    def test_labour_parties_learn_when_they_may_go_to_arbitration(self, stage: Stage) -> None:
        pk = stage.case(C.ACCEPTED, category="0110")
        assert log_of(stage.case_now(pk), "arbitrate") == [("start", date(2024, 12, 5))]
        assert stage.case_now(pk).due_at.date() == date(2024, 12, 20)


class TestRecomputing:
    """A calendar is published late in the year before; until then limits are provisional (FEATURES.md row 64)."""

    def test_an_incident_over_new_year(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = datetime(2024, 12, 25, 2, tzinfo=UTC)
        pk = stage.incident(S.ASSIGNED)
        assert (due(stage, pk), stage.incident_now(pk).due_provisional) == (date(2025, 1, 3), True)
        with pytest.raises(NotPossible):
            stage.do("recompute_limit", pk, SYSTEM)
        publish(2025)
        stage.do("recompute_limit", pk, SYSTEM)
        incident = stage.incident_now(pk)
        # New Year's Day is off.
        assert (due(stage, pk), incident.due_provisional) == (date(2025, 1, 6), False)
        assert log_of(incident)[-1] == ("recompute", date(2025, 1, 6))
        with pytest.raises(NotPossible):
            stage.do("recompute_limit", pk, SYSTEM)

    def test_a_pause_in_between_is_counted_anew_too(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = datetime(2024, 12, 30, 2, tzinfo=UTC)
        pk = stage.incident(S.SUSPENDED)
        stage.wait(days=3)
        stage.do("resume_incident", pk, "handler")
        assert stage.incident_now(pk).due_provisional
        before = due(stage, pk)
        publish(2025)
        stage.do("recompute_limit", pk, SYSTEM)
        # Seven working days from 30 December, and 31 December and 2 January stood still.
        assert (before, due(stage, pk)) == (date(2025, 1, 13), date(2025, 1, 13))

    def test_while_it_stands_still_the_log_alone_is_put_right(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = datetime(2024, 12, 25, 2, tzinfo=UTC)
        pk = stage.incident(S.SUSPENDED)
        publish(2025)
        stage.do("recompute_limit", pk, SYSTEM)
        assert stage.incident_now(pk).due_at is None
        stage.wait(days=1)
        stage.do("resume_incident", pk, "handler")
        assert due(stage, pk) == date(2025, 1, 7)

    def test_a_labour_case_keeps_its_clocks_apart(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = datetime(2024, 12, 20, 2, tzinfo=UTC)
        pk = stage.case(C.ACCEPTED, category="0110")
        case = stage.case_now(pk)
        assert (case.due_at.date(), case.due_provisional) == (date(2025, 1, 20), True)
        assert log_of(case, "arbitrate") == [("start", date(2025, 1, 6))]
        publish(2025)
        stage.go("recompute_case_limit", pk, SYSTEM)
        case = stage.case_now(pk)
        assert (case.due_at.date(), case.due_provisional) == (date(2025, 1, 20), False)
        assert log_of(case, "arbitrate")[-1] == ("recompute", date(2025, 1, 6))

    def test_the_thirty_days_for_confirmation(self, stage: Stage) -> None:
        unpublish(2025)
        stage.moment = datetime(2024, 12, 27, 2, tzinfo=UTC)
        pk = stage.case(C.AGREED)
        # 26 January 2025 is a Sunday, and worked: nobody could know yet.
        assert stage.case_now(pk).confirm_apply_by == date(2025, 1, 27)
        publish(2025)
        stage.go("recompute_case_limit", pk, SYSTEM)
        assert stage.case_now(pk).confirm_apply_by == date(2025, 1, 26)
        assert log_of(stage.case_now(pk), "confirm_apply")[-1] == ("recompute", date(2025, 1, 26))


def publish(year: int) -> None:
    """Load the calendar of a year."""
    from seeds import workdays

    CalendarYear.objects.create(year=year, loaded_at=START)
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_workday=worked, name=name) for day, worked, name in workdays.days(year)
    )
