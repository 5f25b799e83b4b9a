"""The named pieces of SQL that every count and every list is put together from.

What a piece must get right (LEDGER.md section 4): a record belongs to the place and category it has at T; "has
happened" means ``at < T`` and never looks at when it was recorded; what stood at T is the record's last event before T,
in the order of ``seq``.

How it stays cheap: a record that nothing happened to since T stands in its own row, which is then read instead of its
timeline. Only the others cost one look each at their last event before T. So the cost follows the period and what
happened since, not the years of history.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from grid.scope import LEVELS, local_day


@dataclass(frozen=True)
class Timeline:
    """A kind of record and its timeline."""

    record: str
    events: str
    key: str
    standing: tuple[str, ...]
    """Columns found on the record (what stands now) and on each event (what stood after it) under one name."""
    stated_late: Mapping[str, str] = field(default_factory=dict)
    """Column -> verb of an event that states it for the whole life of the record, at whatever time it was learnt."""


INCIDENT = Timeline(
    "cases_incident",
    "cases_incidentevent",
    "incident_id",
    ("status", "category_id", "due_at", "closed_at", "outcome", "closed_level"),
    # A ledger's limit was agreed at report, even if only a later ledger says so (LEDGER.md section 2).
    {"due_at": "record_limit"},
)
DISPUTE = Timeline(
    "cases_case",
    "cases_caseevent",
    "case_id",
    ("status", "category_id", "agreed_at", "resolved_at"),
)


@dataclass(frozen=True)
class Look:
    """What is looked at: places, a period clipped at T, and T.

    ``level`` and ``child`` are level columns: of the places in ``units``, and of the level below that figures are
    grouped by. With a ``snapshot`` (``pg_current_snapshot()`` of a review) only events are seen that the review saw:
    the same pieces then list what it counted, whatever was recorded since.
    """

    level: str
    child: str
    units: tuple[int, ...]
    start: datetime
    end: datetime
    as_of: datetime
    snapshot: str | None = None
    is_whole: bool = True
    """Whether the period is over at T: what was stated of it as a whole says nothing of a part."""
    unmoved: frozenset[str] = frozenset()
    """Kinds of record (their tables) of which ``unmoved`` has found none in another place than at T."""

    @property
    def parameters(self) -> dict[str, Any]:
        """What the pieces refer to by name."""
        return {
            "units": list(self.units),
            "start": self.start,
            "end": self.end,
            "as_of": self.as_of,
            "first_day": local_day(self.start),
            "day_after": self.day_after,
            "last_day": self.last_day,
            "today": local_day(self.as_of),
            "year": local_day(self.start).year,
            "snapshot": self.snapshot,
            "is_whole": self.is_whole,
        }

    @property
    def day_after(self) -> date:
        """The first day that is not wholly before the end: a limit day counts once it is over."""
        return local_day(self.end)

    @property
    def last_day(self) -> date:
        """The last day of which some part lies before the end."""
        return local_day(self.end - timedelta(microseconds=1))

    def seen(self, alias: str) -> str:
        """SQL: the event is one the review saw; without a snapshot, every one is."""
        return self.visible(f"{alias}.txid")

    def visible(self, column: str) -> str:
        """SQL: the transaction in the column is one the review saw; without a snapshot, every one is."""
        if self.snapshot is None:
            return "true"
        return f"pg_visible_in_snapshot({column}, %(snapshot)s::pg_snapshot)"


def unmoved(as_of: datetime) -> frozenset[str]:
    """Return the kinds of record (their tables) of which no place was corrected at or after T: nearly always all.

    Then every piece below leaves the moved ones out, which are dearer to plan than the rest is to run. Holds for the
    state of the database it was asked in, and not for a look through a snapshot.
    """
    lines = (INCIDENT, DISPUTE)
    corrected = ", ".join(
        f"exists (select from {line.events} c where c.data ? 'place_from' and c.at >= %(as_of)s)" for line in lines
    )
    (found,) = rows(f"select {corrected}", {"as_of": as_of, "start": as_of, "end": as_of})
    return frozenset(line.record for line, is_any in zip(lines, found, strict=True) if not is_any)


def moved(look: Look, line: Timeline) -> str:
    """CTE ``moved``: records whose place was corrected at or after T, with the place they had at T.

    The level columns of a record, and of its events, are its present ones, so for these few they answer wrongly.
    Whatever verb corrects a place says where it was before (``place_from``), and an index holds those events. A record
    first reported after T has no last event before it and is not here; nothing of it is counted anyway.
    """
    if line.record in look.unmoved:
        # Referred to by nothing, so never run.
        return "moved as (select)"
    levels = ", ".join(f"place.{column}" for column in LEVELS.values())
    unseen = "" if look.snapshot is None else f" or not {look.seen('c')}"
    return f"""moved as materialized (
    select corrected.id, {levels}
    from (
        select distinct c.{line.key} as id from {line.events} c
        where c.data ? 'place_from' and (c.at >= %(as_of)s{unseen})
    ) corrected
    cross join lateral (
        select e.unit_id from {line.events} e
        where e.{line.key} = corrected.id and e.at < %(as_of)s and {look.seen("e")} order by e.seq desc limit 1
    ) last
    join grid_unit place on place.id = last.unit_id
)"""


def placed(
    look: Look, line: Timeline, table: str, columns: Iterable[str], where: str, levels: tuple[str, ...] = ()
) -> str:
    """SELECT: rows ``r`` of records or events that lie in the look's places at T, with their ``child`` place.

    ``table`` is one of the two of the ``line``. By level columns, an equality that indexes answer; the moved few by
    where they lay. Needs the CTE ``moved``. ``levels`` are level columns to be given beside the child, of the place at
    T as well.
    """
    key = "id" if table == line.record else line.key
    named = ", ".join(f"r.{column}" for column in columns)
    here, there = ("".join(f", {alias}.{column}" for column in levels) for alias in ("r", "m"))
    stayed = f"""select {named}, r.{look.child} as child{here} from {table} r
    where r.{look.level} = any (%(units)s) and {where}"""
    if line.record in look.unmoved:
        return stayed
    return f"""{stayed}
      and not exists (select from moved m where m.id = r.{key})
    union all
    select {named}, m.{look.child}{there} from moved m join {table} r on r.{key} = m.id
    where m.{look.level} = any (%(units)s) and {where}"""


def placed_records(look: Look, line: Timeline, extra: Iterable[str], where: str, levels: tuple[str, ...] = ()) -> str:
    """SELECT: placed rows of records, with the columns ``standing`` needs and some ``extra`` ones."""
    return placed(look, line, line.record, ("id", "last_event_at", *extra, *line.standing), where, levels)


def placed_events(look: Look, line: Timeline, columns: Iterable[str], where: str) -> str:
    """SELECT: placed rows of events that the look sees."""
    return placed(look, line, line.events, columns, f"{where} and {look.seen('r')}")


def standing(look: Look, line: Timeline, picked: str, extra: Iterable[str]) -> str:
    """CTE ``standing``: the records of CTE ``picked`` as they stood at T, with their child place.

    Looking back through a snapshot the row is of no use, for it knows events the review did not: then every record is
    looked up, and one without an event seen did not exist yet.
    """
    columns = ", ".join(
        f"case when e.seq is null then p.{column} else {_stood(look, line, column)} end as {column}"
        for column in line.standing
    )
    kept = ", ".join(f"p.{column}" for column in ("id", "child", *extra))
    touched = "p.last_event_at >= %(as_of)s" if look.snapshot is None else "true"
    existed = "" if look.snapshot is None else "where e.seq is not null"
    return f"""standing as (
    select {kept}, {columns}
    from {picked} p
    left join lateral (
        -- Asked inside, so that an untouched record costs no look at its timeline.
        select e.seq, {", ".join(f"e.{column}" for column in line.standing)} from {line.events} e
        where {touched} and e.{line.key} = p.id and e.at < %(as_of)s and {look.seen("e")} order by e.seq desc limit 1
    ) e on true
    {existed}
)"""


def _stood(look: Look, line: Timeline, column: str) -> str:
    """SQL: a column of the last event ``e`` before T of record ``p``, or what was stated of it late."""
    verb = line.stated_late.get(column)
    if verb is None:
        return f"e.{column}"
    return f"""coalesce(e.{column}, (
        select l.{column} from {line.events} l
        where l.{line.key} = p.id and l.verb = '{verb}' and {look.seen("l")} order by l.seq desc limit 1))"""


def local_date(instant: str) -> str:
    """SQL: the day an instant falls on in Asia/Shanghai."""
    return f"({instant} at time zone 'Asia/Shanghai')::date"


class Prepared(psycopg.Cursor[Any]):
    """A cursor whose statements PostgreSQL keeps planned, once the connection has run them a few times.

    A review's statements are the same for every place and day, and dearer to plan than to run in a small place; so
    their parameters go to the server apart, which Django's own cursors do not. What a policy asks for (``grid.rls``)
    is asked when a plan is run.
    """


KEPT = 400
"""Statements a connection keeps planned, about 60 KB each: those of daily reviews of all three levels are 120."""

SHORT = timedelta(days=15)
"""Periods up to this are read with a plan made for any. A plan for years must know that it is for years: where they are
parameters, PostgreSQL takes them for a moment, and reads row by row what should be read as a whole."""


@contextmanager
def _ran(sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
    """Run one statement and give its cursor. Where Django logs statements it is to see them with their values."""
    if connection.queries_logged or parameters["end"] - parameters["start"] > SHORT:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            yield cursor
        return
    connection.ensure_connection()
    server: psycopg.Connection[Any] = connection.connection
    server.prepared_max = KEPT
    with connection.make_cursor(Prepared(server)) as cursor:  # type: ignore[arg-type]
        cursor.execute(sql, parameters)
        yield cursor


def rows(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement over a look's parameters and return its rows."""
    with _ran(sql, parameters) as cursor:
        return list(cursor.fetchall())


def dicts(sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run one statement over a look's parameters and return its rows by column name."""
    with _ran(sql, parameters) as cursor:
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
