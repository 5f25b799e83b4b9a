"""A paper as PDF through typst: GB/T 9704 for reports and bulletins, a compact page for sheets (DOMAIN.md 6.1).

The same outline gives the same bytes. Rendering is serialised: typst keeps one cache per process, and a second
paper at the same moment would only double its memory.
"""

import json
import logging
import threading
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils import translation

from mediation.reviews.outline import Block, Chart, Heading, Listing, Outline, Paragraph, Table, plain
from mediation.reviews.periods import chinese_day
from mediation.reviews.render import fonts
from mediation.reviews.render.annexes import Annex, annexes_of
from mediation.reviews.render.charts import chart_share, svg_of
from mediation.reviews.render.fit import ems, fit, organ_size, title_lines
from mediation.reviews.render.sizes import Page, page_of
from mediation.reviews.render.wording import (
    WORDS,
    breakable,
    clean,
    has_colophon,
    has_red_head,
    level_of,
    listed,
)

TEMPLATE = Path(__file__).parent / "paper.typ"
EPOCH = 0
"""The time stamp inside the file: none, so that the same paper is the same file."""

LONG_CELL = 120
"""A cell of more ems may be broken over pages."""

log = logging.getLogger("hemu.render")
_one_at_a_time = threading.Lock()


def pdf_of(outline: Outline) -> bytes:
    """Return the paper as a tagged PDF."""
    with translation.override("zh-hans"):
        data = json.dumps(paper_data(outline), ensure_ascii=False)
    return _compile(TEMPLATE.read_bytes(), {"data": data}, "pdf")


def png_of_svg(svg: str, width: float, ppi: int = 220) -> bytes:
    """Return a drawing as a picture ``width`` points wide, for files that cannot hold the drawing itself."""
    source = (
        b"#set page(width: float(sys.inputs.width) * 1pt, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return _compile(source, {"svg": svg, "width": str(width)}, "png", ppi)


def _compile(source: bytes, inputs: dict[str, str], form: Literal["pdf", "png"], ppi: int | None = None) -> bytes:
    """Return the file, or the picture of the first page."""
    with _one_at_a_time:
        compiler = typst.Compiler(
            root=str(TEMPLATE.parent), font_paths=fonts.library(), ignore_system_fonts=True, sys_inputs=inputs
        )
        made, warnings = compiler.compile_with_warnings(source, format=form, ppi=ppi, timestamp=EPOCH)
    for warning in warnings:
        # Of the template and the fonts, never of what is printed: messages name no words of a paper.
        log.warning("typst: %s", warning.message)
    return (made[0] if isinstance(made, list) else made) or b""


def paper_data(outline: Outline) -> dict[str, Any]:
    """Return what the template is given: words and measures."""
    page = page_of(outline.form)
    issued_on = chinese_day(outline.issued_on) if outline.issued_on else ""
    return {
        "form": outline.form.value,
        "page": _page(page),
        "faces": {name: vars(face) for name, face in fonts.faces().items()},
        "words": WORDS,
        "about": {"title": clean(outline.title), "author": clean(outline.organ)},
        "title": [breakable(line) for line in title_lines(clean(outline.title), page)],
        "organ": breakable(outline.organ),
        "organ_size": organ_size(outline.organ, page),
        "number": breakable(outline.number),
        "as_of": breakable(outline.as_of),
        "addressee": breakable(outline.addressee),
        "issued_on": issued_on,
        "mark": breakable(outline.mark),
        "copies_to": [breakable(name) for name in outline.copies_to],
        "annexes": [breakable(name) for name in outline.annexes],
        "footnotes": [breakable(note) for note in outline.footnotes],
        "blocks": [_block(block, page) for block in outline.blocks],
        "annex_groups": [_annex(annex, page) for annex in annexes_of(outline)],
        "has_red_head": has_red_head(outline),
        "has_colophon": has_colophon(outline),
    }


def _page(page: Page) -> dict[str, Any]:
    measures = {name: getattr(page, name) for name in ("top_mm", "bottom_mm", "left_mm", "right_mm")}
    drawn = {"size": page.size, "width": page.width, "pitch": page.pitch, "advance": page.advance}
    sizes = {"title_size": page.title_size, "note_size": page.note_size, "caption": page.table_sizes[0] + 1.5}
    return {**measures, **drawn, **sizes}


def _annex(annex: Annex, page: Page) -> dict[str, Any]:
    blocks = [_block(block, page, may_turn=True) for block in annex.blocks]
    is_landscape = any(piece["is_landscape"] for block in blocks for piece in block.get("pieces", ()))
    return {"label": annex.label, "title": breakable(annex.title), "blocks": blocks, "is_landscape": is_landscape}


def _block(block: Block, page: Page, *, may_turn: bool = False) -> dict[str, Any]:
    match block:
        case Heading(words=words):
            return {"type": "heading", "level": level_of(block), "words": breakable(words)}
        case Paragraph(text=text):
            return {"type": "paragraph", "text": breakable(plain(text))}
        case Listing():
            return {"type": "listing", "items": [breakable(item) for item in listed(block)]}
        case Table():
            return _table(block, page, may_turn)
        case Chart():
            share = chart_share(block, page)
            return {
                "type": "chart",
                "svg": svg_of(block),
                "title": breakable(block.title),
                "alt": breakable(block.alt),
                "share": share,
            }


def _table(table: Table, page: Page, may_turn: bool) -> dict[str, Any]:
    rows = [[breakable(str(run)) for run in row] for row in table.rows]
    return {
        "type": "table",
        "title": breakable(table.title),
        "columns": [{"name": breakable(column.name), "is_number": column.is_number} for column in table.columns],
        "rows": rows,
        "notes": [breakable(note) for note in table.notes],
        "has_total": table.has_total,
        "has_long": any(ems(cell) > LONG_CELL for row in rows for cell in row),
        "pieces": [vars(piece) for piece in fit(table, page, may_turn=may_turn)],
    }
