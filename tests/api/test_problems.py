"""Refusals: problem+json everywhere, in the language asked for, alike for absent and foreign (RFC 9457)."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import trans_real

from tests.api.client import BASE, Caller, report_body
from tests.cast import Cast, report


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Check the outside of a problem and return it."""
    assert answer.status == status, answer
    assert answer.type == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    return body


def test_400_names_each_input(cast: Cast) -> None:
    body = problem(Caller(cast.worker).post("incidents/", {"place": "x"}), 400)
    assert {"client_uuid", "place", "category", "description"} <= set(body["errors"])
    problem(Caller(cast.worker).call("POST", "incidents/batch/", "no object"), 400)
    raw = Client().post(f"{BASE}/incidents/", "{", content_type="application/json", headers=Caller(cast.worker).headers)
    assert raw.status_code == 400
    assert raw["Content-Type"] == "application/problem+json"


def test_401_says_how_to_sign_in(db: None) -> None:
    answer = Caller().get("incidents/")
    problem(answer, 401)
    assert answer.header("WWW-Authenticate") == "Token"


def test_403_names_the_verb(cast: Cast) -> None:
    incident = report(cast)
    body = problem(Caller(cast.supervisor).post(f"incidents/{incident.pk}/verify/"), 403)
    assert "核实有效" in body["detail"]


def test_404_is_the_same_for_absent_foreign_and_unknown(cast: Cast) -> None:
    """Not a byte tells whether a record exists (RELIABILITY.md rule 7)."""
    incident = report(cast)
    stranger = Caller(cast.stranger)
    foreign = stranger.get(f"incidents/{incident.pk}/")
    problem(foreign, 404)
    for path in ("incidents/999999999/", "incidents/99999999999999999999999/", "incidents/x/", "nothing/here/"):
        assert stranger.get(path).content == foreign.content
    assert stranger.get("incidents/999999999/").response.headers == foreign.response.headers
    verb = stranger.post(f"incidents/{incident.pk}/verify/", {"remark": 1})
    assert verb.content == foreign.content
    assert verb.content == stranger.post("incidents/999999999/verify/", {"remark": 1}).content


def test_405(cast: Cast) -> None:
    incident = report(cast)
    problem(Caller(cast.dispatcher).call("PUT", f"incidents/{incident.pk}/", {}), 405)
    problem(Caller(cast.dispatcher).delete(f"incidents/{incident.pk}/"), 405)
    # OPTIONS would describe inputs with choices that pass no scope.
    problem(Caller(cast.dispatcher).call("OPTIONS", f"incidents/{incident.pk}/assign/"), 405)


def test_406_and_415(cast: Cast) -> None:
    caller = Caller(cast.worker)
    problem(caller.get("incidents/", Accept="text/html"), 406)
    raw = Client().post(
        f"{BASE}/incidents/", "<a/>", content_type="application/xml", headers={**caller.headers, "Accept": "*/*"}
    )
    assert (raw.status_code, raw["Content-Type"]) == (415, "application/problem+json")


def test_409_names_state_and_input(cast: Cast) -> None:
    incident = report(cast)
    caller = Caller(cast.dispatcher)
    body = problem(caller.post(f"incidents/{incident.pk}/archive/"), 409)
    assert "待核实" in body["detail"]
    body = problem(caller.post(f"incidents/{incident.pk}/set-risk/", {"risk_level": "high", "remark": "有"}), 409)
    assert "triggers" in body["errors"]


def test_413_reads_no_more_than_the_limit(cast: Cast, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    problem(Caller(cast.worker).post("incidents/", report_body(cast.grid.pk, description="长" * 2000)), 413)
    assert Caller(cast.worker).post("incidents/", report_body(cast.grid.pk)).status == 201


def test_the_language_asked_for_is_used(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts go through gettext with the request's language; that English is complete, the catalogue's check says."""
    english: Any = trans_real.translation("en")
    english_words = english._catalog
    words = {
        "未找到": "Not found",
        "当前状态为“%(status)s”，不能%(verb)s。": "Now %(status)s: no %(verb)s.",
        "待核实": "Reported",
    }
    monkeypatch.setattr(english_words, "_catalogs", [words, *english_words._catalogs])
    incident = report(cast)
    caller, chinese = Caller(cast.dispatcher, language="en"), Caller(cast.dispatcher)
    assert caller.get("incidents/999/").json["title"] == "Not found"
    assert caller.post(f"incidents/{incident.pk}/archive/").json["detail"].startswith("Now Reported: no ")
    assert chinese.get("incidents/999/").json["title"] == "未找到"
    assert Caller(cast.dispatcher, language="fr").get("incidents/999/").json["title"] == "未找到"


def test_503_while_the_database_goes_away(committed_cast: Cast) -> None:
    """The server closes the connection under a request: come back later, no 500 and no traceback."""
    caller = Caller(committed_cast.dispatcher)
    assert caller.get("incidents/").status == 200
    address = psycopg.conninfo.make_conninfo(
        host=connection.settings_dict["HOST"],
        port=connection.settings_dict["PORT"] or None,
        user=connection.settings_dict["USER"],
        password=connection.settings_dict["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
    )

    def pulled(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "cases_incident" in sql:
            with psycopg.connect(address) as other:
                other.execute("select pg_terminate_backend(%s)", [context["connection"].connection.info.backend_pid])
        return execute(sql, params, many, context)

    caller.client.raise_request_exception = False
    with connection.execute_wrapper(pulled):
        answer = caller.get("incidents/")
    problem(answer, 503)
    assert int(answer.header("Retry-After")) > 0
    # The next request begins on a dead connection: that fails outside of any view, and answers alike.
    again = caller.client.get(f"{BASE}/incidents/", headers=caller.headers)
    assert again.status_code in (200, 503)
    assert again["Content-Type"] in ("application/json", "application/problem+json")
    connection.close()
    assert caller.get("incidents/").status == 200


def test_a_refused_request_leaves_nothing_behind(cast: Cast) -> None:
    """An answer of 400 or above undoes what was written before it was known (grid.middleware)."""
    incident = report(cast)
    caller = Caller(cast.dispatcher)
    before = caller.get(f"incidents/{incident.pk}/")
    assert caller.post(f"incidents/{incident.pk}/triage/", {"path": "department"}).status == 409
    after = caller.get(f"incidents/{incident.pk}/")
    assert (after.etag, after.content) == (before.etag, before.content)


@pytest.mark.parametrize("path", ["incidents/", "users/me/", "codes/"])
def test_no_answer_with_data_may_be_kept_by_anybody(cast: Cast, path: str) -> None:
    assert Caller(cast.dispatcher).get(path).header("Cache-Control") == "no-store"
