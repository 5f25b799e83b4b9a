"""The columns of both ledgers: header, field, how a cell is read (LEDGER.md 2 and 3)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cases.deadlines import SHANGHAI
from cases.models import Case, Category, HandlingLevel, Incident, Source
from grid.models import Unit
from seeds.ledger import cells
from seeds.ledger.sheets import Cell


@dataclass(frozen=True)
class Problem:
    """One reason why the file is refused: row as a spreadsheet counts, column header, words for the user."""

    row: int
    header: str
    reason: str


@dataclass(frozen=True)
class Column:
    """One column. ``is_duty`` when every row must fill it; ``labels`` when it is filled from a fixed list."""

    name: str
    header: str
    read: cells.Read
    is_duty: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    def shown(self, value: Any) -> str:
        """Return a stored value in the words a ledger has for it; nothing for texts, which may name people."""
        if value is None or value == "":
            return ""
        if self.labels:
            return next((label for label, code in self.labels.items() if code == value), str(value))
        return canonical(value)


def labelled(name: str, header: str, labels: Mapping[str, str], *, is_duty: bool = False) -> Column:
    """A column that is filled from a fixed list."""
    return Column(name, header, cells.one_of(labels, header), is_duty, labels)


# The labels are the file format, so they are written out here and never translated.
SOURCES = {
    "网格上报": Source.GRID_REPORT,
    "来访": Source.WALK_IN,
    "电话": Source.PHONE,
    "网络": Source.ONLINE,
    "110联动": Source.LINK_110,
    "12345联动": Source.LINK_12345,
    "信访联动": Source.PETITION_LINK,
    "法院委派": Source.COURT_REFERRAL,
    "检察移送": Source.PROCURATORATE_LINK,
    "部门移送": Source.DEPARTMENT_TRANSFER,
    "上级交办": Source.SUPERIOR_ASSIGN,
    "排查": Source.SCREENING,
    "媒体": Source.MEDIA,
}
DISPUTE_SOURCES = {**SOURCES, "主动调解": Source.COMMITTEE_INITIATED, "当事人申请": Source.PARTY_APPLICATION}
VALID, INVALID, DUPLICATE = "valid", "invalid", "duplicate"
VERDICTS = {"有效": VALID, "无效": INVALID, "重复": DUPLICATE}
LEVELS = {
    "网格": HandlingLevel.GRID,
    "村": HandlingLevel.VILLAGE,
    "乡": HandlingLevel.TOWNSHIP,
    "县": HandlingLevel.COUNTY,
    "市": HandlingLevel.CITY,
}
OUTCOMES = {
    "化解": Incident.Outcome.RESOLVED,
    "处理完毕": Incident.Outcome.HANDLED,
    "解释疏导": Incident.Outcome.EXPLAINED,
    "转法定途径": Incident.Outcome.TRANSFERRED,
    "转调解": Incident.Outcome.CONVERTED,
    "查无此事": Incident.Outcome.UNFOUNDED,
    "撤回": Incident.Outcome.WITHDRAWN,
    "未化解终结": Incident.Outcome.UNRESOLVED,
}
FORMS = {"书面": Case.Form.WRITTEN, "口头": Case.Form.ORAL}
TERMINATIONS = {
    "当事人拒绝": Case.TerminationReason.REFUSED,
    "无法达成协议": Case.TerminationReason.NO_AGREEMENT,
    "当事人撤回": Case.TerminationReason.WITHDRAWN,
    "失去联系": Case.TerminationReason.UNREACHABLE,
    "转其他途径": Case.TerminationReason.OTHER_ROUTE,
    "超过期限": Case.TerminationReason.EXPIRED,
    "其他": Case.TerminationReason.OTHER,
}
RESULTS = {
    "确认": Case.Confirmation.CONFIRMED,
    "驳回": Case.Confirmation.REJECTED,
    "撤回": Case.Confirmation.WITHDRAWN,
}
ANSWERS = {
    "非常满意": Case.Satisfaction.VERY_SATISFIED,
    "满意": Case.Satisfaction.SATISFIED,
    "一般": Case.Satisfaction.FAIR,
    "不满意": Case.Satisfaction.DISSATISFIED,
}


class Places(dict[str, Sequence[Unit]]):
    """Every place that ever had a code, looked up when a row first names it: a ledger names few of thousands.

    Raises KeyError for a code that no place ever had.
    """

    def __missing__(self, code: str) -> Sequence[Unit]:
        """Look the code up, once."""
        self[code] = list(Unit.objects.divisions().filter(code=code).order_by("valid_from"))
        return self[code]

    def __getitem__(self, code: str) -> Sequence[Unit]:
        """Return the places, the oldest first."""
        found = super().__getitem__(code)
        if not found:
            raise KeyError(code)
        return found


@dataclass(frozen=True)
class Codes:
    """What codes stand for today."""

    places: Mapping[str, Sequence[Unit]]
    categories: Mapping[str, Category]

    @classmethod
    def load(cls) -> "Codes":
        """Read every subcategory."""
        return cls(Places(), {category.pk: category for category in Category.objects.all()})

    def category(self, cell: Cell) -> Category:
        """The subcategory of a code; a class alone says too little."""
        code = cells.category_code(cell)
        category: Category = cells.one_of(self.categories, _("类别代码"))(code)
        if category.is_class:
            raise cells.BadCell(_("“%(code)s”是大类，须填四位的具体类别代码。") % {"code": code})
        return category

    def place(self, cell: Cell) -> Sequence[Unit]:
        """Every place that ever had the code; ``place_on`` picks one."""
        places: Sequence[Unit] = cells.one_of(self.places, _("区划代码"))(cell)
        return places


def place_on(places: Sequence[Unit], day: date) -> Unit:
    """Return the place that had the code on ``day``, or the first one after; raise BadCell for one closed by then.

    Grids are redrawn, and ledgers of earlier years are brought with today's codes.
    """
    for place in places:
        if place.valid_to is None or place.valid_to > day:
            return place
    raise cells.BadCell(_("“%(code)s”在%(day)s之前已停用。") % {"code": places[-1].code, "day": day})


def incident_columns(codes: Codes) -> tuple[Column, ...]:
    """LEDGER.md section 2, in its order."""
    return (
        Column("number", "事件编号", cells.text(60, one_line=True), is_duty=True),
        Column("reported_at", "上报时间", cells.moment, is_duty=True),
        Column("places", "区划代码", codes.place, is_duty=True),
        Column("category", "类别代码", codes.category, is_duty=True),
        labelled("source", "来源", SOURCES, is_duty=True),
        Column("reporter_name", "上报人", cells.text(60, one_line=True), is_duty=True),
        Column("description", "事件描述", cells.text(), is_duty=True),
        labelled("verdict", "核实结果", VERDICTS),
        Column("inspected_at", "核实时间", cells.moment),
        Column("master", "重复于", cells.text(60, one_line=True)),
        Column("limit_at", "办结时限", cells.moment),
        Column("closed_at", "办结时间", cells.moment),
        labelled("closed_level", "办结层级", LEVELS),
        labelled("outcome", "办结结果", OUTCOMES),
        Column("reopened_at", "重开时间", cells.moment),
        Column("closed_again_at", "再次办结时间", cells.moment),
    )


def dispute_columns(codes: Codes) -> tuple[Column, ...]:
    """LEDGER.md section 3, in its order."""
    return (
        Column("number", "纠纷编号", cells.text(60, one_line=True), is_duty=True),
        Column("registered_at", "登记时间", cells.moment, is_duty=True),
        Column("accepted_at", "受理时间", cells.moment),
        Column("places", "区划代码", codes.place, is_duty=True),
        Column("category", "类别代码", codes.category, is_duty=True),
        labelled("source", "来源", DISPUTE_SOURCES, is_duty=True),
        Column("committee_name", "调解组织", cells.text(100, one_line=True)),
        Column("description", "纠纷简述", cells.text(), is_duty=True),
        Column("people_count", "涉及人数", cells.count),
        Column("amount", "协议金额", cells.amount),
        Column("agreed_at", "协议时间", cells.moment),
        labelled("form", "协议形式", FORMS),
        Column("limit_on", "履行期限", cells.day),
        Column("performed_at", "履行完毕时间", cells.moment),
        Column("terminated_at", "终止时间", cells.moment),
        labelled("termination_reason", "终止原因", TERMINATIONS),
        Column("resolved_at", "化解时间", cells.moment),
        labelled("resolved_level", "化解层级", LEVELS),
        Column("applied_at", "司法确认申请时间", cells.moment),
        labelled("result", "司法确认结果", RESULTS),
        Column("visited_at", "回访时间", cells.moment),
        labelled("satisfaction", "满意度", ANSWERS),
    )


def match_headers(
    cells_of_row_1: Iterable[Cell], columns: Sequence[Column]
) -> tuple[list[Column | None], list[Problem]]:
    """Find which column stands where, in any order. Columns that are not duties may be left out."""
    by_header = {column.header: column for column in columns}
    found: list[Column | None] = []
    problems = []
    for cell in cells_of_row_1:
        header = "" if cell is None else str(cell)
        column = by_header.get(header)
        if header and column is None:
            problems.append(Problem(1, header, _("未知的表头。")))
        elif column is not None and column in found:
            problems.append(Problem(1, header, _("表头重复。")))
        found.append(column)
    for column in columns:
        if column.is_duty and column not in found:
            problems.append(Problem(1, column.header, _("缺少此列。")))
    return found, problems


def canonical(value: Any) -> str:
    """Return what a cell says, however its file writes it: the same in CSV and workbook."""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, Category):
        return str(value.pk)
    if isinstance(value, list):
        # Every place that ever had one code.
        return str(value[0].code)
    return str(value)


def digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Hash each filled cell under the installation's own key: what is kept tells nobody what a row said."""
    key = settings.INDEX_KEY.encode()[:64]
    return {
        name: hashlib.blake2b(f"{name}={canonical(value)}".encode(), digest_size=6, key=key).hexdigest()
        for name, value in values.items()
        if value is not None
    }
