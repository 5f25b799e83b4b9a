"""Tables and charts of a review, all of the one snapshot."""

from mediation.reviews.figures.places import DIRECT
from mediation.reviews.indicators import REGISTER, Shape
from mediation.reviews.naming import category
from mediation.reviews.outline import Chart, ChartKind, Column, Run, Series, Table
from mediation.reviews.quoting import merged_note
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.folding import FULL, WHERE, Fold

Columns = tuple[tuple[str, str, str], ...]

INCIDENTS: Columns = (
    ("有效事件（件）", "reported_valid", "reported_valid"),
    ("已办结（件）", "closure_rate.numerator", "closure_rate"),
    ("办结率", "closure_rate", "closure_rate"),
    ("按期办结率", "on_time_closure_rate", "on_time_closure_rate"),
)
DISPUTES: Columns = (
    ("排查纠纷（件）", "disputes_found", "disputes_found"),
    ("受理纠纷（件）", "disputes_accepted", "disputes_accepted"),
    ("已化解（件）", "resolution_rate_accepted.numerator", "resolution_rate_accepted"),
    ("化解率", "resolution_rate_accepted", "resolution_rate_accepted"),
    ("达成协议（件）", "agreements_signed", "agreements_signed"),
)
"""Heading, address under a place, and the measure whose definition stands under the table."""


def note(measure: str) -> str:
    """What a measure is and over what it is counted, as printed under a table (DOMAIN.md 0.3)."""
    entry = REGISTER[measure]
    return f"{entry.name}：{entry.formula}；{entry.basis}。"


def by_place(f: Facts, id: str, title: str, columns: Columns, fold: Fold = FULL) -> tuple[Table, ...]:
    """One row per place below, and the whole as the last; none where the unit has no places below.

    Where there are more than ``fold`` tells, those with most stand first and a note says how many are left out.
    """
    known = [column for column in columns if column[2] in f.figures["measures"]]
    if not f.places or not known:
        return ()
    rows: list[tuple[Run, ...]] = []
    kept = fold.kept(len(f.places))
    codes = list(f.places)
    if kept < len(codes):
        codes = sorted(codes, key=lambda code: -f.number(f"{code}.{known[0][1]}"))[:kept]
    for code in codes:
        rows.append((fold.name(f.places[code]), *(f(f"{code}.{ref}") for _head, ref, _of in known)))
    rows.append(("合计", *(f(ref) for _head, ref, _of in known)))
    heads = (Column("单位", False), *(Column(head) for head, _ref, _of in known))
    rates = dict.fromkeys(of for _head, _ref, of in known if REGISTER[of].shape is Shape.RATE)
    left_out = len(f.places) - kept
    rest = (f"其余{left_out}个单位从略，合计含全部单位，{WHERE}。",) if left_out else ()
    return (Table(id, title, heads, tuple(rows), (*rest, *(note(of) for of in rates)), has_total=True),)


def by_category(f: Facts, id: str, title: str, name: str) -> tuple[Table, ...]:
    """One row per category with its share."""
    counts = f.quoter.figures.get(name) or {}
    codes = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    if not codes:
        return ()
    rows = tuple((category(code), f(f"{name}.{code}"), f(f"{name}.{code}.share")) for code in codes)
    heads = (Column("类别", False), Column("件数"), Column("占比"))
    notes = ("占比按最大余数法取一位小数，各项合计100.0%。", *merged_note(codes))
    return (Table(id, title, heads, rows, notes),)


def measures(f: Facts) -> Table:
    """Every measure of the review with both comparisons; the annex of a report."""

    def cell(ref: str) -> Run:
        return f(ref) if f.has(ref) else "—"

    rows = tuple(
        (
            f"{entry.name}（{entry.unit}）" if entry.unit else str(entry.name),
            f(id),
            cell(f"yoy.{id}"),
            cell(f"pop.{id}"),
        )
        for id, entry in REGISTER.items()
        if id in f.figures["measures"]
    )
    heads = (Column("指标", False), Column("本期"), Column("同比"), Column("环比"))
    return Table("measures", "主要指标", heads, rows)


def method(f: Facts) -> Table:
    """What each measure means and is counted over."""
    rows = tuple(
        (str(entry.name), str(entry.formula), str(entry.basis))
        for id, entry in REGISTER.items()
        if id in f.figures["measures"]
    )
    heads = (Column("指标", False), Column("计算方法", False), Column("统计口径", False))
    return Table("method", "指标口径说明", heads, rows)


def chart_by_place(f: Facts, measure: str, title: str) -> tuple[Chart, ...]:
    """Bars per place; none where there is nothing to see.

    The line below names who has most, all of them: who has least often is not among the bars at all.
    """
    codes = [code for code in f.places if f.number(f"{code}.{measure}")]
    if len(codes) < 2:
        return ()
    codes = sorted(codes, key=lambda code: -f.number(f"{code}.{measure}"))
    series = Series(str(REGISTER[measure].name), tuple(f(f"{code}.{measure}") for code in codes))
    highest = f.number(f"{codes[0]}.{measure}")
    most = "、".join(f.places[code] for code in codes if f.number(f"{code}.{measure}") == highest)
    labels = tuple(f.places[code] for code in codes)
    return (Chart(f"bar-{measure}", ChartKind.BAR, title, labels, (series,), f"{title}：{most}最多。"),)


def map_of(f: Facts, measure: str, title: str) -> tuple[Chart, ...]:
    """The counties of a city, shaded."""
    codes = [code for code in f.places if code != DIRECT]
    if f.unit.level != "city" or not any(f.number(f"{code}.{measure}") for code in codes):
        return ()
    highest = max(codes, key=lambda code: f.number(f"{code}.{measure}"))
    return (
        Chart(
            f"map-{measure}",
            ChartKind.MAP,
            title,
            tuple(codes),
            (Series(str(REGISTER[measure].name), tuple(f(f"{code}.{measure}") for code in codes)),),
            f"{title}：{f.places[highest]}最高。示意图，非测绘地图。",
            names=tuple(f.places[code] for code in codes),
        ),
    )
