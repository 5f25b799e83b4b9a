"""Is the process up, and can it serve."""

import pytest
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test import Client


def test_healthz_needs_nothing_but_the_process(db: None) -> None:
    with connection.execute_wrapper(_no_sql):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def _no_sql(*_args: object) -> object:
    raise AssertionError("healthz asked the database")


def test_readyz_says_that_database_and_cache_answer(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "cache": True})


def test_readyz_serves_without_the_cache(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intake works without Redis, so a server without it is still ready."""
    monkeypatch.setattr("config.health.cache", RedisCache("unix:///nowhere/broker.sock", {}))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "cache": False})


def test_readyz_is_503_while_the_database_is_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = connection.settings_dict | {"HOST": "/nowhere"}
    monkeypatch.setattr("config.health.connection", ConnectionHandler({"default": nowhere})["default"])
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "away"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_need_be_signed_in_and_nothing_is_told(db: None, path: str) -> None:
    answer = Client().get(path)
    assert set(answer.json()) <= {"status", "cache"}
    assert Client().post(path).status_code == 405
