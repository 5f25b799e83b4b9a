"""Every number in a file is the stored one: files are read back and compared with the snapshot."""

from decimal import Decimal

import pytest

from mediation.reviews.figures import in_order
from mediation.reviews.indicators import REGISTER, figures_of, hide_small, percentage
from mediation.reviews.outline import Figure, Table
from mediation.reviews.quoting import Quoter
from mediation.reviews.render.docx import docx_of
from mediation.reviews.render.pdf import pdf_of
from mediation.reviews.render.values import value_of
from mediation.reviews.render.xlsx import HEAD, xlsx_of
from tests.reviews.render import papers, reading
from tests.reviews.render.general import general_outline

SEEDS = range(1, 4)
PEOPLE, MATTERS = (str(REGISTER[name].name) for name in ("escalated_people", "escalated_cases"))


@pytest.fixture(scope="module", params=SEEDS)
def review(request):
    found = papers.figures(request.param, most=(40, 900, 60_000)[request.param - 1])
    return papers.review_of(found)


@pytest.fixture(scope="module")
def outline(review):
    return general_outline(review, papers.NAMES)


def tables(outline):
    return [block for block in outline.everything() if isinstance(block, Table)]


def test_the_snapshots_hold_what_is_hard_to_print():
    found = [papers.figures(seed) for seed in SEEDS]
    written = {
        text for one in found for text in papers.numbers_of(one, ["closure_rate", "yoy.reported", "yoy.closure_rate"])
    }
    assert any(text.startswith("下降") for text in written)
    assert all(papers.numbers_of(one, ["141130000000.closure_rate"]) == ["—"] for one in found)
    assert all(Decimal(papers.numbers_of(one, ["agreement_amount"])[0]) > 0 for one in found)


def test_figures_of_an_outline_are_the_stored_ones(review, outline):
    quote = Quoter(review.figures)
    found = list(outline.figures())
    assert len(found) > 400
    assert [quote(figure.ref).text for figure in found] == [figure.text for figure in found]


def test_the_pdf_has_every_row_of_every_table(outline):
    rows = reading.pdf_rows(pdf_of(outline))
    for table in tables(outline):
        for row in table.rows:
            first = next((nth for nth, run in enumerate(row) if isinstance(run, Figure)), len(row))
            numbers = [str(run) for run in row[first:] if str(run)]
            assert not numbers or len(row) > 10 or reading.has_row(rows, numbers), (table.title, row)


def test_every_number_of_a_split_table_is_in_the_pdf(review, outline):
    """Each place's whole row, put together again from its pieces."""
    rows = reading.pdf_rows(pdf_of(outline))
    full = tables(outline)[-1]
    assert len(full.columns) > 25
    for row in full.rows:
        rest = [run.text for run in row[1:]]
        while rest:
            length = next((n for n in range(len(rest), 1, -1) if reading.has_row(rows, rest[:n])), 0)
            assert length, (row[0], rest)
            rest = rest[length:]


def test_the_docx_has_every_table_cell_by_cell(outline):
    drawn = reading.document(docx_of(outline)).tables
    pieces = iter([[_texts(row) for row in table.rows] for table in drawn])
    for table in tables(outline):
        seen: list[str] = []
        while len(seen) < len(table.columns) - 1:
            piece = next(pieces)
            seen += piece[0][1:]
            first = len(seen) - len(piece[0]) + 1
            for drawn_row, row in zip(piece[1:], table.rows, strict=True):
                wanted = [str(run) for run in row[1 + first : 1 + len(seen)]]
                assert drawn_row[1:] == wanted
        assert seen == [column.name for column in table.columns[1:]]
    assert next(pieces, None) is None


def _texts(row):
    return ["".join(node.text or "" for node in cell.iter() if node.tag.endswith("}t")) for cell in row._tr.tc_lst]


