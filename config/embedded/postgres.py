"""The embedded PostgreSQL: made once, started on a private socket, given its roles."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from config.embedded.places import NOBODY, PORT, Places, postgres_programs
from config.embedded.refusal import Refusal, disk_full
from config.embedded.spawn import Identity, clean_environment, start
from config.logfiles import last_lines, open_log

DATABASE = "hemu"
SQL = Path(__file__).parent

FLAGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "60",
    # One server without replicas: the least to write.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    # Short statements; compiling them costs more than it saves.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}

FAST_FLAGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests, in a data folder of their own: a power cut may destroy it."""


def is_fast() -> bool:
    """Return whether ``HEMU_EMBEDDED_FAST=1`` asks for a server that does not wait for the disk."""
    return os.environ.get("HEMU_EMBEDDED_FAST") == "1"


def initialise(where: Places, identity: Identity) -> None:
    """Make the cluster if there is none, whole or not at all: into another folder, then renamed."""
    for torso in where.data.glob("postgres.new-*"):
        shutil.rmtree(torso)
    if not (where.postgres / "PG_VERSION").exists():
        target = _home(where, identity)
        fresh = target.with_name(f"postgres.new-{os.getpid()}")
        fresh.mkdir(mode=0o700)
        if identity is Identity.NOBODY:
            os.chown(fresh, NOBODY, NOBODY)
        _run_initdb(where, fresh, identity)
        fresh.rename(target)
        if target != where.postgres:
            where.postgres.symlink_to(target)
    _check_version(where)
    if identity is Identity.NOBODY:
        _hand_over(where)


def _home(where: Places, identity: Identity) -> Path:
    """Return where a new cluster goes: the data folder, unless user NOBODY cannot get there (root's home)."""
    if identity is not Identity.NOBODY or _nobody_reaches(where.data):
        return where.postgres
    outside = Path("/var/lib") / where.sockets.name
    outside.mkdir(mode=0o711, exist_ok=True)
    for torso in outside.glob("postgres.new-*"):
        shutil.rmtree(torso)
    target = outside / "postgres"
    if target.exists():
        raise Refusal(
            f"{target} 中还有这个数据目录以前的数据库，但 {where.data} 里的密钥已经不在。请先把它移走或恢复数据目录。",
            f"{target} still holds the former database of {where.data}, whose keys are gone. Move it away first, "
            "or restore the data folder.",
        )
    return target


def _nobody_reaches(folder: Path) -> bool:
    """Return whether a stranger may pass through every folder down to this one."""
    folder = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _hand_over(where: Places) -> None:
    """Give an older cluster of root's to NOBODY, when namespaces have been forbidden since."""
    cluster = where.postgres.resolve()
    if not _nobody_reaches(cluster.parent):
        raise Refusal(
            f"本机禁止用户命名空间，而数据目录 {where.data} 位于其他用户不能进入的位置。"
            "请把它移到别处并设置 HEMU_DATA，或不用 root 运行。",
            f"User namespaces are forbidden here and the data folder {where.data} is closed to other users. "
            "Move it and set HEMU_DATA, or do not run as root.",
        )
    if cluster.stat().st_uid != NOBODY:
        for folder, _, files in os.walk(cluster):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def _run_initdb(where: Places, target: Path, identity: Identity) -> None:
    log_path = where.logs / "initdb.log"
    log_path.unlink(missing_ok=True)
    log = open_log(log_path)
    command: list[str | Path] = [
        postgres_programs() / "initdb", "-D", target, "-U", "postgres", "-E", "UTF8",
        # The wheel has no ICU; the builtin provider knows Chinese letters (pg_trgm needs that) and sorts by code point.
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        # The socket's folder is private; there is no other door.
        "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        *(["--no-sync"] if is_fast() else []),
    ]  # fmt: skip
    try:
        child = start(command, identity=identity, death_signal=signal.SIGKILL, log=log, folder=Path("/"))
    finally:
        os.close(log)
    if child.wait() != 0:
        raise failure(where, log_path, "initdb")


def failure(where: Places, log: Path, program: str) -> Refusal:
    """Return the refusal for a server that did not start, with the end of its log."""
    tail = last_lines(log, 8)
    if "No space left on device" in tail or "Disk quota exceeded" in tail:
        return disk_full(where.data)
    return Refusal(
        f"{program} 未能启动。日志 {log} 的末尾：\n{tail}",
        f"{program} did not start; the end of its log is above.",
    )


