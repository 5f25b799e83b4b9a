"""Reporting over the API: lean, once, item by item (RELIABILITY.md I1 to I5, PERFORMANCE.md 7.1)."""

import uuid
from datetime import timedelta
from functools import partial

import psycopg
import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cases.models import Incident, IncidentEvent, Outbox
from grid import rls
from grid.scope import Role
from grid.workflow import add_user, deactivate_user, end_post, seat
from tests.api.client import Caller, at_once, report_body, until_waiting
from tests.cast import SINCE, Cast, report
from tests.conftest import owner_url


def incidents(**which: object) -> int:
    """How many there are, in any county."""
    with rls.system_scope():
        return Incident.objects.filter(**which).count()


def test_a_report_makes_an_incident_with_its_first_event(cast: Cast) -> None:
    before = timezone.now()
    answer = Caller(cast.worker).post(
        "incidents/",
        report_body(
            cast.grid.pk,
            place_text="东关小区3号楼",
            latitude="37.519126",
            longitude="111.144319",
            people_count=2,
            device_at="2019-01-01T00:00:00+08:00",
            urgency="urgent",
        ),
    )
    assert answer.status == 201, answer
    assert set(answer.json) == {"id", "client_uuid", "number", "reported_at"}
    with rls.system_scope():
        incident = Incident.objects.get(pk=answer.json["id"])
        assert incident.number == answer.json["number"]
        assert (incident.status, incident.unit_id, incident.reporter_id) == ("reported", cast.grid.pk, cast.worker.pk)
        assert incident.village_id == cast.village.pk
        # The phone's clock is a claim; what counts is when the server got it.
        assert incident.device_at is not None
        assert incident.device_at.year == 2018
        assert before <= incident.reported_at <= timezone.now()
        event = IncidentEvent.objects.get(incident=incident)
        assert (event.verb, event.by_id, event.delta) == ("report_incident", cast.worker.pk, 1)
        assert Outbox.objects.filter(payload__incident=incident.pk).exists()


def test_sent_four_times_it_is_one_incident_and_one_answer(cast: Cast) -> None:
    worker, body = Caller(cast.worker), report_body(cast.grid.pk)
    answers = [worker.post("incidents/", body) for _ in range(4)]
    assert [answer.status for answer in answers] == [201, 200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert incidents(client_uuid=body["client_uuid"]) == 1
    with rls.system_scope():
        assert IncidentEvent.objects.filter(incident__client_uuid=body["client_uuid"]).count() == 1


def test_the_same_key_with_other_words_is_refused(cast: Cast) -> None:
    worker, body = Caller(cast.worker), report_body(cast.grid.pk)
    first = worker.post("incidents/", body)
    other = worker.post("incidents/", body | {"description": "完全是另外一件事情，与楼上漏水无关"})
    assert other.status == 422
    assert other.type == "application/problem+json"
    assert first.json["number"] not in other.content.decode()
    assert incidents(client_uuid=body["client_uuid"]) == 1


def test_the_same_key_of_another_account_is_another_incident(cast: Cast) -> None:
    body = report_body(cast.grid.pk)
    first = Caller(cast.worker).post("incidents/", body)
    second = Caller(cast.sibling_worker).post("incidents/", body)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_a_refused_report_leaves_the_key_free(cast: Cast) -> None:
    """I5: first the shape, then the place was wrong; once both are right the same key works, once."""
    with rls.system_scope():
        newcomer = add_user(username="newcomer", name="新来的")
    caller, body = Caller(newcomer), report_body(cast.grid.pk)
    assert caller.post("incidents/", body).status == 403
    with rls.system_scope():
        seat(user=newcomer, unit=cast.grid, role=Role.GRID_WORKER, starts_on=SINCE, at=timezone.now())
    assert caller.post("incidents/", body | {"description": "太短"}).status == 400
    assert caller.post("incidents/", body | {"place": cast.strange_grid.pk}).status == 409
    assert caller.post("incidents/", body).status == 201
    assert caller.post("incidents/", body).status == 200
    assert incidents(client_uuid=body["client_uuid"]) == 1


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"client_uuid": "no uuid"}, 400, "client_uuid"),
        ({"place": "x"}, 400, "place"),
        ({"place": 2**40}, 409, "place"),
        ({"category": "01"}, 409, "category"),
        ({"category": "9999"}, 409, "category"),
        ({"source": "party_application"}, 400, "source"),
        ({"description": "短"}, 400, "description"),
        ({"description": "有\x00字符的一段描述文字"}, 400, "description"),
        ({"latitude": "91"}, 400, "latitude"),
        ({"people_count": -1}, 400, "people_count"),
        ({"people_count": 2**40}, 400, "people_count"),
        ({"limit_on": "2020-01-01"}, 409, "limit_on"),
        ({"urgency": "now"}, 400, "urgency"),
    ],
)
def test_a_report_that_does_not_fit_names_the_input(
    cast: Cast, wrong: dict[str, object], status: int, field: str
) -> None:
    answer = Caller(cast.worker).post("incidents/", report_body(cast.grid.pk) | wrong)
    assert answer.status == status, answer
    assert field in answer.json["errors"]
    assert incidents() == 0