def test_the_xlsx_has_the_whole_snapshot_as_numbers(review, outline):
    found = in_order(review.figures)
    book = reading.workbook(xlsx_of(outline, review, papers.NAMES))
    measures = {row[0]: row for row in book["指标"][HEAD + 1 :]}
    assert list(measures) == list(found["measures"])
    for name, figure in found["measures"].items():
        _same(measures[name][2], figure.get("display", figure.get("value")))
        if "denominator" in figure:
            assert measures[name][3:5] == [figure["numerator"], figure["denominator"]]
    head, *places = book["分地区"][HEAD:]
    by_code = {row[0]: dict(zip(head, row, strict=True)) for row in places}
    names = {row[0]: row[1] for row in book["指标"][HEAD + 1 :]}
    places_of = found["by_county"]
    for name in measures:
        hidden = hide_small(REGISTER[name], {code: figures[name] for code, figures in places_of.items()})
        for code, figure in ((code, figures[name]) for code, figures in places_of.items()):
            if code in hidden:
                columns = [column for column in head if column.split("·")[0] == names[name]]
                assert {by_code[code][column] for column in columns} == {"*"}
                continue
            _same(by_code[code][names[name]], figure.get("display", figure.get("value")))
            if "denominator" in figure:
                assert by_code[code][f"{names[name]}·分子"] == figure["numerator"]
                assert by_code[code][f"{names[name]}·分母"] == figure["denominator"]
    for code, count in found["reported_valid_by_category"].items():
        assert [row for row in book["上报有效事件按类别"] if row[0] == code] == [[code, papers.NAMES[code], count]]


def test_small_cells_of_people_are_hidden_where_a_file_leaves_the_unit():
    """DOMAIN.md 7.4 no. 15: of places below, with their totals; what counts matters stands."""
    found = papers.figures(1)
    for code, people, satisfied, answers in (("141102000000", 2, 9, 10), ("141121000000", 7, 40, 50)):
        found["by_county"][code]["escalated_people"] = {"value": people}
        found["by_county"][code]["escalated_cases"] = {"value": 1}
        rate = {"numerator": satisfied, "denominator": answers, "display": percentage(satisfied, answers)}
        found["by_county"][code]["satisfaction_rate"] = rate
    for code in set(papers.COUNTIES) - {"141102000000", "141121000000"}:
        found["by_county"][code] |= {name: figures_of({})[name] for name in ("escalated_people", "satisfaction_rate")}
    review = papers.review_of(found)
    rows = reading.workbook(xlsx_of(general_outline(review, papers.NAMES), review, papers.NAMES))["分地区"]
    by_code = {row[0]: dict(zip(rows[HEAD], row, strict=True)) for row in rows[HEAD + 1 :]}
    # The second goes too, or the total would tell the first.
    for code in ("141102000000", "141121000000"):
        told = by_code[code]
        assert {told[f"满意度{part}"] for part in ("", "·分子", "·分母")} == {told[PEOPLE]} == {"*"}
        assert told[MATTERS] == 1
    assert by_code["141122000000"][PEOPLE] == 0
    assert by_code["141122000000"]["满意度"] == "—"
    assert any(str(cell).startswith("“*”：涉及人员不足3人") for row in rows for cell in row)


def test_the_xlsx_has_the_comparisons_as_numbers(review, outline):
    book = reading.workbook(xlsx_of(outline, review, papers.NAMES))
    head, *rows = book["同比环比"][HEAD:]
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows if row[0]}
    for name, change in review.figures["comparisons"]["yoy"]["measures"].items():
        row = by_name[name]
        _same(row["上年同期"], change["base"].get("display", change["base"].get("value")))
        _same(row["同比增减数"], change.get("difference", ""))
        _same(row["同比增减幅度"], change.get("percent", ""))
        _same(row["同比百分点"], change.get("points", ""))
    assert "环比（文字）" in head
    assert {by_name[name]["环比（文字）"] for name in review.figures["measures"]} == {"—"}


def test_the_xlsx_has_every_table_of_the_paper(review, outline):
    book = reading.workbook(xlsx_of(outline, review, papers.NAMES))
    found = tables(outline)
    for table, rows in zip(found, list(book.values())[-len(found) :], strict=True):
        assert rows[0][0] == table.title
        assert rows[HEAD] == [column.name for column in table.columns]
        for cells, row in zip(rows[HEAD + 1 :], table.rows, strict=False):
            for cell, run in zip(cells, row, strict=True):
                if isinstance(run, Figure):
                    _same(cell, run.text)


def _same(cell, stored):
    """A cell is the stored number: dashes and nothing as words, all else as a number."""
    written = value_of(Figure("x", str(stored)))
    if written is None:
        assert cell == str(stored)
        return
    number = written.number / 100 if written.written == "percent" else written.number
    assert isinstance(cell, int | float)
    assert Decimal(repr(cell)) == number
