"""The papers for the house: the daily inspection sheet and the weekly analysis (DOMAIN.md 7.1)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.workflow.reasons import RejectReason
from mediation.reviews.naming import category
from mediation.reviews.outline import Block, Column, Listing, Paragraph, Table, Text
from mediation.reviews.periods import chinese_day
from mediation.reviews.texts import counsel, phrases, tables
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.parts import Part


def prose(*texts: Text) -> tuple[Paragraph, ...]:
    """A paragraph per text that says something."""
    return tuple(Paragraph(text) for text in texts if text)


def daily(f: Facts) -> tuple[Part, ...]:
    """The sheet of one day: what came in, how well it was reported, what falls due, what stands out."""
    return (
        Part(
            "overview",
            "总体情况",
            (
                *prose(
                    phrases.incidents(f) + phrases.incidents_changed(f),
                    phrases.classes(f, "reported_valid_by_class", "有效事件"),
                    phrases.together(f, phrases.disputes_found(f), phrases.disputes_accepted(f)),
                ),
                *tables.by_category(f, "categories", "有效事件分类", "reported_valid_by_category"),
                *tables.by_place(f, "places", f"{f.below}当日情况", tables.INCIDENTS),
            ),
        ),
        Part("quality", "上报质量", prose(phrases.quality(f), *returned(f)) + guard(f)),
        Part("limits", "到期和超期", prose(*limits(f), phrases.stock(f))),
        Part("risks", "高风险和异常", _findings(f, prose(*risks(f)))),
        Part("nil", "网格零报告", prose(*nil_reports(f), phrases.quiet_places(f, "reported", "事件上报"))),
        Part("sample", "抽查记录", hint="抽查的事件、核查结果（合格、不合格）和需要更正的内容"),
        Part("corrections", "整改要求", hint="需要补正、改派、重新分类的事项和完成时间"),
    )


def weekly(f: Facts) -> tuple[Part, ...]:
    """The analysis of one week: how much, what rose and where, why, what was advised, what is still open."""
    return (
        Part(
            "overview",
            "总体情况",
            (
                *prose(
                    phrases.incidents(f) + phrases.incidents_changed(f),
                    phrases.together(f, phrases.on_time(f), phrases.reopened(f), phrases.stock(f)),
                    phrases.together(f, phrases.disputes_accepted(f), phrases.disputes_changed(f)),
                    phrases.together(f, phrases.agreements(f), phrases.performance(f)),
                ),
                *tables.by_place(f, "places", f"{f.below}本周情况", tables.INCIDENTS),
            ),
        ),
        Part(
            "structure",
            "主要类型",
            (
                *prose(
                    phrases.leading(f, "reported_valid_by_category", "有效事件中数量"),
                    phrases.leading_places(f, "reported_valid", "有效事件"),
                ),
                *tables.chart_by_place(f, "reported_valid", f"{f.below}有效事件"),
            ),
        ),
        Part("risen", "上升和聚集的问题", _findings(f, ())),
        Part("causes", "原因分析", hint="突出问题因何而起：政策、项目、季节、单位、个案，逐项写清", is_required=True),
        Part("follow_up", "上周建议落实情况", counsel.followed_up(f)),
        Part("oldest", "长期未结事项", oldest(f)),
        Part("suggestions", "工作建议", counsel.suggested(f)),
    )


def _findings(f: Facts, before: tuple[Block, ...]) -> tuple[Block, ...]:
    found = counsel.findings(f)
    if found:
        return (*before, Listing(found))
    return before if before else prose((f"{f.this}{counsel.NO_FINDINGS}",))


def guard(f: Facts) -> tuple[Block, ...]:
    """What is to be looked into before anybody is praised for it."""
    found = counsel.guarded(f)
    return (Paragraph(("以下情况建议列入抽查：",)), Listing(found)) if found else ()


# -- Particulars of a day, where the review has them ----------------------------------------------------------------


def returned(f: Facts) -> tuple[Text, ...]:
    """How many reports went back or were void, and why."""
    clauses: list[Text] = []
    if f.number("particulars.returned"):
        clauses.append(("退回补正", f("particulars.returned"), "件"))
    reasons: Mapping[str, Any] = (f.figures.get("particulars") or {}).get("void_by_reason") or {}
    clauses += [
        (
            str(RejectReason(code).label) if code in RejectReason.values else "重复上报",
            f(f"particulars.void_by_reason.{code}"),
            "件",
        )
        for code in sorted(reasons)
    ]
    return (phrases.sentence(*clauses),)


def limits(f: Facts) -> tuple[Text, ...]:
    """What falls due and what is overdue at the moment looked from."""
    if not f.has("particulars.overdue_open"):
        return (phrases.on_time(f),)
    due: Text = (
        ("次日到期的未结事件有", f("particulars.due_next"), "件")
        if f.number("particulars.due_next")
        else ("次日无到期事件",)
    )
    late: Text = (
        ("超过时限仍未办结的有", f("particulars.overdue_open"), "件")
        if f.number("particulars.overdue_open")
        else ("无超过时限仍未办结的事件",)
    )
    return (phrases.sentence(due, late),)


def risks(f: Facts) -> tuple[Text, ...]:
    """New high-risk matters."""
    if not f.has("particulars.high_risk_new"):
        return ()
    if not f.number("particulars.high_risk_new"):
        return ((f"{f.this}未发生新增高风险事件。",),)
    return (phrases.sentence((f"{f.this}新增高风险事件", f("particulars.high_risk_new"), "件"), ("应逐件落实包案",)),)


def nil_reports(f: Facts) -> tuple[Text, ...]:
    """Grids that reported nothing."""
    if not f.number("particulars.grids"):
        return ()
    if not f.number("particulars.silent_grids"):
        return (phrases.sentence(("共有网格", f("particulars.grids"), "个"), (f"{f.this}均有上报",)),)
    silent: Text = (f"{f.this}无上报的有", f("particulars.silent_grids"), "个")
    return (phrases.sentence(("共有网格", f("particulars.grids"), "个"), silent),)


def oldest(f: Facts) -> tuple[Block, ...]:
    """The incidents that have been open longest."""
    rows = (f.quoter.figures.get("particulars") or {}).get("oldest_open") or []
    if not rows:
        return ()
    cells = tuple(
        (
            str(row["number"]),
            category(str(row["category"])),
            str(row["place_name"]),
            chinese_day(date.fromisoformat(str(row["reported_on"]))),
            f(f"particulars.oldest_open.{at}.days"),
        )
        for at, row in enumerate(rows)
    )
    heads = ("编号", "类别", "地点", "上报日期")
    columns = (*(Column(head, False) for head in heads), Column("未结天数"))
    return (Table("oldest", "未结时间最长的事件", columns, cells),)
