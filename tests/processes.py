"""Watching real processes in tests: conditions with deadlines, never fixed pauses."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

BASE = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def until(condition: Callable[[], T], *, seconds: float = 30.0, what: str = "") -> T:
    """Return the condition's first true value; fail when there is none in ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what or condition}")
        time.sleep(0.02)
    return value


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of an installation of its own in ``data``, on services that do not wait for the disk."""
    ours = ("HEMU_", "DATABASE_", "REDIS_", "DJANGO_", "PORT", "MAKE", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "HEMU_DATA": str(data), "HEMU_EMBEDDED_FAST": "1", "PYTHONPATH": str(BASE), **more}


def processes_of(data: Path) -> dict[int, str]:
    """Return the live processes of the installation in ``data``, by id, with their command lines.

    Every process of an installation carries HEMU_DATA in its environment; the servers, which write their titles over
    it, work in a folder of the installation.
    """
    mark = b"HEMU_DATA=" + os.fsencode(data) + b"\0"
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            ours = (entry / "cwd").readlink().is_relative_to(data) or mark in (entry / "environ").read_bytes() + b"\0"
            if ours and int(entry.name) != os.getpid():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # gone meanwhile, or another user's
    return found


def await_nothing_left(data: Path, *, seconds: float = 30.0) -> None:
    """Return when no process of the installation lives any more."""
    until(lambda: not processes_of(data), seconds=seconds, what=f"processes left: {processes_of(data)}")


def kill_all(data: Path) -> None:
    """Kill every process of the installation at once, as a power cut would."""
    for pid in processes_of(data):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def is_alive(pid: int) -> bool:
    """Return whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


class Script:
    """A Python process that runs a few lines, says so, and lives until its input ends or it is killed."""

    def __init__(self, code: str, env: Mapping[str, str], *, waits: bool = True) -> None:
        text = code + ("\nimport sys; print('done', flush=True); sys.stdin.read()" if waits else "")
        self.process = subprocess.Popen(
            [sys.executable, "-c", text],
            cwd=BASE,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def await_done(self) -> None:
        """Return when the lines have run; fail with what the process complained of."""
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "done\n":
            raise AssertionError(self.process.communicate()[1])

    def end(self) -> tuple[int, str, str]:
        """Let the process end; return its status and what it printed."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err

    def kill(self) -> None:
        """Kill it without a chance to tidy."""
        self.process.kill()
        self.end()
