"""Our own limit on length: no module over 400 lines, no function over 50 (``python -m tests.sizes``).

Tests and migrations are exempt; a function's docstring does not count, so that nobody saves on it.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
FOLDERS = ("grid", "cases", "mediation", "config", "seeds", "bench", "deploy")
MODULE_LINES = 400
FUNCTION_LINES = 50


def excesses(path: Path, name: str) -> Iterator[str]:
    """Yield one line for each limit that the module passes."""
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{name}: {lines} lines, at most {MODULE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = function_lines(node)
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from ``def`` to the end, less those of the docstring."""
    last = node.end_lineno or node.lineno
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return last - node.lineno + 1
    return last - node.lineno + 1 - ((first.end_lineno or first.lineno) - first.lineno + 1)


def main() -> int:
    """Print every excess; return 1 when there is one."""
    modules = [path for folder in FOLDERS for path in sorted((BASE / folder).rglob("*.py"))]
    found = [
        excess
        for path in modules
        if "migrations" not in path.parts
        for excess in excesses(path, str(path.relative_to(BASE)))
    ]
    print("\n".join(found) or f"sizes: {len(modules)} modules within limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
