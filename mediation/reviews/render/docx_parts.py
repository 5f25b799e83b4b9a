"""Pieces of WordprocessingML that python-docx has no words for. Lengths are in points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor, Twips

from mediation.reviews.render.sizes import MM, Page

BODY, BLACK, KAI, TITLE, SONG = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
"""Type by the names Windows and WPS know; where 小标宋 is missing, Word sets 宋体."""
LATIN = "Times New Roman"
RED = RGBColor(0xD7, 0x00, 0x0F)


def element(name: str, **attributes: object) -> Any:
    """An element of the ``w`` namespace with attributes of it."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def set_font(holder: Any, family: str, size: float, *, color: RGBColor | None = None) -> None:
    """Set type and size of a style or a run, for Chinese and Latin."""
    font = holder.font
    font.name, font.size, font.bold, font.italic = LATIN, Pt(size), False, False
    font.color.rgb = color or RGBColor(0, 0, 0)
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:eastAsia"), family)


def set_lines(paragraph_format: Any, pitch: float, *, before: float = 0, after: float = 0) -> None:
    """Set lines exactly ``pitch`` apart."""
    paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    # Rounded down: a line too many is a line fewer on the page.
    paragraph_format.line_spacing = Twips(int(pitch * 20))
    paragraph_format.space_before, paragraph_format.space_after = Pt(before), Pt(after)


def indent_first(paragraph_format: Any, characters: float, size: float) -> None:
    """Indent the first line by characters, so that it follows the size of the type."""
    paragraph_format.first_line_indent = Pt(characters * size)
    indent = paragraph_format.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(round(characters * 100)))


def set_grid(section: Any, page: Page) -> None:
    """Lay the grid of lines under a section (版心). Characters are set closer by their style: programs read a grid of
    characters each in its own way.
    """
    properties = section._sectPr
    for found in properties.findall(qn("w:docGrid")):
        properties.remove(found)
    properties.append(element("docGrid", type="lines", linePitch=int(page.pitch * 20)))


def set_closer(style: Any, page: Page) -> None:
    """Set characters so close that as many as the standard wants stand on a line; rounded so that they do."""
    closer = math.floor((page.advance - page.size) * 20)
    style.element.get_or_add_rPr().insert_element_before(element("spacing", val=closer), "w:sz", "w:szCs", "w:lang")


def border(paragraph: Any, side: str, points: float, color: str) -> None:
    """Draw a rule above (``top``) or below (``bottom``) a paragraph."""
    borders = element("pBdr")
    borders.append(element(side, val="single", sz=round(points * 8), space=4, color=color))
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def add_page_number(paragraph: Any) -> None:
    """Add the number of the page as a field."""
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "shown", "end"):
        if kind is None:
            code = element("instrText")
            code.text = "PAGE"
            run._r.append(code)
        elif kind == "shown":
            run.add_text("1")
        else:
            run._r.append(element("fldChar", fldCharType=kind))


def add_watermark(paragraph: Any, words: str, number: int) -> None:
    """Lay grey words across the page behind the text; the paragraph must be one of a header."""
    shape = parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="mark{number}" type="#_x0000_t136" fillcolor="#d9d9d9" stroked="f" '
        'style="position:absolute;width:300pt;height:110pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin">'
        '<v:textpath style="font-family:黑体" string=""/></v:shape></w:pict>'
    )
    path = shape.find(".//{urn:schemas-microsoft-com:vml}shape/{urn:schemas-microsoft-com:vml}textpath")
    path.set("string", words)
    paragraph.add_run()._r.append(shape)


def off_grid(style: Any) -> None:
    """Let a style keep its own distances instead of those of the grid of the page."""
    style.element.get_or_add_pPr().insert_element_before(
        element("snapToGrid", val=0), "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
    )
    style.element.get_or_add_rPr().insert_element_before(element("snapToGrid", val=0), "w:color", "w:sz", "w:lang")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, where they stand (left, right, center), whether they are black."""

    words: str
    align: str
    is_black: bool = False


def table_xml(rows: Sequence[Sequence[Cell]], widths: Sequence[float], size: float) -> Any:
    """Return a table whose first row is its head: repeated on each page, and a heading for those who listen.

    Written as text at once: adding cell by cell takes python-docx seconds for a table of some hundred rows.
    """
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    body = "".join(_row_xml(row, widths, size, is_head=nth == 0) for nth, row in enumerate(rows))
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        f' w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def _row_xml(row: Sequence[Cell], widths: Sequence[float], size: float, *, is_head: bool) -> str:
    ground = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if is_head else ""
    cells = []
    for cell, width in zip(row, widths, strict=True):
        family = BLACK if cell.is_black else BODY
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{ground}<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="TableText"/><w:jc w:val="{cell.align}"/></w:pPr><w:r><w:rPr>'
            f'<w:rFonts w:eastAsia="{family}"/><w:sz w:val="{round(size * 2)}"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(cell.words)}</w:t></w:r></w:p></w:tc>'
        )
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _twips(points: float) -> int:
    return round(points * 20)


def at_foot(table: Any, page: Page, left: float, height: float) -> None:
    """Place a table ``height`` points high at the foot of the type area of its page."""
    top = (page.HEIGHT_MM - page.bottom_mm) * MM - height
    place = element(
        "tblpPr", vertAnchor="page", horzAnchor="page", tblpX=_twips(left), tblpY=_twips(top), leftFromText=0
    )
    table._tbl.tblPr.insert_element_before(
        place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )


def rules(table: Any, points: tuple[float, float]) -> None:
    """Rules above, between and below the rows; the outer ones ``points[0]`` thick, the inner ones ``points[1]``."""
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        is_drawn = side in ("top", "bottom", "insideH")
        thick = points[1] if side == "insideH" else points[0]
        borders.append(element(side, val="single" if is_drawn else "nil", sz=round(thick * 8), color="000000"))
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
