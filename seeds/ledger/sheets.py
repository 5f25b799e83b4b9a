"""Reading ledgers as spreadsheets save them: .csv in UTF-8 (with or without BOM) or GB 18030, and .xlsx."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Cell = str | float | int | bool | datetime | date | time | timedelta | None
BLOCK = 1 << 20
BLANKS = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"
"""What surrounds a cell's text without being part of it."""


class Unreadable(Exception):
    """The file is no sheet that can be read; the text is for the user."""


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a file. Rows are numbered as a spreadsheet shows them; the header is row 1."""

    path: Path
    encoding: str
    """The text encoding, or empty for a workbook."""
    height: int
    """About how many rows there are, for the progress bar."""

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield each row that is not blank, with its number. Can be read again from the start."""
        found = self._csv_rows() if self.encoding else self._workbook_rows()
        for number, cells in found:
            if any(cell is not None and cell != "" for cell in cells):
                yield number, cells

    def _csv_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            # A quotation mark that is never closed would swallow the rest of the file into one cell.
            reader = csv.reader(file, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise Unreadable(_("第%(row)s行不是有效的CSV。") % {"row": number}) from error
                yield number, [cell.strip(BLANKS) for cell in cells]

    def _workbook_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        sheet = _first_sheet(self.path)
        # The package leaves out blank rows and columns at the top and left; numbers must be those people see.
        first_row, first_column = sheet.start or (0, 0)
        margin: list[Cell] = [None] * first_column
        for offset, values in enumerate(sheet.iter_rows()):
            yield first_row + offset + 1, margin + [_workbook_cell(value) for value in values]


def open_sheet(path: Path) -> Sheet:
    """Find out what kind of file it is. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise Unreadable(_("无法读取文件“%(path)s”：%(error)s") % {"path": path, "error": error.strerror}) from error
    if head.startswith(b"PK\x03\x04"):
        return Sheet(path, "", _first_sheet(path).total_height)
    if path.suffix.lower() in (".xlsx", ".xls") or head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("文件不是有效的 .xlsx 工作簿。"))
    for encoding in ("utf-8-sig", "gb18030"):
        lines = _lines(path, encoding)
        if lines is not None:
            return Sheet(path, encoding, lines)
    raise Unreadable(_("文件编码既不是 UTF-8 也不是 GB 18030。"))


def _lines(path: Path, encoding: str) -> int | None:
    """Count the lines, or return None when the file is not written in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    count = 0
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
                count += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return count


def _first_sheet(path: Path) -> Any:
    try:
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError, IndexError) as error:
        raise Unreadable(_("文件不是有效的 .xlsx 工作簿。")) from error


def _workbook_cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip(BLANKS)
    return value
