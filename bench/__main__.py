"""Run all measurements, or those named: ``python -m bench intake queues``."""

import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module

import bench


def measurements() -> dict[str, Callable[[], object]]:
    """Return what each module of this package measures with, by the module's name."""
    found = {}
    for info in pkgutil.iter_modules(bench.__path__):
        if info.name != "__main__":
            module = import_module(f"bench.{info.name}")
            measure = getattr(module, "main", None) or getattr(module, "run", None)
            if measure is not None:
                found[info.name] = measure
    return found


def main(names: list[str]) -> int:
    """Measure what is named, or everything; return the exit status."""
    there = measurements()
    if unknown := sorted(set(names) - set(there)):
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(sorted(there))}")
        return 2
    for name in names or sorted(there):
        print(f"\n== {name}", flush=True)
        there[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
