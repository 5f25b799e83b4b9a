"""The course of a quarter or a year, and how far its targets are reached: sentences and tables of both."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from mediation.reviews.indicators import NOTHING, REGISTER, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.outline import Block, Chart, ChartKind, Column, Paragraph, Run, Series, Table, Text
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.phrases import COMPARED, listed, merged, sentence
from mediation.reviews.texts.tables import note

COUNTED = {"reported_valid": "有效事件", "disputes_accepted": "受理矛盾纠纷"}
"""Counts that are told step by step; the table has the rates as well."""

STEP_NOTE = "各期数据按本报告统计时点统计，与已印发的各期报告可能不同；率的变化以百分点计，当时无记录的不作比较。"


def trend(f: Facts) -> tuple[Block, ...]:
    """The months of a quarter or the quarters of a year side by side, with 同比 and 环比 of each."""
    names = list(_names(f))
    if len(names) < 2:
        return ()
    return (*_told(f, names), _table(f, names), *_chart(f, names))


def _names(f: Facts) -> Iterator[str]:
    """What the steps are called: 1月, 第1季度."""
    for step in f.listed("course"):
        month = date.fromisoformat(str(step["start"])).month
        yield f"{month}月" if step["kind"] == Kind.MONTHLY else f"第{(month + 2) // 3}季度"


def _told(f: Facts, names: list[str]) -> Iterator[Paragraph]:
    within: Text = ("从全年各季度看" if f.kind is Kind.ANNUAL else "从季度内各月看",)
    for id, what in COUNTED.items():
        counts = [f.number(f"course.{at}.{id}") for at in range(len(names))]
        if not any(counts):
            continue
        items: list[Text] = [(name, f(f"course.{at}.{id}"), "件") for at, name in enumerate(names)]
        most = counts.index(max(counts))
        only = counts.count(max(counts)) == 1
        yield Paragraph(sentence(within, merged((what, *listed(items))), _most(f, id, most, names) if only else ()))
        within = ()


def _most(f: Facts, id: str, at: int, names: list[str]) -> Text:
    """Where it was most, and how that compares."""
    changes: list[Text] = [
        (word, f(f"course.{at}.{key}.{id}"))
        for key, word in COMPARED.items()
        if f.has(f"course.{at}.{key}.{id}") and f.has(f"course.{at}.{key}.{id}.percent")
    ]
    return merged((f"{names[at]}最多", *(("，", *listed(changes, "、")) if changes else ())))


def _table(f: Facts, names: list[str]) -> Table:
    known = [id for id in REGISTER if id in f.listed("course")[0]["measures"]]
    rows: list[tuple[Run, ...]] = []
    for id in known:
        entry = REGISTER[id]
        said = str(entry.name) if entry.shape is Shape.RATE else f"{entry.name}（{entry.unit}）"
        rows.append((said, *(f(f"course.{at}.{id}") for at in range(len(names)))))
        for key, word in COMPARED.items():
            refs = [f"course.{at}.{key}.{id}" for at in range(len(names))]
            rows.append((word, *(f(ref) if f.has(ref) else NOTHING for ref in refs)))
    heads = (Column("指标", False), *(Column(name) for name in names))
    notes = (STEP_NOTE, *(note(id) for id in known if REGISTER[id].shape is Shape.RATE))
    return Table("course", "分季度情况" if f.kind is Kind.ANNUAL else "分月情况", heads, tuple(rows), notes)


def _chart(f: Facts, names: list[str]) -> tuple[Chart, ...]:
    series = tuple(
        Series(what, tuple(f(f"course.{at}.{id}") for at in range(len(names)))) for id, what in COUNTED.items()
    )
    title = f"{f.label}走势"
    alt = f"{title}：{'、'.join(COUNTED.values())}，{names[0]}至{names[-1]}。"
    return (Chart("course", ChartKind.LINE, title, tuple(names), series, alt),)


# -- Targets --------------------------------------------------------------------------------------------------------


def targets(f: Facts) -> tuple[Block, ...]:
    """Target, value and gap of each measure that has a target, and whether it is reached."""
    compared: dict[str, Any] = f.figures.get("comparison") or {}
    if "attainment" not in compared:
        return ()
    found = {id: compared["attainment"][id] for id in REGISTER if id in compared["attainment"]}
    if not found:
        return (Paragraph(("本地未设定考核目标值，本期不作达标评价。",)),)
    head = sentence(
        (f"{f.this}设定目标值的指标共", f("comparison.attained.set"), "项"),
        ("达成", f("comparison.attained.met"), "项"),
        ("未达成", f("comparison.attained.missed"), "项"),
    )
    missed = [_missed(f, id) for id, one in found.items() if one["met"] is False]
    short: Text = merged(("未达成的指标中，", *listed(missed, "；"), "。")) if missed else ()
    numbers = (Column(head) for head in ("目标值", "完成值", "差距（百分点）"))
    heads = (Column("指标", False), *numbers, Column("结果", False))
    rows = tuple(
        (
            str(REGISTER[id].name),
            f(f"comparison.attainment.{id}.target"),
            f(id),
            f(f"comparison.attainment.{id}.gap"),
            {True: "达成", False: "未达成", None: "无数据"}[one["met"]],
        )
        for id, one in found.items()
    )
    table = Table("targets", "目标值完成情况", heads, rows, tuple(note(id) for id in found))
    return (*(Paragraph(text) for text in (head, short) if text), table)


def _missed(f: Facts, id: str) -> Text:
    short = f(f"comparison.attainment.{id}.short")
    return (f"“{REGISTER[id].name}”完成", f(id), "，低于目标值", short, "个百分点")
