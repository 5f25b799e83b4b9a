"""Histories written by COPY: the rules run in memory, the rows go in by the thousand.

PostgreSQL does not COPY into a table with row-level security, so rows are copied to temporary tables and moved on by
``insert ... select``, which obeys the policies.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from django.db import connection, models

from cases.models import ClockEntry, IncidentEvent, Remark
from cases.moves import Machine, NotPossible, belongings, rehearse
from grid.models.fields import TransactionIdField
from seeds.past import Past, Refusal, noun_of

Convert = Callable[[Any], Any]


class Shelf:
    """Rows of one table on their way in. Values are taken from model instances as they are."""

    def __init__(self, model: type[models.Model], *, with_pk: bool) -> None:
        """Plan the columns; ``with_pk`` when ids were drawn beforehand because other rows refer to them."""
        meta = model._meta
        fields = [
            f
            for f in meta.concrete_fields
            if not isinstance(f, TransactionIdField) and (with_pk or not f.primary_key or not f.db_returning)
        ]
        self.table = meta.db_table
        self.staging = f"bulk_{self.table}"
        self.pk_column = meta.pk.column
        self.columns = ", ".join(str(f.column) for f in fields)
        self.attributes = [(f.attname, _converter(f)) for f in fields]
        self.defaults = {f.attname: f.get_default() for f in fields if not isinstance(f, models.JSONField)}
        self.rows: list[list[Any]] = []

    def put(self, row: models.Model) -> None:
        """Take one row."""
        self._put(row.__dict__)

    def put_columns(self, columns: dict[str, Any]) -> None:
        """Take one row that was never a model instance; what is left out has its default."""
        self._put({**self.defaults, **columns})

    def _put(self, values: dict[str, Any]) -> None:
        self.rows.append(
            [values[name] if convert is None else convert(values[name]) for name, convert in self.attributes]
        )

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """Have the temporary table for the length of a block; after an error the rollback drops it."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"create temporary table {self.staging} on commit drop as"
                f" select {self.columns} from {self.table} with no data"
            )
        yield self
        with connection.cursor() as cursor:
            cursor.execute(f"drop table {self.staging}")

    def stage(self, cursor: Any) -> None:
        """Copy what was put into the temporary table."""
        if self.rows:
            with cursor.copy(f"copy {self.staging} ({self.columns}) from stdin") as copy:
                for row in self.rows:
                    copy.write_row(row)
            self.rows = []

    def settle(self, cursor: Any, order_by: str = "") -> None:
        """Move what was staged into its table, in one statement."""
        order = f" order by {order_by}" if order_by else ""
        cursor.execute(f"insert into {self.table} ({self.columns}) select {self.columns} from {self.staging}{order}")
        cursor.execute(f"truncate {self.staging}")


def _converter(field: Any) -> Convert | None:
    return _as_json if isinstance(field, models.JSONField) else None


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """Take ``count`` ids from a table's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


@contextmanager
def checked_at_once() -> Iterator[Any]:
    """Check references with each statement: the server would keep millions of checks in memory until the end."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        yield cursor
        cursor.execute("set constraints all deferred")


class BulkWriter:
    """Writes whole histories of new records of one kind; use it inside a scope, within ``opened``.

    ``add`` runs the verbs' rules on a history in memory, ``stage`` copies what came together, ``settle`` moves it into
    the tables. Nothing is seen by anybody before the surrounding transaction ends.
    """

    def __init__(self, model: type[models.Model], by: Machine) -> None:
        """Prepare for records of ``model`` (Incident or Case), recorded by ``by``."""
        self.by = by
        self.model = model
        self.records = Shelf(model, with_pk=True)
        event_model = noun_of(model()).event_model
        self.children = {child: Shelf(child, with_pk=False) for child in (event_model, ClockEntry, Remark)}
        self.events = self.children[event_model]

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """Have the temporary tables for the length of a block."""
        with ExitStack() as stack:
            for shelf in self._shelves():
                stack.enter_context(shelf.opened())
            yield self

    def add(self, past: Past) -> None:
        """Run the rules on one history, whose record has its id already.

        Raises Refusal; what the record had gained by then is not written.
        """
        events: list[dict[str, Any]] = []
        rows: list[models.Model] = []
        record = past.record
        noun = noun_of(record)
        for given in past.steps:
            try:
                step, event = rehearse(noun, given.verb, record, by=self.by, at=given.at, change=given.change)
            except NotPossible as cause:
                raise Refusal(past, given, cause) from cause
            events.append(event)
            rows.extend(belongings(noun, step))
        self.records.put(record)
        for event in events:
            self.events.put_columns(event)
        for row in rows:
            self.children[type(row)].put(row)

    def stage(self) -> None:
        """Copy what was added into the temporary tables."""
        with connection.cursor() as cursor:
            for shelf in self._shelves():
                shelf.stage(cursor)

    def settle(self) -> None:
        """Move what was staged into the tables, older records first, so that lists read them in order."""
        key = self.records.pk_column
        began = "reported_at" if self.events.table == IncidentEvent._meta.db_table else "registered_at"
        parent = "incident_id" if self.events.table == IncidentEvent._meta.db_table else "case_id"
        with checked_at_once() as cursor:
            self.records.settle(cursor, f"{began}, {key}")
            self.events.settle(cursor, f"at, {parent}, seq")
            for shelf in self.children.values():
                if shelf is not self.events:
                    shelf.settle(cursor, f"{parent}, seq")

    def _shelves(self) -> Iterable[Shelf]:
        return (self.records, *self.children.values())
