"""Documents: links lead somewhere, commands exist, dependencies have a reason, nothing private is written down."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

BASE = Path(__file__).parents[2]
TRACKED = subprocess.run(["git", "ls-files", "-z"], cwd=BASE, capture_output=True, text=True).stdout.split("\0")[:-1]
FILES = TRACKED or [str(path.relative_to(BASE)) for path in BASE.glob("docs/**/*.md")]
"""What is committed; an archive without git has at least its documents."""
DOCUMENTS = sorted(name for name in FILES if name.endswith(".md"))
WRITTEN_HERE = [name for name in DOCUMENTS if not name.startswith("docs/reference/")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def headings(text: str) -> set[str]:
    """The anchors of a document, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def dead_links(name: str) -> list[str]:
    """The relative links of a document that lead nowhere."""
    text = re.sub(r"```.*?```", "", (BASE / name).read_text("utf-8"), flags=re.DOTALL)
    dead = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _hash, anchor = link.partition("#")
        target = (BASE / name).parent / path if path else BASE / name
        if not target.exists() or (anchor and anchor not in headings(target.read_text("utf-8"))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    assert dead_links(name) == []


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One, two\n[a](page.md#one-two) [b](gone.md) [c](#three) [d](https://example.org/x) ![e](f.png)\n"
    )
    monkeypatch.setattr(f"{__name__}.BASE", tmp_path)
    assert dead_links("page.md") == ["gone.md", "#three", "f.png"]


def test_documents_named_in_the_code_are_there() -> None:
    named = {
        (name, found)
        for name in FILES
        if name.endswith((".py", ".sql", ".yaml", ".yml", ".sh", ".html")) or name in ("Makefile", "pyproject.toml")
        for found in re.findall(r"\bdocs/[\w/.-]+\.(?:md|yaml)", (BASE / name).read_text("utf-8"))
    }
    assert [pair for pair in sorted(named) if not (BASE / pair[1]).exists()] == []


def test_every_document_is_in_the_index() -> None:
    index = (BASE / "docs" / "README.md").read_text("utf-8")
    pages = {Path(name).relative_to("docs").as_posix() for name in DOCUMENTS if name.startswith("docs/")}
    assert sorted(page for page in pages - {"README.md"} if f"({page})" not in index) == []


@pytest.mark.parametrize("name", WRITTEN_HERE)
def test_commands_named_in_documents_exist(name: str) -> None:
    text = (BASE / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (BASE / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


def test_both_readmes_say_the_same() -> None:
    english, chinese = ((BASE / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    for pattern in (r"\]\(([^)]+)\)", r"^\| (?:\[[a-z]+/|`[a-z_]+)", r"^\| `([a-z_]+)", r"^#+"):
        found = [
            [text.replace("README.zh-CN.md", "README.md").replace(".zh.png", ".en.png") for text in matches]
            for matches in (re.findall(pattern, english, re.MULTILINE), re.findall(pattern, chinese, re.MULTILINE))
        ]
        assert found[0] == found[1], pattern


def direct_dependencies() -> list[str]:
    """Every package that is named for its own sake, of pip and npm."""
    found = []
    for name in ("requirements.txt", "requirements-dev.txt"):
        own = (BASE / name).read_text("utf-8").split("# -- Needed by the above")[0]
        found += re.findall(r"^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?==", own, re.MULTILINE)
    for name in ("config/frontend/package.json", "tests/browser/package.json"):
        found += json.loads((BASE / name).read_text("utf-8"))["dependencies"]
    return found


def test_every_direct_dependency_has_its_reason() -> None:
    rows = re.findall(r"^\| (\S+) \| [^|]{10,} \| [^|]+ \|$", (BASE / "docs" / "dependencies.md").read_text(), re.M)
    assert len(direct_dependencies()) > 40
    assert sorted(set(direct_dependencies()) - set(rows)) == []


def test_no_private_place_is_written_down() -> None:
    # Folders of the machines this was written on, and addresses that packages are fetched from there.
    private = re.compile(
        r"(?<![\w.])/(?:work|root|home|Users)/\w|/tmp/(?!x/)\w|[\w.-]*(?:pypi|npm|registry|mirror)[\w-]*\.(?:org|com|cn|net|io|local)\b"
    )
    found = []
    for name in FILES:
        if name.endswith((".png", ".xlsx", ".pdf")) or name.startswith("docs/reference/"):
            continue
        for number, line in enumerate((BASE / name).read_text("utf-8").splitlines(), start=1):
            if private.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []
