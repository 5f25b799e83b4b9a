"""Sentences about findings, suggestions, seasons, ranks and scores: like ``phrases``, the one home of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mediation.reviews.findings import suggestions
from mediation.reviews.indicators import NOTHING, REGISTER
from mediation.reviews.models import Suggestion
from mediation.reviews.naming import category
from mediation.reviews.outline import Column, Listing, Paragraph, Run, Table, Text
from mediation.reviews.periods import chinese_day
from mediation.reviews.quoting import notes_on
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.phrases import listed, merged, sentence

SEASONS = {
    1: "岁末年初，农民工工资支付、工程款结算、借贷债务等纠纷易发，年货消费和烟花爆竹安全需要关注。",
    2: "春节前后人员集中返乡，婚姻家庭、邻里、赡养和债务等纠纷易发，用火用电和燃气安全需要关注。",
    3: "春耕备耕开始，土地承包、灌溉用水、田间道路和宅基地等纠纷易发，森林草原防火进入关键期。",
    4: "清明期间坟地、林地边界等纠纷易发，工程陆续开工，征地拆迁和劳务用工矛盾需要关注。",
    5: "旅游和外出用工增多，消费、旅游服务和劳动争议易发，建筑施工安全需要关注。",
    6: "汛期来临，农田排水、房屋渗漏等相邻纠纷易发，防汛和防溺水需要关注，麦收时节农机作业纠纷易发。",
    7: "暑期未成年人脱离学校管理，防溺水和未成年人保护需要关注，高温用水用电、噪声扰民等邻里纠纷易发。",
    8: "主汛期仍在继续，地质灾害、危旧房屋安全需要关注，入学、校外培训退费等纠纷易发。",
    9: "开学季校园安全和教育收费需要关注，秋收临近，土地流转和地界纠纷易发。",
    10: "国庆假期旅游消费纠纷易发，秋收期间农产品购销合同纠纷增多，秋冬季森林草原防火需要关注。",
    11: "供暖开始，供热、物业收费等纠纷易发，取暖用火用电和一氧化碳中毒防范需要关注。",
    12: "临近年底，欠薪、工程款和民间借贷等纠纷进入易发期，企业结算和项目收尾阶段劳动争议需要关注。",
}
"""What is apt to come up in a month; a clerk's knowledge, without numbers."""

SUGGESTED = {
    "proposed": "拟议",
    "accepted": "正在落实",
    "declined": "未采纳",
    "overdue": "逾期未落实",
    "done": "已落实",
}

MOST_DRAFTS = 6
MOST_FINDINGS = 10
"""How many stand in a paper; the review's page has them all."""

NO_FINDINGS = "未发现明显异常的上升或聚集。"


def outlook(month: int) -> Text:
    """What next month is apt to bring."""
    return (f"从往年规律看，{month}月{SEASONS[month]}",)


# -- Findings -------------------------------------------------------------------------------------------------------


def findings(f: Facts) -> tuple[Text, ...]:
    """What stood out, a sentence each, as the review found it: warnings first, then what lies close together."""
    rows = sorted(enumerate(f.listed("findings")), key=lambda found: not found[1].get("warns", True))
    return tuple(_finding(f, position, row) for position, row in rows[:MOST_FINDINGS])


def _finding(f: Facts, position: int, row: Mapping[str, Any]) -> Text:
    at = f"findings.{position}"
    if row.get("sentence"):
        return (f(f"{at}.sentence"),)
    where = str(row.get("place_name") or f.unit.name)
    what = f"{category(str(row['category']))}类事项" if row.get("category") else "事项"
    since: Text = (f"自{chinese_day(date.fromisoformat(str(row['since'])))}以来",) if row.get("since") else ()
    much: Text = (f"发生{what}", f(f"{at}.count"), "件") if f.has(f"{at}.count") else (f"{what}增多",)
    usual: Text = ("通常约", f(f"{at}.expected"), "件") if f.has(f"{at}.expected") else ()
    return merged((where, *sentence((*since, *much), usual)))


def guarded(f: Facts) -> tuple[Text, ...]:
    """What the gaming guard wants looked at (DOMAIN.md 7.5); facts to be checked, no verdicts."""
    return tuple(
        (f(f"guard.{position}.sentence"),) for position, row in enumerate(f.listed("guard")) if row.get("sentence")
    )


# -- Suggestions ----------------------------------------------------------------------------------------------------


def followed_up(f: Facts) -> tuple[Paragraph | Listing, ...]:
    """What became of the suggestions of the period before."""
    kept = f.figures.get("suggestions")
    if not isinstance(kept, Mapping) or not kept.get("items"):
        return ()
    parts = (("done", "已落实"), ("overdue", "逾期未落实"), ("accepted", "正在落实"))
    counts: list[Text] = [
        (word, f(f"suggestions.{name}"), "条") for name, word in parts if f.number(f"suggestions.{name}")
    ]
    counts[0] = ("其中", *counts[0])
    head = sentence((f"{f.last}采纳的建议共", f("suggestions.total"), "条"), *counts)
    items = tuple(_followed(row) for row in kept["items"])
    return Paragraph(head), Listing(items)


def _followed(row: Mapping[str, Any]) -> Text:
    state = SUGGESTED.get(str(row["state"]), str(row["state"]))
    owner = f"{row['owner']}，" if row.get("owner") else ""
    due = f"{chinese_day(date.fromisoformat(str(row['due_on'])))}前完成" if row.get("due_on") else ""
    return (f"{str(row['text']).rstrip('。')}（{owner}{due}）：{state}。",)


