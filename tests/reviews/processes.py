"""Real workers and beats on the test database, with a broker of their own that may be killed or emptied."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from config.embedded.broker import answers, command
from config.embedded.places import Places, make_folders, make_sockets
from tests.conftest import owner_url

BASE = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait for other processes until something holds; fail when it never does."""
    pause = threading.Event()
    for _look in range(int(PATIENCE / 0.05)):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError(f"in vain: {what}")


class Processes:
    """Starts and kills; everything it started is gone after ``end``."""

    def __init__(self, folder: Path) -> None:
        """Begin with a broker of our own."""
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.where = Places(folder / "data")
        make_folders(self.where)
        make_sockets(self.where, owner=os.getuid())
        self.broker = self._start(*(str(word) for word in command(self.where)))
        eventually(lambda: answers(self.where), "the broker answers")

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker with two children."""
        return self._celery("worker", "--concurrency=2", "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        """Start a beat."""
        schedule = self.folder / f"schedule-{len(self.running)}"
        return self._celery("beat", f"--schedule={schedule}", "--pidfile=")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 a process with all its children, and wait for it."""
        self.running.remove(process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)

    def end(self) -> None:
        """Kill what still runs and remove the sockets."""
        for process in list(self.running):
            self.kill(process)
        self.where.broker_socket.unlink(missing_ok=True)
        self.where.sockets.rmdir()

    def log(self) -> str:
        """What all processes said."""
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))

    def _celery(self, *words: str) -> subprocess.Popen[bytes]:
        return self._start(sys.executable, "-m", "celery", "-A", "tests.reviews.quick_beat", *words, "--loglevel=INFO")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{len(list(self.folder.glob('*.log')))}.log").open("wb") as log:
            process = subprocess.Popen(
                words, cwd=BASE, env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        """As a server is configured: addresses and keys given, nothing embedded."""
        known = {key: value for key, value in os.environ.items() if key not in ("HEMU_EMBEDDED_FAST",)}
        return {
            **known,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": app_address(),
            "REDIS_URL": f"unix://{self.where.broker_socket}?db=0",
            "HEMU_SECRET_KEY": settings.SECRET_KEY,
            "HEMU_FIELD_KEYS": settings.FIELD_KEYS,
            "HEMU_INDEX_KEY": settings.INDEX_KEY,
        }


class Watch:
    """Looks at the sessions of the app role, and holds builders up with a lock of the owner's."""

    def __init__(self) -> None:
        """Connect: a role sees the sessions of its own alone, and may lock whole tables only if it owns them."""
        self.app = psycopg.connect(app_address(), autocommit=True)
        self.owner = psycopg.connect(owner_url(connection.settings_dict["NAME"]))

    def close(self) -> None:
        """Disconnect, which lets go of everything."""
        self.app.close()
        self.owner.close()

    def hold_up(self) -> None:
        """Have every builder wait in the middle of its figures."""
        self.owner.execute("lock table mediation_rosterevent in access exclusive mode")

    def let_go(self) -> None:
        """Let them go on."""
        self.owner.rollback()

    def held_up(self) -> int:
        """How many sessions wait for a lock."""
        return self._count("wait_event_type = 'Lock'")

    def others(self) -> int:
        """How many sessions there are besides this process's own."""
        own = connection.connection.info.backend_pid if connection.connection else 0
        return self._count(f"pid <> {own}")

    def _count(self, condition: str) -> int:
        found = self.app.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = current_user"
            f" and pid <> pg_backend_pid() and {condition}"
        ).fetchone()
        return found[0] if found else 0


def app_address() -> str:
    """The address of the test database for the app role."""
    login = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=login["NAME"],
        user=login["USER"],
        password=login["PASSWORD"] or None,
        host=login["HOST"] or None,
        port=login["PORT"] or None,
    )
