"""Tables of a stored review, each number looked up in it; and a plain paper of nothing but tables and charts.

Chinese alone, whatever language is set: what is printed is an official paper.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.utils import translation

from grid.scope import local_day
from mediation.reviews import periods
from mediation.reviews.figures import in_order
from mediation.reviews.indicators import NOTHING, REGISTER, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Review
from mediation.reviews.naming import names_of
from mediation.reviews.outline import Block, Column, Form, Heading, Outline, Run, Table
from mediation.reviews.quoting import Quoter
from mediation.reviews.texts.facts import until
from tests.reviews.render import charts
from tests.reviews.render.charts import below_of

KEY_MEASURES = (
    "reported_valid",
    "closure_rate",
    "on_time_closure_rate",
    "disputes_accepted",
    "mediation_success_rate",
    "performance_rate",
)
"""What a table of places shows in the body of a paper; the whole register goes into an annex."""

FORMS = {
    Kind.DAILY: Form.SHEET,
    Kind.WEEKLY: Form.SHEET,
    Kind.MONTHLY: Form.REPORT,
    Kind.BIMONTHLY: Form.BULLETIN,
    Kind.QUARTERLY: Form.BULLETIN,
    Kind.ANNUAL: Form.REPORT,
}
"""Which paper a cadence is printed as (DOMAIN.md 7.1)."""


def measures_table(quote: Quoter, *, ids: Iterable[str] | None = None, title: str = "") -> Table:
    """Every measure as displayed, and the two counts of each rate."""
    known = measured_ids(quote, ids)
    rows = [_measure_row(quote, name) for name in known]
    columns = (
        Column("指标", is_number=False),
        Column("单位", is_number=False),
        Column("本期"),
        Column("分子"),
        Column("分母"),
    )
    return Table("measures", title or "主要指标", columns, tuple(rows), notes_on(known))


def comparison_table(quote: Quoter, *, ids: Iterable[str] | None = None, title: str = "") -> Table:
    """Each measure beside what it was a year ago (同比) and a period ago (环比), with the change in words."""
    known = measured_ids(quote, ids)
    columns = (
        Column("指标", is_number=False),
        Column("本期"),
        Column("上年同期"),
        Column("同比"),
        Column("上期"),
        Column("环比"),
    )
    rows = [(str(REGISTER[name].name), quote(name), *_compared(quote, name)) for name in known]
    notes = [note for key in ("yoy", "pop") if (note := _why_not(quote, key))]
    notes.append("率的变化以百分点计；基数为0的只列增减数。")
    return Table("comparisons", title or "同比和环比", columns, tuple(rows), tuple(notes))


def places_table(
    quote: Quoter, names: Mapping[str, str], *, ids: Iterable[str] | None = None, title: str = "", total: str = ""
) -> Table:
    """Measures of each place below, and of the whole in the last row: counted anew, not added up from rates."""
    known = measured_ids(quote, ids)
    head = below_of(quote.figures)
    columns = (Column(head, is_number=False), *(Column(with_unit(name)) for name in known))
    rows = [
        (names.get(code, code), *(quote(f"{code}.{name}") for name in known))
        for code in in_order(dict(quote.figures))[below_key(quote)]
    ]
    rows.append((total or "合计", *(quote(name) for name in known)))
    return Table("places", title or f"各{head}情况", columns, tuple(rows), notes_on(known), True)


def breakdown_table(quote: Quoter, key: str, names: Mapping[str, str], *, title: str = "") -> Table:
    """A breakdown by code, the most frequent first."""
    columns = (Column("名称", is_number=False), Column("代码", is_number=False), Column("件数"))
    rows = [(names.get(code, code), code, quote(f"{key}.{code}")) for code in charts.most_frequent(quote, key)]
    return Table(key, title or breakdown_titles()[key], columns, tuple(rows))


def breakdown_titles() -> dict[str, str]:
    """What the breakdowns of a review are called."""
    return {
        "reported_valid_by_category": "上报有效事件分类",
        "reported_valid_by_source": "上报有效事件来源",
        "disputes_found_by_category": "排查纠纷分类",
        "disputes_found_by_source": "排查纠纷来源",
    }


def measured_ids(quote: Quoter, ids: Iterable[str] | None = None) -> list[str]:
    """The measures this review has, of those asked for, or all in the order of the register."""
    return [name for name in (ids or REGISTER) if name in quote.figures["measures"] and name in REGISTER]


def notes_on(ids: Sequence[str]) -> tuple[str, ...]:
    """What each measure is, and over what it is counted (DOMAIN.md 0.3)."""
    found = (REGISTER[name] for name in ids)
    return tuple(f"{measure.name}：{measure.formula}（{measure.basis}）。" for measure in found)


def with_unit(name: str) -> str:
    """A measure's name with its unit, where that is not %."""
    measure = REGISTER[name]
    return str(measure.name) if measure.shape is Shape.RATE else f"{measure.name}（{measure.unit}）"


