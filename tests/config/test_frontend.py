"""Browser files of other projects: few, whole, licensed, and without a trace of where they were fetched."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from config.frontend import install
from tests.processes import BASE

MANIFESTS = [BASE / "config" / "frontend", BASE / "tests" / "browser"]


@pytest.mark.parametrize("folder", MANIFESTS, ids=lambda folder: folder.name)
def test_lock_file_pins_every_package_by_content_and_names_no_address_to_fetch_from(folder: Path) -> None:
    packages = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    for version in wanted.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_served_files_are_there_and_small_enough() -> None:
    sizes = {path.name: path.stat().st_size for path in install.VENDOR.iterdir()}
    assert set(sizes) == {*install.FILES, "icons.svg", "LICENCES.txt"}
    assert all(sizes.values())
    assert sum(sizes.values()) < 2_500_000


def test_served_files_ask_for_no_source_maps() -> None:
    for name in install.FILES:
        assert "sourceMappingURL=" not in (install.VENDOR / name).read_text("utf-8"), name


def test_licence_of_every_package_is_shipped() -> None:
    text = (install.VENDOR / "LICENCES.txt").read_text("utf-8")
    packages = json.loads((MANIFESTS[0] / "package-lock.json").read_text("utf-8"))["packages"]
    for place, package in packages.items():
        if place:
            assert f"{place.removeprefix('node_modules/')} {package['version']} ({package['license']})" in text


def test_every_listed_icon_is_one_symbol_in_the_colour_of_its_text() -> None:
    symbols = {symbol.attrib["id"]: symbol for symbol in ET.parse(install.VENDOR / "icons.svg").getroot()}
    assert set(symbols) == {name.replace("/", "-") for name in install.icon_names()}
    assert symbols["bell"].attrib["stroke"] == "currentColor"
    assert symbols["filled-star"].attrib["fill"] == "currentColor"
    assert all(len(symbol) > 0 and symbol.attrib["viewBox"] == "0 0 24 24" for symbol in symbols.values())


def test_icons_used_on_pages_are_listed() -> None:
    listed = {name.replace("/", "-") for name in install.icon_names()}
    used = {
        (name, path.name)
        for folder in ("grid", "cases", "mediation", "config", "seeds")
        for path in (BASE / folder).rglob("*.html")
        for name in re.findall(r"icons\.svg'? *%\}#([a-z0-9-]+)", path.read_text("utf-8"))
    }
    assert {name for name, _ in used} <= listed, sorted(used)


def test_unknown_icon_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "icon_names", lambda: ["no-such-icon"])
    with pytest.raises(SystemExit, match="no-such-icon"):
        install.sprite(tmp_path)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a();\n//# sourceMappingURL=a.js.map", "a();\n"),
        ("a{}\n/*# sourceMappingURL=a.css.map */\n", "a{}\n\n"),
        ("a('//# sourceMappingURL=kept')", "a('//# sourceMappingURL=kept')"),
    ],
)
def test_source_map_lines_go_and_code_stays(text: str, left: str) -> None:
    assert install.SOURCE_MAP.sub("", text) == left
