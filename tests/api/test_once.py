"""Every other POST may be sent again: one row, one answer (RELIABILITY.md rule 10, I1 to I5)."""

import json
import uuid
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection

from cases.models import Case, CaseEvent, SentRequest
from config import once
from grid import rls
from mediation.models import Session
from tests.api.client import Caller, at_once, until_waiting
from tests.cast import Cast, case_in_mediation, report
from tests.conftest import owner_url


def registration(cast: Cast, **said: Any) -> dict[str, Any]:
    """A sound registration."""
    return {
        "place": cast.village.pk,
        "category": "0102",
        "description": "两户因排水沟走向多次争执，请求调解",
        "source": "walk_in",
        "committee": cast.committee_unit.pk,
        **said,
    }


def cases() -> int:
    """How many there are, in any county."""
    with rls.system_scope():
        return Case.objects.count()


def test_sent_four_times_with_one_key_it_is_one_case(cast: Cast) -> None:
    caller, key = Caller(cast.dispatcher), str(uuid.uuid4())
    answers = [caller.post("cases/", registration(cast), Idempotency_Key=key) for _ in range(4)]
    assert [answer.status for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.etag for answer in answers}) == 1
    assert [answer.header("Idempotent-Replayed") for answer in answers] == ["", "true", "true", "true"]
    assert cases() == 1


def test_client_uuid_in_the_body_is_a_key_too(cast: Cast) -> None:
    caller, body = Caller(cast.dispatcher), registration(cast, client_uuid=str(uuid.uuid4()))
    first, second = caller.post("cases/", body), caller.post("cases/", body)
    assert first.content == second.content
    assert cases() == 1
    assert first.json["client_uuid"] == body["client_uuid"]


def test_without_a_key_two_posts_are_two_cases(cast: Cast) -> None:
    caller = Caller(cast.dispatcher)
    assert caller.post("cases/", registration(cast)).json["id"] != caller.post("cases/", registration(cast)).json["id"]


def test_a_key_used_for_something_else_is_refused(cast: Cast) -> None:
    caller, key = Caller(cast.dispatcher), str(uuid.uuid4())
    incident = report(cast)
    first = caller.post("cases/", registration(cast), Idempotency_Key=key)
    other_body = caller.post("cases/", registration(cast, source="phone"), Idempotency_Key=key)
    other_address = caller.post(f"incidents/{incident.pk}/verify/", registration(cast), Idempotency_Key=key)
    for answer in (other_body, other_address):
        assert answer.status == 422
        assert answer.type == "application/problem+json"
        assert first.json["number"] not in answer.content.decode()
    assert cases() == 1


def test_the_same_key_of_another_account_is_its_own(cast: Cast) -> None:
    key = str(uuid.uuid4())
    first = Caller(cast.dispatcher).post("cases/", registration(cast), Idempotency_Key=key)
    second = Caller(cast.clerk).post("cases/", registration(cast), Idempotency_Key=key)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_a_refusal_is_not_kept(cast: Cast) -> None:
    """I5: the first try failed on its shape, the second on its rule; the third works under the same key, once."""
    caller, key = Caller(cast.dispatcher), str(uuid.uuid4())
    assert caller.post("cases/", registration(cast, source="x"), Idempotency_Key=key).status == 400
    court = {"source": "court_referral"}
    assert caller.post("cases/", registration(cast, **court), Idempotency_Key=key).status == 409
    assert cases() == 0
    good = registration(cast, **court, court_reference="(2026)晋1102诉前调1号")
    assert caller.post("cases/", good, Idempotency_Key=key).status == 201
    assert caller.post("cases/", good, Idempotency_Key=key).status == 201
    assert cases() == 1


def test_a_verb_sent_again_is_done_once(cast: Cast) -> None:
    """A lost answer to 催办 must not become two entries in the timeline."""
    incident = report(cast)
    caller, key = Caller(cast.dispatcher), str(uuid.uuid4())
    verified = [caller.post(f"incidents/{incident.pk}/verify/", {}, Idempotency_Key=key) for _ in range(2)]
    assert verified[0].content == verified[1].content
    risk = {"risk_level": "low", "remark": "双方情绪平稳"}
    keys = [str(uuid.uuid4())] * 2 + [str(uuid.uuid4())]
    for one in keys:
        assert caller.post(f"incidents/{incident.pk}/set-risk/", risk, Idempotency_Key=one).status == 200
    timeline = [event["verb"] for event in caller.get(f"incidents/{incident.pk}/timeline/").json]
    assert timeline == ["report_incident", "verify_incident", "set_risk", "set_risk"]


def test_a_session_planned_twice_is_one(cast: Cast) -> None:
    case, _one, _other = case_in_mediation(cast)
    body = {
        "planned_for": "2026-12-01T10:00:00+08:00",
        "venue": "第一调解室",
        "form": "joint",
        "client_uuid": str(uuid.uuid4()),
    }
    caller = Caller(cast.mediator)
    first, second = (caller.post(f"cases/{case.pk}/sessions/", body) for _ in range(2))
    assert (first.status, first.content) == (201, second.content)
    with rls.system_scope():
        assert Session.objects.count() == 1


def test_what_is_revealed_is_not_kept_for_resends(cast: Cast) -> None:
    """A token, or a sealed field in plain text, must not lie in the table of answers."""
    caller, key = Caller(cast.dispatcher), str(uuid.uuid4())
    caller.post("incidents/similar/", {"place": cast.grid.pk, "category": "0102"}, Idempotency_Key=key)
    caller.post("notices/read-all/", {}, Idempotency_Key=key)
    assert not SentRequest.objects.exists()


@pytest.mark.parametrize("key", ["x", "123", "00000000-0000-0000-0000-00000000000g"])
def test_a_key_that_is_no_uuid_is_refused(cast: Cast, key: str) -> None:
    answer = Caller(cast.dispatcher).post("cases/", registration(cast), Idempotency_Key=key)
    assert answer.status == 400
    assert cases() == 0


# -- Races -----------------------------------------------------------------------------------------------------------


def test_five_senders_at_once_make_one_case(committed_cast: Cast) -> None:
    """I2. All five wait for a transaction that holds the key; when it goes away one works and four repeat."""
    cast, key = committed_cast, str(uuid.uuid4())
    body = registration(cast)
    callers = [Caller(cast.dispatcher) for _ in range(5)]
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as holder:
        holder.execute(
            "insert into cases_sentrequest (user_id, key, digest, status, created_at) values (%s, %s, '', 0, now())",
            [cast.dispatcher.pk, key],
        )

        def let_go() -> None:
            until_waiting(5)
            holder.rollback()

        answers = at_once([partial(caller.post, "cases/", body, Idempotency_Key=key) for caller in callers], let_go)
    assert [answer.status for answer in answers] == [201] * 5, answers
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.header("Idempotent-Replayed") for answer in answers) == ["", *["true"] * 4]
    assert cases() == 1
    with rls.system_scope():
        assert CaseEvent.objects.filter(verb="register_case").count() == 1


def test_who_waits_too_long_is_told_to_come_back(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sender's transaction does not end: 409 with Retry-After, and nothing is done twice."""
    monkeypatch.setattr(once, "WAIT_SECONDS", 1)
    cast, key = committed_cast, str(uuid.uuid4())
    caller = Caller(cast.dispatcher)
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as holder:
        holder.execute(
            "insert into cases_sentrequest (user_id, key, digest, status, created_at) values (%s, %s, '', 0, now())",
            [cast.dispatcher.pk, key],
        )
        answer = caller.post("cases/", registration(cast), Idempotency_Key=key)
        assert answer.status == 409
        assert int(answer.header("Retry-After")) > 0
        holder.rollback()
    assert cases() == 0
    assert caller.post("cases/", registration(cast), Idempotency_Key=key).status == 201
    assert cases() == 1


def test_the_claim_and_the_work_are_one_transaction(committed_cast: Cast) -> None:
    """Whatever the answer says is committed with the row it speaks of: never one without the other."""
    cast, key = committed_cast, str(uuid.uuid4())
    answer = Caller(cast.dispatcher).post("cases/", registration(cast), Idempotency_Key=key)
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as outside:
        outside.execute("select set_config('app.scope', %s, false)", [f"{{{cast.city.pk}}}"])
        (kept,) = outside.execute("select answer ->> 'body' from cases_sentrequest where key = %s", [key]).fetchall()
        (row,) = outside.execute("select id from cases_case").fetchall()
    assert json.loads(kept[0]) == answer.json
    assert row[0] == answer.json["id"]
