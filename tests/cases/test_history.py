"""Verbs that record what happened before the house was in use: their guards on facts hold."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cases.codes import categories
from cases.deadlines import WorkCalendar
from cases.models import Case, ClockEntry, Incident
from cases.moves import Machine, NotAllowed, NotPossible, allowed_moves, recorded_at_once
from cases.workflow import history, verify_incident
from cases.workflow.case_moves import CASES
from cases.workflow.incident_moves import INCIDENTS
from grid import rls
from grid.scope import Role
from tests.cast import NOW, case_with_parties, report

pytestmark = pytest.mark.django_db
BEGAN = datetime(2024, 2, 1, 1, 0, tzinfo=UTC)
IMPORT = Machine(Role.LEDGER_IMPORT, recorded_at=NOW)
CALENDAR = WorkCalendar()


def hours(count: int) -> datetime:
    return BEGAN + timedelta(hours=count)


@pytest.fixture
def incident(cast):
    found = Incident(
        source="walk_in", category=categories()["0306"], description="历史记录", reported_at=BEGAN, outside_number="H-1"
    )
    found.lie_at(cast.village)
    return found


@pytest.fixture
def case(cast):
    found = Case(
        source="walk_in",
        category=categories()["0110"],
        description="历史记录",
        registered_at=BEGAN,
        outside_number="H-2",
    )
    found.lie_at(cast.village)
    return found


@pytest.fixture
def agreed(case):
    with rls.system_scope():
        history.begin_case(case=case, by=IMPORT)
        record(case, "record_acceptance", hours(1), history.accepting())
        record(case, "record_agreement", hours(2), history.agreeing("written", Decimal(5), None, CALENDAR))
        yield case


def record(record, verb, at, change=None):
    if isinstance(record, Incident):
        return history.record_incident_step(pk=record.pk, verb=verb, by=IMPORT, at=at, change=change)
    return history.record_case_step(pk=record.pk, verb=verb, by=IMPORT, at=at, change=change)


def test_a_restricted_category_closes_an_imported_record_to_wider_eyes(incident):
    with rls.system_scope():
        assert history.begin_incident(incident=incident, by=IMPORT).restricted


def test_a_limit_is_kept_to_the_second_and_logged_from_report_to_closing(incident):
    with rls.system_scope():
        history.begin_incident(incident=incident, by=IMPORT, limit_at=hours(5))
        record(incident, "record_verification", hours(6))
        record(incident, "record_closure", hours(7), history.closing("handled", "village"))
        entries = list(
            ClockEntry.objects.filter(incident=incident).order_by("seq").values_list("action", "due_at", "seq")
        )
    assert entries == [("start", hours(5), 1), ("stop", hours(5), 3)]


def test_the_clock_of_a_reopened_incident_runs_on_and_that_of_an_invalid_one_stops(incident, cast):
    with rls.system_scope():
        history.begin_incident(incident=incident, by=IMPORT, limit_at=hours(9))
        record(incident, "record_verification", hours(1))
        record(incident, "record_closure", hours(2), history.closing("handled", "village"))
        record(incident, "record_reopening", hours(3), history.reopening())
        assert [entry.action for entry in incident.clock_entries.order_by("seq")] == ["start", "stop", "resume"]

        other = Incident(source="walk_in", category=incident.category, description="补录", reported_at=BEGAN)
        other.lie_at(cast.village)
        history.begin_incident(incident=other, by=IMPORT, limit_at=hours(9))
        record(other, "record_invalid", hours(1), history.voiding())
        assert [entry.action for entry in other.clock_entries.order_by("seq")] == ["start", "stop"]


def test_the_thirty_days_for_confirmation_are_a_clock_too(agreed):
    entry = agreed.clock_entries.get()
    assert (entry.clock, entry.action, entry.at) == ("confirm_apply", "start", hours(2))
    agreed.refresh_from_db()
    assert agreed.confirm_apply_by == date(2024, 3, 4)  # The thirtieth day is a Saturday.


def test_a_limit_learnt_later_counts_from_then_on_and_leaves_the_closing_alone(incident):
    with rls.system_scope():
        history.begin_incident(incident=incident, by=IMPORT)
        record(incident, "record_verification", hours(1))
        record(incident, "record_closure", hours(2), history.closing("handled", "village"))
        found = record(incident, "record_limit", hours(2), history.limiting(hours(3)))
        last = found.events.order_by("-seq")[0]
    assert (found.status, found.due_at, last.due_at, last.closed_at, last.delta) == (
        "closed",
        hours(3),
        hours(3),
        hours(2),
        0,
    )


def test_a_limit_before_the_report_is_refused(incident):
    with rls.system_scope():
        history.begin_incident(incident=incident, by=IMPORT)
        with pytest.raises(NotPossible) as refusal:
            record(incident, "record_limit", hours(1), history.limiting(BEGAN - timedelta(seconds=1)))
    assert refusal.value.field == "limit"


def test_only_disputes_can_be_recorded_as_cases(case):
    case.category = categories()["0201"]
    with rls.system_scope(), pytest.raises(NotPossible) as refusal:
        history.begin_case(case=case, by=IMPORT)
    assert refusal.value.field == "category"


def test_an_agreement_without_a_limit_is_due_on_its_own_day(agreed):
    agreed.refresh_from_db()
    assert (agreed.agreement_limit_on, agreed.next_due_on) == (date(2024, 2, 1), date(2024, 2, 1))


def test_nothing_is_due_any_more_once_it_is_performed_or_the_matter_ended(agreed):
    assert record(agreed, "record_performance", hours(3), history.performing()).next_due_on is None


def test_particulars_learnt_later_fill_what_was_empty_and_keep_the_rest(agreed):
    found = record(agreed, "record_particulars", hours(2), history.detailing(committee_name="某某调委会"))
    assert (found.committee_name, found.agreement_amount, found.people_count) == ("某某调委会", Decimal(5), None)

    found = record(agreed, "record_particulars", hours(2), history.detailing(amount=Decimal("7.50"), people_count=4))
    assert (found.committee_name, found.agreement_amount, found.people_count) == ("某某调委会", Decimal("7.50"), 4)
    found = record(agreed, "record_particulars", hours(2), history.detailing(limit_on=date(2024, 2, 9)))
    assert (found.agreement_limit_on, found.next_due_on) == (date(2024, 2, 9), date(2024, 2, 9))
    assert found.events.order_by("-seq")[0].amount == Decimal("7.50")


def test_an_amount_needs_an_agreement_and_a_limit_on_or_after_its_day(case, agreed):
    with pytest.raises(NotPossible):
        record(agreed, "record_particulars", hours(2), history.detailing(limit_on=date(2024, 1, 31)))
    other = Case(source="walk_in", category=categories()["0102"], description="历史记录", registered_at=BEGAN)
    other.lie_at(case.unit)
    history.begin_case(case=other, by=IMPORT)
    with pytest.raises(NotPossible):
        record(other, "record_particulars", hours(2), history.detailing(amount=Decimal(1)))


def test_a_court_result_needs_an_agreement_but_no_application(agreed):
    found = record(agreed, "record_confirmation_result", hours(2), history.deciding("confirmed"))
    assert (found.confirmation, found.confirmation_applied_at) == ("confirmed", None)
    assert found.events.order_by("-seq")[0].data == {"result": "confirmed", "undated": True}


def test_history_is_for_the_import_alone(incident):
    with rls.system_scope(), pytest.raises(NotAllowed):
        history.begin_incident(incident=incident, by=Machine(Role.SYSTEM))


def test_no_history_verb_is_offered_to_people(cast):

    incident = report(cast)
    with cast.acting("dispatcher"):
        assert not [move for move in allowed_moves(incident, cast.dispatcher, INCIDENTS.moves) if move.is_history]
    case, _applicant, _respondent = case_with_parties(cast)
    with cast.acting("director"):
        assert not [move for move in allowed_moves(case, cast.director, CASES.moves) if move.is_history]


def test_a_rehearsal_does_what_the_verbs_do_and_touches_no_database(incident, django_assert_num_queries):
    incident.pk = 7
    with django_assert_num_queries(0):
        step, first = history.rehearse(
            INCIDENTS, "record_incident", incident, by=IMPORT, at=BEGAN, change=history.reporting()
        )
        _step, second = history.rehearse(INCIDENTS, "record_verification", incident, by=IMPORT, at=hours(1))
        with pytest.raises(NotPossible):
            history.rehearse(INCIDENTS, "record_verification", incident, by=IMPORT, at=hours(2))
    assert (first["incident_id"], first["seq"], first["delta"]) == (7, 1, 1)
    assert (second["seq"], second["status"]) == (2, "verified")
    assert (step.role, incident.version, incident.last_event_at) == (Role.LEDGER_IMPORT, 2, hours(1))


def test_what_people_did_in_an_invented_past_was_recorded_then_and_everything_else_now(cast):
    before = timezone.now()
    with recorded_at_once():
        played = report(cast, at=BEGAN)
        with cast.acting("clerk"):
            verify_incident(pk=played.pk, by=cast.clerk, at=hours(1))
    told = report(cast, at=BEGAN)
    with rls.system_scope():
        assert list(played.events.order_by("seq").values_list("recorded_at", flat=True)) == [BEGAN, hours(1)]
        assert told.events.get().recorded_at >= before
