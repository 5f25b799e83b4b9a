"""Reports per second through the whole path, against the bare INSERT the database could do (PERFORMANCE.md T1, T3, T4).

Client, server and database share the machine. Rounds of the three are interleaved, so that what else the machine does
falls on all of them alike; what counts are the ratios.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Self

from bench.ground import BASE, machine, ratio, stand

CONNECTIONS = 8
SECONDS = 2.0
ROUNDS = 5
BATCH = 30


def main() -> None:
    """Measure and print."""
    cast = stand()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from grid.accounts import sign_in_device
    from tests.api.client import Caller, report_body
    from tests.test_queries import NOT_COUNTED

    print(machine())
    caller = Caller(cast.users["worker"])
    caller.post("incidents/", report_body(cast.village.pk))
    with CaptureQueriesContext(connection) as captured:
        caller.post("incidents/", report_body(cast.village.pk))
    counted = [query for query in captured if not NOT_COUNTED.search(query["sql"])]
    print(f"{'SQL statements per warm report':<58} {len(counted):8d}")
    _device, token = sign_in_device(user=cast.users["worker"], name="bench")
    raw = RawInserts(connection.settings_dict["NAME"])
    connection.close()
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def one() -> str:
        return json.dumps(report_body(cast.village.pk))

    def many() -> str:
        return json.dumps({"items": [report_body(cast.village.pk) for _item in range(BATCH)]})

    with raw, WebServer() as port:
        door = Door(port, headers)
        door.send("/api/v1/incidents/", one())
        rounds = []
        for _round in range(ROUNDS):
            single = per_second(lambda: door.send("/api/v1/incidents/", one()))
            batch = BATCH * per_second(lambda: door.send("/api/v1/incidents/batch/", many()))
            rounds.append((single, batch, per_second(raw.insert)))
    ratio("reports per second, one per POST, 8 connections", [single for single, _b, _r in rounds])
    ratio(f"reports per second, {BATCH} per POST, 8 connections", [batch for _s, batch, _r in rounds])
    ratio("bare INSERT and COMMIT per second, 8 connections", [bare for _s, _b, bare in rounds])
    ratio("T1  one per POST / bare INSERT (bound >= 0.12)", [single / bare for single, _b, bare in rounds])
    ratio(f"T3  {BATCH} per POST / one per POST (bound >= 6)", [batch / single for single, batch, _r in rounds])


def per_second(work: Callable[[], None]) -> float:
    """Do the work over and over on all connections for a while; return how often it was done in a second."""
    done = [0] * CONNECTIONS
    end = time.monotonic() + SECONDS

    def repeat(number: int) -> None:
        while time.monotonic() < end:
            work()
            done[number] += 1

    threads = [threading.Thread(target=repeat, args=(number,)) for number in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - began)


class Door:
    """The API, with one kept connection per thread."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        """Remember where and as whom."""
        self.port, self.headers, self.kept = port, headers, threading.local()

    def send(self, path: str, body: str) -> None:
        """POST and read the answer; any refusal ends the measurement."""
        if not hasattr(self.kept, "connection"):
            self.kept.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.kept.connection.request("POST", path, body, self.headers)
        answer = self.kept.connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")


class RawInserts:
    """The yardstick: one row into a table like that of incidents, all its indexes included, and a commit."""

    def __init__(self, name: str) -> None:
        """Make the table, and one of a single row to copy: an incident that stands.

        They stand in a schema of their own: the web process refuses to start beside placed tables without a policy.
        """
        import psycopg

        from tests.conftest import owner_url

        self.url = owner_url(name)
        self.kept = threading.local()
        with psycopg.connect(self.url) as owner:
            owner.execute("drop schema if exists bench cascade; create schema bench")
            owner.execute("create table bench.raw (like cases_incident including all)")
            owner.execute(
                "select set_config('app.scope', array_agg(id)::text, true) from grid_unit"
                " where level = 'city' and kind = 'division'"
            )
            owner.execute("create table bench.one as select * from cases_incident limit 1")
            columns = owner.execute(
                "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = 'bench.one'::regclass"
                " and attnum > 0 and attname not in ('id', 'client_uuid')"
            ).fetchone()
        assert columns is not None
        self.statement = (
            f"insert into bench.raw (client_uuid, {columns[0]}) select gen_random_uuid(), {columns[0]} from bench.one"
        )

    def insert(self) -> None:
        """Insert one row and commit."""
        import psycopg

        if not hasattr(self.kept, "connection"):
            self.kept.connection = psycopg.connect(self.url, autocommit=True)
        self.kept.connection.execute(self.statement)

    def __enter__(self) -> Self:
        """Make nothing more."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave nothing behind."""
        import psycopg

        with psycopg.connect(self.url) as owner:
            owner.execute("drop schema bench cascade")


class WebServer:
    """The web process as ``make run`` starts it, on a free port."""

    def __enter__(self) -> int:
        """Start it and wait until it answers."""
        from config.run.children import children
        from config.run.steps import is_ready

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = next(child.command for child in children(BASE / "var" / "bench", port) if child.name == "web")
        self.process = subprocess.Popen([sys.executable, *command], cwd=BASE, env={**os.environ})
        deadline = time.monotonic() + 60
        while not is_ready(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the web process did not start")
            time.sleep(0.1)
        return port

    def __exit__(self, *_error: object) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(20)


if __name__ == "__main__":
    main()
