"""Loading a ledger, all or nothing (LEDGER.md section 1).

One pass over the file reads and checks every row and rehearses its steps in memory; rows of new records are copied to
temporary tables meanwhile, so that memory stays flat. What needs to know the whole file comes after: numbers used
twice, masters of duplicates, continuations. Only when nothing is refused are the rows moved into their tables.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from cases.models import Incident, LedgerRow
from cases.moves import Machine
from cases.workflow.history import whole_calendar
from grid.scope import Role
from seeds.bulk import BulkWriter, Shelf, draw_ids
from seeds.ledger.columns import DUPLICATE, VALID, Codes, Problem
from seeds.ledger.kinds import Ledger
from seeds.ledger.reading import Reader, Reading
from seeds.ledger.register import Continuation, Register, compare
from seeds.ledger.sheets import Sheet
from seeds.past import Past, Refusal, rehearse_past, replay_by_verbs

BATCH = 2000
Report = Callable[[Problem], None]


@dataclass(frozen=True)
class Result:
    """How many rows were (or would be) imported, were known as they are, were refused."""

    imported: int
    unchanged: int
    refused: int


class Import:
    """One file on its way in. ``run`` it inside a system scope, and undo that transaction when rows are refused."""

    def __init__(
        self,
        ledger: Ledger,
        sheet: Sheet,
        *,
        now: datetime,
        report: Report,
        advance: Callable[[int], None] = lambda _count: None,
        by_verbs: bool = False,
    ) -> None:
        """``report`` is told of every problem, ``advance`` of rows read.

        ``by_verbs`` writes new records through the verbs too: slow, and the same rows (the tests hold it so).
        """
        self.ledger = ledger
        self.sheet = sheet
        self.now = now
        self.by = Machine(Role.LEDGER_IMPORT, recorded_at=now)
        self.report = report
        self.advance = advance
        self.by_verbs = by_verbs
        self.codes = Codes.load()
        self.calendar = whole_calendar()
        self.bad_rows: set[int] = set()
        self.imported = self.unchanged = 0
        self.ledger_rows = Shelf(LedgerRow, with_pk=False)

    def run(self) -> Result:
        """Check everything, then write everything unless something is refused."""
        rows = self.sheet.rows()
        header = next(rows, None)
        self.reader = Reader(self.ledger, self.codes, header[1] if header and header[0] == 1 else [], self.now)
        for problem in self.reader.problems:
            self._refuse(problem)
        if self.bad_rows:
            return self._result()
        with connection.cursor() as cursor:
            # Two imports at a time would not see each other's numbers.
            cursor.execute("select pg_advisory_xact_lock(hashtext('hemu.import_ledger'))")
        writer = BulkWriter(self.ledger.model, self.by)
        with Register() as self.register, writer.opened() as self.writer, self.ledger_rows.opened():
            while batch := list(islice(rows, BATCH)):
                self._take(self.reader.read(number, cells) for number, cells in batch)
                self.advance(len(batch))
            self._check_doubles()
            for continuation in self.register.waiting(BATCH):
                self._take_waiting(continuation)
            if not self.bad_rows:
                self._write()
        return self._result()

    def _result(self) -> Result:
        return Result(0 if self.bad_rows else self.imported, self.unchanged, len(self.bad_rows))

    def _refuse(self, problem: Problem) -> None:
        self.bad_rows.add(problem.row)
        self.report(problem)

    # -- One pass over the file -------------------------------------------------------------------------------------

    def _take(self, readings: Iterator[Reading]) -> None:
        batch = list(readings)
        numbers = [reading.outside_number for reading in batch if reading.outside_number is not None]
        known = self.register.known(self.ledger.kind, numbers)
        strays = self.ledger.model._base_manager.filter(outside_number__in=set(numbers) - set(known))
        stray = dict(strays.values_list("outside_number", "pk"))
        fresh = [
            reading
            for reading in batch
            if reading.row is not None and reading.outside_number not in known and reading.outside_number not in stray
        ]
        ids = dict(zip((reading.number for reading in fresh), draw_ids(self.ledger.model, len(fresh)), strict=True))
        for reading in batch:
            for problem in reading.problems:
                self._refuse(problem)
            if reading.number in ids:
                self._take_new(reading, ids[reading.number])
            elif reading.outside_number in known:
                self._take_known(reading, known[reading.outside_number])
            elif reading.outside_number in stray:
                self._refuse_in(reading, "number", _("编号已被不是由台账导入的记录使用。"))
                self.register.note(reading, "bad")
            elif reading.outside_number is not None:
                self.register.note(reading, "bad")
        with connection.cursor() as cursor:
            self.register.stage(cursor)
            self.ledger_rows.stage(cursor)
        self.writer.stage()

    def _take_new(self, reading: Reading, pk: int) -> None:
        self.imported += 1
        if reading.values.get("verdict") == DUPLICATE:
            self.register.note(reading, "duplicate", pk, keep=True)
        else:
            self.register.note(reading, "new", pk, keep=self.by_verbs)
            self._rehearse_new(reading, pk, None)
        self.ledger_rows.put(
            LedgerRow(kind=self.ledger.kind, number=reading.outside_number, cells=reading.digests)  # type: ignore[misc]
        )

    def _take_known(self, reading: Reading, known: dict[str, str]) -> None:
        changed, filled = compare(known, reading.digests)
        if reading.row is None:
            self.register.note(reading, "bad")
        elif changed:
            self._refuse_changes(reading, changed)
            self.register.note(reading, "bad")
        elif filled:
            self.imported += 1
            self.register.note(reading, "continue", keep=True, filled=filled)
        else:
            self.unchanged += 1
            self.register.note(reading, "unchanged")

    def _refuse_changes(self, reading: Reading, changed: list[str]) -> None:
        record = self.ledger.model._base_manager.get(outside_number=reading.outside_number)
        said = self.ledger.said(record, list(record.events.order_by("seq")))
        for name in changed:
            column = self.reader.columns[name]
            old, new = column.shown(said.get(name)), column.shown(reading.values.get(name))
            if old:
                reason = _("与已导入的内容不同：原为“%(old)s”，现为“%(new)s”。") % {"old": old, "new": new}
            else:
                reason = _("与已导入的内容不同。")
            self._refuse_in(reading, name, reason)

    def _refuse_in(self, reading: Reading, name: str, reason: str) -> None:
        self._refuse(Problem(reading.number, self.reader.headers[name], reason))

    def _refuse_step(self, reading: Reading, refusal: Refusal) -> None:
        name = self.ledger.row_type.FIELDS.get(refusal.cause.field)
        if name is None or reading.values.get(name) is None:
            name = refusal.step.column
        self._refuse_in(reading, name, str(refusal.cause))

    def _rehearse_new(self, reading: Reading, pk: int, master: Incident | None) -> None:
        record = self.ledger.new_record(reading.row)
        record.pk = pk
        try:
            self.writer.add(Past(record, list(self.ledger.steps(reading.row, self.calendar, master))))
        except Refusal as refusal:
            self._refuse_step(reading, refusal)

    # -- What needs the whole file ----------------------------------------------------------------------------------

    def _check_doubles(self) -> None:
        for row, first in self.register.doubles():
            self._refuse(Problem(row, self.reader.headers["number"], _("编号与第%(first)s行重复。") % {"first": first}))

    def _take_waiting(self, waiting: list[Continuation]) -> None:
        readings = [self.reader.read_again(one.row, one.texts) for one in waiting]
        masters = self.register.masters({r.row.master for r in readings if getattr(r.row, "master", None) is not None})
        records = self._records(waiting)
        for one, reading in zip(waiting, readings, strict=True):
            master = None
            if reading.values.get("verdict") == DUPLICATE and (one.is_new or "verdict" in one.filled):
                master = self._master_of(reading, masters)
                if master is None:
                    continue
            if one.is_new:
                self._rehearse_new(reading, one.pk, master)
                continue
            past = self._continuation(one, reading, records[one.number], master)
            try:
                rehearse_past(past, self.by)
            except Refusal as refusal:
                self._refuse_step(reading, refusal)
        self.writer.stage()

    def _records(self, waiting: list[Continuation]) -> dict[str, Any]:
        numbers = [one.number for one in waiting if not one.is_new]
        found = self.ledger.model._base_manager.filter(outside_number__in=numbers).select_related("category")
        return {record.outside_number: record for record in found}

    def _master_of(self, reading: Reading, masters: dict[str, Any]) -> Incident | None:
        """Return the incident a duplicate points to: a 有效 row of this file, or a known one that stands valid."""
        row = reading.row
        master = masters.get(row.master)
        if master is None:
            reason = _("主事件“%(number)s”既不在本文件中，也未导入过。")
        elif row.master == row.number:
            reason = _("不能重复于自身。")
        elif master.verdict != VALID:
            reason = _("主事件“%(number)s”不是有效事件。")
        elif master.reported_at > row.inspected_at:
            reason = _("主事件“%(number)s”的上报时间晚于本行的核实时间。")
        else:
            return Incident(pk=master.pk, status=master.status, reported_at=master.reported_at)
        self._refuse_in(reading, "master", reason % {"number": row.master})
        return None

    def _continuation(self, one: Continuation, reading: Reading, record: Any, master: Incident | None) -> Past:
        late = self.ledger.row_type.LATE
        steps = list(self.ledger.late_steps(reading.row, one.filled, record, record.last_event_at))
        steps += [
            step
            for step in self.ledger.steps(reading.row, self.calendar, master)
            if step.column in one.filled and step.column not in late
        ]
        return Past(record, steps, is_known=True)

    # -- Writing ----------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        if not self.by_verbs:
            self.writer.settle()
        with connection.cursor() as cursor:
            self.ledger_rows.settle(cursor)
        # By verbs, the whole file is one stretch, so that its steps are replayed in order of time.
        for waiting in self.register.waiting(BATCH, everything=self.by_verbs):
            self._replay(waiting)

    def _replay(self, waiting: list[Continuation]) -> None:
        readings = [self.reader.read_again(one.row, one.texts) for one in waiting]
        masters = self.register.masters({r.row.master for r in readings if getattr(r.row, "master", None) is not None})
        records = self._records(waiting)
        made = {
            one.number: self.ledger.new_record(reading.row)
            for one, reading in zip(waiting, readings, strict=True)
            if one.is_new
        }
        pasts = []
        for one, reading in zip(waiting, readings, strict=True):
            master = None
            if reading.values.get("verdict") == DUPLICATE:
                master = made.get(reading.row.master) or self._master_of(reading, masters)
            if one.is_new and self.by_verbs:
                pasts.append(Past(made[one.number], list(self.ledger.steps(reading.row, self.calendar, master))))
            elif not one.is_new:
                pasts.append(self._continuation(one, reading, records[one.number], master))
                self.register.remember(self.ledger.kind, one.number, reading.digests)
        replay_by_verbs(pasts, self.by)
