"""Addresses of broker and cache in the forms their clients want."""

import pytest
import redis
from kombu import Connection

from config import embedded
from config.run import steps
from tests.config.installation import Installation


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("unix:///tmp/x/broker.sock?db=0", "redis+socket:///tmp/x/broker.sock?virtual_host=0", "unix:///tmp/x/broker.sock?db=2"),
        ("unix:///tmp/x/broker.sock", "redis+socket:///tmp/x/broker.sock?virtual_host=0", "unix:///tmp/x/broker.sock?db=2"),
        ("unix:///a%20b/s?db=6", "redis+socket:///a%20b/s?virtual_host=6", "unix:///a%20b/s?db=8"),
        ("redis://h:6379", "redis://h:6379", "redis://h:6379/2"),
        ("redis://:p%40w@h:6379/0", "redis://:p%40w@h:6379/0", "redis://:p%40w@h:6379/2"),
        (
            "rediss://u:p@h/3?ssl_cert_reqs=required",
            "rediss://u:p@h/3?ssl_cert_reqs=required",
            "rediss://u:p@h/5?ssl_cert_reqs=required",
        ),
    ],
)  # fmt: skip
def test_broker_and_cache_live_in_different_databases_of_one_server(url: str, broker: str, cache: str) -> None:
    assert embedded.broker_url(url) == broker
    assert embedded.cache_url(url) == cache


@pytest.mark.process
def test_queue_and_cache_work_over_the_socket(shared: Installation) -> None:
    user = shared.user()
    url = f"unix://{shared.where.broker_socket}?db=0"
    cache = redis.from_url(embedded.cache_url(url))
    cache.set("key", "value")
    with Connection(embedded.broker_url(url)) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put({"id": 7})
        # Clearing the cache must not throw a message away.
        cache.flushdb()
        assert queue.get(timeout=10).payload == {"id": 7}
        queue.close()
    user.end()


def test_unknown_role_is_an_error() -> None:
    with pytest.raises(ValueError, match="postgres"):
        embedded.database_url("postgres")


@pytest.mark.parametrize(
    ("demo", "database", "wanted"),
    [(None, None, True), (None, "x", False), ("1", "x", True), ("0", None, False)],
)
def test_demo_city_is_never_put_into_a_real_database_unasked(
    monkeypatch: pytest.MonkeyPatch, demo: str | None, database: str | None, wanted: bool
) -> None:
    for name, value in (("HEMU_DEMO", demo), ("DATABASE_URL", database)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert steps.wants_demo() is wanted
