"""The outline of a paper: what a review says, before it is a page, a PDF, a DOCX or an XLSX.

One outline is made of one stored review (``texts``), and every form is drawn from it (``render``, the pages), so text,
tables and charts always come from one snapshot. Numbers of the review stand in it as ``Figure`` alone: it knows which
stored number it is, so a page can link it to its records and a test can look it up again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Figure:
    """A number of the stored review: its address (``mediation.reviews.quoting``) and how it is written."""

    ref: str
    text: str

    def __str__(self) -> str:
        return self.text


Run = str | Figure
"""A piece of a sentence."""

Text = tuple[Run, ...]


def plain(text: Text | Run) -> str:
    """The words alone."""
    return "".join(str(run) for run in text) if isinstance(text, tuple) else str(text)


@dataclass(frozen=True)
class Heading:
    """A heading. ``level`` 1 to 4 are 一、 （一） 1. （1） of GB/T 9704; the number is part of the words."""

    level: int
    words: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``is_written`` tells what a person wrote from what was made of the figures."""

    text: Text
    is_written: bool = False


@dataclass(frozen=True)
class Listing:
    """Points below each other; ``is_numbered`` numbers them from 1."""

    items: tuple[Text, ...]
    is_numbered: bool = True


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers are set right, words left."""

    name: str
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """A table. ``notes`` say under it what each measure is and over what it is counted (DOMAIN.md 0.3).

    A row has a cell per column. ``has_total`` says that the last row adds up the others.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Run, ...], ...]
    notes: tuple[str, ...] = ()
    has_total: bool = False


class ChartKind(StrEnum):
    """How numbers are drawn."""

    BAR = "bar"
    """Lying bars, one per label: places, categories."""
    LINE = "line"
    """One line per series over time."""
    MAP = "map"
    """Outlines of the counties, shaded; labels are 12-digit codes. A working diagram, no survey map."""


@dataclass(frozen=True)
class Series:
    """The numbers of a chart, one per label. A figure without a number (—) is drawn as a gap."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Chart:
    """A chart; ``alt`` says in words what it shows, for those who do not see it."""

    id: str
    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    names: tuple[str, ...] = ()
    """For a map: the name of each code in ``labels``."""


Block = Heading | Paragraph | Listing | Table | Chart


class Form(StrEnum):
    """Which kind of paper (DOMAIN.md 6.1)."""

    SHEET = "sheet"
    """A sheet of one or a few pages for the house: daily inspection, weekly analysis, products of a surge."""
    REPORT = "report"
    """An official report to those above."""
    BULLETIN = "bulletin"
    """A bulletin to those below, with an issuer's mark and a number."""


@dataclass(frozen=True)
class Outline:
    """A whole paper. Days are meant in Asia/Shanghai."""

    form: Form
    title: str
    organ: str
    """Who issues it."""
    as_of: str
    """``截至2024年2月29日24时``."""
    blocks: tuple[Block, ...]
    number: str = ""
    """``吕综治〔2024〕6号``; empty until issued."""
    addressee: str = ""
    """Whom it is addressed to, without the colon."""
    issued_on: date | None = None
    copies_to: tuple[str, ...] = ()
    annexes: tuple[str, ...] = ()
    """Names of what is annexed, in order; the tables named so follow after the date."""
    annex_blocks: tuple[Block, ...] = ()
    mark: str = ""
    """What stands across a paper that is not issued: 草稿、待审核."""
    footnotes: tuple[str, ...] = field(default=())
    """附注: version, register of measures, surge activation."""

    def everything(self) -> Iterator[Block]:
        """Every block, annexes last."""
        yield from self.blocks
        yield from self.annex_blocks

    def figures(self) -> Iterator[Figure]:
        """Every number of the review that it quotes, in reading order."""
        for block in self.everything():
            yield from _figures_of(block)


def _figures_of(block: Block) -> Iterator[Figure]:
    match block:
        case Paragraph(text=text):
            yield from (run for run in text if isinstance(run, Figure))
        case Listing(items=items):
            yield from (run for item in items for run in item if isinstance(run, Figure))
        case Table(rows=rows):
            yield from (cell for row in rows for cell in row if isinstance(cell, Figure))
        case Chart(series=series):
            yield from (figure for one in series for figure in one.figures)
        case Heading():
            return
