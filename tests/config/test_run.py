"""``make run``'s supervisor with its real children: it starts everything once, and nothing survives it."""

import base64
import http.client
import os
import pty
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from config.run.children import STOP_SECONDS
from tests.config.installation import Installation
from tests.processes import BASE, await_nothing_left, free_port, processes_of, until

pytestmark = pytest.mark.process

CHILDREN = ("web", "worker", "beat")
COMMAND = [sys.executable, "-m", "config.run"]


class Run:
    """One ``python -m config.run`` on an installation."""

    consoles: Path

    def __init__(self, installation: Installation, **env: str) -> None:
        self.installation = installation
        self.port = free_port()
        self.output = self.consoles / str(self.port)
        self.process: subprocess.Popen[bytes]
        self.env = {**installation.env, "PORT": str(self.port), "HEMU_DEMO": "0", **env}

    def start(self) -> "Run":
        """Start it, as ``make`` would."""
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                COMMAND, cwd=BASE, env=self.env, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        return self

    def console(self) -> str:
        """Return what the person at the terminal saw."""
        return self.output.read_text("utf-8")

    def is_ready(self) -> bool:
        """Return whether the site answers; fail when the supervisor has given up."""
        if self.process.poll() is not None:
            raise AssertionError(self.console())
        return "系统已就绪" in self.console() and self.status("/readyz") == 200

    def await_ready(self) -> "Run":
        """Return when it serves."""
        until(self.is_ready, seconds=120, what=self.console())
        return self

    def status(self, path: str) -> int:
        """Return the status that the site answers with, 0 when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def leader(self, child: str) -> int:
        """Return the process id of web, worker or beat."""
        pattern = {"web": "granian", "worker": "config.celery worker", "beat": "config.celery beat"}[child]
        return min(pid for pid, command in processes_of(self.installation.where.data).items() if pattern in command)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and return the exit status once nothing is left."""
        self.process.send_signal(number)
        status = self.process.wait(STOP_SECONDS + 30)
        await_nothing_left(self.installation.where.data)
        return status


@pytest.fixture(autouse=True)
def _consoles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the runs print."""
    monkeypatch.setattr(Run, "consoles", tmp_path, raising=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose schema is made by the first run and kept by the later ones."""
    made = Installation(tmp_path_factory.mktemp("site") / "var")
    yield made
    made.destroy()


@pytest.fixture
def run(site: Installation) -> Iterator[Run]:
    """A run that serves."""
    started = Run(site).start()
    try:
        yield started.await_ready()
    finally:
        if started.process.poll() is None:
            started.end()


def refusal(installation: Installation, **env: str) -> str:
    """Return the sentence with which a run refuses to start; it must come before anything heavy."""
    run = Run(installation, **env).start()
    assert run.process.wait(30) == 1
    assert "Traceback" not in run.console()
    assert not installation.where.postgres.exists()
    await_nothing_left(installation.where.data)
    return run.console()


