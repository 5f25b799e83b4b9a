"""What a year played at a hundredth holds: totals, flows, file numbers, texts."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import Count, F, Max, Min, Sum

from cases.models import Case, CaseEvent, FileCounter, Incident, IncidentEvent
from grid import rls
from grid.models import User
from mediation.models import RosterEvent
from seeds.play.city import YearOfCity
from seeds.play.published import CITIES
from tests.cases.stage import undone

START, END = datetime(2023, 12, 31, 16, tzinfo=UTC), datetime(2024, 12, 31, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def played_once(django_db_setup, django_db_blocker):
    """The year, in a transaction that is never committed."""
    with django_db_blocker.unblock(), undone():
        with rls.system_scope():
            YearOfCity(CITIES["luliang"], 2024, Decimal("0.01"), 1, this_year=2026).play()
        yield


@pytest.fixture
def played(played_once, db):
    """The year, as it was."""


def test_totals_are_the_published_ones_times_the_scale_each_rounded_half_up(played):
    with rls.system_scope():
        valid = Incident.objects.exclude(status__in=[*Incident.VOID, *Incident.PENDING])
        assert valid.count() == 6582
        assert valid.filter(closed_at__lt=END).count() == 6518
        assert Case.objects.count() == 302
        assert Case.objects.filter(resolved_at__lt=END).count() == 291
        in_office = dict(RosterEvent.objects.values_list("kind").annotate(Sum("delta")))
    assert in_office == {
        "mediator_full_time": 6,
        "mediator_part_time": 61,
        "committee_township": 1,
        "committee_village": 23,
    }


def test_everything_happens_within_the_year_and_flows_add_up(played):
    with rls.system_scope():
        for events in (IncidentEvent.objects, CaseEvent.objects):
            span = events.aggregate(first=Min("at"), last=Max("at"))
            assert span["first"] >= START
            assert span["last"] < END
        assert IncidentEvent.objects.exclude(recorded_at=F("at")).count() == 0
        open_end = Incident.objects.filter(is_open=True).count()
        assert IncidentEvent.objects.aggregate(total=Sum("delta"))["total"] == open_end
        by_verb = dict(IncidentEvent.objects.values_list("verb").annotate(Count("pk")))
        again = Incident.objects.filter(status="reopened").count()
        assert by_verb["record_reopening"] - again == by_verb["record_closure"] - 6518 - again
        assert by_verb["record_reopening"] > again > 0
        assert by_verb["record_invalid"] > 100
        assert by_verb["record_duplicate"] > 50


def test_incidents_lie_on_grids_and_disputes_belong_to_committees(played):
    with rls.system_scope():
        assert not Incident.objects.filter(grid_id__isnull=True).exists()
        assert not Case.objects.filter(committee__isnull=True).exists()
        assert Case.objects.filter(incident__isnull=False).count() > 30
        for case in Case.objects.filter(incident__isnull=False).select_related("incident"):
            incident = case.incident
            assert incident is not None
            assert (case.registered_at, case.category_id) == (incident.closed_at, incident.category_id)
            assert incident.outcome == "converted"


def test_file_numbers_run_without_gaps_in_order_of_acceptance(played):
    with rls.system_scope():
        accepted = Case.objects.filter(accepted_at__isnull=False).order_by("accepted_at", "registered_at")
        by_committee: dict[int | None, list[str]] = {}
        for case in accepted:
            by_committee.setdefault(case.committee_id, []).append(case.file_number)
        counters = dict(FileCounter.objects.values_list("committee", "last"))
        assert counters == {pk: len(numbers) for pk, numbers in by_committee.items()}
        for numbers in by_committee.values():
            assert numbers == sorted(numbers)
            assert [number[-5:-1] for number in numbers] == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
            assert numbers[0].startswith("(2024)")
        assert not Case.objects.filter(accepted_at__isnull=True).exclude(file_number="").exists()


def test_disputes_end_in_every_way(played):
    with rls.system_scope():
        cases = Case.objects.all()
        agreed = cases.filter(agreed_at__isnull=False)
        assert agreed.filter(agreement_amount__gt=0).count() > 100
        assert agreed.filter(performed_at__isnull=True).exists()
        assert {"oral", "written"} == set(agreed.values_list("agreement_form", flat=True))
        assert cases.filter(termination_reason__gt="").exists()
        assert cases.filter(accepted_at__isnull=True, resolved_at__isnull=False).exists()
        assert cases.exclude(confirmation="none").exists()
        assert CaseEvent.objects.filter(satisfaction="very_satisfied").exists()


def test_texts_are_varied_and_tell_of_nobody(played):
    with rls.system_scope():
        texts = list(Incident.objects.values_list("description", flat=True))
    assert len(set(texts)) > 0.9 * len(texts)
    for text in texts:
        assert len(text) >= 10
        assert not re.search(r"\d", text)


def test_nobody_among_the_played_people_can_log_in(played):
    users = User.objects.filter(username__startswith="mediator-")
    assert users.count() == 67
    for user in users:
        assert not user.has_usable_password()
        assert not any(user.check_password(guess) for guess in ("", user.password, user.username))
