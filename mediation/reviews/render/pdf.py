"""A paper as PDF through typst: GB/T 9704 for reports and bulletins, a compact page for sheets (DOMAIN.md 6.1).

The same outline gives the same bytes. Rendering is serialised: typst keeps one cache per process, and a second
paper at the same moment would only double its memory.
"""

import json
import re
import threading
from datetime import date
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediation.reviews.outline import Block, Chart, ChartKind, Form, Heading, Listing, Outline, Paragraph, Table, plain
from mediation.reviews.render import fonts
from mediation.reviews.render.annexes import Annex, annexes_of
from mediation.reviews.render.charts import drawing_of, svg_of
from mediation.reviews.render.fit import ems, fit
from mediation.reviews.render.sizes import HOUSE, Page, page_of

TEMPLATE = Path(__file__).parent / "paper.typ"
EPOCH = 0
"""The time stamp inside the file: none, so that the same paper is the same file."""

LONG_CELL = 120
"""A cell of more ems may be broken over pages."""
UNBROKEN = re.compile(r"[!-~\u00a0-\u024f]{21,}")
"""Latin without a space that may be longer than a line or a cell."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff]")

_one_at_a_time = threading.Lock()


def pdf_of(outline: Outline) -> bytes:
    """Return the paper as a tagged PDF."""
    return _compiled(outline, "pdf")[0]


def pngs_of(outline: Outline, ppi: int = 96) -> list[bytes]:
    """Return a picture of each page."""
    return _compiled(outline, "png", ppi=ppi)


def png_of_svg(svg: str, width: float, ppi: int = 220) -> bytes:
    """Return a drawing as a picture ``width`` points wide, for files that cannot hold the drawing itself."""
    source = (
        b"#set page(width: float(sys.inputs.width) * 1pt, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return _compile(source, {"svg": svg, "width": str(width)}, "png", ppi)[0]


Target = Literal["pdf", "png"]


def _compiled(outline: Outline, form: Target, ppi: int | None = None) -> list[bytes]:
    data = json.dumps(paper_data(outline), ensure_ascii=False)
    return _compile(TEMPLATE.read_bytes(), {"data": data}, form, ppi)


def _compile(source: bytes, inputs: dict[str, str], form: Target, ppi: int | None) -> list[bytes]:
    with _one_at_a_time:
        compiler = typst.Compiler(
            root=str(TEMPLATE.parent), font_paths=fonts.library(), ignore_system_fonts=True, sys_inputs=inputs
        )
        made = compiler.compile(source, format=form, ppi=ppi, timestamp=EPOCH)
    return made if isinstance(made, list) else [made or b""]


def paper_data(outline: Outline) -> dict[str, Any]:
    """Return what the template is given: words and measures."""
    page = page_of(outline.form)
    issued_on = chinese_day(outline.issued_on) if outline.issued_on else ""
    is_official = outline.form is not Form.SHEET
    return {
        "form": outline.form.value,
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "page": _page(page),
        "faces": {name: vars(face) for name, face in fonts.faces().items()},
        "words": {
            "continued": _("（续）"),
            "note": _("注："),
            "annex": _("附件"),
            "copies": _("抄送"),
            "printed": _("印发"),
            "signer": _("签发人："),
        },
        "title": said(outline.title),
        "organ": said(outline.organ),
        "organ_size": organ_size(outline.organ, page),
        "number": said(outline.number),
        "as_of": said(outline.as_of),
        "addressee": said(outline.addressee),
        "issued_on": issued_on,
        "mark": said(outline.mark),
        "copies_to": [said(name) for name in outline.copies_to],
        "annexes": [said(name) for name in outline.annexes],
        "footnotes": [said(note) for note in outline.footnotes],
        "blocks": [_block(block, page) for block in outline.blocks],
        "annex_groups": [_annex(annex, page) for annex in annexes_of(outline)],
        "has_red_head": has_red_head(outline),
        "has_colophon": is_official and bool(outline.issued_on and (outline.number or outline.copies_to)),
    }


def has_red_head(outline: Outline) -> bool:
    """A bulletin has the issuer's mark; a report only once it has a number."""
    return outline.form is Form.BULLETIN or (outline.form is Form.REPORT and bool(outline.number))


def chinese_day(day: date) -> str:
    """``2024年3月1日``: Arabic numerals, no zeros before them (DOMAIN.md 6.1)."""
    return f"{day.year}年{day.month}月{day.day}日"


def organ_size(organ: str, page: Page) -> float:
    """How large the issuer's mark is: on one line, and not larger than looks right."""
    return round(min(50.0, page.width * 0.97 / max(ems(organ), 1.0)), 2)


def said(words: str) -> str:
    """Return words as they can be set: without control characters, and breakable where nothing would break them."""
    cleaned = CONTROL.sub("", words.replace("\t", " ").replace("\r\n", "\n").replace("\n", " "))
    return UNBROKEN.sub(_breakable, cleaned)


def _breakable(match: re.Match[str]) -> str:
    text = match[0]
    return "\u200b".join(text[at : at + 10] for at in range(0, len(text), 10))


def _page(page: Page) -> dict[str, Any]:
    measures = {name: getattr(page, name) for name in ("top_mm", "bottom_mm", "left_mm", "right_mm")}
    drawn = {"size": page.size, "width": page.width, "pitch": page.pitch, "advance": page.advance}
    sizes = {"title_size": page.title_size, "note_size": page.note_size, "caption": page.table_sizes[0] + 1.5}
    return {**measures, **drawn, **sizes}


def _annex(annex: Annex, page: Page) -> dict[str, Any]:
    blocks = [_block(block, page, may_turn=True) for block in annex.blocks]
    is_landscape = any(piece["is_landscape"] for block in blocks for piece in block.get("pieces", ()))
    return {"label": annex.label, "title": said(annex.title), "blocks": blocks, "is_landscape": is_landscape}


def _block(block: Block, page: Page, *, may_turn: bool = False) -> dict[str, Any]:
    match block:
        case Heading(level=level, words=words):
            return {"type": "heading", "level": level, "words": said(words)}
        case Paragraph(text=text):
            return {"type": "paragraph", "text": said(plain(text))}
        case Listing():
            return {"type": "listing", "items": listed(block)}
        case Table():
            return _table(block, page, may_turn)
        case Chart():
            share = chart_share(block, page)
            return {
                "type": "chart",
                "svg": svg_of(block),
                "title": said(block.title),
                "alt": said(block.alt),
                "share": share,
            }


def chart_share(chart: Chart, page: Page) -> float:
    """How much of the width of the type area a chart takes; never so much that it is higher than half of it."""
    drawing = drawing_of(chart)
    widest = 0.6 if page is HOUSE or chart.kind is ChartKind.MAP else 0.96
    return min(widest, page.height / 2 * drawing.width / drawing.height / page.width)


def listed(listing: Listing) -> list[str]:
    """The points of a listing as paragraphs."""
    return [
        said(f"{nth}. {plain(item)}" if listing.is_numbered else plain(item))
        for nth, item in enumerate(listing.items, 1)
    ]


def _table(table: Table, page: Page, may_turn: bool) -> dict[str, Any]:
    rows = [[said(str(run)) for run in row] for row in table.rows]
    return {
        "type": "table",
        "title": said(table.title),
        "columns": [{"name": said(column.name), "is_number": column.is_number} for column in table.columns],
        "rows": rows,
        "notes": [said(note) for note in table.notes],
        "has_total": table.has_total,
        "has_long": any(ems(cell) > LONG_CELL for row in rows for cell in row),
        "pieces": [vars(piece) for piece in fit(table, page, may_turn=may_turn)],
    }