def test_a_place_of_another_county_answers_like_one_that_does_not_exist(cast: Cast) -> None:
    worker = Caller(cast.worker)
    foreign = worker.post("incidents/", report_body(cast.strange_grid.pk))
    unused = worker.post("incidents/", report_body(2**40))
    assert foreign.status == 409
    assert foreign.content == unused.content


def test_nothing_but_the_declared_inputs_reaches_the_row(cast: Cast) -> None:
    """Mass assignment (P7): a reporter cannot close, verify, backdate or give away what they report."""
    body = report_body(
        cast.grid.pk,
        status="closed",
        reporter=cast.stranger.pk,
        reported_at="2020-01-01T00:00:00Z",
        restricted=True,
        version=9,
        city_id=1,
        closed_at="2020-01-01T00:00:00Z",
        risk_level="high",
    )
    pk = Caller(cast.worker).post("incidents/", body).json["id"]
    with rls.system_scope():
        incident = Incident.objects.get(pk=pk)
    assert (incident.status, incident.reporter_id, incident.version) == ("reported", cast.worker.pk, 1)
    assert (incident.restricted, incident.risk_level, incident.closed_at) == (False, "", None)
    assert incident.city_id == cast.city.pk
    assert timezone.now() - incident.reported_at < timedelta(minutes=5)


def test_what_was_reported_gets_its_receipt_again_though_it_would_be_refused_by_now(cast: Cast) -> None:
    """The answer was lost, the phone resends two days later: the limit agreed has passed meanwhile."""
    worker = Caller(cast.worker)
    body = report_body(cast.grid.pk, limit_on=str(timezone.localdate() + timedelta(days=1)))
    first = worker.post("incidents/", body)
    assert first.status == 201
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        worker = Caller(cast.worker)
        again = worker.post("incidents/", body)
        assert (again.status, again.content) == (200, first.content)
        assert worker.post("incidents/", body | {"client_uuid": str(uuid.uuid4())}).status == 409
        batch = worker.post("incidents/batch/", {"items": [body]}).json["results"]
        assert [line["status"] for line in batch] == [200]


def test_a_report_follows_a_finished_incident_in_sight(cast: Cast) -> None:
    worker = Caller(cast.worker)
    (done, open_one, foreign) = (
        report(cast),
        report(cast),
        report(cast, by="strange_worker", place="strange_grid"),
    )
    with rls.system_scope():
        Incident.objects.filter(pk__in=[done.pk, foreign.pk]).update(
            status="closed", is_open=False, closed_at=timezone.now(), outcome="resolved"
        )
    statuses = {
        pk: worker.post("incidents/", report_body(cast.grid.pk, follows=pk))
        for pk in (done.pk, open_one.pk, foreign.pk, 2**40)
    }
    assert [answer.status for answer in statuses.values()] == [201, 409, 409, 409]
    assert statuses[foreign.pk].content == statuses[2**40].content == statuses[open_one.pk].content
    assert worker.get(f"incidents/{statuses[done.pk].json['id']}/").json["follows"] == done.pk


# -- Batch -----------------------------------------------------------------------------------------------------------


def test_a_batch_answers_item_by_item(cast: Cast) -> None:
    worker = Caller(cast.worker)
    known = report_body(cast.grid.pk)
    worker.post("incidents/", known)
    fresh, twice = report_body(cast.grid.pk), report_body(cast.village.pk)
    items = [
        fresh,
        report_body(cast.strange_grid.pk),
        known,
        known | {"description": "同一个编号，却说了别的事情"},
        {"client_uuid": "not even this", "place": "x"},
        "no object at all",
        twice,
        twice,
        report_body(cast.grid.pk, category="0110"),
    ]
    answer = worker.post("incidents/batch/", {"items": items})
    assert answer.status == 200, answer
    lines = answer.json["results"]
    assert [line["status"] for line in lines] == [201, 409, 200, 422, 400, 400, 201, 200, 201]
    assert lines[0]["client_uuid"] == fresh["client_uuid"] == lines[0]["incident"]["client_uuid"]
    assert "place" in lines[1]["problem"]["errors"]
    assert lines[6]["incident"] == lines[7]["incident"]
    assert incidents() == 4


def test_a_batch_resent_whole_makes_nothing_new(cast: Cast) -> None:
    worker = Caller(cast.worker)
    body = {"items": [report_body(cast.grid.pk) for _ in range(50)]}
    first, second = worker.post("incidents/batch/", body), worker.post("incidents/batch/", body)
    assert {line["status"] for line in first.json["results"]} == {201}
    assert {line["status"] for line in second.json["results"]} == {200}
    assert [line["incident"] for line in first.json["results"]] == [line["incident"] for line in second.json["results"]]
    assert incidents() == 50


@pytest.mark.parametrize("items", [[], None, "x", [{}] * 51])
def test_a_batch_has_one_to_fifty_items(cast: Cast, items: object) -> None:
    answer = Caller(cast.worker).post("incidents/batch/", {"items": items})
    assert answer.status == 400
    assert "items" in answer.json["errors"]


