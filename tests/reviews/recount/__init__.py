"""A second computation of every figure, in DuckDB SQL over exported raw events. It shares no code with the product.

``recount(looks)`` exports the timelines as the database holds them, hands them to ``recount.sql`` and returns, for each
look, the measures of the whole and of every child place, and the break-downs. Nothing of ``mediation.reviews`` is read:
periods come in as instants, places are told by the digits of their codes.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

SQL = Path(__file__).with_name("recount.sql").read_text("utf-8")
DIGITS = {"city": 4, "county": 6, "township": 9, "village": 12}
BELOW = {"city": "county", "county": "township", "township": "village"}

_LOWEST = "coalesce({0}.grid_id, {0}.village_id, {0}.township_id, {0}.county_id, {0}.city_id)"
_PLACE = f"(select code from grid_unit p where p.id = {_LOWEST})"
_UNIT = "(select code from grid_unit p where p.id = {0}.unit_id)"
_LOCAL = "{0} at time zone 'Asia/Shanghai'"

EXPORTS = {
    "events": f"""
        select 'incident' as noun, e.incident_id as id, e.seq, e.verb, {_LOCAL.format("e.at")} as happened,
            {_UNIT.format("e")} as place, e.category_id as category, {_LOCAL.format("e.due_at")} as due_at,
            nullif(e.outcome, '') as outcome, nullif(e.closed_level, '') as level, null::bigint as cents,
            null::date as limit_on, '' as satisfaction, null as result, false as undated, false as crime,
            null as prevented
        from cases_incidentevent e
        union all
        select 'case', e.case_id, e.seq, e.verb, {_LOCAL.format("e.at")}, {_UNIT.format("e")}, e.category_id, null,
            null, null, (e.amount * 100)::bigint, e.limit_on, e.satisfaction,
            case when e.verb ~ 'confirmation' then e.data ->> 'result' end, e.data ? 'undated',
            coalesce((e.data ->> 'escalated_to_crime')::boolean, false), e.data ->> 'prevented'
        from cases_caseevent e""",
    "incidents": "select id, source, self_handled from cases_incident",
    "cases": "select id, source, people_count as people from cases_case",
    "clock": f"""select case_id as id, seq, id as entry, {_LOCAL.format("due_at")} as due_at
        from cases_clockentry where clock = 'confirm_apply' and due_at is not null""",
    "roster": f"""select kind, delta, {_LOCAL.format("e.at")} as happened, {_PLACE.format("e")} as place
        from mediation_rosterevent e""",
    "units": "select code, kind, level, is_statistical_only, valid_from, valid_to from grid_unit",
    "nil": f"""select {_UNIT.format("e")} as code, e.on as day, {_LOCAL.format("e.at")} as happened
        from cases_nilreport e""",
    "population": f"select id, {_UNIT.format('e')} as code, year, people from reviews_population e",
    "outside": f"select id, {_UNIT.format('e')} as code, what, start_on, end_on, number from reviews_outsidefigure e",
}
"""Table of the recount -> what is exported into it: rows as they were written, times local, money in cents."""

TYPES = {
    "events": """noun varchar, id bigint, seq integer, verb varchar, happened timestamp, place varchar,
        category varchar, due_at timestamp, outcome varchar, level varchar, cents bigint, limit_on date,
        satisfaction varchar,
        result varchar, undated boolean, crime boolean, prevented varchar""",
    "incidents": "id bigint, source varchar, self_handled boolean",
    "cases": "id bigint, source varchar, people integer",
    "clock": "id bigint, seq integer, entry bigint, due_at timestamp",
    "roster": "kind varchar, delta integer, happened timestamp, place varchar",
    "units": """code varchar, kind varchar, level varchar, is_statistical_only boolean, valid_from date,
        valid_to date""",
    "nil": "code varchar, day date, happened timestamp",
    "population": "id bigint, code varchar, year integer, people bigint",
    "outside": "id bigint, code varchar, what varchar, start_on date, end_on date, number bigint",
}


@dataclass(frozen=True)
class Looked:
    """What is looked at: a unit by code and level, a period's edges and T as naive local times."""

    unit: str
    level: str
    start: datetime
    end: datetime
    as_of: datetime


def recount(looks: list[Looked], folder: Path) -> list[dict[str, Any]]:
    """Recount each look and return it like a review's object; call it in a scope that sees every city."""
    duck = duckdb.connect(config={"threads": "1"})
    for table, select in EXPORTS.items():
        path = folder / f"{table}.csv"
        _export(select, path)
        duck.execute(f"create table {table} ({TYPES[table]})")
        duck.execute(f"copy {table} from '{path}' (header, nullstr '\\N', force_not_null ({_text_columns(table)}))")
    duck.execute(
        """create table looks (look integer, unit varchar, digits integer, below integer, child_level varchar,
        starts timestamp, ends timestamp, whole boolean, as_of timestamp)"""
    )
    duck.executemany(
        "insert into looks values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                look.unit,
                DIGITS[look.level],
                DIGITS[BELOW[look.level]],
                BELOW[look.level],
                look.start,
                min(look.end, look.as_of),
                look.end <= look.as_of,
                look.as_of,
            )
            for number, look in enumerate(looks)
        ],
    )
    duck.execute(SQL)
    return _objects(duck, looks)


def _export(select: str, path: Path) -> None:
    statement = f"copy ({select}) to stdout (format csv, header, null '\\N')"
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(statement) as rows:
        for chunk in rows:
            file.write(chunk)


def _text_columns(table: str) -> str:
    return {"events": "satisfaction"}.get(table, TYPES[table].split()[0])


def _objects(duck: Any, looks: list[Looked]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "measures": {},
            f"by_{BELOW[look.level]}": defaultdict(dict),
            **{
                f"{what}_by_{how}": {}
                for what in ("reported_valid", "disputes_found")
                for how in ("category", "source")
            },
        }
        for look in looks
    ]
    for number, child, measure, figure in duck.execute("select look, child, measure, figure from measured").fetchall():
        review = found[number]
        where = review["measures"] if child == "all" else review[f"by_{BELOW[looks[number].level]}"][child]
        where[measure] = json.loads(figure)
    for number, name, code, count in duck.execute("select look, name, code, number from broken_down").fetchall():
        found[number][name][code] = count
    return found
