"""A paper as DOCX, to be worked on in Word or WPS: the same content and measures as the PDF, with real headings,
tables and pictures. The same outline gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import docx
from django.utils import translation
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mediation.reviews.outline import Block, Chart, Form, Heading, Listing, Outline, Paragraph, Run, Table, plain
from mediation.reviews.periods import chinese_day
from mediation.reviews.render import docx_parts as parts
from mediation.reviews.render.annexes import Annex, annexes_of
from mediation.reviews.render.charts import chart_share, svg_of
from mediation.reviews.render.fit import Piece, fit, organ_size, title_lines
from mediation.reviews.render.pdf import png_of_svg
from mediation.reviews.render.sizes import MM, page_of
from mediation.reviews.render.wording import (
    WORDS,
    clean,
    has_colophon,
    has_red_head,
    level_of,
    listed,
)

CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
BOTH = WD_ALIGN_PARAGRAPH.JUSTIFY
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""When the file says it was made: always then, so that the same paper is the same file."""


def docx_of(outline: Outline) -> bytes:
    """Return the paper as a DOCX."""
    with translation.override("zh-hans"):
        return _Paper(outline).drawn()


class _Paper:
    """One document while it is drawn."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.page = page_of(outline.form)
        self.file: Any = docx.Document()
        self.charts = 0

    def drawn(self) -> bytes:
        self._properties()
        self._styles()
        self._section(self.file.sections[0])
        self._head()
        for block in self.outline.blocks:
            self._block(block)
        self._foot()
        for annex in annexes_of(self.outline):
            self._annex(annex)
        if has_colophon(self.outline):
            self._colophon()
        saved = io.BytesIO()
        self.file.save(saved)
        return _same_each_time(saved.getvalue())

    # -- The page ------------------------------------------------------------------------------------------------------

    def _properties(self) -> None:
        about = self.file.core_properties
        about.title, about.author, about.language = clean(self.outline.title), clean(self.outline.organ), "zh-CN"
        about.last_modified_by, about.comments, about.revision = about.author, "", 1
        about.created = about.modified = MADE
        links = self.file.part.package.rels
        for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
            # A picture of python-docx's own empty page.
            del links[key]

    def _styles(self) -> None:
        styles, page = self.file.styles, self.page
        normal = styles["Normal"]
        parts.set_font(normal, parts.BODY, page.size)
        normal.element.rPr.append(parts.element("lang", val="en-US", eastAsia="zh-CN"))
        parts.set_lines(normal.paragraph_format, page.pitch)
        if self.outline.form is not Form.SHEET:
            parts.set_closer(normal, page)
        self._style("Body Text", parts.BODY, page.size, indent=2, align=BOTH)
        self._style("Title", parts.TITLE, page.title_size, align=CENTRE, pitch=page.title_size * 1.6)
        for level, family in enumerate((parts.BLACK, parts.KAI, parts.BODY, parts.BODY), 1):
            style = self._style(f"Heading {level}", family, page.size, indent=2)
            style.paragraph_format.keep_with_next = True
        self._style("Caption", parts.BLACK, page.table_sizes[0] + 1.5, align=CENTRE, pitch=page.pitch * 0.9)
        for name in ("Table Text", "Table Note"):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = normal
            self._style(name, parts.BODY, page.table_sizes[0], pitch=page.table_sizes[0] * 1.45)
        for name in ("Title", "Caption", "Table Text", "Table Note"):
            parts.off_grid(styles[name])

    def _style(
        self, name: str, family: str, size: float, *, indent: float = 0, align: Any = LEFT, pitch: float = 0
    ) -> Any:
        style = self.file.styles[name]
        parts.set_font(style, family, size)
        parts.set_lines(style.paragraph_format, pitch or self.page.pitch)
        parts.indent_first(style.paragraph_format, indent, size)
        style.paragraph_format.alignment = align
        for found in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
            style.element.pPr.remove(found)
        return style

    def _section(self, section: Any, *, is_landscape: bool = False) -> None:
        page = self.page
        short, long = Mm(page.WIDTH_MM), Mm(page.HEIGHT_MM)
        top, bottom, left, right = page.top_mm, page.bottom_mm, page.left_mm, page.right_mm
        section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if is_landscape else (short, long)
        if is_landscape:
            top, bottom, left, right = left, right, top, bottom
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(left), Mm(right)
        section.footer_distance = Mm(max(bottom - 12, 6))
        parts.set_grid(section, page)
        if section is self.file.sections[0] or len(self.file.sections) == 1:
            self._running(section)

    def _running(self, section: Any) -> None:
        """Page numbers, and the mark of a draft; later sections take them over."""
        is_sheet = self.outline.form is Form.SHEET
        self.file.settings.odd_and_even_pages_header_footer = not is_sheet
        feet = [(section.footer, CENTRE)] if is_sheet else [(section.footer, RIGHT), (section.even_page_footer, LEFT)]
        for foot, align in feet:
            paragraph = foot.paragraphs[0]
            paragraph.alignment = align
            size = 9 if is_sheet else 14
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(0 if is_sheet else 14)
            if not is_sheet:
                paragraph.add_run("— ")
            parts.add_page_number(paragraph)
            if not is_sheet:
                paragraph.add_run(" —")
            for run in paragraph.runs:
                parts.set_font(run, parts.SONG, size)
        if self.outline.mark:
            heads = [section.header] if is_sheet else [section.header, section.even_page_header]
            for number, head in enumerate(heads, 1):
                parts.add_watermark(head.paragraphs[0], clean(self.outline.mark), number)

    # -- Parts of the paper -------------------------------------------------------------------------------------------

    def _add(self, words: str, style: str = "Normal", *, align: Any = None, holder: Any = None) -> Any:
        paragraph = (holder or self.file).add_paragraph(clean(words), style=style)
        if align is not None:
            paragraph.alignment = align
        return paragraph

    def _head(self) -> None:
        outline = self.outline
        if has_red_head(outline):
            self._red_head()
        title = self._add("", "Title").add_run()
        for nth, line in enumerate(title_lines(clean(outline.title), self.page)):
            if nth:
                title.add_break()
            title.add_text(line)
        if outline.form is Form.SHEET:
            line = self._add("　".join(filter(None, (outline.organ, outline.number, outline.as_of))))
            parts.border(line, "bottom", 1.2, "D7000F")
        elif outline.as_of:
            self._add(f"（{outline.as_of}）", align=CENTRE)
            self._add("")
        if outline.addressee:
            self._add(f"{outline.addressee}：")

    def _red_head(self) -> None:
        size = organ_size(self.outline.organ, self.page)
        mark = self._add(self.outline.organ, align=CENTRE)
        parts.set_lines(mark.paragraph_format, size * 1.2, before=35 * 72 / 25.4 - size * 0.2, after=self.page.pitch)
        parts.set_font(mark.runs[0], parts.TITLE, size, color=parts.RED)
        if self.outline.form is Form.REPORT:
            number = self._add(self.outline.number)
            number.add_run().add_tab()
            number.add_run(WORDS["signer"])
            parts.indent_first(number.paragraph_format, 1, self.page.size)
            number.paragraph_format.tab_stops.add_tab_stop(Pt(self.page.width * 0.6))
        else:
            number = self._add(self.outline.number, align=CENTRE)
        parts.border(number, "bottom", 2, "D7000F")
        self._add("")

    def _foot(self) -> None:
        outline, page = self.outline, self.page
        issued_on = chinese_day(outline.issued_on) if outline.issued_on else ""
        if outline.form is Form.SHEET:
            self._footnotes()
            if issued_on:
                self._add(f"{outline.organ}　{issued_on}", align=RIGHT)
            return
        if outline.annexes:
            self._add("")
        for nth, name in enumerate(outline.annexes, 1):
            lead = f"{WORDS['annex']}：" if nth == 1 else "　　　"
            self._add(f"{lead}{name}" if len(outline.annexes) == 1 else f"{lead}{nth}. {name}", "Body Text", align=LEFT)
        # Room for a seal, and nothing that looks like one.
        for _line in range(2):
            self._add("").paragraph_format.keep_with_next = True
        for words in filter(None, (outline.organ, issued_on)):
            line = self._add(words, align=RIGHT)
            line.paragraph_format.keep_with_next = words is not issued_on
            beyond = max(0.0, (len(clean(outline.organ)) - len(issued_on) * 0.75) / 2)
            line.paragraph_format.right_indent = Pt(
                page.advance * max(0.0, 4 - (beyond if words is outline.organ else 0))
            )
        self._footnotes()

    def _footnotes(self) -> None:
        for note in self.outline.footnotes:
            paragraph = self._add(f"（{note}）", "Body Text", align=LEFT)
            parts.set_font(paragraph.runs[0], parts.BODY, self.page.note_size)

    def _annex(self, annex: Annex) -> None:
        pieces = {id(block): fit(block, self.page, may_turn=True) for block in annex.blocks if isinstance(block, Table)}
        is_landscape = any(piece.is_landscape for fitted in pieces.values() for piece in fitted)
        was_landscape = self.file.sections[-1].orientation == WD_ORIENT.LANDSCAPE
        if is_landscape or was_landscape:
            self._section(self.file.add_section(WD_SECTION.NEW_PAGE), is_landscape=is_landscape)
            label = self._add(annex.label)
        else:
            label = self._add(annex.label)
            label.paragraph_format.page_break_before = True
        if annex.label:
            parts.set_font(label.runs[0], parts.BLACK, self.page.size)
            heading = self._add(annex.title, "Heading 1", align=CENTRE)
            parts.indent_first(heading.paragraph_format, 0, self.page.size)
            parts.set_lines(heading.paragraph_format, self.page.title_size * 1.6, before=self.page.pitch, after=8)
            parts.set_font(heading.runs[0], parts.TITLE, self.page.title_size)
        for nth, block in enumerate(annex.blocks):
            is_titled = nth > 0 or not annex.label
            if isinstance(block, Table):
                self._table(block, pieces[id(block)], is_titled=is_titled)
            else:
                self._block(block)

    def _colophon(self) -> None:
        """Copies, who printed it and when, at the foot of the last page."""
        outline = self.outline
        if self.file.sections[-1].orientation == WD_ORIENT.LANDSCAPE:
            self._section(self.file.add_section(WD_SECTION.NEW_PAGE))
        copies = f"{WORDS['copies']}：{'，'.join(outline.copies_to)}。" if outline.copies_to else ""
        printed = f"{chinese_day(outline.issued_on)}{WORDS['printed']}" if outline.issued_on else ""
        rows = [copies] if copies else []
        self._thin()
        table = self.file.add_table(rows=len(rows) + 1, cols=1)
        table.autofit = False
        parts.rules(table, (1.0, 0.7))
        parts.at_foot(table, self.page, self.page.left_mm * MM, 26.0 * len(table.rows))
        for cell, words in zip(
            (row.cells[0] for row in table.rows), (*rows, f"{outline.organ}\t{printed}"), strict=True
        ):
            cell.width = Pt(self.page.width)
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(clean(words) if "\t" not in words else "\t".join(map(clean, words.split("\t"))))
            parts.set_font(run, parts.BODY, 14)
            parts.set_lines(paragraph.paragraph_format, 24)
            paragraph.paragraph_format.left_indent = Pt(14)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(self.page.width - 26), 2)

        self._thin()

    def _thin(self) -> None:
        """A line of no height: two tables must not meet, and none may be the last thing in a file."""
        parts.set_lines(self._add("").paragraph_format, 1)

    # -- Blocks -------------------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        match block:
            case Heading(words=words):
                self._add(words, f"Heading {level_of(block)}")
            case Paragraph(text=text):
                self._add(plain(text), "Body Text")
            case Listing():
                for item in listed(block):
                    self._add(item, "Body Text")
            case Table():
                self._table(block, fit(block, self.page))
            case Chart():
                self._chart(block)

    def _table(self, table: Table, pieces: Iterable[Piece], *, is_titled: bool = True) -> None:
        for nth, piece in enumerate(pieces):
            if is_titled or nth:
                caption = self._add(table.title + (WORDS["continued"] if nth else ""), "Caption")
                caption.paragraph_format.keep_with_next = True
            self._piece(table, piece)
            if nth < len(tuple(pieces)) - 1:
                self._add("")
        for nth, note in enumerate(table.notes):
            self._add(f"{WORDS['note']}{note}" if nth == 0 else note, "Table Note")

    def _piece(self, table: Table, piece: Piece) -> None:
        rows = [[parts.Cell(clean(table.columns[index].name), "center", True) for index in piece.columns]]
        for nth, row in enumerate(table.rows, 1):
            is_total = table.has_total and nth == len(table.rows)
            rows.append([_cell(table, index, row[index], is_total) for index in piece.columns])
        self.file.element.body.insert_element_before(parts.table_xml(rows, piece.widths, piece.size), "w:sectPr")

    def _chart(self, chart: Chart) -> None:
        width = self.page.width * chart_share(chart, self.page)
        picture = png_of_svg(svg_of(chart), width)
        paragraph = self._add("", align=CENTRE)
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Pt(width))
        self.charts += 1
        about = shape._inline.docPr
        about.set("name", f"chart{self.charts}")
        about.set("title", clean(chart.title))
        about.set("descr", clean(chart.alt))
        self._add(chart.title, "Caption")


def _cell(table: Table, index: int, run: Run, is_total: bool) -> parts.Cell:
    return parts.Cell(clean(str(run)), "right" if table.columns[index].is_number else "left", is_total)


def _same_each_time(saved: bytes) -> bytes:
    """Take the clock out of the archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