# -- Rights ------------------------------------------------------------------------------------------------------------


def test_who_was_shut_out_is_out_with_the_next_report(cast: Cast) -> None:
    """The token is kept in the process, but whether its owner may come in is read each time (S3)."""
    worker = Caller(cast.worker)
    assert worker.post("incidents/", report_body(cast.grid.pk)).status == 201
    with rls.scope_of(cast.system_admin):
        deactivate_user(user=cast.worker, by=cast.system_admin)
    assert worker.post("incidents/", report_body(cast.grid.pk)).status == 401
    assert worker.post("incidents/batch/", {"items": [report_body(cast.grid.pk)]}).status == 401
    assert incidents() == 1


def test_whose_post_ended_reports_no_more(cast: Cast) -> None:
    worker = Caller(cast.worker)
    with rls.system_scope():
        post = cast.worker.posts.get()
    with rls.scope_of(cast.security_admin):
        end_post(post=post, by=cast.security_admin, on=timezone.localdate())
    assert worker.post("incidents/", report_body(cast.grid.pk)).status == 403


def test_a_resend_after_moving_to_another_village_is_no_server_error(cast: Cast) -> None:
    """The first row lies where its reporter no longer stands: its key is taken, and nothing of it is shown."""
    with rls.system_scope():
        body = report_body(cast.grid.pk)
    first = Caller(cast.worker).post("incidents/", body)
    with rls.system_scope():
        cast.worker.posts.update(ends_on=SINCE)
        seat(user=cast.worker, unit=cast.strange_grid, role=Role.GRID_WORKER, starts_on=SINCE, at=timezone.now())
    again = Caller(cast.worker).post("incidents/", body | {"place": cast.strange_grid.pk})
    assert again.status == 422, again
    assert first.json["number"] not in again.content.decode()


# -- Races: real connections, real commits -----------------------------------------------------------------------------


_HOLD_SQL = """
insert into cases_incident (client_uuid, intake_digest, reporter_id, unit_id, city_id, county_id, township_id,
    village_id, grid_id, reporter_name, source, category_id, description, place_text, self_handled, reported_at, status,
    is_open, last_event_at, last_seq, version, urgency, complexity, risk_level, restricted, triage_path, handling_level,
    report_back, due_provisional, outcome, closed_level)
select %s, '', %s, id, city_id, county_id, township_id, village_id, grid_id, '', 'grid_report', '0102', '', '', false,
    now(), 'reported', true, now(), 1, 1, 'ordinary', '', '', false, '', '', false, false, '', ''
from grid_unit where id = %s
"""


def test_five_senders_at_once_make_one_incident(committed_cast: Cast) -> None:
    """I2. All five wait for a transaction that holds the key; when it goes away one works and four repeat."""
    cast = committed_cast
    body = report_body(cast.grid.pk)
    callers = [Caller(cast.worker) for _ in range(5)]
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as holder:
        holder.execute("select set_config('app.scope', %s, false)", [f"{{{cast.city.pk}}}"])
        holder.execute(_HOLD_SQL, [body["client_uuid"], cast.worker.pk, cast.grid.pk])

        def let_go() -> None:
            until_waiting(5)
            holder.rollback()

        answers = at_once([partial(caller.post, "incidents/", body) for caller in callers], let_go)
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 200, 201], answers
    assert len({answer.content for answer in answers}) == 1
    assert incidents(client_uuid=body["client_uuid"]) == 1
    with rls.system_scope():
        assert IncidentEvent.objects.filter(incident__client_uuid=body["client_uuid"]).count() == 1


def test_ten_keys_from_five_senders_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    bodies = [report_body(cast.grid.pk) for _ in range(10)]

    def send_all(caller: Caller) -> list[int]:
        return [caller.post("incidents/", body).status for body in bodies]

    callers = [Caller(cast.worker) for _ in range(5)]
    found = at_once([partial(send_all, caller) for caller in callers])
    for statuses in zip(*found, strict=True):
        assert sorted(statuses) == [200, 200, 200, 200, 201]
    assert incidents() == 10


def test_batches_that_overlap_from_two_senders(committed_cast: Cast) -> None:
    """Rows are inserted in one order, so that two batches with common keys cannot block each other for ever."""
    cast = committed_cast
    items = [report_body(cast.grid.pk) for _ in range(30)]
    callers = [Caller(cast.worker), Caller(cast.worker)]
    orders = [items, list(reversed(items))]
    answers = at_once(
        [
            partial(caller.post, "incidents/batch/", {"items": order})
            for caller, order in zip(callers, orders, strict=True)
        ]
    )
    assert [answer.status for answer in answers] == [200, 200]
    statuses = [line["status"] for answer in answers for line in answer.json["results"]]
    assert sorted(statuses) == [200] * 30 + [201] * 30
    assert incidents() == 30


def test_uuid_is_needed(cast: Cast) -> None:
    body = report_body(cast.grid.pk)
    del body["client_uuid"]
    assert Caller(cast.worker).post("incidents/", body).status == 400
    assert Caller(cast.worker).post("incidents/", body | {"client_uuid": str(uuid.uuid4())}).status == 201
