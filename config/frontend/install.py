"""Fetch the browser files of other projects and put the few that are served into ``config/static/vendor``.

Run as ``python -m config.frontend.install`` (``make install`` does). The folder is replaced as a whole at the end, so
an interrupted run leaves the former one.
"""

import json
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from config.frontend.npm import packages

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "static" / "vendor"

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    # The whole of it: the smaller builds have no maps.
    "echarts.min.js": "echarts/dist/echarts.min.js",
    # An ES module; the others are plain scripts.
    "idb.js": "idb/build/index.js",
}
"""Served name -> file of a package."""

# A browser would ask for the map, and Django's manifest storage refuses a name that is not there.
SOURCE_MAP = re.compile(r"^\s*(//|/\*)[#@]\s*sourceMappingURL=.*$", re.MULTILINE)

SVG = "{http://www.w3.org/2000/svg}"
KEPT_ON_SYMBOLS = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


def icon_names() -> list[str]:
    """Return the icons listed in icons.txt; a name may say ``filled/``."""
    lines = (HERE / "icons.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sprite(modules: Path) -> str:
    """Return one SVG with a symbol per icon, its id the icon's name (``filled-star`` for ``filled/star``)."""
    ET.register_namespace("", SVG.strip("{}"))
    root = ET.Element(f"{SVG}svg")
    for name in icon_names():
        style, _, base = name.rpartition("/")
        path = modules / "@tabler" / "icons" / "icons" / (style or "outline") / f"{base}.svg"
        if not path.exists():
            sys.exit(f"icons.txt 中的图标 {name} 不存在。\n(There is no icon {name}, named in icons.txt.)")
        icon = ET.parse(path).getroot()
        symbol = ET.SubElement(root, f"{SVG}symbol", {"id": name.replace("/", "-")})
        symbol.attrib.update({key: icon.attrib[key] for key in KEPT_ON_SYMBOLS if key in icon.attrib})
        # The first path of each is an invisible frame.
        symbol.extend(part for part in icon if part.get("d") != "M0 0h24v24H0z")
    return ET.tostring(root, encoding="unicode")


def licences(modules: Path) -> str:
    """Return name, version and licence of every package, with the licence's text where the package has it."""
    notes = []
    for manifest in sorted(modules.glob("*/package.json")) + sorted(modules.glob("@*/*/package.json")):
        package = json.loads(manifest.read_text("utf-8"))
        texts = sorted(manifest.parent.glob("LICEN[CS]E*")) + sorted(manifest.parent.glob("NOTICE*"))
        body = "\n\n".join(text.read_text("utf-8").strip() for text in texts)
        notes.append(f"{package['name']} {package['version']} ({package['license']})\n\n{body}".rstrip())
    return f"\n\n{'=' * 72}\n\n".join(notes) + "\n"


def main() -> None:
    """Replace the vendor folder by one made from the lock file."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with packages(HERE) as modules:
        for name, source in FILES.items():
            text = (modules / source).read_text("utf-8")
            (fresh / name).write_text(SOURCE_MAP.sub("", text).rstrip() + "\n", "utf-8")
        (fresh / "icons.svg").write_text(sprite(modules), "utf-8")
        (fresh / "LICENCES.txt").write_text(licences(modules), "utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
