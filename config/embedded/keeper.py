"""The keeper: the one parent of both servers. It starts, watches, restarts and at last stops them.

Run as ``python -m config.embedded.keeper <descriptor of keeper.lock>`` by the first process that needs the services.
It lives in a session of its own, so that no terminal ends it, and it ends by itself three seconds after the last user.
Both servers die with it, however it dies.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import broker, postgres
from config.embedded.locks import open_lock, try_lock, unlock
from config.embedded.places import Places, make_sockets, places
from config.embedded.refusal import Refusal, os_refusal
from config.embedded.spawn import Identity, choose_identity, start
from config.logfiles import last_lines, open_log, roll

IDLE_SECONDS = 3.0
START_SECONDS = 300.0
"""Replaying the log after a crash may take this long; a healthy start takes half a second."""

TICK = 0.2
MAX_RESTARTS = 5
RESTART_WINDOW = 60.0


class Keeper:
    """Both servers of one data folder."""

    def __init__(self, where: Places) -> None:
        self.where = where
        self.identity: Identity = choose_identity()
        self.users = open_lock(where.services / "users.lock")
        self.servers: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts: list[float] = []
        self.asked_to_stop = False
        self.patience = IDLE_SECONDS

    def say(self, phase: str, **more: Any) -> None:
        """Publish the state for the processes that wait; whole or not at all."""
        pids = {name: server.pid for name, server in self.servers.items()}
        text = json.dumps({"phase": phase, "keeper": os.getpid(), **pids, **more}, ensure_ascii=False)
        fresh = self.where.state.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(self.where.state)

    def note(self, text: str) -> None:
        """Write a line to the keeper's log."""
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)

    def log(self, name: str) -> Path:
        """Return the server's log file."""
        return self.where.logs / f"{name}.log"

    def start_all(self) -> None:
        """Start what does not run, wait until both serve, and give the roles. Raises Refusal."""
        make_sockets(self.where, owner=self.identity.owner)
        if "broker" not in self.servers:
            self.where.broker_socket.unlink(missing_ok=True)
            # Valkey has no objection to root, and its files stay readable for the user who backs them up.
            self._start("broker", broker.command(self.where), Identity.SELF, signal.SIGTERM, self.where.broker)
        fresh = "postgres" not in self.servers
        if fresh:
            postgres.initialise(self.where, self.identity)
            postgres.clear_leftovers(self.where)
            self._start("postgres", postgres.command(self.where), self.identity, signal.SIGINT, Path("/"))
        self._await("broker", lambda: broker.answers(self.where))
        if fresh:
            self._await("postgres", self._postgres_answers)
            postgres.give_roles(self.where)

    def _start(
        self, name: str, command: list[str | Path], identity: Identity, death_signal: signal.Signals, folder: Path
    ) -> None:
        log = open_log(self.log(name))
        try:
            self.servers[name] = start(command, identity=identity, death_signal=death_signal, log=log, folder=folder)
        finally:
            os.close(log)

    def _postgres_answers(self) -> bool:
        try:
            postgres.connect(self.where, "postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _await(self, name: str, answers: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if self.asked_to_stop:
                raise Refusal("启动中途被要求停止。", "Asked to stop while starting.")
            if self.servers[name].poll() is not None or time.monotonic() > deadline:
                raise postgres.failure(self.where, self.log(name), name)
            time.sleep(0.02)

    def revive(self) -> None:
        """Start again a server that died by itself; give up when that happens over and over. Raises Refusal."""
        dead = [name for name, server in self.servers.items() if server.poll() is not None]
        if not dead:
            return
        for name in dead:
            self.note(f"{name} ended with status {self.servers.pop(name).returncode}; starting it again")
        now = time.monotonic()
        self.restarts = [*(moment for moment in self.restarts if moment > now - RESTART_WINDOW), now]
        if len(self.restarts) > MAX_RESTARTS:
            raise postgres.failure(self.where, self.log(dead[0]), dead[0])
        self.say("starting")
        self.start_all()
        self.say("ready")

    def serve(self) -> None:
        """Watch until nobody uses the services any more, or until told to stop."""
        idle_since = next_roll = time.monotonic()
        while not self.asked_to_stop:
            self.revive()
            now = time.monotonic()
            if now >= next_roll:
                for name in ("keeper", *self.servers):
                    roll(self.log(name))
                next_roll = now + 30
            if not self._is_unused():
                idle_since, self.patience = now, IDLE_SECONDS
            elif now - idle_since >= self.patience and self._stop_unless_wanted():
                return
            time.sleep(TICK)
        self.stop()

    def _is_unused(self) -> bool:
        if not try_lock(self.users):
            return False
        unlock(self.users)
        return True

    def _stop_unless_wanted(self) -> bool:
        """Stop while holding start.lock, so that a newcomer waits and then starts anew."""
        starting = open_lock(self.where.services / "start.lock")
        try:
            if not try_lock(starting) or not try_lock(self.users):
                return False
            self.stop()
            return True
        finally:
            os.close(starting)

    def stop(self) -> None:
        """Stop both servers in good order, then by force, and take the sockets away."""
        # First of all: whoever looks now must wait, and a full disk must not keep us from stopping.
        self.where.state.unlink(missing_ok=True)
        for name, number in (("postgres", signal.SIGINT), ("broker", signal.SIGTERM)):
            if name in self.servers:
                self.servers[name].send_signal(number)
        for server in self.servers.values():
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                # PostgreSQL's immediate stop: its log brings everything back at the next start.
                server.send_signal(signal.SIGQUIT)
        for server in self.servers.values():
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
        self.where.broker_socket.unlink(missing_ok=True)
        if self.where.sockets.is_dir() and not any(self.where.sockets.iterdir()):
            self.where.sockets.rmdir()
        self.note("stopped")


def main() -> int:
    """Keep the services of the data folder that the environment names; the lock's descriptor is the argument."""
    keeper_lock = int(sys.argv[1])
    os.set_inheritable(keeper_lock, False)
    keeper = Keeper(places())
    roll(keeper.log("keeper"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(keeper, "asked_to_stop", True))
    # A supervisor's orderly end: stop as soon as nobody uses the services.
    signal.signal(signal.SIGUSR1, lambda *_: setattr(keeper, "patience", 0.0))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        keeper.say("starting")
        keeper.start_all()
        keeper.say("ready")
        keeper.note(f"ready ({keeper.identity.value})")
        keeper.serve()
    except (Refusal, OSError, psycopg.Error) as error:
        return _give_up(keeper, error)
    return 0


def _give_up(keeper: Keeper, error: Refusal | OSError | psycopg.Error) -> int:
    """Tell those who wait why there are no services, then end."""
    if isinstance(error, Refusal):
        refusal = error
    elif isinstance(error, OSError):
        refusal = os_refusal(error, keeper.where.data)
    else:
        tail = last_lines(keeper.log("postgres"), 8)
        refusal = Refusal(f"数据库未能就绪：{error}\n{tail}", f"The database did not become ready: {error}")
    keeper.note(str(refusal))
    keeper.stop()
    try:
        keeper.say("failed", chinese=refusal.chinese, english=refusal.english)
    except OSError as unwritten:  # a full disk: the starter tells it from our exit and reads the log
        keeper.note(f"could not publish the state: {unwritten}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
