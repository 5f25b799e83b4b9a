"""A review as XLSX: every table of its paper and every table of its snapshot, numbers as numbers.

Each sheet says on top what it is of: unit, period, moment, version. A rate stands as numerator, denominator and the
percentage as printed. Words are always words: a name that begins like a formula is none (CWE-1236).
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import translation

from grid.scope import SHANGHAI, local_day
from mediation.reviews import periods
from mediation.reviews.figures import BREAKDOWNS, in_order
from mediation.reviews.indicators import REGISTER
from mediation.reviews.models import Review
from mediation.reviews.outline import Figure, Outline, Run, Table
from mediation.reviews.quoting import Quoter, change_phrase, merged_note, notes_on
from mediation.reviews.render.fit import ems
from mediation.reviews.render.values import Written, value_of
from mediation.reviews.render.wording import clean

MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""When the file says it was made: always then, so that the same review is the same file."""
HEAD = 3
"""Rows above the head of a table: title, filters, and an empty one."""
WIDEST = 48
FITS_ACROSS = 240
"""Width of a sheet in characters that can still be read when it is printed on one page's width."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_CELL = 32_000

FORMATS = {Written.WHOLE: "0", Written.DECIMAL: "#,##0.00", Written.PERCENT: "0.00%"}


@dataclass(frozen=True)
class Sheet:
    """One sheet: a head, rows of figures and words, and notes below them. ``fixed`` columns stay when scrolling."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    notes: tuple[str, ...] = ()
    fixed: int = 1


def xlsx_of(outline: Outline, review: Review, names: Mapping[str, str]) -> bytes:
    """Return the workbook. ``names`` are of the codes in the review (``naming.names_of``)."""
    with translation.override("zh-hans"):
        sheets = [_about(outline, review), *_snapshot(review, names), *_tables(outline)]
        filters = "；".join(f"{name}：{said}" for name, said in filters_of(review))
        return _written(sheets, outline, filters)


def filters_of(review: Review) -> tuple[tuple[str, str], ...]:
    """What the numbers are of, by name."""
    period = periods.containing(review.kind, local_day(review.start))
    as_of = review.as_of.astimezone(SHANGHAI)
    return (
        ("单位", f"{review.unit.name}（{review.figures['unit']}）"),
        ("类型", str(period.kind.label)),
        ("期间", f"{periods.label(period)}（{review.figures['start']}至{review.figures['end']}，不含止日）"),
        ("统计时点", f"{as_of:%Y-%m-%d %H:%M:%S}（不含）"),
        ("数据版本", f"第{review.version}版"),
        ("指标口径", f"第{review.register_version}版"),
    )


# -- What stands in the sheets -----------------------------------------------------------------------------------------


def _about(outline: Outline, review: Review) -> Sheet:
    rows = list(filters_of(review))
    rows += [("标题", outline.title), ("编制单位", outline.organ), ("文号", outline.number), ("状态", outline.mark)]
    rows += [("附注", note) for note in outline.footnotes]
    return Sheet("说明", outline.title, ("项目", "内容"), tuple((name, said) for name, said in rows if said))


def _snapshot(review: Review, names: Mapping[str, str]) -> Iterator[Sheet]:
    figures = in_order(review.figures)
    quote = Quoter(figures)
    yield _measures(quote)
    if quote.children:
        yield _places(quote, names)
    if figures.get("comparisons"):
        yield _comparisons(quote)
    for key in BREAKDOWNS:
        if told := quote.figures.get(key):
            title = {"reported_valid": "上报有效事件", "disputes_found": "排查纠纷"}[key.rsplit("_by_", 1)[0]]
            by = {"category": "类别", "source": "来源"}[key.rsplit("_by_", 1)[1]]
            rows = tuple((code, names.get(code, code), quote(f"{key}.{code}")) for code in told)
            head = (f"{by}代码", by, "件数")
            yield Sheet(f"{title}按{by}", f"{title}按{by}", head, rows, merged_note(told), fixed=2)


def _measures(quote: Quoter) -> Sheet:
    head = ("指标代码", "指标", "数值", "分子", "分母", "单位", "计算方法", "统计口径", "口径版本")
    rows = []
    for name, figure in quote.figures["measures"].items():
        said = REGISTER.get(name)
        words = (str(said.unit), str(said.formula), str(said.basis), str(said.version)) if said else ("",) * 4
        rows.append((name, str(said.name) if said else name, quote(name), *_counts(quote, name, figure), *words))
    return Sheet("指标", "全部指标", head, tuple(rows), fixed=2)


def _counts(quote: Quoter, ref: str, figure: Mapping[str, Any]) -> tuple[Run, Run]:
    if "denominator" not in figure:
        return "", ""
    return quote(f"{ref}.numerator"), quote(f"{ref}.denominator")


def _places(quote: Quoter, names: Mapping[str, str]) -> Sheet:
    measures: Mapping[str, Mapping[str, Any]] = quote.figures["measures"]
    head, refs = ["代码", "名称"], []
    for name, figure in measures.items():
        said = str(REGISTER[name].name) if name in REGISTER else name
        if "denominator" in figure:
            head += [f"{said}·分子", f"{said}·分母"]
            refs += [f"{name}.numerator", f"{name}.denominator"]
        head.append(said)
        refs.append(name)
    rows: list[tuple[Run, ...]] = [
        (code, names.get(code, code), *(quote(f"{code}.{ref}") for ref in refs)) for code in quote.children
    ]
    rows.append(("", "合计", *(quote(ref) for ref in refs)))
    return Sheet("分地区", "全部指标分地区", tuple(head), tuple(rows), notes_on(rows), fixed=2)


