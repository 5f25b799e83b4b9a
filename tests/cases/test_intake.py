"""Reporting: who, where, what, and once however often it is sent (DOMAIN.md 5.1, RELIABILITY.md I1 to I5)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import ClockEntry, Incident, IncidentEvent, Outbox
from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused, Report, report_incident, report_incidents
from grid import atlas
from grid.workflow import close_unit
from tests.cases.stage import START, S, Stage

TEXT = "楼上漏水，两家争吵多日未能解决"


def said(stage: Stage, where: str = "grid", **more: Any) -> Report:
    """A report of the grid."""
    place = stage.cast.units[where].pk
    given = {"client_uuid": uuid.uuid4(), "place": place, "category": "0102", "description": TEXT}
    return Report(**{**given, **more})


def send(stage: Stage, report: Report, by: str = "worker") -> Any:
    """Send it now."""
    return report_incident(by=stage.actor(by), at=stage.now(), report=report)


@pytest.mark.parametrize(
    ("by", "place"),
    [
        ("worker", "grid"),
        ("worker", "sibling_grid"),
        ("worker", "village"),
        ("village_leader", "village"),
        ("village_leader", "grid"),
        ("clerk", "county"),
        ("clerk", "other_township"),
        ("dispatcher", "grid"),
        ("town_dispatcher", "village"),
        ("city_dispatcher", "strange_village"),
    ],
)
def test_whoever_stands_there_may_report(stage: Stage, by: str, place: str) -> None:
    receipt = send(stage, said(stage, place), by)
    incident = stage.incident_now(receipt.pk)
    assert (incident.status, incident.reporter_id) == (S.REPORTED, stage.cast.users[by].pk)
    assert incident.levels == stage.cast.units[place].levels
    assert receipt.number == incident.number


@pytest.mark.parametrize(
    ("by", "place"),
    [
        ("worker", "other_village"),
        ("worker", "township"),
        ("worker", "strange_grid"),
        ("village_leader", "other_village"),
        ("town_dispatcher", "other_township"),
        ("clerk", "strange_village"),
        ("stranger", "grid"),
        ("handler", "grid"),
        ("mediator", "village"),
        ("director", "village"),
        ("supervisor", "grid"),
        ("leader", "county"),
        ("auditor", "county"),
        ("system_admin", "county"),
        ("security_admin", "county"),
    ],
)
def test_nobody_else_may(stage: Stage, by: str, place: str) -> None:
    with pytest.raises(NotAllowed):
        send(stage, said(stage, place), by)
    assert Incident.objects.count() == 1


def test_the_event_says_what_perform_would_have_said(stage: Stage) -> None:
    limit = (START + timedelta(days=4)).date()
    receipt = send(stage, said(stage, limit_on=limit, urgency="urgent"))
    incident = stage.incident_now(receipt.pk)
    (event,) = IncidentEvent.objects.filter(incident=incident)
    assert (event.seq, event.verb, event.status, event.delta, event.role) == (
        1,
        "report_incident",
        S.REPORTED,
        1,
        "grid_worker",
    )
    assert (event.at, event.by_id) == (stage.moment, incident.reporter_id)
    assert abs(event.recorded_at - timezone.now()) < timedelta(minutes=1)
    assert event.levels == incident.levels
    assert (event.unit_id, event.category_id) == (incident.unit_id, incident.category_id)
    assert event.txid is not None
    for fact in IncidentEvent.STANDING:
        assert getattr(event, fact) == getattr(incident, fact)
    assert timezone.localtime(incident.due_at).date() == limit
    assert timezone.localtime(incident.due_at).strftime("%H:%M") == "23:59"
    (entry,) = ClockEntry.objects.filter(incident=incident)
    assert (entry.clock, entry.action, entry.due_at) == ("handle", "start", incident.due_at)
    assert Outbox.objects.get().payload == {
        "incident": incident.pk,
        "seq": 1,
        "verb": "report_incident",
        "to": ["desk"],
    }


def test_an_ordinary_report_interrupts_nobody(stage: Stage) -> None:
    send(stage, said(stage))
    assert not Outbox.objects.exists()


def test_the_same_key_four_times_is_one_incident_and_one_answer(stage: Stage) -> None:
    report = said(stage)
    receipts = [send(stage, report) for _ in range(4)]
    assert len({(receipt.pk, receipt.number, receipt.reported_at) for receipt in receipts}) == 1
    assert [receipt.is_replay for receipt in receipts] == [False, True, True, True]
    assert Incident.objects.filter(client_uuid=report.client_uuid).count() == 1
    assert IncidentEvent.objects.filter(incident_id=receipts[0].pk).count() == 1


def test_the_same_key_with_other_words_is_refused_and_shows_nothing(stage: Stage) -> None:
    report = said(stage)
    send(stage, report)
    with pytest.raises(KeyReused) as refusal:
        send(stage, said(stage, client_uuid=report.client_uuid, description="完全不同的另外一件事情"))
    assert TEXT not in str(refusal.value)


def test_somebody_elses_equal_key_is_another_incident(stage: Stage) -> None:
    report = said(stage)
    first, second = send(stage, report), send(stage, report, "sibling_worker")
    assert first.pk != second.pk
    assert not second.is_replay


def test_a_refused_report_can_be_sent_again_with_the_same_key(stage: Stage) -> None:
    key = uuid.uuid4()
    with pytest.raises(NotPossible):
        send(stage, said(stage, client_uuid=key, description="太短"))
    assert not send(stage, said(stage, client_uuid=key)).is_replay


def test_a_batch_answers_each_item_in_order(stage: Stage) -> None:
    good, again, other = said(stage), said(stage), said(stage, "strange_grid")
    results = report_incidents(
        by=stage.actor("worker"), at=stage.now(), reports=[good, other, again, good, said(stage, category="01")]
    )
    assert [type(result).__name__ for result in results] == [
        "Receipt",
        "NotAllowed",
        "Receipt",
        "Receipt",
        "NotPossible",
    ]
    assert results[0].pk == results[3].pk
    assert (results[0].is_replay, results[3].is_replay) == (False, True)
    assert Incident.objects.exclude(pk=stage.master).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "01"),
        ("category", "9999"),
        ("source", "committee_initiated"),
        ("source", "rumour"),
        ("description", "  九个字也不算多 "),
        ("limit_on", (START - timedelta(days=1)).date()),
        ("place", 0),
        ("follows", 0),
    ],
)
def test_an_input_that_does_not_fit_is_named(stage: Stage, field: str, value: Any) -> None:
    with pytest.raises(NotPossible) as refusal:
        send(stage, said(stage, **{field: value}))
    assert refusal.value.field == field


def test_a_restricted_category_makes_a_restricted_incident(stage: Stage) -> None:
    receipt = send(stage, said(stage, category="0306"))
    assert stage.incident_now(receipt.pk).restricted


def test_the_phones_clock_is_a_claim_only(stage: Stage) -> None:
    claim = START + timedelta(days=3650)
    receipt = send(stage, said(stage, device_at=claim))
    incident = stage.incident_now(receipt.pk)
    assert incident.device_at == claim
    assert incident.reported_at == stage.moment


def test_nothing_is_reported_in_the_future(stage: Stage) -> None:
    with pytest.raises(NotPossible) as refusal:
        report_incident(by=stage.actor("worker"), at=timezone.now() + timedelta(hours=1), report=said(stage))
    assert refusal.value.field == "at"


def test_a_closed_grid_takes_no_reports(stage: Stage) -> None:
    grid = stage.cast.sibling_grid
    close_unit(unit=grid, on=START.date())
    try:
        with pytest.raises(NotPossible) as refusal:
            send(stage, said(stage, "sibling_grid"))
        assert refusal.value.field == "place"
    finally:
        atlas.forget()


class TestFollowing:
    """After the time for reopening, a new incident follows the old one (DOMAIN.md 5.1)."""

    def test_a_new_one_follows_a_finished_one(self, stage: Stage) -> None:
        old = stage.incident(S.ARCHIVED)
        receipt = send(stage, said(stage, follows=old))
        assert stage.incident_now(receipt.pk).follows_id == old

    def test_not_one_still_open(self, stage: Stage) -> None:
        old = stage.incident(S.HANDLED)
        with pytest.raises(NotPossible):
            send(stage, said(stage, follows=old))

    def test_not_one_that_the_reporter_may_not_see(self, stage: Stage) -> None:
        old = stage.incident(S.CLOSED)
        with pytest.raises(NotPossible) as foreign:
            send(stage, said(stage, follows=old), "sibling_worker")
        with pytest.raises(NotPossible) as absent:
            send(stage, said(stage, follows=0), "sibling_worker")
        assert str(foreign.value) == str(absent.value)
