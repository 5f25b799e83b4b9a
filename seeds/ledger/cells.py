"""Reading one cell: what a ledger writes into what the house stores, or a reason why not (LEDGER.md 2 and 3)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import SHANGHAI
from seeds.ledger.sheets import Cell

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
CENT = Decimal("0.01")
NOISE = 1e-6
HALF_SECOND = timedelta(microseconds=500_000)
FIRST_YEAR = 1900
"""Earlier years are slips of the pen (0024-02-29)."""


class BadCell(Exception):
    """The cell does not say what its column is for; the text is for the user."""


Read = Callable[[Cell], Any]


def text(limit: int | None = None, *, one_line: bool = False) -> Read:
    """Any words, ``limit`` characters at most. A workbook's whole numbers read without a decimal point."""

    def read(cell: Cell) -> str:
        words = _words(cell)
        if "\x00" in words or (one_line and not words.isprintable()):
            raise BadCell(_("含有不能保存的字符。"))
        if limit is not None and len(words) > limit:
            raise BadCell(_("超过%(limit)s个字。") % {"limit": limit})
        return words

    return read


def one_of(choices: Mapping[str, Any], what: str) -> Read:
    """A label or code out of a fixed list."""

    def read(cell: Cell) -> Any:
        words = _words(cell)
        try:
            return choices[words]
        except KeyError:
            raise BadCell(_("未知的%(what)s“%(value)s”。") % {"what": what, "value": words[:40]}) from None

    return read


def moment(cell: Cell) -> datetime:
    """A local time, ``YYYY-MM-DD HH:MM[:SS]``, or a workbook's own date and time, to the second."""
    if isinstance(cell, datetime):
        # A workbook keeps times as fractions of a day, a little off the second.
        return (cell + HALF_SECOND).replace(microsecond=0, tzinfo=SHANGHAI)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)
    words = _words(cell)
    if TIME.fullmatch(words):
        try:
            found = datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)
        except ValueError:
            found = None
        if found is not None and found.year >= FIRST_YEAR:
            return found
    raise BadCell(_("“%(value)s”不是时间，应写作 2024-02-29 08:30 或 2024-02-29 08:30:00。") % {"value": words[:40]})


def day(cell: Cell) -> date:
    """A date, ``YYYY-MM-DD``, or a workbook's own date."""
    if isinstance(cell, datetime):
        if cell.time() == datetime.min.time():
            return cell.date()
    elif isinstance(cell, date):
        return cell
    words = _words(cell)
    if DAY.fullmatch(words):
        try:
            found = date.fromisoformat(words)
        except ValueError:
            found = None
        if found is not None and found.year >= FIRST_YEAR:
            return found
    raise BadCell(_("“%(value)s”不是日期，应写作 2024-02-29。") % {"value": words[:40]})


def count(cell: Cell) -> int:
    """A whole number from one on."""
    words = _words(cell)
    if not NUMBER.fullmatch(words) or int(words) == 0:
        raise BadCell(_("“%(value)s”不是正整数。") % {"value": words[:40]})
    return int(words)


def amount(cell: Cell) -> Decimal:
    """Yuan, not negative, two decimals at most."""
    words = _words(cell)
    if isinstance(cell, float) and not cell.is_integer():
        words = _rounded(cell)
    if not AMOUNT.fullmatch(words):
        raise BadCell(_("“%(value)s”不是金额，应为不小于0、至多两位小数的数字。") % {"value": words[:40]})
    return Decimal(words).quantize(CENT)


def category_code(cell: Cell) -> str:
    """The code as text. A workbook's number has lost its leading zero; codes have four digits, so it is put back."""
    words = _words(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return words.zfill(4) if is_number and len(words) == 3 else words


def _rounded(value: float) -> str:
    """Undo the noise of binary fractions, and no more."""
    return f"{value:.2f}" if abs(value - round(value, 2)) < NOISE else repr(value)


def _words(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
