"""Papers and stored figures made by hand for drawing: odd names, zeros, dashes, amounts, falling numbers."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

from grid.models import Unit
from mediation.reviews import periods
from mediation.reviews.figures.comparing import change
from mediation.reviews.indicators import REGISTER, figures_of
from mediation.reviews.models import Review
from mediation.reviews.outline import (
    Block,
    Chart,
    ChartKind,
    Column,
    Figure,
    Form,
    Heading,
    Listing,
    Outline,
    Paragraph,
    Run,
    Series,
    Table,
)
from mediation.reviews.quoting import Quoter

COUNTIES = {
    "141102000000": "离石区",
    "141121000000": "文水县",
    "141122000000": "交城县",
    "141123000000": "兴县",
    "141124000000": "临县",
    "141125000000": "柳林县",
    "141126000000": "石楼县",
    "141127000000": "岚县",
    "141128000000": "方山县",
    "141129000000": "中阳县",
    "141130000000": "交口县",
    "141181000000": "孝义市",
    "141182000000": "汾阳市",
}
ODD_NAMES = {
    **COUNTIES,
    "141102000000": "#let x = 1; *粗* _斜_ $y$ @ref <label> `raw` [内] {外} \\ // 注",
    "141121000000": '=HYPERLINK("http://example.invalid","点我")',
    "141122000000": "+1-1",
    "141123000000": "@SUM(A1:A9)",
    "141124000000": "-2+3",
    "141125000000": "Liulin County, Shanxi Province (English name) & <b>bold</b> \"quoted\" 'single'",
    "141126000000": "吕梁经济技术开发区大武镇石楼片区易地扶贫搬迁安置社区联合党委管理委员会第一网格服务中心",
    "141127000000": "岚县😀𠮷㐀",
    "141128000000": "A" * 70,
    "141129000000": "中\u0007阳\u2028县\u0000",
}
CATEGORIES = {"0101": "邻里纠纷", "0102": "=1+1", "0401": "劳动争议"}

_TERMS = sorted({name.lstrip("-") for measure in REGISTER.values() for name in (*measure.top, *measure.bottom)})


def terms(dice: random.Random, most: int) -> dict[str, Any]:
    """Terms whose rates have numerators within their denominators, some of them over nothing."""
    made: dict[str, Any] = {name: dice.randrange(most + 1) for name in _TERMS}
    made["amount"] = Decimal(dice.randrange(10**9)) / 100
    for measure in REGISTER.values():
        if measure.bottom and len(measure.top) == len(measure.bottom) == 1:
            made[measure.top[0]] = min(made[measure.top[0]], made[measure.bottom[0]])
    if dice.random() < 0.3:
        made |= dict.fromkeys(("valid", "accepted", "due", "answers", "limits"), 0)
    return made


def figures(seed: int, *, most: int = 900) -> dict[str, Any]:
    """The stored object of a city's month: random, with falls, a dash over nothing and a place with nothing at all."""
    dice = random.Random(f"figures {seed}")
    now, then = terms(dice, most), terms(dice, most * 2)
    places = {code: figures_of(terms(dice, most // 8)) for code in COUNTIES}
    places["141130000000"] = figures_of({})
    compared = {"base": then, "start": "2023-02-01", "end": "2023-03-01", "as_of": "2023-03-01T00:00:00+08:00"}
    yoy = {measure.id: change(measure, now, then) for measure in REGISTER.values()}
    return {
        "unit": "141100000000",
        "kind": "monthly",
        "start": "2024-02-01",
        "end": "2024-03-01",
        "as_of": "2024-03-01T00:00:00+08:00",
        "measures": figures_of(now),
        "by_county": places,
        "reported_valid_by_category": {code: dice.randrange(most) for code in CATEGORIES},
        "reported_valid_by_source": {"walk_in": 0, "110_link": 7},
        "comparisons": {
            "yoy": {key: value for key, value in compared.items() if key != "base"} | {"measures": yoy},
            "pop": {"note": "division_changed"},
        },
    }


def review_of(found: dict[str, Any], *, name: str = "吕梁市", version: int = 3) -> Review:
    """A review that is not stored, of a unit that is not stored."""
    period = periods.parse(found["kind"], found["start"])
    unit = Unit(code=found["unit"], name=name, level="city", kind="division", valid_from=date(2000, 1, 1))
    return Review(
        unit=unit,
        kind=period.kind,
        start=period.start,
        end=period.end,
        as_of=period.end,
        version=version,
        figures=found,
        register_version=1,
    )


NAMES = {**ODD_NAMES, **CATEGORIES, "walk_in": "来访", "110_link": "110联动", "direct": "本级"}

BODY = (
    "按照市委部署全市各级综治中心紧紧围绕矛盾纠纷排查化解这一主线坚持和发展新时代枫桥经验"
    "切实把矛盾纠纷化解在基层化解在萌芽状态"
)


def made_figure(text: str) -> Figure:
    """A number that is in no review."""
    return Figure("reported", text)


def paper(form: Form = Form.BULLETIN, *blocks: Block, **more: Any) -> Outline:
    """A paper with the given blocks."""
    given: dict[str, Any] = {
        "title": "关于2024年1—2月全市综治中心运行情况的通报",
        "organ": "吕梁市综治中心",
        "as_of": "截至2024年2月29日24时",
        **more,
    }
    return Outline(form=form, blocks=blocks, **given)


def wide_table(columns: int, *, rows: int = 13) -> Table:
    """A table of many measures."""
    heads = (Column("县（市、区）", False), *(Column(f"第{nth}项化解率（以受理数计）") for nth in range(columns)))
    names = [*COUNTIES.values()]
    body: tuple[tuple[Run, ...], ...] = tuple(
        (names[row % 13], *(made_figure(f"{row}{nth:02d}.25%") for nth in range(columns))) for row in range(rows)
    )
    return Table("wide", "主要指标一览表", heads, body, ("化解率以受理数计。",))


def long_table(rows: int) -> Table:
    """A table of many places, ending in a total."""
    heads = (Column("村（社区）", False), Column("上报（件）"), Column("办结率"))
    body = [(f"第{nth}村", made_figure(str(nth)), made_figure(f"{nth % 100}.50%")) for nth in range(rows)]
    return Table("long", "各村情况", heads, (*body, ("合计", made_figure("999"), made_figure("—"))), (), True)


def chart(kind: ChartKind = ChartKind.BAR, *texts: str, names: dict[str, str] = COUNTIES) -> Chart:
    """A chart of the counties; ``texts`` are its numbers."""
    said = texts or tuple(str(nth * 7) for nth in range(len(names)))
    codes = tuple(names)[: len(said)]
    labels = codes if kind is ChartKind.MAP else tuple(names[code] for code in codes)
    series = (Series("上报有效事件", tuple(made_figure(text) for text in said)),)
    return Chart("c-1", kind, "上报有效事件分布", labels, series, "离石区最少。", tuple(names[code] for code in codes))


def everything(form: Form = Form.BULLETIN) -> Outline:
    """A paper with every kind of block and every part."""
    return paper(
        form,
        Heading(1, "一、总体情况"),
        Heading(2, "（一）上报"),
        Paragraph(("本月上报", made_figure("12345"), "件，", made_figure("下降28.75%"), "。")),
        Heading(3, "1.结构"),
        Heading(4, "（1）类别"),
        Listing((("第一项",), ("第二项", made_figure("678"), "件")), True),
        long_table(5),
        chart(ChartKind.BAR),
        chart(ChartKind.LINE),
        chart(ChartKind.MAP),
        number="吕综治〔2024〕6号",
        addressee="各县（市、区）综治中心",
        issued_on=date(2024, 3, 4),
        copies_to=("市委办公室", "市政府办公室"),
        annexes=("主要指标一览表", "各村情况"),
        annex_blocks=(wide_table(8), long_table(40)),
        footnotes=("数据版本：第1版。",),
    )


def numbers_of(found: dict[str, Any], refs: list[str]) -> list[str]:
    """How the numbers at some addresses are written."""
    quote = Quoter(found)
    return [quote(ref).text for ref in refs]