def _check_version(where: Places) -> None:
    """Refuse a cluster made by another major version: PostgreSQL cannot read it, and must not try."""
    made = (where.postgres / "PG_VERSION").read_text("ascii").strip()
    program = postgres_programs() / "postgres"
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True, env=clean_environment()).stdout
    version = re.search(r"\d+", said)
    ours = version.group() if version else said.strip()
    if made != ours:
        raise Refusal(
            f"数据目录 {where.postgres} 由 PostgreSQL {made} 创建，而现在安装的是 {ours}，不能直接打开。"
            f"请用原版本导出（pg_dump）后再导入，或改回原来的 requirements.txt。数据未被改动。",
            f"{where.postgres} was made by PostgreSQL {made}, the installed one is {ours}. Dump with the old version "
            "and load into a new data folder, or go back to the old requirements.txt. Nothing was changed.",
        )


def command(where: Places) -> list[str | Path]:
    """Return the server's command line. The data folder stands in it, which ``clear_leftovers`` relies on."""
    flags = {**FLAGS, **(FAST_FLAGS if is_fast() else {}), "unix_socket_directories": str(where.sockets)}
    words: list[str | Path] = [postgres_programs() / "postgres", "-D", where.postgres.resolve()]
    for name, value in flags.items():
        words += ["-c", f"{name}={value}"]
    return words


def clear_leftovers(where: Places, *, seconds: float = 20) -> None:
    """Wait for what an earlier server left behind, and remove a pid file that would stop the start for ever.

    Called only by the keeper, who alone may serve this folder. After kill -9 of a server its children need a moment;
    after a restart of a container the noted process id may belong to a stranger.
    """
    cluster = where.postgres.resolve()
    pid_file = cluster / "postmaster.pid"
    noted = _noted_pid(pid_file)
    if noted is not None and noted in _servers_in(cluster):
        _signal(noted, signal.SIGINT)
    deadline = time.monotonic() + seconds
    while lingering := _servers_in(cluster):
        for pid in lingering if time.monotonic() > deadline else ():
            _signal(pid, signal.SIGKILL)
        if time.monotonic() > deadline + 5:
            raise Refusal(
                f"上一次运行的 PostgreSQL 进程 {lingering} 没有退出。",
                f"PostgreSQL processes {lingering} of an earlier run do not end.",
            )
        time.sleep(0.05)
    noted = _noted_pid(pid_file)
    if noted is not None and _is_alive(noted) and str(cluster) not in command_line(noted):
        pid_file.unlink()
    # Nobody serves this folder now, so its sockets are dead whatever their lock file says.
    for path in (where.postgres_socket, where.sockets / f"{where.postgres_socket.name}.lock"):
        path.unlink(missing_ok=True)


def _servers_in(cluster: Path) -> list[int]:
    """Return the PostgreSQL processes that work in this cluster's folder (they stay in it all their life)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == cluster and (entry / "exe").readlink().name.startswith("postgres"):
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or somebody else's
    if not Path("/proc/self").exists():
        noted = _noted_pid(cluster / "postmaster.pid")
        if noted is not None and _is_alive(noted) and str(cluster) in command_line(noted):
            found.append(noted)
    return found


def _noted_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text("ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def command_line(pid: int) -> str:
    """Return a process's command line, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except FileNotFoundError:
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return shown.stdout


def connect(where: Places, database: str) -> psycopg.Connection:
    """Return a superuser's connection. Raises psycopg.OperationalError while the server starts."""
    return psycopg.connect(
        host=str(where.sockets), port=PORT, user="postgres", dbname=database, autocommit=True, connect_timeout=5
    )


def give_roles(where: Places) -> None:
    """Make the three roles, the database and its rights; the keeper alone calls it, at every start."""
    roles = (SQL / "roles.sql").read_bytes()
    rights = (SQL / "rights.sql").read_bytes()
    with connect(where, "postgres") as server:
        server.execute(roles)
        exists = server.execute("select from pg_database where datname = %s", [DATABASE]).fetchone()
        if exists is None:
            with connect(where, "template1") as template:
                template.execute(rights)
            server.execute(f"create database {DATABASE} owner hemu_owner")
    with connect(where, DATABASE) as database:
        database.execute(rights)
