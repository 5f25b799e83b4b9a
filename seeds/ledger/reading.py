"""From a sheet's row to a row of the ledger, or the reasons why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import day_of
from seeds.ledger.cells import BadCell
from seeds.ledger.columns import Codes, Column, Problem, canonical, digests, match_headers, place_on
from seeds.ledger.kinds import Ledger
from seeds.ledger.sheets import Cell


@dataclass(slots=True)
class Reading:
    """One row as it was read. ``row`` is None when there are problems."""

    number: int
    """The spreadsheet's row number."""
    values: dict[str, Any] = field(default_factory=dict)
    texts: list[str | None] = field(default_factory=list)
    """The cells in the words of a CSV file, so that the row can be read again later."""
    row: Any = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def outside_number(self) -> str | None:
        """The number the ledger gives the record."""
        return self.values.get("number")

    @property
    def digests(self) -> dict[str, str]:
        """What is kept of the row (``cases.models.LedgerRow``)."""
        return digests(self.values)


class Reader:
    """Reads the rows of one sheet, whose header row decides where the columns stand."""

    def __init__(self, ledger: Ledger, codes: Codes, header: Sequence[Cell], now: datetime) -> None:
        """Match the headers; ``problems`` says what is wrong with them."""
        self.ledger = ledger
        self.now = now
        self.columns = {column.name: column for column in ledger.columns(codes)}
        self.headers = {column.name: column.header for column in self.columns.values()}
        self.layout, self.problems = match_headers(header, list(self.columns.values()))
        self.duties = [column for column in self.columns.values() if column.is_duty]

    def read(self, number: int, cells: Sequence[Cell]) -> Reading:
        """Read one row: each cell for itself, then the row as a whole."""
        reading = Reading(number)
        for column, cell in zip_longest(self.layout, cells):
            self._read_cell(reading, column, None if cell == "" else cell)
        for column in self.duties:
            if column.name not in reading.values and not any(p.header == column.header for p in reading.problems):
                reading.problems.append(Problem(number, column.header, _("不能为空。")))
        if not reading.problems:
            self._read_whole(reading)
        return reading

    def read_again(self, number: int, texts: Sequence[str | None]) -> Reading:
        """Read a row from the texts kept of it."""
        return self.read(number, texts)

    def _read_cell(self, reading: Reading, column: Column | None, cell: Cell) -> None:
        text = None
        if column is None:
            if cell is not None:
                reading.problems.append(Problem(reading.number, "", _("有内容的单元格没有表头。")))
        elif cell is not None:
            try:
                value = column.read(cell)
            except BadCell as error:
                reading.problems.append(Problem(reading.number, column.header, str(error)))
            else:
                reading.values[column.name] = value
                text = column.shown(value) if column.labels else canonical(value)
        reading.texts.append(text)

    def _read_whole(self, reading: Reading) -> None:
        values = dict(reading.values)
        began = values[self.ledger.row_type.BEGINS]
        try:
            values["place"] = place_on(values.pop("places"), day_of(began))
        except BadCell as error:
            reading.problems.append(Problem(reading.number, self.headers["places"], str(error)))
            return
        row = self.ledger.row_type(**values)
        found = self.ledger.check(row, self.headers, self.now)
        reading.problems += [Problem(reading.number, self.headers[name], reason) for name, reason in found]
        if not found:
            reading.row = row
