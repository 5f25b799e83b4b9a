"""What is known of rows beyond the batch in hand: this file's own rows, and rows imported before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.db import connection

from cases.models import Incident, LedgerRow
from seeds.ledger.columns import VALID
from seeds.ledger.reading import Reading


@dataclass(frozen=True)
class Continuation:
    """A row kept for later: a known record's new cells, or a new record that could not be written at once."""

    row: int
    number: str
    pk: int
    is_new: bool
    texts: list[str | None]
    filled: list[str]


@dataclass(frozen=True)
class Master:
    """What a duplicate must know of the incident it points to."""

    pk: int
    verdict: str | None
    status: str
    reported_at: datetime


def compare(known: Mapping[str, str], now: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the cells that say something else than before, and those that were empty and are filled."""
    changed = [name for name in known if known[name] != now.get(name)]
    return changed, [name for name in now if name not in known]


class Register:
    """Every row of the file in a temporary table: a million of them must not weigh on memory."""

    def __init__(self) -> None:
        """Nothing is noted yet."""
        self.rows: list[tuple[Any, ...]] = []

    def __enter__(self) -> Self:
        """Make the table."""
        with connection.cursor() as cursor:
            cursor.execute(
                "create temporary table ledger_file (row int, number text, state text, pk bigint, at timestamptz,"
                " verdict text, texts json, filled json) on commit drop"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop it; after an error the rollback does."""
        if kind is None:
            with connection.cursor() as cursor:
                cursor.execute("drop table ledger_file")

    def note(
        self, reading: Reading, state: str, pk: int | None = None, *, keep: bool = False, filled: Sequence[str] = ()
    ) -> None:
        """Note a row; ``keep`` its texts when it must be read again."""
        values = reading.values
        self.rows.append(
            (
                reading.number,
                values.get("number"),
                state,
                pk,
                values.get("reported_at") or values.get("registered_at"),
                values.get("verdict"),
                json.dumps(reading.texts, ensure_ascii=False) if keep else None,
                json.dumps(list(filled)),
            )
        )

    def stage(self, cursor: Any) -> None:
        """Copy what was noted into the table."""
        with cursor.copy("copy ledger_file from stdin") as copy:
            for row in self.rows:
                copy.write_row(row)
        self.rows = []

    def known(self, kind: str, numbers: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return what was imported before under these numbers: field -> hash."""
        found = LedgerRow.objects.filter(kind=kind, number__in=numbers)
        return dict(found.values_list("number", "cells"))

    def remember(self, kind: str, number: str, cells: Mapping[str, str]) -> None:
        """Keep what a continued row says now."""
        LedgerRow.objects.filter(kind=kind, number=number).update(cells=dict(cells))

    def doubles(self) -> Iterator[tuple[int, int]]:
        """Yield each row whose number an earlier row of the file has, and that first row."""
        with connection.cursor() as cursor:
            cursor.execute("analyze ledger_file")
            cursor.execute(
                "select row, first from (select row, min(row) over (partition by number) as first from ledger_file) f"
                " where row > first order by row"
            )
            yield from cursor.fetchall()

    def waiting(self, size: int, *, everything: bool = False) -> Iterator[list[Continuation]]:
        """Yield kept rows in order of their first times, ``size`` at a time, or all together."""
        limit = None if everything else size
        with connection.cursor() as cursor:
            cursor.execute("select min(at) from ledger_file where texts is not null")
            first = cursor.fetchone()[0]
            if first is None:
                return
            after: tuple[datetime, int] = (first, 0)
            while True:
                cursor.execute(
                    "select row, number, pk, state, texts, filled, at from ledger_file where texts is not null"
                    " and (at, row) > (%s, %s) order by at, row limit %s",
                    [*after, limit],
                )
                found = cursor.fetchall()
                if found:
                    after = (found[-1][-1], found[-1][0])
                    yield [
                        Continuation(row, number, pk, state != "continue", _json(texts), _json(filled))
                        for row, number, pk, state, texts, filled, _at in found
                    ]
                if limit is None or len(found) < limit:
                    return

    def masters(self, numbers: set[str]) -> dict[str, Master]:
        """Return the incidents with these numbers, of this file first, else known ones as they stand."""
        stored = {
            incident.outside_number: Master(incident.pk, _verdict(incident), incident.status, incident.reported_at)
            for incident in Incident.objects.filter(outside_number__in=numbers)
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "select number, pk, verdict, at from ledger_file where number = any (%s) and at is not null",
                [list(numbers)],
            )
            in_file = {number: (pk, verdict, at) for number, pk, verdict, at in cursor.fetchall()}
        for number, (pk, verdict, at) in in_file.items():
            old = stored.get(number)
            stored[number] = Master(old.pk if old else pk, verdict, old.status if old else Incident.Status.VERIFIED, at)
        return {str(number): master for number, master in stored.items()}


def _verdict(incident: Incident) -> str | None:
    return None if incident.status in Incident.VOID | Incident.PENDING else VALID


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
