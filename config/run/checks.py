"""What must hold before anything is started: a mistake is told in one sentence, in the first tenth of a second."""

import errno
import os
import shutil
import socket
from pathlib import Path

from config.embedded.locks import open_lock, try_lock
from config.embedded.places import make_folders, places
from config.embedded.refusal import Refusal, os_refusal

HOST = "127.0.0.1"


def port() -> int:
    """Return the port from ``PORT``, 8000 without it. Refuses text that is no port."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(
            f"PORT={text} 不是有效的端口号，应为 1 到 65535 的整数，例如：make run PORT=8001。",
            f"PORT={text} is no port number; use 1 to 65535, for example make run PORT=8001.",
        )
    return int(text)


def check_port(number: int) -> None:
    """Refuse a port that is taken or forbidden."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does it: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"端口 {number} 已被其他程序占用。请换一个端口，例如：make run PORT={number + 1}。",
                    f"Port {number} is used by another program. Choose another: make run PORT={number + 1}.",
                ) from None
            raise Refusal(
                f"端口 {number} 不能使用：{error.strerror}。请换一个端口，例如：make run PORT=8001。",
                f"Port {number} cannot be used: {error.strerror}. Choose another: make run PORT=8001.",
            ) from None


def check_data() -> Path:
    """Make the data folder, see that it can be written and has room; return it."""
    where = places()
    try:
        make_folders(where)
        free = shutil.disk_usage(where.data).free // (1024 * 1024)
    except OSError as error:
        raise os_refusal(error, where.data) from None
    needed = int(os.environ.get("HEMU_MIN_FREE_MB") or 500)
    if free < needed:
        raise Refusal(
            f"数据目录 {where.data} 所在磁盘只剩 {free} MB，至少需要 {needed} MB。"
            "请腾出空间，或用 HEMU_DATA 指定别处。",
            f"The disk of {where.data} has {free} MB left, {needed} MB are needed. Free some, or set HEMU_DATA.",
        )
    return where.data


def become_only_one(data: Path, address: str) -> int:
    """Hold the lock that lets one supervisor run per data folder; return its descriptor, to be kept open.

    Two supervisors would be two beats, each ticking for the same rows.
    """
    path = data / "services" / "run.lock"
    descriptor = open_lock(path)
    if not try_lock(descriptor):
        running = path.read_text("ascii").strip()
        raise Refusal(
            f"系统已经在运行：{running}（数据目录 {data}）。",
            f"Hemu is already running at {running} on the data folder {data}.",
        )
    os.ftruncate(descriptor, 0)
    os.write(descriptor, address.encode("ascii"))
    return descriptor
