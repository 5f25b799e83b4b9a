"""The steps before serving: schema, static files, demo city."""

import hashlib
import http.client
import os
import sys
import time
from pathlib import Path

from config.embedded.refusal import Refusal
from config.logfiles import last_lines
from config.run.checks import HOST
from config.run.children import BASE, Child, Family
from config.run.console import Step

READY_SECONDS = 90.0


def run(family: Family, name: str, arguments: list[str], *, shown: bool = False) -> None:
    """Run ``manage.py`` to its end. Its output goes to a log, or to the terminal when ``shown``.

    Refuses, with the end of the log, when it fails.
    """
    log = family.log(name)
    log.unlink(missing_ok=True)
    stdout = sys.stdout.fileno() if shown else None
    process = family.start(Child(name, ["manage.py", *arguments]), stdout=stdout)
    status = process.wait()
    del family.running[name]
    if status != 0:
        raise failed(name, status, log)


def failed(name: str, status: int, log: Path) -> Refusal:
    """Return the refusal for a program that ended with an error."""
    return Refusal(
        f"{name} 出错退出（{status}）。日志 {log} 的末尾：\n{last_lines(log)}",
        f"{name} ended with status {status}; the end of its log is above.",
    )


def migrate(family: Family, step: Step) -> None:
    """Bring the schema up to date, as the database owner (manage.py chooses the role)."""
    run(family, "migrate", ["migrate", "--noinput"])
    applied = family.log("migrate").read_text("utf-8").count("  Applying ")
    if applied:
        step.result = f"{applied} 项 (migrations), "


def collect_static(family: Family, step: Step) -> None:
    """Collect, compress and fingerprint the static files, unless nothing changed since."""
    stamp = family.data / "static.stamp"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text("ascii") == now and (family.data / "static" / "staticfiles.json").exists():
        step.result = "无变化 (unchanged), "
        return
    stamp.unlink(missing_ok=True)
    run(family, "collectstatic", ["collectstatic", "--noinput"])
    stamp.write_text(now, "ascii")


def _fingerprint() -> str:
    """Return a digest that changes whenever a static file of ours or an installed package does."""
    digest = hashlib.sha256((BASE / "requirements.txt").read_bytes())
    for folder in sorted([*BASE.glob("*/static"), *BASE.glob("*/*/static")]):
        if folder.is_relative_to(BASE / "var") or folder.is_relative_to(BASE / ".venv"):
            continue
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            status = path.stat()
            digest.update(f"{path.relative_to(BASE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def wants_demo() -> bool:
    """Return whether the demo city is to be filled in: by default only where the database is our own.

    Invented cases must never get into a real database because somebody typed ``make run`` there.
    """
    choice = os.environ.get("HEMU_DEMO", "").strip()
    return choice == "1" if choice else not os.environ.get("DATABASE_URL")


def seed_demo(family: Family, step: Step) -> None:
    """Fill in the demo city the first time; the command prints its own progress and repeats nothing."""
    step.break_line()
    run(family, "seed_demo", ["seed_demo"], shown=True)


def await_ready(family: Family, port: int) -> None:
    """Return when ``GET /readyz`` answers 200. Refuses when a program ends first or it takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready(port):
        refuse_if_ended(family)
        if time.monotonic() > deadline:
            log = family.log("web")
            raise Refusal(
                f"系统在 {READY_SECONDS:.0f} 秒内没有就绪。日志 {log} 的末尾：\n{last_lines(log)}",
                "The system did not become ready in time; the end of the web log is above.",
            )
        time.sleep(0.1)


def is_ready(port: int) -> bool:
    """Ask ``/readyz`` as a proxy in front would."""
    allowed = [host.strip(" *.") for host in os.environ.get("HEMU_ALLOWED_HOSTS", "").split(",")]
    headers = {"Host": next(filter(None, allowed), f"{HOST}:{port}"), "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def refuse_if_ended(family: Family) -> None:
    """Refuse, with the end of its log, when a program has ended by itself."""
    name = family.ended()
    if name is not None:
        raise failed(name, family.running[name].returncode, family.log(name))


def logins(data: Path) -> str:
    """Return the demo logins that ``seed_demo`` has left for printing again, or nothing."""
    path = data / "demo-logins.txt"
    return path.read_text("utf-8").rstrip() if path.exists() else ""
