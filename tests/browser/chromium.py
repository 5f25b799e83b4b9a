"""A Chromium for tests that no system has to provide: an npm package's, driven by Playwright, with Chinese type.

``python -m tests.browser.chromium`` fetches it (``make test`` does); tests ask ``tests/browser/conftest.py`` for it.
``HEMU_TEST_CHROMIUM`` names another one to use, on machines that the package has none for.
"""

import json
import os
import shutil
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright

from config.embedded.locks import holding
from config.frontend.npm import packages, run_node

HERE = Path(__file__).resolve().parent
PACKAGE = "@sparticuz/chromium"

# Node unpacks what Python's standard library cannot (Brotli).
UNPACK = (
    "const fs = require('fs'), zlib = require('zlib');"
    "require('stream').pipeline(fs.createReadStream(process.argv[1]), zlib.createBrotliDecompress(),"
    "fs.createWriteStream(process.argv[2]), error => { if (error) throw error; });"
)

ARGUMENTS = (
    # Containers and root have no namespaces to spare for Chromium's own sandbox; it sees only pages of ours.
    "--no-sandbox",
    "--disable-gpu",
    # /dev/shm is 64 MB in containers.
    "--disable-dev-shm-usage",
    "--disable-quic",
)


def home() -> Path:
    """Return the folder that holds this version, whether it is there yet or not."""
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    return Path(sys.prefix) / f"chromium-{lock['packages'][f'node_modules/{PACKAGE}']['version']}"


def install() -> Path:
    """Fetch and unpack the browser once, however many test processes ask; return its folder."""
    target = home()
    with holding(target.with_name(f"{target.name}.lock"), seconds=600):
        if not target.exists():
            fresh = target.with_name(f"{target.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            with packages(HERE) as modules:
                _unpack(modules / PACKAGE / "bin", fresh)
            (fresh / "fonts.conf").write_text(_fonts_conf(target), "utf-8")
            fresh.rename(target)
    return target


def _unpack(packed: Path, fresh: Path) -> None:
    run_node(["-e", UNPACK, packed / "chromium.br", fresh / "chromium"])
    (fresh / "chromium").chmod(0o755)
    # The system libraries that Chromium wants and a bare machine lacks.
    run_node(["-e", UNPACK, packed / "al2023.tar.br", fresh / "libraries.tar"])
    with tarfile.open(fresh / "libraries.tar") as archive:
        # Not an argument of extractall: Python 3.11.2 (Debian 12) does not know it yet.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(fresh / "libraries")
    (fresh / "libraries.tar").unlink()


def _fonts_conf(target: Path) -> str:
    """Return a fontconfig file that knows the Noto CJK fonts of our PDF documents and nothing else."""
    spec = find_spec("manimgx_fonts_cjk")
    if spec is None or spec.origin is None:
        sys.exit(
            "缺少字体包 manimgx-fonts-cjk，请先运行 make install。\n(The font package is missing; run make install.)"
        )
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{Path(spec.origin).parent}</dir>
  <cachedir>{target / "font-cache"}</cachedir>
</fontconfig>
"""


def launch_options() -> dict[str, Any]:
    """Return what Playwright's ``launch`` needs to start this Chromium."""
    named = os.environ.get("HEMU_TEST_CHROMIUM")
    if named:
        return {"executable_path": named, "args": list(ARGUMENTS)}
    folder = install()
    libraries = sorted({str(library.parent) for library in (folder / "libraries").rglob("*.so*")})
    return {
        "executable_path": str(folder / "chromium"),
        "args": list(ARGUMENTS),
        "env": {
            **os.environ,
            "LD_LIBRARY_PATH": os.pathsep.join(libraries),
            "FONTCONFIG_FILE": str(folder / "fonts.conf"),
            # Dates and numbers in the browser's own controls, as the users see them.
            "LANGUAGE": "zh_CN",
        },
    }


def launch(playwright: Playwright) -> Browser:
    """Start the browser; the caller closes it."""
    return playwright.chromium.launch(**launch_options())


if __name__ == "__main__":
    try:
        install()
    except KeyboardInterrupt:
        sys.exit(130)
