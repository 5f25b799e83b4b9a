"""The programs that the supervisor runs, and their common end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.spawn import Identity, start
from config.logfiles import open_log, roll
from config.run.checks import HOST

BASE = Path(__file__).resolve().parent.parent.parent

STOP_SECONDS = 15.0
"""How long programs may take to finish what they are at; a task cut off is found again and done anew."""


CHECKED = {"CELERY_SKIP_CHECKS": "1"}
"""The migrations before them checked everything; to do so again, worker and beat would load all pages and doors."""


@dataclass
class Child:
    """One program: its console name, the arguments of Python, and what it needs in its environment."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


def children(data: Path, port: int) -> list[Child]:
    """Return web, worker and beat, for this machine's size."""
    # Two processes of four threads answered 1.45 times the POSTs of four gunicorn workers (PERFORMANCE.md 4).
    web = (
        f"-m granian --interface wsgi --http 1 --no-ws --host {HOST} --port {port} "
        f"--workers {min(2, os.cpu_count() or 1)} --blocking-threads 4 --workers-kill-timeout 4 "
        "--log-level warning config.wsgi:application"
    )
    # A granian process that is still importing does not hear a stop; hence the short limit.
    worker = (
        "-m celery -A config.celery worker --pool prefork --concurrency 2 --hostname hemu@%h "
        "--without-gossip --without-mingle --loglevel WARNING"
    )
    beat = "-m celery -A config.celery beat --pidfile= --loglevel WARNING --schedule"
    return [
        Child("web", web.split()),
        # A warm stop would wait for a task of half an hour; a cold one puts it back, and tasks are safe twice.
        Child("worker", worker.split(), {"REMAP_SIGTERM": "SIGQUIT", **CHECKED}),
        Child("beat", [*beat.split(), str(data / "beat-schedule")], CHECKED),
    ]


class Family:
    """All running children. ``stop`` ends them and everything they started."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def log(self, name: str) -> Path:
        """Return the child's log file."""
        return self.data / "logs" / f"{name}.log"

    def start(self, child: Child, *, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start the child in a session of its own, ending with this process; its output goes to its log."""
        roll(self.log(child.name))
        log = open_log(self.log(child.name))
        try:
            process = start(
                [sys.executable, *child.command],
                identity=Identity.SELF,
                death_signal=signal.SIGTERM,
                log=log,
                stdout=stdout,
                folder=BASE,
                environment={
                    **os.environ,
                    # Ours may be relative to another folder than the child's.
                    "HEMU_DATA": str(self.data),
                    "PYTHONUNBUFFERED": "1",
                    **child.environment,
                },
            )
        finally:
            os.close(log)
        self.running[child.name] = process
        return process

    def ended(self) -> str | None:
        """Return the name of a child that has ended by itself, if one has."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def roll_logs(self) -> None:
        """Keep the logs short."""
        for name in self.running:
            roll(self.log(name))

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Ask all to end, wait, and kill what is left of each child's group."""
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for process in self.running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        for process in self.running.values():
            # The group outlives its leader: a worker killed from outside leaves its pool behind.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in self.running.values():
            process.wait()
        self.running.clear()
