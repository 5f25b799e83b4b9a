"""Two at once: one wins, one event is written, the loser is refused or told the same (RELIABILITY.md W2, I2).

Real threads with connections of their own, on a committed database; each race begins at a barrier.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cases import envelope
from cases.models import CaseEvent, DataKey, FileCounter, Incident, IncidentEvent, Notice, Outbox
from cases.moves import NotAllowed, NotPossible
from cases.relay import relay_once
from cases.reminders import tend
from cases.workflow import KeyReused, Report, report_incident
from grid import rls
from grid.rls import system_scope
from tests.cases.inputs import PDF
from tests.cases.stage import LONG, C, S, Stage, build_stage, closing
from tests.racing import at_once

ROUNDS = 6


@pytest.fixture
def scene(committed: None) -> Iterator[Stage]:
    """A committed stage."""
    with system_scope():
        stage = build_stage()
    yield stage
    envelope.forget()


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at once, each in a system scope of its own; return results and refusals in order."""
    scoped = [partial(in_scope, act) for act in acts]
    return at_once(*scoped, refused=(NotPossible, NotAllowed, KeyReused))


def refusals(results: list[Any]) -> list[Exception]:
    """Those who were refused."""
    return [result for result in results if isinstance(result, Exception)]


def in_scope(make: Callable[[], Any]) -> Any:
    """Arrange or do something that is committed."""
    with system_scope():
        return make()


INCIDENT_RACES: dict[str, tuple[str, Callable[[Stage, int, Any], Callable[[], Any]], tuple[str, str]]] = {
    "verify": (S.REPORTED, lambda s, pk, by: lambda: act(s, "verify_incident", pk, by), ("clerk", "dispatcher")),
    "assign": (
        S.TRIAGED,
        lambda s, pk, by: lambda: act(s, "assign_incident", pk, by, lead_unit=s.cast.department),
        ("dispatcher", "city_dispatcher"),
    ),
    "close": (
        S.HANDLED,
        lambda s, pk, by: lambda: act(s, "close_incident", pk, by, **closing("resolved")),
        ("dispatcher", "city_dispatcher"),
    ),
    "reject": (
        S.REPORTED,
        lambda s, pk, by: lambda: act(s, "reject_incident", pk, by, reason="not_true"),
        ("clerk", "dispatcher"),
    ),
}


def act(stage: Stage, verb: str, pk: int, by: str, **needs: Any) -> Any:
    """Perform an incident verb at this very moment."""
    from cases.workflow import INCIDENT_VERBS

    return INCIDENT_VERBS[verb](pk=pk, by=stage.actor(by), at=timezone.now(), **needs)


@pytest.mark.parametrize("name", INCIDENT_RACES)
def test_two_people_on_one_move(scene: Stage, name: str) -> None:
    status, make, (first, second) = INCIDENT_RACES[name]
    for _ in range(ROUNDS):
        pk = in_scope(lambda: scene.incident(status))
        with system_scope():
            seen = IncidentEvent.objects.filter(incident_id=pk).count()
        results = race(make(scene, pk, first), make(scene, pk, second))
        (refused,) = refusals(results)
        assert isinstance(refused, NotPossible)
        with system_scope():
            events = IncidentEvent.objects.filter(incident_id=pk)
            assert events.count() == seen + 1
            assert sorted(events.values_list("seq", flat=True)) == list(range(1, seen + 2))


def test_one_persons_double_click_is_one_move_and_no_refusal(scene: Stage) -> None:
    for _ in range(ROUNDS):
        pk = in_scope(lambda: scene.incident(S.REPORTED))
        click = INCIDENT_RACES["verify"][1](scene, pk, "clerk")
        assert refusals(race(click, click)) == []
        with system_scope():
            assert IncidentEvent.objects.filter(incident_id=pk, verb="verify_incident").count() == 1


def test_five_senders_of_one_report_make_one_incident(scene: Stage) -> None:
    for _ in range(ROUNDS):
        key, place = uuid.uuid4(), scene.cast.grid.pk
        report = Report(client_uuid=key, place=place, category="0102", description="楼上漏水，两家争吵多日未能解决")

        def send(report: Report = report) -> Any:
            return report_incident(by=scene.actor("worker"), at=timezone.now(), report=report)

        results = race(*[send] * 5)
        assert len({result.pk for result in results}) == 1
        assert sorted(result.is_replay for result in results) == [False, True, True, True, True]
        with system_scope():
            assert Incident.objects.filter(client_uuid=key).count() == 1
            assert IncidentEvent.objects.filter(incident_id=results[0].pk).count() == 1


