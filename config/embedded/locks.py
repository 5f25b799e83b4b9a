"""File locks. The kernel frees them when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.refusal import Refusal


def open_lock(path: Path) -> int:
    """Return a descriptor of the lock file; it is not inherited unless handed over on purpose."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free now; return whether it was."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give the lock back and keep the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Return whether some process holds the lock exclusively."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not try_lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


@contextmanager
def holding(path: Path, *, seconds: float, shared: bool = False) -> Iterator[int]:
    """Hold the lock during the block; refuse when it does not come free in ``seconds``."""
    descriptor = open_lock(path)
    try:
        deadline = time.monotonic() + seconds
        while not try_lock(descriptor, shared=shared):
            if time.monotonic() > deadline:
                raise Refusal(
                    f"等待 {path} 超时：另一个进程正在启动或停止服务。请稍后再试。",
                    f"Timed out waiting for {path}: another process is starting or stopping the services.",
                )
            time.sleep(0.01)
        yield descriptor
    finally:
        os.close(descriptor)
