"""Sheets: words that are never formulas, what is printed on each, names and frozen heads."""

import io
import zipfile

import pytest

from mediation.reviews.outline import Column, Form, Table
from mediation.reviews.render.xlsx import HEAD, _sheet_name, xlsx_of
from tests.reviews.render import papers, reading
from tests.reviews.render.general import general_outline


@pytest.fixture(scope="module")
def review():
    return papers.review_of(papers.figures(5), name="=cmd|' /C calc'!A0")


@pytest.fixture(scope="module")
def content(review):
    return xlsx_of(general_outline(review, papers.NAMES), review, papers.NAMES)


def parts(content, prefix):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith(prefix)}


def test_nothing_in_it_is_a_formula_or_a_link(content):
    sheets = parts(content, "xl/worksheets/sheet")
    assert len(sheets) >= 8
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets.values())
    assert not parts(content, "xl/externalLinks")


def test_words_like_formulas_are_kept_as_they_are_and_quoted(content):
    names = [row[1] for row in reading.workbook(content)["分地区"][HEAD + 1 :]]
    assert {'=HYPERLINK("http://example.invalid","点我")', "+1-1", "@SUM(A1:A9)", "-2+3"} <= set(names)
    assert 'quotePrefix="1"' in parts(content, "xl/styles")["xl/styles.xml"]


def test_each_sheet_says_what_it_is_of(review, content):
    for name, rows in reading.workbook(content).items():
        said = rows[1][0]
        for words in ("141100000000", "2024年2月", "2024-03-01 00:00:00", "第3版", "指标口径：第1版"):
            assert words in said, name


def test_each_measure_stands_with_its_formula_basis_and_version(content):
    head, *rows = reading.workbook(content)["指标"][HEAD:]
    assert head[5:] == ["单位", "计算方法", "统计口径", "口径版本"]
    assert all(all(row[5:]) for row in rows)


def test_heads_stay_when_scrolling_and_repeat_in_print(content):
    for sheet in parts(content, "xl/worksheets/sheet").values():
        assert f'ySplit="{HEAD + 1}"' in sheet
        assert 'state="frozen"' in sheet
    assert "_xlnm.Print_Titles" in parts(content, "xl/workbook.xml")["xl/workbook.xml"]


def test_only_sheets_that_can_be_read_so_are_printed_on_one_width(content):
    names = list(reading.workbook(content))
    sheets = parts(content, "xl/worksheets/sheet")
    fitted = {name: "fitToPage" in sheets[f"xl/worksheets/sheet{nth}.xml"] for nth, name in enumerate(names, 1)}
    assert fitted["指标"]
    assert not fitted["分地区"]


def test_a_rate_is_a_percentage_to_the_program_too(content):
    styles = parts(content, "xl/styles")["xl/styles.xml"]
    assert 'formatCode="0.00%"' in styles or 'numFmtId="10"' in styles
    assert 'formatCode="#,##0.00"' in styles or 'numFmtId="4"' in styles


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("一" * 40, "一" * 31),
        ("a/b\\c:d*e?f[g]", "a·b·c·d·e·f·g·"),
        ("'引号'", "引号"),
        ("", "表"),
        ("\u0000", "表"),
    ],
)
def test_names_of_sheets_are_allowed_ones(wanted, given):
    assert _sheet_name(wanted, set()) == given


def test_no_two_sheets_bear_one_name(review):
    table = Table("t", "各村情况" * 10, (Column("名称", False),), (("甲",),))
    book = reading.workbook(xlsx_of(papers.paper(Form.REPORT, table, table, table), review, papers.NAMES))
    assert sum(name.startswith("各村情况") for name in book) == 3


def test_the_same_review_is_the_same_file(review, content):
    assert xlsx_of(general_outline(review, papers.NAMES), review, papers.NAMES) == content
