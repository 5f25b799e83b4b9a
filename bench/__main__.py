"""Run all measurements, or those named: ``python -m bench early_warning``."""

import os
import pkgutil
import sys
from importlib import import_module

import django

import bench


def main(names: list[str]) -> None:
    """Run the measurements in the order of their names."""
    there = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name != "__main__")
    if unknown := set(names) - set(there):
        raise SystemExit(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for name in names or there:
        module = import_module(f"bench.{name}")
        if hasattr(module, "run"):
            print(f"== {name}", flush=True)
            module.run()


if __name__ == "__main__":
    main(sys.argv[1:])
