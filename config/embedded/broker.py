"""The embedded broker and cache: Valkey on a private socket, keeping its queue in an append-only file."""

import socket
from pathlib import Path

from config.embedded.places import Places, broker_program


def command(where: Places) -> list[str | Path]:
    """Return the server's command line."""
    words: list[str | Path] = [broker_program()]
    for name, value in (
        ("port", "0"),
        ("unixsocket", where.broker_socket),
        ("unixsocketperm", "700"),
        ("dir", where.broker),
        # A queue must survive a crash; a snapshot every few minutes would lose it (RELIABILITY rule 15).
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("save", ""),
        # Evicting keys would throw queues away.
        ("maxmemory-policy", "noeviction"),
        # Test workers take a few databases each.
        ("databases", "64"),
        ("daemonize", "no"),
        ("logfile", ""),
    ):
        words += [f"--{name}", value]
    return words


def answers(where: Places) -> bool:
    """Return whether the server has loaded its file and serves."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            client.connect(str(where.broker_socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