def drafts(f: Facts) -> tuple[str, ...]:
    """Suggestions that follow from findings and figures, for a person to accept, change or decline; without numbers."""
    found = [row for row in f.listed("findings") if row.get("id")]
    # Findings of other makers lack what drafts are made of.
    said = [str(draft["text"]) for draft in suggestions({**f.figures, "findings": found})][:MOST_DRAFTS]
    if f.number("on_time_closure_rate.rest"):
        said.append("对超过时限的事件逐件核实原因，明确承办单位和办结时间，必要时发出督办通知书。")
    if f.number("performance_rate.rest"):
        said.append("对履行期限届满尚未履行的调解协议开展回访督促，并告知当事人申请司法确认等途径。")
    if f.number("pending_inspection"):
        said.append("对尚待核实的上报事件尽快完成核实分流。")
    if f.number("reopen_rate.numerator"):
        said.append("对办结后又重开的事件进行复查，防止程序性办结代替实质化解。")
    return tuple(dict.fromkeys(said))


def suggested(f: Facts) -> tuple[Listing, ...]:
    """The suggestions of a paper: those decided on, with owner and day; without a paper, what follows from figures."""
    if f.agreed is None:
        items: tuple[Text, ...] = tuple((line,) for line in drafts(f))
    else:
        items = tuple((_suggested(row),) for row in f.agreed)
    return (Listing(items),) if items else ()


def _suggested(row: Suggestion) -> str:
    if row.owner is None or row.due_on is None:
        return row.text
    return f"{row.text.rstrip('。')}（责任单位：{row.owner.name}；{chinese_day(row.due_on)}前完成）。"


# -- Ranks and scores -----------------------------------------------------------------------------------------------


def ranking_tables(f: Facts) -> tuple[Table, ...]:
    """One table per measure that weighs in the score, in the order of the register."""
    ranking = f.figures.get("ranking")
    if not isinstance(ranking, Mapping):
        return ()
    weighed = (f.figures.get("comparison") or {}).get("weights") or ranking
    return tuple(_ranking(f, name, ranking[name]) for name in REGISTER if name in weighed and ranking.get(name))


def _ranking(f: Facts, measure: str, rows: list[Mapping[str, Any]]) -> Table:
    def cell(position: int, key: str) -> Run:
        ref = f"ranking.{measure}.{position}.{key}"
        return f(ref) if f.has(ref) else ("" if key in ("note", "band") else "—")

    name = str(REGISTER[measure].name)
    columns = (Column("单位", False), Column(name), Column("位次"), Column("分档", False), Column("说明", False))
    cells = tuple(
        (str(row.get("name") or row.get("unit")), *(cell(at, key) for key in ("value", "rank", "band", "note")))
        for at, row in enumerate(rows)
    )
    notes = (f"{name}：{REGISTER[measure].formula}；{REGISTER[measure].basis}。", *notes_on(cells))
    return Table(f"ranking-{measure}", f"{f.below}{name}排序", columns, cells, notes)


def commended(f: Facts) -> Text:
    """The units ahead of the others, by more than chance."""
    return _named(f, "commended", "综合得分居前且有指标明显优于全域，予以通报表扬。")


def urged(f: Facts) -> Text:
    """The units behind the others, by more than chance."""
    return _named(f, "urged", "综合得分靠后且有指标明显劣于全域，应认真分析原因、补齐短板。")


def _named(f: Facts, key: str, said: str) -> Text:
    compared = f.figures.get("comparison") or {}
    at = {row["unit"]: position for position, row in enumerate(compared.get("scores", ()))}
    items: list[Text] = [
        (str(row["name"]), "（", f(f"comparison.scores.{at[row['unit']]}.score"), "分）")
        for row in compared.get(key, ())
        if row["unit"] in at
    ]
    return merged((*listed(items), said)) if items else ()


def score_table(f: Facts) -> tuple[Table, ...]:
    """Scores of every unit, with what each measure brings and what it weighs (DOMAIN.md 7.5)."""
    compared = f.figures.get("comparison") or {}
    if not compared.get("scores"):
        return ()
    measures = [name for name in REGISTER if name in compared["weights"]]
    heads = [f"{REGISTER[name].name}（{f(f'comparison.weights.{name}')}分）" for name in measures]
    columns = (Column("单位", False), Column("位次"), *(Column(head) for head in heads), Column("综合得分"))
    rows: list[tuple[Run, ...]] = []
    for position, row in enumerate(compared["scores"]):
        at = f"comparison.scores.{position}"
        points: list[Run] = [f(f"{at}.points.{name}") if f.has(f"{at}.points.{name}") else NOTHING for name in measures]
        rows.append((str(row["name"]), f(f"{at}.rank"), *points, f(f"{at}.score")))
    return (Table("scores", f"{f.below}综合得分", columns, tuple(rows), (SCORING,)),)


def method(f: Facts) -> tuple[Text, ...]:
    """How units are compared, as the review stores it."""
    stored = f.figures.get("comparison") or {}
    scoring = ((SCORING,), by_rule) if (by_rule := _by_rule(stored)) else ((SCORING,),)
    return ((f("comparison.method"),), *scoring) if stored.get("method") else ((FAIRNESS,), *scoring)


def _by_rule(stored: Mapping[str, Any]) -> Text:
    """By whose rule, where the place has set one."""
    rule = stored.get("scheme")
    if not rule:
        return ()
    since = chinese_day(date.fromisoformat(rule["since"]))
    return (f"权重、目标值和时限按{rule['name']}{since}起执行的考核办法确定。",)


SCORING = (
    "单项得分＝权重×指标值÷目标值，达到目标值的得满分；样本不足或没有数据的指标不计分，其权重由其余指标按比例分担，"
    "综合得分按百分制折算；上报数量不计分。"
)
FAIRNESS = (
    "排名对象是单位，不是个人。分母不足最低样本数的不参与排名；差距在随机波动范围内的，不强分先后；上报数量不参与排名。"
)
