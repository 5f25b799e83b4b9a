"""The embedded default: PostgreSQL and Valkey with nothing installed but Python packages (DESIGN.md 4).

Every process calls ``start_if_wanted`` first. It joins the services of its data folder, or starts them, and keeps them
running for as long as it lives. With ``DATABASE_URL`` and ``REDIS_URL`` set, nothing of this is touched.

How the processes agree (all locks lie in ``DATA/services``; the kernel frees a lock when its holder dies):

- ``users.lock``   held shared by every user of the services, for life;
- ``start.lock``   held while somebody starts or stops them, so that eight racing processes start one set;
- ``keeper.lock``  held by the keeper (``config/embedded/keeper.py``), handed to it by the process that starts it.

This package needs no Django settings, because the settings need it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from config.embedded import keys
from config.embedded.locks import holding, is_held, open_lock, try_lock
from config.embedded.places import PORT, Places, make_folders, places
from config.embedded.refusal import Refusal, disk_full, os_refusal
from config.logfiles import last_lines, open_log

__all__ = [
    "Refusal",
    "broker_url",
    "cache_url",
    "database_url",
    "keeper_is_alive",
    "leave",
    "redis_url",
    "secret",
    "start_if_wanted",
    "wanted",
]

START_SECONDS = 330.0
"""A little more than the keeper gives its servers, so that its sentence arrives."""

ROLES = ("owner", "app", "backup")

_starting = threading.Lock()
_users: dict[Path, int] = {}
"""Per data folder, the descriptor that holds users.lock; never closed, so the kernel closes it at the end."""

_keepers: list[subprocess.Popen[bytes]] = []
"""Keepers started here, kept so that they are reaped."""


def wanted() -> bool:
    """Return whether this process uses the embedded services: no server is named in the environment.

    Refuses half a configuration: a web process on a real database with an embedded broker would lose its queue unseen.
    """
    database = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL")
    redis = os.environ.get("REDIS_URL")
    if bool(database) != bool(redis):
        raise Refusal(
            "DATABASE_URL 与 REDIS_URL 必须同时设置，或都不设置（使用内置服务）。",
            "Set both DATABASE_URL and REDIS_URL, or neither (embedded services).",
        )
    return not database


def start_if_wanted() -> None:
    """Return when PostgreSQL and Valkey serve this data folder; safe to call again, which repairs what has died.

    Refuses with a sentence: disk full or folder unwritable, cluster of another version, services that do not start.
    """
    if not wanted():
        return
    where = places()
    with _starting:
        try:
            make_folders(where)
            # Before there is a database: keys are never made over one (config/embedded/keys.py).
            for name in keys.MAKERS:
                keys.secret(where, name)
            with holding(where.services / "start.lock", seconds=START_SECONDS):
                _use(where)
                _ensure(where)
        except OSError as error:
            raise os_refusal(error, where.data) from None


def keeper_is_alive() -> bool:
    """Return whether the keeper lives. If not, the services are going down until ``start_if_wanted`` is called."""
    return is_held(places().services / "keeper.lock")


def leave(*, seconds: float = 20.0) -> bool:
    """Stop using the services; when nobody else does, have them stop at once and wait for it.

    For a supervisor's orderly end; every other process simply ends. Returns whether the services are down.
    """
    where = places()
    descriptor = _users.pop(where.data, None)
    if descriptor is None:
        return True
    os.close(descriptor)
    keeper = _state(where).get("keeper")
    deadline = time.monotonic() + seconds
    with holding(where.services / "users.lock", seconds=seconds, shared=True) as users:
        alone = try_lock(users)
    if keeper is None or not alone:
        return not keeper_is_alive()
    if keeper_is_alive():
        os.kill(keeper, signal.SIGUSR1)
    while keeper_is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not keeper_is_alive()


def _use(where: Places) -> None:
    """Hold users.lock, shared, for the life of this process (and of its forks)."""
    if where.data not in _users:
        descriptor = open_lock(where.services / "users.lock")
        # The keeper holds it exclusively for an instant only: we hold start.lock, without which it does not stop.
        while not try_lock(descriptor, shared=True):
            time.sleep(0.005)
        _users[where.data] = descriptor


def _ensure(where: Places) -> None:
    """Start a keeper if none lives, and wait until its services answer. The caller holds start.lock."""
    for _attempt in range(3):
        lock = open_lock(where.services / "keeper.lock")
        try:
            started = _spawn_keeper(where, lock) if try_lock(lock) else None
        finally:
            os.close(lock)
        if _wait(where, started):
            return
    raise Refusal(
        f"内置服务反复中断，请查看 {where.logs} 中的日志。",
        f"The embedded services keep failing; see the logs in {where.logs}.",
    )


def _spawn_keeper(where: Places, lock: int) -> subprocess.Popen[bytes]:
    """Start the keeper, hand it keeper.lock, and return it."""
    where.state.unlink(missing_ok=True)
    base = str(Path(__file__).resolve().parent.parent.parent)
    path = os.pathsep.join(filter(None, (base, os.environ.get("PYTHONPATH"))))
    log = open_log(where.logs / "keeper.log")
    try:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "config.embedded.keeper", str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=base,
            env={**os.environ, "PYTHONPATH": path, "HEMU_DATA": str(where.data)},
            pass_fds=(lock,),
            start_new_session=True,
        )
    finally:
        os.close(log)
    _keepers[:] = [older for older in _keepers if older.poll() is None] + [keeper]
    return keeper


def _wait(where: Places, started: subprocess.Popen[bytes] | None) -> bool:
    """Return True when the services answer, False when their keeper vanished. Raises the keeper's own refusal."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        gone = started.poll() is not None if started else not is_held(where.services / "keeper.lock")
        state = _state(where)
        if state.get("phase") == "failed":
            raise Refusal(state["chinese"], state["english"])
        if gone:
            if started and started.returncode > 0:
                if shutil.disk_usage(where.data).free < 1024 * 1024:
                    # Too full for the keeper even to say so.
                    raise disk_full(where.data)
                raise Refusal(
                    f"内置服务未能启动。日志的末尾：\n{last_lines(where.logs / 'keeper.log', 8)}",
                    "The embedded services did not start; the end of their log is above.",
                )
            return False
        if state.get("phase") == "ready" and where.postgres_socket.exists() and where.broker_socket.exists():
            return True
        time.sleep(0.01)
    raise Refusal(
        f"内置服务在 {START_SECONDS:.0f} 秒内没有就绪，请查看 {where.logs} 中的日志。",
        f"The embedded services were not ready in time; see the logs in {where.logs}.",
    )


def _state(where: Places) -> dict[str, Any]:
    """Return what the keeper last said, or nothing."""
    try:
        state: dict[str, Any] = json.loads(where.state.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return state


def database_url(role: str) -> str:
    """Return the address of the embedded database for ``owner``, ``app`` or ``backup``; starts nothing."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is none of {ROLES}")
    sockets = quote(str(places().sockets), safe="")
    return f"postgresql://hemu_{role}@/hemu?host={sockets}&port={PORT}"


def redis_url() -> str:
    """Return the address of the embedded Valkey; starts nothing."""
    return f"unix://{quote(str(places().broker_socket))}?db=0"


def cache_url(url: str) -> str:
    """Return the cache's address: the broker's server, two databases further on, so that neither clears the other."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={_unix_database(parts.query) + 2}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 2}"))


def broker_url(url: str) -> str:
    """Return the address in Celery's form: unix sockets have a scheme of their own there, others pass unchanged."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={_unix_database(parts.query)}"


def _unix_database(query: str) -> int:
    return int(parse_qs(query).get("db", ["0"])[0])


def secret(name: str) -> str:
    """Return this installation's ``secret-key``, ``field-keys`` or ``index-key``, made on first use."""
    return keys.secret(places(), name)