def below_key(quote: Quoter) -> str:
    """Under which key the places below stand: ``by_county`` and so on."""
    return next(key for key in quote.figures if key.startswith("by_"))


def general_outline(review: Review, names: Mapping[str, str] | None = None) -> Outline:
    """Return a paper of any review: tables, charts, and what was counted how.

    Call it in the reader's scope, unless the ``names`` of the codes are given.
    """
    with translation.override("zh-hans"):
        return _outline(review, names_of(review) if names is None else names)


def _outline(review: Review, names: Mapping[str, str]) -> Outline:
    quote = Quoter(review.figures)
    form = FORMS[Kind(review.kind)]
    period = periods.containing(review.kind, local_day(review.start))
    title = f"{review.unit.name}{periods.label(period)}{period.kind.label}"
    full = places_table(quote, names, title="全部指标分地区一览")
    has_annex = form is not Form.SHEET
    return Outline(
        form=form,
        title=title,
        organ=f"{review.unit.name}综治中心",
        as_of=until(review.as_of),
        blocks=tuple(_blocks(quote, names)),
        mark="草稿",
        annexes=(full.title,) if has_annex else (),
        annex_blocks=(full,) if has_annex else (),
        footnotes=(f"附注：数据第{review.version}版，指标口径第{review.register_version}版。",),
    )


def _blocks(quote: Quoter, names: Mapping[str, str]) -> Iterable[Block]:
    yield Heading(1, "一、主要指标")
    yield measures_table(quote)
    yield Heading(1, "二、同比和环比")
    yield comparison_table(quote)
    yield Heading(1, "三、各地情况")
    yield places_table(quote, names, ids=KEY_MEASURES)
    yield charts.places_bar(quote, names, "reported_valid")
    drawn = charts.places_map(quote, names, "closure_rate")
    if drawn is not None:
        yield drawn
    yield Heading(1, "四、分类和来源")
    for key in breakdown_titles():
        if quote.figures.get(key):
            yield breakdown_table(quote, key, names)
    if quote.figures.get("reported_valid_by_category"):
        yield charts.breakdown_bar(quote, "reported_valid_by_category", names)


def _measure_row(quote: Quoter, name: str) -> tuple[Run, ...]:
    measure = REGISTER[name]
    if measure.shape is Shape.RATE:
        return (
            str(measure.name),
            str(measure.unit),
            quote(name),
            quote(f"{name}.numerator"),
            quote(f"{name}.denominator"),
        )
    return str(measure.name), str(measure.unit), quote(name), "", ""


def _compared(quote: Quoter, name: str) -> Iterable[Run]:
    for key in ("yoy", "pop"):
        if name in quote.figures.get("comparisons", {}).get(key, {}).get("measures", {}):
            yield from (quote(f"{key}.{name}.base"), quote(f"{key}.{name}"))
        else:
            yield from (NOTHING, NOTHING)


def _why_not(quote: Quoter, key: str) -> str:
    """Why there is nothing to compare with (DOMAIN.md 7.4 nos. 11 to 13)."""
    note = quote.figures.get("comparisons", {}).get(key, {}).get("note", "")
    reason = {
        "no_such_period": "没有对应的一期",
        "too_early": "统计时点过早",
        "division_changed": "区划调整",
    }.get(note, note)
    name = "同比" if key == "yoy" else "环比"
    return f"{name}：{NOTHING}，{reason}。" if note else ""
