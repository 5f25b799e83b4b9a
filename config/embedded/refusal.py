"""Refusals: sentences for the person at the screen instead of a traceback."""

import errno
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.ELOOP})


class Refusal(SystemExit):
    """Ends the process with status 1 after printing one sentence, Chinese first, English in brackets.

    It is a ``SystemExit`` so that it passes through Django, Celery and granian without a traceback and without being
    taken for an ordinary error by an ``except Exception``.
    """

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese = chinese
        self.english = english
        super().__init__(f"{chinese}\n({english})")


def os_refusal(error: OSError, place: Path) -> Refusal:
    """Return the refusal for a failed file operation under ``place``."""
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return disk_full(place)
    if error.errno in UNWRITABLE:
        return Refusal(
            f"数据目录 {place} 无法写入：{reason}。请修正权限，或用环境变量 HEMU_DATA 指定另一个目录。",
            f"The data folder {place} cannot be written: {reason}. Mend its permissions or set HEMU_DATA.",
        )
    return Refusal(
        f"数据目录 {place} 无法使用：{reason}。",
        f"The data folder {place} cannot be used: {reason}.",
    )


def disk_full(place: Path) -> Refusal:
    """Return the refusal for a full disk."""
    return Refusal(
        f"磁盘已满：{place} 所在磁盘没有空间。请腾出空间后重新启动，已有数据不受影响。",
        f"The disk that holds {place} is full. Free some space and start again; existing data is safe.",
    )
