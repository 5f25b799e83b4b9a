"""Logs stay short while their writers hold them open."""

import os
import stat
from pathlib import Path

from config.logfiles import last_lines, open_log, roll


def test_writer_goes_on_at_the_start_of_a_rolled_log(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "web.log"
    log = open_log(path)
    os.write(log, b"old\n" * 100)
    assert roll(path, at=400)
    os.write(log, b"new\n")
    os.close(log)
    assert path.read_text() == "new\n"
    assert path.with_name("web.log.1").read_text() == "old\n" * 100
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(path.with_name("web.log.1").stat().st_mode) == 0o600


def test_short_or_absent_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    assert not roll(path, at=1)
    path.write_text("short\n")
    assert not roll(path, at=400)
    assert path.read_text() == "short\n"


def test_last_lines_show_the_end_and_nothing_for_no_log(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    assert last_lines(path) == ""
    path.write_bytes("第一\n第二\n\xff第三\n".encode() + b"\xff\n")
    assert last_lines(path, 2) == "\xff第三\n\N{REPLACEMENT CHARACTER}"
    path.write_text("x" * 100_000 + "\nend\n")
    assert last_lines(path, 1) == "end"
