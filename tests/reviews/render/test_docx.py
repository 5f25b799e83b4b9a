"""The DOCX as Word sees it: its styles, tables, pictures, pages; and that it is the same paper as the PDF."""

import io
import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from mediation.reviews.outline import Column, Form, Heading, Paragraph, Table
from mediation.reviews.render.docx import docx_of
from mediation.reviews.render.pdf import pdf_of
from tests.reviews.render import papers, reading


@pytest.fixture(scope="module")
def content():
    return docx_of(papers.everything())


def test_the_page_is_that_of_the_standard(content):
    section = reading.document(content).sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(length.mm, 1) for length in measures] == [210, 297, 37, 35]
    assert [round(length.mm, 1) for length in (section.left_margin, section.right_margin)] == [28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    # In twentieths of a point: 22 lines must not be higher than 225 mm.
    assert 225 / 25.4 * 72 - 22 < 22 * int(grid.get(qn("w:linePitch"))) / 20 <= 225 / 25.4 * 72


def test_28_characters_fit_a_line(content):
    normal = reading.document(content).styles["Normal"]
    assert normal.font.size.pt == 16
    spacing = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + spacing) <= 156 / 25.4 * 72 < 29 * (16 + spacing)
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"


def test_headings_are_headings_and_the_title_is_a_title(content):
    styled = [(paragraph.style.name, paragraph.text) for paragraph in reading.document(content).paragraphs]
    styled = [(name, text.replace("\n", "")) for name, text in styled]
    assert [pair for pair in styled if pair[0].startswith(("Heading", "Title"))] == [
        ("Title", "关于2024年1—2月全市综治中心运行情况的通报"),
        ("Heading 1", "一、总体情况"),
        ("Heading 2", "（一）上报"),
        ("Heading 3", "1.结构"),
        ("Heading 4", "（1）类别"),
        ("Heading 1", "主要指标一览表"),
        ("Heading 1", "各村情况"),
    ]


def test_every_table_repeats_its_head_and_breaks_no_row(content):
    tables = reading.document(content).tables
    assert len(tables) >= 3
    for table in tables[:-1]:
        head, *rows = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_charts_are_pictures_with_words(content):
    found = [shape._inline for shape in reading.document(content).inline_shapes]
    assert [inline.docPr.get("descr") for inline in found] == ["离石区最少。"] * 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 3
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_tables_stand_inside_the_type_area():
    outline = papers.paper(Form.REPORT, papers.wide_table(22), annexes=("甲",), annex_blocks=(papers.wide_table(30),))
    file = reading.document(docx_of(outline))
    assert [section.orientation for section in file.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    widths = [sum(Mm(0) + column.width for column in table.columns) for table in file.tables]
    assert len(widths) > 4
    assert all(width <= Mm(225.5) for width in widths)
    assert widths[0] <= Mm(156.5)


def test_pages_are_numbered_outside_and_drafts_are_marked():
    file = reading.document(docx_of(papers.paper(Form.REPORT, Paragraph(("正文",)), mark="草稿")))
    assert file.settings.odd_and_even_pages_header_footer
    section = file.sections[0]
    for foot, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        (paragraph,) = foot.paragraphs
        assert paragraph.alignment.name == side
        assert re.sub(r"\d", "1", paragraph.text) == "— 1 —"
        assert "PAGE" in foot._element.xml
    for head in (section.header, section.even_page_header):
        assert 'string="草稿"' in head._element.xml
    final = reading.document(docx_of(papers.paper(Form.REPORT, Paragraph(("正文",)))))
    assert "草稿" not in final.sections[0].header._element.xml


def test_a_report_with_a_number_leaves_room_for_its_signer():
    file = reading.document(docx_of(papers.paper(Form.REPORT, Paragraph(("正文",)), number="离综治〔2026〕1号")))
    assert "离综治〔2026〕1号\t签发人：" in [paragraph.text for paragraph in file.paragraphs]


@pytest.mark.parametrize("name", papers.ODD_NAMES.values())
def test_words_are_data_and_never_markup(name):
    table = Table("t", name, (Column(name, False), Column("件")), ((name, papers.made_figure("7")),), (name,))
    outline = papers.paper(Form.BULLETIN, Heading(1, name), Paragraph((name,)), table, title=name, mark=name[:9])
    wanted = reading.squeezed("".join(char for char in name if char >= " " and char != "\u2028"))
    assert reading.docx_text(docx_of(outline)).count(wanted) >= 5


def test_it_says_the_same_as_the_pdf(content):
    printed = reading.pdf_text(pdf_of(papers.everything()))
    paragraphs = [node for node in reading.document(content).element.body.iter() if node.tag.endswith("}p")]
    words = ["".join(part.text or "" for part in node.iter() if part.tag.endswith("}t")) for node in paragraphs]
    assert len(words) > 100
    for said in words:
        assert all(part in printed for part in re.findall(r"[\w.%]+", said)), said


def test_no_table_is_the_last_thing_and_every_part_is_well_formed(content):
    body = reading.document(content).element.body
    kinds = [node.tag.split("}")[1] for node in body]
    assert kinds[-2:] == ["p", "sectPr"]
    assert ("tbl", "tbl") not in set(pairwise(kinds))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


def test_nothing_of_the_template_of_others_is_left(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
    about = reading.document(content).core_properties
    assert (about.title, about.author) == ("关于2024年1—2月全市综治中心运行情况的通报", "吕梁市综治中心")
    assert "python" not in (about.comments + about.last_modified_by).lower()


def test_the_same_paper_is_the_same_file(content):
    assert docx_of(papers.everything()) == content
