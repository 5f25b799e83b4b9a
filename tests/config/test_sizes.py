"""The length check counts what it says it counts."""

from pathlib import Path

import pytest

from tests.sizes import excesses


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["m.py: 401 lines, at most 400"]),
        ("def f():\n" + "    x = 1\n" * 49, []),
        ("def f():\n" + "    x = 1\n" * 50, ["m.py:1: f has 51 lines, at most 50"]),
        ('def f():\n    """Say.\n\n    More.\n    """\n' + "    x = 1\n" * 49, []),
        ("class C:\n    async def f(self):\n" + "        x = 1\n" * 50, ["m.py:2: f has 51 lines, at most 50"]),
    ],
)
def test_excesses_name_what_is_too_long(tmp_path: Path, source: str, found: list[str]) -> None:
    path = tmp_path / "m.py"
    path.write_text(source)
    assert list(excesses(path, "m.py")) == found