def _comparisons(quote: Quoter) -> Sheet:
    head = ["指标代码", "指标", "本期"]
    keys = {"yoy": ("上年同期", "同比"), "pop": ("上期", "环比")}
    for base, change in keys.values():
        head += [base, f"{change}增减数", f"{change}增减幅度", f"{change}百分点", f"{change}（文字）"]
    rows = []
    for name in quote.figures["measures"]:
        row: list[Run] = [name, str(REGISTER[name].name) if name in REGISTER else name, quote(name)]
        for key in keys:
            row += _change(quote, key, name)
        rows.append(tuple(row))
    notes = [
        f"{keys[key][1]}基期：{said['start']}至{said['end']}（不含止日），统计时点{said['as_of']}"
        for key, said in quote.figures["comparisons"].items()
        if "start" in said and key in keys
    ]
    return Sheet("同比环比", "同比和环比", tuple(head), tuple(rows), tuple(notes), fixed=2)


def _change(quote: Quoter, key: str, name: str) -> list[Run]:
    change = quote.figures["comparisons"].get(key, {}).get("measures", {}).get(name)
    if change is None:
        return ["", "", "", "", "—"]
    parts = [quote(f"{key}.{name}.{part}") if part in change else "" for part in ("difference", "percent", "points")]
    return [quote(f"{key}.{name}.base"), *parts, change_phrase(change)]


def _tables(outline: Outline) -> Iterator[Sheet]:
    for block in outline.everything():
        if isinstance(block, Table):
            head = tuple(column.name for column in block.columns)
            yield Sheet(block.title or block.id, block.title, head, block.rows, block.notes)


# -- Writing ----------------------------------------------------------------------------------------------------------


def _written(sheets: Sequence[Sheet], outline: Outline, filters: str) -> bytes:
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(
        saved,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": clean(outline.title), "author": clean(outline.organ), "created": MADE})
    pen = _Pen(book)
    taken: set[str] = set()
    for sheet in sheets:
        pen.draw(sheet, _sheet_name(sheet.name, taken), filters)
    book.close()
    return saved.getvalue()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name a sheet may bear: at most 31 characters, none of them forbidden, no two alike."""
    name = FORBIDDEN.sub("·", clean(wanted)).strip("' ")[:31] or "表"
    number = 2
    unique = name
    while unique.casefold() in taken:
        unique = f"{name[:27]}（{number}）"
        number += 1
    taken.add(unique.casefold())
    return unique


class _Pen:
    """Writes sheets into one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.filters = book.add_format({"font_color": "#444444"})
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": "#F2F2F2",
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
            }
        )
        self.words = book.add_format({"num_format": "@", "border": 1, "valign": "top", "text_wrap": True})
        self.quoted = book.add_format(
            {"num_format": "@", "border": 1, "valign": "top", "text_wrap": True, "quote_prefix": True}
        )
        self.dash = book.add_format({"num_format": "@", "border": 1, "align": "right"})
        self.numbers = {
            written: book.add_format({"num_format": shape, "border": 1, "align": "right"})
            for written, shape in FORMATS.items()
        }

    def draw(self, sheet: Sheet, name: str, filters: str) -> None:
        page = self.book.add_worksheet(name)
        page.write_string(0, 0, clean(sheet.title), self.title)
        page.write_string(1, 0, clean(filters), self.filters)
        for column, words in enumerate(sheet.head):
            page.write_string(HEAD, column, clean(words), self.head)
        for nth, row in enumerate(sheet.rows, HEAD + 1):
            for column, run in enumerate(row):
                self._cell(page, nth, column, run)
        for nth, note in enumerate(sheet.notes, HEAD + len(sheet.rows) + 2):
            page.write_string(nth, 0, clean(note), self.filters)
        for column in range(len(sheet.head)):
            page.set_column(column, column, _width(sheet, column))
        page.freeze_panes(HEAD + 1, sheet.fixed)
        if sheet.rows:
            page.autofilter(HEAD, 0, HEAD + len(sheet.rows), len(sheet.head) - 1)
        page.set_landscape()
        page.set_paper(9)
        if sum(_width(sheet, column) for column in range(len(sheet.head))) <= FITS_ACROSS:
            page.fit_to_pages(1, 0)
        else:
            page.repeat_columns(0, sheet.fixed - 1)
        page.repeat_rows(HEAD)
        page.set_footer("&C第 &P 页，共 &N 页")

    def _cell(self, page: Any, row: int, column: int, run: Run) -> None:
        value = value_of(run)
        if value is not None:
            number = value.number / 100 if value.written is Written.PERCENT else value.number
            page.write_number(row, column, _exact(number), self.numbers[value.written])
        elif isinstance(run, Figure):
            page.write_string(row, column, clean(run.text), self.dash)
        else:
            words = clean(str(run))[:LONGEST_CELL]
            page.write_string(row, column, words, self.quoted if words.startswith(FORMULA) else self.words)


def _exact(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _width(sheet: Sheet, column: int) -> float:
    widest = max((ems(str(row[column])) for row in sheet.rows), default=0.0)
    return min(WIDEST, max(8.0, widest * 2 + 2, min(ems(sheet.head[column]) * 2, 16.0)))
