"""Starting a server so that it dies with its keeper and never runs as root.

PostgreSQL refuses user id 0. When root starts Hemu (containers, small servers), the servers run in a user namespace in
which root's files appear to belong to an ordinary user: nothing on the disk changes hands. Where namespaces are
forbidden, they run as user 65534 and own their folder.
"""

import ctypes
import enum
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.embedded.places import NOBODY

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


class Identity(enum.Enum):
    """Under whose name the servers run."""

    SELF = "self"
    NAMESPACE = "namespace"
    NOBODY = "nobody"

    @property
    def owner(self) -> int:
        """The user id that their files must have, seen from outside."""
        return NOBODY if self is Identity.NOBODY else os.getuid()


def choose_identity() -> Identity:
    """Return how the servers can be run here. ``HEMU_EMBEDDED_NAMESPACE=0`` rules the namespace out."""
    if os.geteuid() != 0:
        # A container may run under a number that no account has; PostgreSQL wants a name.
        return Identity.SELF if _has_account() or not _namespaces_work() else Identity.NAMESPACE
    if os.environ.get("HEMU_EMBEDDED_NAMESPACE") == "0" or not _namespaces_work():
        return Identity.NOBODY
    return Identity.NAMESPACE


def _has_account() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _namespaces_work() -> bool:
    """Try it in a child: there is no other reliable way to know (seccomp, sysctl and AppArmor all may forbid it)."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    child = os.fork()
    if child == 0:
        try:
            _enter_namespace(libc)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _enter_namespace(libc: ctypes.CDLL) -> None:
    """Enter a user namespace in which this process is NOBODY. Raises OSError where it is forbidden."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, text.encode("ascii"))
        finally:
            os.close(descriptor)


def before_exec(identity: Identity, death_signal: signal.Signals) -> Callable[[], None]:
    """Return what a child does between fork and exec: own session, own identity, death with its parent."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()
    on_linux = sys.platform.startswith("linux")

    def prepare() -> None:
        os.setsid()
        if identity is Identity.NAMESPACE:
            _enter_namespace(libc)
        elif identity is Identity.NOBODY:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        if on_linux:
            # After the change of identity, which clears it.
            libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def clean_environment() -> dict[str, str]:
    """Return the environment for a server: nothing of the user's that would steer it (PGDATA, PGPORT, locales)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG", "TZ"))}
    return {**kept, "LC_ALL": "C"}


def start(
    command: Sequence[str | Path],
    *,
    identity: Identity,
    death_signal: signal.Signals,
    log: int,
    stdout: int | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that gets ``death_signal`` when this process dies.

    It writes to the descriptor ``log``, and what it prints to ``stdout`` where that is given. Its environment is the
    cleaned one unless another is given.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log if stdout is None else stdout,
        stderr=log,
        cwd=folder,
        env=dict(clean_environment() if environment is None else environment),
        umask=0o077,
        preexec_fn=before_exec(identity, death_signal),
    )
