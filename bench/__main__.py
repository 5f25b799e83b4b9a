"""Run all measurements, or those named: ``python -m bench intake queues``."""

import pkgutil
import sys
from importlib import import_module

import bench
from bench.ground import prepare


def main(names: list[str]) -> int:
    """Measure what is named, or everything there is to measure; return the exit status."""
    there = sorted(info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__")
    if unknown := sorted(set(names) - set(there)):
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(there)}")
        return 2
    prepare()
    for name in names or there:
        module = import_module(f"bench.{name}")
        measure = getattr(module, "main", None) or getattr(module, "run", None)
        if measure is not None:
            print(f"\n== {name}", flush=True)
            measure()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
