"""Log files of the processes we start: appended to, and rolled while somebody else holds them open."""

import os
import shutil
from pathlib import Path

ROLL_AT = 2 * 1024 * 1024
"""Bytes after which the file's content moves to ``<name>.1``; so no log takes more than about twice this."""


def open_log(path: Path) -> int:
    """Return a descriptor that appends to the log file, made private."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def roll(path: Path, *, at: int = ROLL_AT) -> bool:
    """Copy a long log to ``<name>.1`` and empty it; return whether it was long.

    The writer keeps its descriptor, which appends, so it goes on at the start of the emptied file.
    """
    try:
        if path.stat().st_size < at:
            return False
    except FileNotFoundError:
        return False
    shutil.copy2(path, path.with_name(path.name + ".1"))
    os.truncate(path, 0)
    return True


def last_lines(path: Path, count: int = 15) -> str:
    """Return the end of the log, for showing beside a failure."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - 64 * 1024))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-count:])
