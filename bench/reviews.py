"""The daily reviews of a full city, and its year, in CPU seconds (PERFORMANCE.md T19).

Seconds of this process and of its PostgreSQL backend, as the kernel counts them: on a busy machine they say more than
the clock does. What a province needs is reckoned from the mean of each level. Needs Linux, and a database server here.
"""

import os
import time
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

from bench.ground import machine, prepare

SCALE = Decimal("0.1")
"""Of the city's year, where none has been played: 68,000 incidents."""
YEAR = 2024
PROVINCE = {"city": 11, "county": 117, "township": 1400}
"""How many daily reviews of each level T19 asks for, on two cores in ten minutes."""
MOST = 600
SAMPLE = {"city": 1, "county": 13, "township": 30}
WARM = 5
"""Reviews of a level built before those that count: at seven, a worker builds hundreds in a row."""


def main() -> None:
    """Measure and print."""
    prepare()
    play()
    from mediation.reviews import periods

    print(machine())
    daily = periods.parse("daily", f"{YEAR}-12-30")
    total = 0.0
    for level, number in PROVINCE.items():
        units = places(level)
        if level != "city":
            for unit in units[:WARM]:
                spent(unit, daily)
        rounds = [spent(unit, daily) for unit in units]
        python, database = (mean(round[column] for round in rounds) for column in (0, 1))
        total += number * (python + database)
        print(
            f"daily review of a {level:<10} {python:7.3f} s of Python {database:7.3f} s of PostgreSQL  n={len(units)}"
        )
    print(
        f"T19: a province's daily reviews {total:7.0f} s of CPU, with two cores at least {total / 2:.0f} s (<= {MOST})"
    )
    python, database = spent(places("city")[0], periods.parse("annual", f"{YEAR}-01-01"))
    print(f"annual review of the city {python:7.1f} s of Python {database:7.1f} s of PostgreSQL")


def play() -> None:
    """Play a year of a city where there is none yet."""
    from django.core.management import call_command
    from django.db import DatabaseError

    from bench.ground import stand
    from cases.models import Incident
    from config import embedded
    from grid import rls

    embedded.start_if_wanted()
    try:
        with rls.system_scope():
            is_there = Incident.objects.filter(reported_at__year=YEAR).count() > 10_000
    except DatabaseError as error:  # No tables: they, and people, are made by ``stand``.
        print(f"a new database: {type(error).__name__}")
        is_there = False
    if not is_there:
        stand()
        call_command("play_city", "luliang", year=YEAR, scale=SCALE)


def places(level: str) -> list[Any]:
    """Return a sample of the city's divisions of a level."""
    from cases.models import Incident
    from grid import rls
    from grid.models import Unit

    with rls.system_scope():
        city = Incident.objects.filter(reported_at__year=YEAR).values_list("city_id", flat=True)[0]
        found = Unit.objects.filter(kind="division", level=level, valid_to__isnull=True, is_statistical_only=False)
        below = list((found.filter(pk=city) if level == "city" else found.filter(city_id=city)).order_by("pk"))
    return below[:: max(1, len(below) // SAMPLE[level])][: SAMPLE[level]]


def spent(unit: Any, period: Any) -> tuple[float, float]:
    """Build a review without storing it; return the seconds of this process and of its backend."""
    from django.db import connection

    from mediation.reviews.workflow.building import figures_for, one_state

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    python, database = time.process_time(), seconds(backend)
    with one_state():
        figures_for(unit, period, period.end)
    return time.process_time() - python, seconds(backend) - database


def seconds(pid: int) -> float:
    """The CPU seconds a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
