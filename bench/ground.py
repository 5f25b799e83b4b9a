"""Where measurements stand: a database of their own with a small cast of people, and the sums over rounds."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

BASE = Path(__file__).resolve().parent.parent
DATA = BASE / "var" / "bench"


def prepare() -> None:
    """Have Django work on the embedded services of ``var/bench``, which wait for the disk as in use."""
    os.environ.update(HEMU_DATA=str(DATA), HEMU_LOG_LEVEL="ERROR", DJANGO_SETTINGS_MODULE="config.settings")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()


def stand() -> Any:
    """Bring the database up to date, empty its tables and return a new cast of people."""
    prepare()
    subprocess.run([sys.executable, str(BASE / "manage.py"), "migrate", "--verbosity=0"], check=True, cwd=BASE)
    from config import embedded

    embedded.start_if_wanted()
    import psycopg
    from django.conf import settings
    from django.db import connection

    from grid import rls
    from tests.cast import build_cast
    from tests.conftest import SEEDED, owner_url

    settings.ALLOWED_HOSTS = ["*"]
    # Pages are drawn without having collected the static files, whose names are no part of what is measured.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as owner:
        tables = owner.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and not relname = any (%s)",
            [list(SEEDED)],
        ).fetchall()
        owner.execute(f"truncate {', '.join(name for (name,) in tables)} restart identity cascade")
        owner.execute("delete from grid_unit where kind <> 'division'")
    with rls.system_scope():
        return build_cast()


def machine() -> str:
    """Say on what is measured, and how busy it is: other work on the same cores shows in every figure."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at the start"


def ratio(name: str, rounds: Sequence[float], unit: str = "") -> None:
    """Print the median of per-round values with their range."""
    print(f"{name:<58} {median(rounds):8.2f}{unit}  ({min(rounds):.2f} to {max(rounds):.2f}, {len(rounds)} rounds)")
