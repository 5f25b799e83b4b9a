"""Ledgers as spreadsheets save them: encodings, workbooks with real dates and numbers, rows as people count them."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import translation

from seeds.ledger import cells
from seeds.ledger.sheets import Unreadable, open_sheet
from seeds.progress import Progress
from tests.seeds.ledgers import (
    AGREED,
    CLOSED,
    CLOSED_AGAIN,
    DISPUTE_HEADERS,
    INCIDENT_HEADERS,
    PERFORMED,
    REPORTED,
    case,
    incident,
    load,
    run,
    timeline,
    write_csv,
)

pytestmark = pytest.mark.django_db
ONE = ["imported=1 unchanged=0 refused=0"]
DATES = {
    "上报时间",
    "核实时间",
    "办结时间",
    "重开时间",
    "再次办结时间",
    "登记时间",
    "受理时间",
    "协议时间",
    "履行完毕时间",
    "化解时间",
}


def write_workbook(path, row, headers, *, above=0, left=0, number_codes=True):
    """Write one row as a person would in a spreadsheet program: dates as dates, codes as numbers."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, header in enumerate(headers, start=left):
        sheet.write_string(above, column, header)
        cell = row.get(header, "")
        if not cell:
            continue
        if header in DATES:
            sheet.write_datetime(above + 1, column, datetime.fromisoformat(cell), moment)
        elif header == "履行期限":
            sheet.write_datetime(above + 1, column, datetime.fromisoformat(cell), day)
        elif number_codes and header in ("区划代码", "类别代码", "涉及人数", "协议金额"):
            sheet.write_number(above + 1, column, float(cell))
        else:
            sheet.write_string(above + 1, column, cell)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_spreadsheets_save(tmp_path, encoding):
    path = write_csv(tmp_path / "incidents.csv", [{**CLOSED, "事件描述": "㐀村口，“漏水”"}], encoding=encoding)
    assert run(path, "incidents") == (ONE, True)
    assert incident().description == "㐀村口，“漏水”"


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "incidents.csv"
    path.write_bytes(b"\xff\xfe" + "事件编号".encode("utf-16-le") + b"\xff\xff\x80")
    assert run(path, "incidents") == (
        ["文件编码既不是 UTF-8 也不是 GB 18030。", "imported=0 unchanged=0 refused=1"],
        False,
    )


def test_a_workbook_says_the_same_as_the_csv(tmp_path):
    assert run(write_workbook(tmp_path / "incidents.xlsx", CLOSED_AGAIN, INCIDENT_HEADERS), "incidents") == (ONE, True)
    assert run(write_csv(tmp_path / "incidents.csv", [CLOSED_AGAIN]), "incidents") == (
        ["imported=0 unchanged=1 refused=0"],
        True,
    )
    assert (incident().category_id, incident().unit.code) == ("0102", "141102001001")
    assert timeline(incident())[-1].at == datetime(2024, 2, 12, 1, 0, tzinfo=UTC)


def test_a_workbook_of_disputes_carries_days_and_amounts(tmp_path):
    row = {**PERFORMED, "协议金额": "3200.1"}
    assert run(write_workbook(tmp_path / "disputes.xlsx", row, DISPUTE_HEADERS), "disputes") == (ONE, True)
    found = case()
    assert (found.agreement_amount, found.agreement_limit_on, found.people_count) == (
        Decimal("3200.10"),
        date(2024, 3, 10),
        3,
    )


def test_text_cells_of_a_workbook_are_read_like_csv(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "disputes.xlsx"))
    sheet = book.add_worksheet()
    for column, header in enumerate(DISPUTE_HEADERS):
        sheet.write_string(0, column, header)
        sheet.write_string(1, column, f" {AGREED.get(header, '')}\u3000")
    book.close()
    assert run(tmp_path / "disputes.xlsx", "disputes") == (ONE, True)


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path):
    bad = {**REPORTED, "事件编号": "T-2", "来源": "微信"}
    path = write_csv(tmp_path / "incidents.csv", [{**REPORTED, "事件描述": "两行\n描述"}, bad])
    lines = path.read_text(encoding="utf-8").replace("T-2", "\n,,\nT-2").replace("\n\n", "\n\n")
    path.write_text(lines, encoding="utf-8")
    # Row 2 spans two lines of the file; rows 3 and 4 are blank.
    assert run(path, "incidents")[0][0].startswith("第5行「来源」")


def test_a_header_that_is_not_in_the_first_row_is_no_header(tmp_path):
    lines, accepted = run(write_workbook(tmp_path / "i.xlsx", REPORTED, INCIDENT_HEADERS, above=1), "incidents")
    assert not accepted
    assert "第1行「事件编号」：缺少此列。" in lines


def test_a_workbook_may_have_an_empty_column_at_the_left(tmp_path):
    path = write_workbook(tmp_path / "i.xlsx", REPORTED, INCIDENT_HEADERS, left=1)
    assert run(path, "incidents") == (ONE, True)


def test_columns_may_come_in_any_order_and_optional_ones_be_left_out(tmp_path):
    headers = list(reversed([header for header in INCIDENT_HEADERS if header in REPORTED]))
    assert run(write_csv(tmp_path / "incidents.csv", [REPORTED], headers), "incidents") == (ONE, True)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("ledger.xlsx", b"no workbook", "不是有效的 .xlsx"),
        ("ledger.xlsx", b"PK\x03\x04broken", "不是有效的 .xlsx"),
        ("ledger.xls", b"\xd0\xcf\x11\xe0old", "不是有效的 .xlsx"),
        ("ledger.csv", '事件编号,上报时间\nT-1,"2024'.encode(), "第2行不是有效的CSV"),
    ],
    ids=["text", "broken zip", "old workbook", "open quotation mark"],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        list(open_sheet(path).rows())


def test_a_missing_file_is_refused_with_exit_code_one(tmp_path):
    out = io.StringIO()
    with pytest.raises(CommandError, match="无法读取文件") as error:
        call_command("import_ledger", "incidents", str(tmp_path / "none.csv"), stdout=out)
    assert error.value.returncode == 1
    assert out.getvalue().splitlines()[-1] == "imported=0 unchanged=0 refused=1"


def test_labels_are_the_file_format_in_every_language(tmp_path):
    with translation.override("en"):
        assert load(tmp_path, CLOSED) == (ONE, True)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("0", "0.00"), ("3200.5", "3200.50"), (99999.99, "99999.99"), (1.1 + 2.2, "3.30"), (18000.0, "18000.00")],
)
def test_amounts_are_read_from_text_and_numbers(cell, amount):
    assert cells.amount(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["", "1,200", "1e3", "１２", ".5", "5.", 0.005, -1.0, 1e13, True, float("nan")])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(cells.BadCell):
        cells.amount(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-01T09:00",
        "2024-2-1 9:00",
        "2024-02-01 09:00:00.5",
        "0024-02-01 09:00",
        "2024-02-01 09:00+08:00",
        45323.5,
    ],
)
def test_what_is_no_time_is_refused(cell):
    with pytest.raises(cells.BadCell):
        cells.moment(cell)


def test_a_workbook_time_is_read_to_the_second():
    found = cells.moment(datetime(2024, 2, 1, 21, 10, 11, 999_600))
    assert found == datetime(2024, 2, 1, 13, 10, 12, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_progress_bar_is_drawn_on_a_terminal_and_nowhere_else():
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log):
        progress = Progress("读取台账", 10, stream)
        progress.advance(5)
        progress.finish()
    assert terminal.getvalue().endswith("100.0%\n")
    assert " 50.0%" in terminal.getvalue()
    assert log.getvalue() == ""
