"""Whether a sheet of the house fits on one page: estimated from its words, and rather too high than too low.

Estimated and not measured, so that PDF and DOCX, which break lines a little differently, both keep to it.
"""

from math import ceil

from mediation.reviews.outline import Block, Chart, Heading, Listing, Outline, Paragraph, Table, plain
from mediation.reviews.render.fit import PADDING, Piece, ems, fit, title_lines
from mediation.reviews.render.sizes import Page, page_of
from mediation.reviews.render.wording import listed

FULL_PAGE = 0.97
"""The share of the page that may be filled."""
LEADING = 0.45
"""Between two lines of a table, in ems."""
CELL_MARGIN = 5.8
"""Over and under a cell's words, with the rule, in points."""
TITLE_LEADING = 13.0
AROUND_TABLE = 1.5
"""A table's name and the room around it, in lines of the page."""
BROKEN = 1.04
"""Lines end a little early: no punctuation begins one, and no number is broken."""


def fits(outline: Outline) -> bool:
    """Whether a paper without annexes fits on one page of its form."""
    page = page_of(outline.form)
    return height_of(outline) <= page.height * FULL_PAGE


def height_of(outline: Outline) -> float:
    """Estimate the height of a sheet's words, tables and foot, in points."""
    page = page_of(outline.form)
    blocks = sum(_block(block, page) for block in outline.blocks)
    notes = sum(_lines(note, page.note_size, page.width) for note in outline.footnotes)
    return _head(outline, page) + blocks + page.pitch + notes * page.note_size * 1.6


def _head(outline: Outline, page: Page) -> float:
    """Title, the line under it, and the rule."""
    lines = sum(_lines(line, page.title_size, page.width) for line in title_lines(outline.title, page))
    title = lines * (page.title_size + TITLE_LEADING) - TITLE_LEADING + 4
    under = _lines(f"{outline.organ}　{outline.number}　{outline.as_of}", page.size, page.width)
    return (ceil(title / page.pitch) + under) * page.pitch


def _block(block: Block, page: Page) -> float:
    match block:
        case Heading(words=words):
            return _lines(words, page.size, page.width) * page.pitch
        case Paragraph(text=text):
            return _lines(f"　　{plain(text)}", page.size, page.width) * page.pitch
        case Listing():
            return sum(_lines(f"　　{item}", page.size, page.width) for item in listed(block)) * page.pitch
        case Table():
            return sum(_piece(block, piece, page) for piece in fit(block, page))
        case Chart():
            return page.height


def _piece(table: Table, piece: Piece, page: Page) -> float:
    """Its name, its head, its rows, and the notes under it."""
    heads = [table.columns[index].name for index in piece.columns]
    rows = [heads, *([str(row[index]) for index in piece.columns] for row in table.rows)]
    high = sum(_row(cells, piece) for cells in rows)
    notes = sum(_lines(f"　　{note}", piece.size, page.width) for note in table.notes)
    under = notes * piece.size * (1 + LEADING) + (piece.size if notes else 0)
    return AROUND_TABLE * page.pitch + high + under


def _row(cells: list[str], piece: Piece) -> float:
    lines = max(_lines(cell, piece.size, width - PADDING) for cell, width in zip(cells, piece.widths, strict=True))
    return piece.size * (lines + (lines - 1) * LEADING) + CELL_MARGIN


def _lines(text: str, size: float, room: float) -> int:
    return max(1, ceil(ems(text) * size * BROKEN / room))