def test_one_key_with_two_bodies_makes_one_incident_and_one_refusal(scene: Stage) -> None:
    key, place = uuid.uuid4(), scene.cast.grid.pk

    def send(words: str) -> Callable[[], Any]:
        report = Report(client_uuid=key, place=place, category="0102", description=words)
        return lambda: report_incident(by=scene.actor("worker"), at=timezone.now(), report=report)

    (refused,) = refusals(race(send("楼上漏水，两家争吵多日"), send("楼下装修，两家争吵多日")))
    assert isinstance(refused, KeyReused)
    with system_scope():
        assert Incident.objects.filter(client_uuid=key).count() == 1


def test_merging_in_opposite_directions_makes_no_ring_and_no_deadlock(scene: Stage) -> None:
    for _ in range(ROUNDS):
        first, second = in_scope(lambda: (scene.report(), scene.report()))

        def merge(pk: int, into: int, by: str) -> Callable[[], Any]:
            return lambda: act(scene, "merge_incident", pk, by, master=scene.incident_now(into))

        results = race(merge(first, second, "clerk"), merge(second, first, "dispatcher"))
        assert len(refusals(results)) == 1
        with system_scope():
            pointing = Incident.objects.filter(pk__in=[first, second], duplicate_of__isnull=False)
            assert pointing.count() == 1


def test_file_numbers_are_gap_free_over_many_committees(scene: Stage) -> None:
    from cases.workflow import accept_case, choose_committee

    with system_scope():
        ours = [scene.case(C.REGISTERED) for _ in range(6)]
        theirs = [scene.case(C.REGISTERED) for _ in range(6)]
        for pk in theirs:
            by, unit = scene.actor("dispatcher"), scene.cast.strange_committee_unit
            choose_committee(pk=pk, by=by, at=scene.now(), committee=unit)

    def accept(pk: int, by: str) -> Callable[[], Any]:
        return lambda: accept_case(pk=pk, by=scene.actor(by), at=timezone.now()).file_number

    pairs = [accept(pk, "director") for pk in ours] + [accept(pk, "strange_director") for pk in theirs]
    numbers = race(*pairs)
    assert refusals(numbers) == []
    assert len(set(numbers)) == 12
    for chosen in (numbers[:6], numbers[6:]):
        assert sorted(number.split("第")[1] for number in chosen) == [f"{count:04d}号" for count in range(1, 7)]
    with system_scope():
        assert list(FileCounter.objects.values_list("last", flat=True)) == [6, 6]


def test_a_case_is_accepted_once(scene: Stage) -> None:
    from cases.workflow import accept_case, decline_case

    with system_scope():
        pks = [scene.case(C.REGISTERED) for _ in range(ROUNDS)]
    for pk in pks:

        def accept(pk: int = pk) -> Any:
            return accept_case(pk=pk, by=scene.actor("director"), at=timezone.now())

        def decline(pk: int = pk) -> Any:
            words: dict[str, Any] = {"reason": "special_organ", "remedies": ["litigation"], "remark": LONG}
            return decline_case(pk=pk, by=scene.actor("director"), at=timezone.now(), **words)

        assert len(refusals(race(accept, decline))) == 1
    with system_scope():
        accepted = CaseEvent.objects.filter(verb="accept_case").count()
        assert CaseEvent.objects.filter(verb="decline_case").count() == ROUNDS - accepted
        counter = FileCounter.objects.first()
        assert (counter.last if counter else 0) == accepted


def test_two_offers_at_once_leave_one(scene: Stage) -> None:
    from cases.workflow import propose_hand_over

    with system_scope():
        pk = scene.case(C.ACCEPTED)

    def propose(by: str) -> Callable[[], Any]:
        unit = scene.cast.strange_committee_unit
        return lambda: propose_hand_over(pk=pk, by=scene.actor(by), at=timezone.now(), committee=unit, remark=LONG)

    assert len(refusals(race(propose("director"), propose("dispatcher")))) == 1
    with system_scope():
        assert scene.case_now(pk).hand_overs.count() == 1


