"""The Makefile's choice of an interpreter, before there is any of our own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import BASE

SCRIPT = BASE / "config" / "find-python.sh"


def interpreter(folder: Path, name: str, *, version: str, missing: str = "") -> None:
    """Put an interpreter into the folder that says it has this version and lacks this module."""
    folder.mkdir(exist_ok=True)
    too_old = 1 if tuple(map(int, version.split("."))) < (3, 11) else 0
    path = folder / name
    path.write_text(
        "#!/bin/sh\n"
        'case "$2" in\n'
        f"  *print*) echo {version} ;;\n"
        f"  *version_info*) exit {too_old} ;;\n"
        f"  *ensurepip*) exit {1 if missing else 0} ;;\n"
        "esac\n"
    )
    path.chmod(0o755)


def find(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script with nothing but the folder's programs on PATH."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_this_interpreter_will_do(tmp_path: Path) -> None:
    assert find(tmp_path, sys.executable).stdout.strip() == sys.executable


def test_newer_one_is_found_beside_an_old_default(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3", version="3.9")
    interpreter(tmp_path, "python3.12", version="3.12")
    assert find(tmp_path).stdout.strip() == str(tmp_path / "python3.12")


@pytest.mark.parametrize(
    ("version", "missing", "sentence"),
    [("3.10", "", "需要 Python 3.11 或更新版本"), ("3.11", "ensurepip", "缺少 venv 或 ensurepip")],
)
def test_unfit_one_is_told_in_a_sentence(tmp_path: Path, version: str, missing: str, sentence: str) -> None:
    interpreter(tmp_path, "python3", version=version, missing=missing)
    told = find(tmp_path)
    assert told.returncode == 1
    assert told.stdout == ""
    assert sentence in told.stderr
    assert version in told.stderr


def test_none_at_all_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "没有找到 Python" in find(tmp_path).stderr
    assert "no-such-python" in find(tmp_path, "no-such-python").stderr
