"""Fitting tables to the page: how wide each column is, when the page lies on its side, where a table is split.

Widths are estimated from the characters, so PDF and DOCX split a table at the same columns.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mediation.reviews.outline import Table
from mediation.reviews.render.sizes import Page

PADDING = 8.0
"""Left and right of a cell's text together, in points."""
NARROW = 0.58
"""Width of a Latin letter or digit in ems; wide enough for the widest digits of the fonts we set."""
HEAD_LINES = 3
"""Over how many lines the name of a column of numbers may be broken."""
WORDS_AT_LEAST, WORDS_AT_MOST = 4.0, 14.0
"""Width in ems of a column of words; longer words are broken over lines."""


@dataclass(frozen=True)
class Piece:
    """Some columns of a table, drawn together. The first column of the table is in every piece."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float
    is_landscape: bool


def ems(text: str) -> float:
    """Estimate the width of a text in ems: full-width characters count 1."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else NARROW for char in text)


def fit(table: Table, page: Page, *, may_turn: bool = False) -> tuple[Piece, ...]:
    """Return the pieces a table is drawn in; ``may_turn`` allows pages that lie on their side (annexes)."""
    everything = tuple(range(len(table.columns)))
    rooms = [(size, page.width, False) for size in page.table_sizes]
    if may_turn:
        rooms += [(size, page.height, True) for size in page.table_sizes]
    for size, room, is_landscape in rooms:
        least = _least(table, size)
        if sum(least) <= room:
            return (Piece(everything, _spread(table, everything, least, room, size), size, is_landscape),)
    size, room, is_landscape = rooms[-1]
    least = _least(table, size)
    groups = _groups(least, room)
    return tuple(Piece(group, _spread(table, group, least, room, size), size, is_landscape) for group in groups)


def title_lines(title: str, page: Page) -> list[str]:
    """Break a title that is longer than a line where its sense allows, into lines as alike as can be; in one piece
    where it fits, or where there is no such place.
    """
    room = page.width / page.title_size
    if ems(title) <= room:
        return [title]
    halves = [(title[:at], title[at:]) for at in range(1, len(title)) if _may_break(title, at)]
    fitting = [pair for pair in halves if max(ems(pair[0]), ems(pair[1])) <= room]
    if not fitting:
        return [title]
    first, second = min(fitting, key=lambda pair: abs(ems(pair[0]) - ems(pair[1])))
    return [first, second]


def _may_break(title: str, at: int) -> bool:
    """Whether a line of a title may end before ``at``: after a time, a 的, a comma; before a bracket."""
    before, after = title[at - 1], title[at]
    if after == "（":
        return True
    return before in "年月日度的、，）" and not after.isdigit() and after not in "，、）》”度"


def _least(table: Table, size: float) -> list[float]:
    """The least width of each column at a size."""
    return [_least_of(table, index) * size + PADDING for index in range(len(table.columns))]


def _least_of(table: Table, index: int) -> float:
    column = table.columns[index]
    longest = max((ems(str(row[index])) for row in table.rows), default=0.0)
    if column.is_number:
        head = ems(column.name)
        return max(longest, min(head, max(3.0, head / HEAD_LINES + 0.5)))
    return min(max(longest, min(ems(column.name), WORDS_AT_LEAST), 2.0), WORDS_AT_MOST)


def _groups(least: Sequence[float], room: float) -> list[tuple[int, ...]]:
    """Columns in groups that fit, the first column in each; a column wider than the room stands alone with it."""
    starts, used = [1], least[0]
    for index in range(1, len(least)):
        if used + least[index] > room and index > starts[-1]:
            starts.append(index)
            used = least[0]
        used += least[index]
    return [(0, *range(start, end)) for start, end in pairwise([*starts, len(least)])]


def _spread(
    table: Table, group: tuple[int, ...], least: Sequence[float], room: float, size: float
) -> tuple[float, ...]:
    """Hand out the room that is left: first to words that would be broken, then evenly."""
    widths = [least[index] for index in group]
    spare = room - sum(widths)
    if spare < 0:
        return tuple(width * room / sum(widths) for width in widths)
    for place, index in enumerate(group):
        if not table.columns[index].is_number:
            wanted = max((ems(str(row[index])) for row in table.rows), default=0.0) * size + PADDING
            given = max(0.0, min(wanted - widths[place], spare))
            widths[place] += given
            spare -= given
    return tuple(width + spare / len(widths) for width in widths)


def organ_size(organ: str, page: Page) -> float:
    """How large the issuer's mark is: on one line, and not larger than looks right."""
    return round(min(50.0, page.width * 0.97 / max(ems(organ), 1.0)), 2)