def test_paying_twice_at_once_pays_once(scene: Stage) -> None:
    from mediation.workflow import record_performance

    with system_scope():
        pk = scene.case(C.AGREED)
        obligation = scene.obligation(pk)

    def pay() -> Any:
        return record_performance(obligation=obligation, by=scene.actor("mediator"), at=timezone.now())

    assert len(refusals(race(pay, pay))) == 1
    with system_scope():
        assert scene.obligation(pk).performances.count() == 1


def test_a_file_resent_at_once_is_one_file(scene: Stage, settings: Any, tmp_path: Any) -> None:
    from cases.workflow import attach_file

    settings.MEDIA_ROOT = tmp_path
    with system_scope():
        incident = scene.incident_now(scene.report())
    key = uuid.uuid4()

    def attach() -> Any:
        given: dict[str, Any] = {"content": PDF, "name": "回执.pdf", "client_uuid": key}
        return attach_file(record=incident, by=scene.actor("worker"), at=timezone.now(), **given)

    results = race(attach, attach, attach)
    assert refusals(results) == []
    assert len({result.pk for result in results}) == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_the_first_data_key_is_made_once(scene: Stage) -> None:
    with system_scope():
        DataKey.objects.all().delete()
    envelope.forget()
    place: dict[str, Any] = {"table": "cases_party", "column": "name", "uid": uuid.uuid4()}
    values = race(*[lambda: envelope.seal("张某某", **place)] * 6)
    envelope.forget()
    with system_scope():
        assert DataKey.objects.count() == 1
        assert {envelope.unseal(value, **place) for value in values} == {"张某某"}


class TestRelays:
    """Several relays share the work and do none of it twice."""

    def urgent(self, scene: Stage, count: int) -> None:
        with system_scope():
            for _ in range(count):
                scene.report(urgency="urgent")

    def test_a_row_that_another_holds_is_passed_over(self, scene: Stage) -> None:
        self.urgent(scene, 2)
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            try:
                with system_scope():
                    list(Outbox.objects.order_by("pk").select_for_update()[:1])
                    held.set()
                    done.wait(30)
            finally:
                connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        try:
            assert held.wait(30)
            assert relay_once(timezone.now()) == 1
        finally:
            done.set()
            thread.join()
        assert relay_once(timezone.now()) == 1

    def test_four_at_once_write_each_notice_once(self, scene: Stage) -> None:
        self.urgent(scene, 12)
        counts = race(*[lambda: sum(iter(lambda: relay_once(timezone.now(), limit=3), 0))] * 4)
        with system_scope():
            assert Notice.objects.count() == 12
            assert Notice.objects.values("outbox_id").distinct().count() == 12
        assert sum(counts) == 12

    def test_two_looks_at_once_remind_once(self, scene: Stage) -> None:
        with system_scope():
            scene.incident(S.IN_PROGRESS)
        when = scene.moment + timedelta(days=20)
        looks = race(*[lambda: tend(when).reminded] * 3)
        assert sorted(looks) == [0, 0, 1]


def test_a_racer_who_waited_for_the_lock_writes_after_the_winner(scene: Stage) -> None:
    with system_scope():
        pk = scene.incident(S.REPORTED)
    race(
        lambda: act(scene, "set_risk", pk, "dispatcher", risk_level="low", remark=LONG),
        lambda: act(scene, "refer_to_police", pk, "clerk", police_unit="滨河派出所"),
        lambda: act(scene, "set_risk", pk, "city_dispatcher", risk_level="medium", remark=LONG),
    )
    with system_scope():
        events = list(IncidentEvent.objects.filter(incident_id=pk).order_by("seq"))
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_threads_without_a_scope_see_nothing(scene: Stage) -> None:
    seen: list[int] = []

    def look() -> None:
        try:
            seen.append(Incident.objects.count())
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [0]
    with rls.system_scope():
        assert Incident.objects.count() == 1


def test_the_test_database_is_made(db: None) -> None:
    """Tests on a committed database alone would not have one made for them."""
    assert connection.settings_dict["NAME"].startswith("test_")