def test_used_port_is_named_before_anything_is_started(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refusal(installation, PORT=str(port))
    assert f"端口 {port} 已被其他程序占用" in sentence
    assert f"PORT={port + 1}" in sentence


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80.5", "８０００"])
def test_text_that_is_no_port_is_refused(installation: Installation, text: str) -> None:
    assert f"PORT={text}" in refusal(installation, PORT=text)


def test_half_a_configuration_is_told_once(installation: Installation) -> None:
    assert refusal(installation, REDIS_URL="redis://127.0.0.1").count("DATABASE_URL 与 REDIS_URL 必须同时设置") == 1


def test_disk_without_room_is_refused_with_both_figures(installation: Installation) -> None:
    sentence = refusal(installation, HEMU_MIN_FREE_MB="999999999")
    assert re.search(r"只剩 \d+ MB，至少需要 999999999 MB", sentence)


def test_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "无法写入" in refusal(Installation(tmp_path / "file" / "var"))


def test_system_serves_alone_on_its_data_and_outlives_its_keeper(run: Run) -> None:
    other = Run(run.installation).start()
    assert other.process.wait(30) == 1
    assert f"http://127.0.0.1:{run.port}" in other.console()
    for child in CHILDREN:
        log = run.installation.where.logs / f"{child}.log"
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    keeper = run.installation.kill("keeper")
    until(lambda: run.installation.is_ready() and run.installation.state()["keeper"] != keeper)
    until(lambda: run.status("/readyz") == 200, what="the site answers again")
    assert "内置服务已恢复" in run.console()
    assert run.end(signal.SIGINT) == 0
    assert "数据已保存" in run.console()


def test_killed_supervisor_leaves_nothing(run: Run) -> None:
    run.process.kill()
    run.process.wait()
    await_nothing_left(run.installation.where.data)


@pytest.mark.parametrize("child", ["web", "worker"])
def test_death_of_a_child_ends_all_with_its_name(run: Run, child: str) -> None:
    os.kill(run.leader(child), signal.SIGKILL)
    assert run.process.wait(STOP_SECONDS + 15) == 1
    assert f"{child} 出错退出" in run.console()
    await_nothing_left(run.installation.where.data)


# "; true" keeps the shell as the parent instead of being replaced by its last command.
UNDER_A_SHELL = "{python} -m config.run > {output} 2>&1; true"


def await_ready_under_a_shell(run: Run) -> None:
    """Return when the run, which is a grandchild here, serves."""
    until(lambda: run.output.exists() and "系统已就绪" in run.console(), seconds=120, what="the system is ready")


def test_closed_terminal_ends_all(site: Installation) -> None:
    run = Run(site)
    shell, terminal = pty.fork()
    if shell == 0:
        os.chdir(BASE)
        command = UNDER_A_SHELL.format(python=sys.executable, output=run.output)
        os.execve("/bin/sh", ["sh", "-c", command], run.env)
    await_ready_under_a_shell(run)
    os.close(terminal)
    await_nothing_left(site.where.data)
    assert "数据已保存" in run.console()
    os.waitpid(shell, 0)


def test_killed_parent_ends_all_without_any_signal(site: Installation) -> None:
    run = Run(site)
    command = UNDER_A_SHELL.format(python=sys.executable, output=run.output)
    # As make is killed: no terminal, no session leader, nobody who tells the children.
    shell = subprocess.Popen(["/bin/sh", "-c", command], cwd=BASE, env=run.env)
    await_ready_under_a_shell(run)
    shell.kill()
    shell.wait()
    await_nothing_left(site.where.data)


def test_interrupt_during_the_first_step_leaves_nothing_and_the_next_start_works(installation: Installation) -> None:
    run = Run(installation).start()
    until(lambda: "[1/" in run.console(), what="the services are being started")
    assert run.end(signal.SIGINT) == 0
    user = installation.user()
    assert installation.sql("select 1", role="hemu_app") == [(1,)]
    user.end()


def test_failing_step_is_told_with_the_end_of_its_log(site: Installation) -> None:
    run = Run(site, DJANGO_SETTINGS_MODULE="no.such.settings").start()
    assert run.process.wait(60) == 1
    assert "migrate 出错退出" in run.console()
    assert "No module named 'no'" in run.console()
    await_nothing_left(site.where.data)


def test_configured_servers_are_used_instead_of_embedded_ones(site: Installation, tmp_path: Path) -> None:
    # Another installation's servers stand for a database server of one's own.
    user = site.user()
    servers = {
        f"DATABASE{part}_URL": f"postgresql://hemu_{role}@/hemu?host={quote(str(site.where.sockets), safe='')}"
        for part, role in (("", "app"), ("_OWNER", "owner"))
    }
    key = base64.b64encode(bytes(32)).decode()
    run = Run(
        Installation(tmp_path / "var"),
        **servers,
        REDIS_URL=f"unix://{site.where.broker_socket}?db=0",
        HEMU_SECRET_KEY=key * 2,
        HEMU_FIELD_KEYS=f"k1:{key}",
        HEMU_INDEX_KEY=key,
        HEMU_HTTPS="0",
        HEMU_DEMO="",
    )
    run.start().await_ready()
    assert not run.installation.where.postgres.exists()
    assert "未填入示范数据" in run.console()
    assert run.end(signal.SIGTERM) == 0
    assert site.is_ready()
    user.end()
