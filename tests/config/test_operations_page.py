"""The operator's page names every setting and every periodic task, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.celery import app

BASE = Path(__file__).parents[2]
PAGE = (BASE / "docs" / "operations.md").read_text("utf-8")
APPS = ("config", "grid", "cases", "mediation", "seeds")
READERS = {"env", "env_bool", "env_int", "env_list", "get", "getenv"}
NOT_OURS = {"PATH", "PYTHONPATH", "MAKELEVEL", "DJANGO_SETTINGS_MODULE"}
"""Set by the system, by make or by our own entries; nobody configures Hemu with them."""


def names(node: ast.AST) -> Iterator[str]:
    """The names of variables in an expression."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and re.fullmatch("[A-Z_]{3,}", inner.value):
            yield inner.value


def read_in(source: str) -> Iterator[str]:
    """Every environment variable that a module reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            if called in READERS - {"get", "getenv"} or called in ("os.environ.get", "os.getenv"):
                yield from names(node.args[0])
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield from names(node.slice)


def test_the_reader_of_sources_finds_every_way_of_reading() -> None:
    source = """
a = env("ONE_A", "TEXT")
b = env("ONE_B" if a else "ONE_C")
c = os.environ.get("ONE_D") or os.environ["ONE_E"]
d = env_bool("ONE_F", not a), env_int("ONE_G", 3), env_list("ONE_H")
other.get("ONE_X")
"""
    assert sorted(read_in(source)) == [f"ONE_{letter}" for letter in "ABCDEFGH"]


def test_every_setting_is_in_the_table_and_every_row_is_a_setting() -> None:
    sources = [BASE / "manage.py", *(path for app_name in APPS for path in sorted((BASE / app_name).rglob("*.py")))]
    read = {name for path in sources for name in read_in(path.read_text("utf-8"))} - NOT_OURS
    assert len(read) > 15
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)) == read


def test_every_task_that_beat_wakes_is_in_the_table() -> None:
    seconds = {"5 s": 5, "60 s": 60, "10 min": 600, "6 h": 21600}
    rows = re.findall(r"^\| ([^|`]+) \| `([a-z_.]+)` \|", PAGE, re.MULTILINE)
    told = {task: seconds[every] for every, task in rows}
    assert told == {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
