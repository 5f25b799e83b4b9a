"""What the sample ledger left behind, looked at after one import of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from cases.models import Case, CaseEvent, Incident, IncidentEvent, LedgerRow
from grid import rls
from grid.scope import Role
from tests.seeds.ledgers import SAMPLE, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("imported")]
FEBRUARY = ("2024-02-01T00:00:00+08:00", "2024-03-01T00:00:00+08:00")


@pytest.fixture(scope="module")
def imported(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Both kinds of rows, imported in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        run(SAMPLE / "incidents.csv", "incidents")
        run(SAMPLE / "disputes.csv", "disputes")
        yield
        transaction.set_rollback(True)


def test_events_say_that_they_were_imported_and_when_the_house_learnt_of_them():
    with rls.system_scope():
        events = IncidentEvent.objects.all()
        assert set(events.values_list("role", "by_id")) == {(Role.LEDGER_IMPORT, None)}
        assert events.filter(recorded_at__lt=datetime(2025, 1, 1, tzinfo=UTC)).count() == 0


def test_flows_of_the_imported_february_are_those_an_outsider_counted():
    """The sample's own expectation, counted here without the reviews' code."""
    expected = json.loads((SAMPLE / "expected_city_monthly_2024-02.json").read_text())["measures"]
    with rls.system_scope(), connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where seq = 1), count(*) filter (where seq > 1 and delta = 1),"
            " count(*) filter (where delta = -1 and status = 'closed'),"
            " count(*) filter (where delta = -1 and status <> 'closed')"
            " from cases_incidentevent where at >= %s and at < %s",
            FEBRUARY,
        )
        flows = dict(zip(("new", "reopened", "closed", "voided"), cursor.fetchone(), strict=True))
        cursor.execute("select sum(delta) from cases_incidentevent where at < %s", FEBRUARY[:1])
        flows["open_start"] = cursor.fetchone()[0]
        agreed = CaseEvent.objects.filter(verb="record_agreement", at__gte=FEBRUARY[0], at__lt=FEBRUARY[1])
        amounts = list(agreed.values_list("amount", flat=True))

    assert flows == {name: expected[f"flow_{name}"]["value"] for name in flows}
    assert len(amounts) == expected["agreements_signed"]["value"]
    assert f"{sum(amounts):.2f}" == expected["agreement_amount"]["value"]


def test_nothing_of_what_a_row_said_can_be_read_from_what_is_kept_of_it():
    kept = list(LedgerRow.objects.values_list("cells", flat=True))
    for cells in kept:
        assert all(len(digest) == 12 and not set(digest) - set("0123456789abcdef") for digest in cells.values())
    # Equal cells of different columns do not show that they are equal.
    assert kept[0]["number"] != kept[0]["description"]


def test_imported_disputes_keep_their_number_and_get_no_file_number():
    with rls.system_scope():
        assert set(Case.objects.values_list("file_number", flat=True)) == {""}
        assert Case.objects.get(outside_number="D7-000001").number == "D7-000001"


def test_every_imported_record_lies_at_the_place_its_code_names():
    with rls.system_scope():
        for incident in Incident.objects.select_related("unit")[:50]:
            assert incident.levels == incident.unit.levels
