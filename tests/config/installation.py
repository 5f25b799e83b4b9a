"""One embedded installation in a folder of its own, driven from outside as its users drive it."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import psycopg
import redis

from config.embedded.places import PORT, Places
from tests.processes import Script, await_nothing_left, environment, kill_all, until

START = "from config import embedded; embedded.start_if_wanted()"


class Installation:
    """Services under ``data``; every method waits for what it promises."""

    def __init__(self, data: Path, **env: str) -> None:
        self.where = Places(data)
        self.env = environment(data, **env)

    def user(self) -> Script:
        """Start a process that uses the services; return it once they are there."""
        script = Script(START, self.env)
        script.await_done()
        return script

    def refused(self, code: str = START) -> str:
        """Run lines that are refused; return the sentence."""
        status, _, sentence = Script(code, self.env, waits=False).end()
        assert status == 1, sentence
        assert "Traceback" not in sentence
        return sentence

    def state(self) -> dict[str, Any]:
        """Return what the keeper says of itself; nothing when there is none."""
        try:
            state: dict[str, Any] = json.loads(self.where.state.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return state

    def is_ready(self) -> bool:
        """Return whether the keeper says that the services run."""
        return self.state().get("phase") == "ready"

    def sql(self, statement: str, *values: Any, role: str = "hemu_owner", database: str = "hemu") -> list[Any]:
        """Run a statement and return its rows."""
        with psycopg.connect(
            host=str(self.where.sockets), port=PORT, user=role, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def redis(self) -> redis.Redis:
        """Return a client of the broker."""
        return redis.Redis(unix_socket_path=str(self.where.broker_socket))

    def await_stopped(self) -> None:
        """Return when nothing of it runs."""
        await_nothing_left(self.where.data)

    def stop(self, user: Script) -> None:
        """End the last user and the services, without their usual wait for another user."""
        keeper = self.state()["keeper"]
        user.end()
        os.kill(keeper, signal.SIGUSR1)
        self.await_stopped()

    def kill(self, name: str) -> int:
        """Kill keeper, postgres or broker; return the id it had."""
        pid: int = self.state()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def await_revived(self, name: str, old: int) -> None:
        """Return when the keeper has replaced a dead server."""
        until(lambda: self.is_ready() and self.state()[name] != old, what=f"{name} is replaced")

    def destroy(self) -> None:
        """Remove every trace."""
        kill_all(self.where.data)
        self.await_stopped()
        if self.where.postgres.is_symlink():
            shutil.rmtree(self.where.postgres.resolve().parent)
        shutil.rmtree(self.where.sockets, ignore_errors=True)
        shutil.rmtree(self.where.data, ignore_errors=True)
