"""The papers of a surge: each day an assessment, a dispatch and a bulletin of one page, and one closing report.

Made of the frozen figures of a day (``SurgeDay``); every one bears the number of the activation.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import translation

from cases.codes import categories
from grid.scope import SHANGHAI
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Organ, Review, Surge, SurgeDay
from mediation.reviews.naming import category
from mediation.reviews.outline import Block, Column, Form, Outline, Run, Table, Text
from mediation.reviews.periods import Period, chinese_day
from mediation.reviews.texts import phrases, tables
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.folding import FULL, WHERE, Fold, on_one_page
from mediation.reviews.texts.parts import Part, assembled
from mediation.reviews.texts.sheets import limits, prose, risks

REPORTED = {"reported": "已报", "nil": "零报告", "missing": "未报"}
PRESSING = ("overdue", "open", "done")
"""What of the tasks is told first."""
TASK = {"done": "已完成", "open": "办理中", "overdue": "逾期"}


def outlines_of_day(kept: SurgeDay, *, one_page: bool = False) -> tuple[Outline, Outline, Outline]:
    """Return the three products of a day: 研判, 调度, 通报.

    Whole, or with ``one_page`` folded so far that each fits on the one page it is meant for.
    """
    with translation.override("zh-hans"):
        surge, f = kept.surge, _facts(kept.surge, kept.figures, kept.as_of)
        organ = organ_of(surge)

        def product(name: str, parts: Callable[[Fold], tuple[Part, ...]]) -> Outline:
            def make(fold: Fold) -> Outline:
                return _outline(f, surge, f"战时每日{name}（{chinese_day(kept.day)}）", parts(fold), organ)

            return on_one_page(make) if one_page else make(FULL)

        return (
            product("研判", lambda fold: _assessment(f, surge, fold)),
            product("调度", lambda fold: _dispatch(f, fold)),
            product("通报", lambda fold: _bulletin(f, fold)),
        )


def closing_outline(surge: Surge, figures: Mapping[str, Any], ended_at: datetime) -> Outline:
    """Return the closing report over the figures of a whole surge (``workflow.surge_days.closing_figures``)."""
    with translation.override("zh-hans"):
        f = _facts(surge, figures, ended_at)
        f.this = "战时期间"
        parts = (
            Part("course", "基本情况", prose(*_course(surge, ended_at))),
            Part("figures", "事件和纠纷", prose(phrases.incidents(f), phrases.disputes_accepted(f), phrases.stock(f))),
            Part("tasks", "任务落实", prose(_tasks_said(f))),
            Part("reports", "每日报告情况", _kept_reports(f)),
        )
        return _outline(f, surge, "战时机制总结报告", parts, organ_of(surge))


def _facts(surge: Surge, figures: Mapping[str, Any], as_of: datetime) -> Facts:
    """Facts over figures that belong to no review of the calendar."""
    start = datetime.fromisoformat(f"{figures['start']}T00:00:00").replace(tzinfo=SHANGHAI)
    review = Review(kind=Kind.DAILY, start=start, end=as_of, as_of=as_of, figures=figures)
    review.lie_at(surge.unit)
    return Facts(review, period=Period(Kind.DAILY, start, as_of))


def _outline(f: Facts, surge: Surge, title: str, parts: tuple[Part, ...], organ: str) -> Outline:
    return Outline(
        form=Form.SHEET,
        title=f"{surge.unit.name}{title}",
        organ=organ,
        as_of=f.as_of,
        blocks=assembled(parts, {}, f.quoter),
        footnotes=(f"战时启动编号：{number(surge)}。",),
    )


def organ_of(surge: Surge) -> str:
    """Who issues the papers of a surge."""
    organ = Organ.objects.filter(unit_id=surge.unit_id).first()
    return organ.name if organ else f"{surge.unit.name}社会治安综合治理中心"


def number(surge: Surge) -> str:
    """What an activation is called on all its papers."""
    return f"ZS{surge.starts_on:%Y%m%d}-{surge.pk}"


def _scope(surge: Surge, fold: Fold = FULL) -> Text:
    names = [category(code) for code in surge.categories if code in categories()]
    kept = fold.kept(len(names))
    rest = "" if kept == len(names) else f"等{len(names)}"
    return (f"重点关注{'、'.join(names[:kept])}{rest}类事项。",) if names else ()


def _assessment(f: Facts, surge: Surge, fold: Fold) -> tuple[Part, ...]:
    focus = [code for code in surge.categories if f.has(f"reported_valid_by_category.{code}")]
    kept = fold.kept(len(focus))
    if kept < len(focus):
        focus = sorted(focus, key=lambda code: -f.number(f"reported_valid_by_category.{code}"))
    items: list[Text] = [(category(code), f(f"reported_valid_by_category.{code}"), "件") for code in focus[:kept]]
    rest = "" if kept == len(focus) else f"，其余{len(focus) - kept}类从略"
    seen: Text = ("其中", *phrases.listed(items), rest, "。") if items else ()
    if surge.categories and not items:
        seen = ("重点关注的类别当日未发生有效事件。",)
    return (
        Part("new", "新增情况", prose(phrases.incidents(f), phrases.merged(seen), phrases.disputes_found(f))),
        Part("risks", "高风险", prose(*risks(f))),
        Part("words", "各单位报告", _reported(f, fold)),
        Part("focus", "研判重点", prose(_scope(surge, fold), *limits(f))),
    )


def _dispatch(f: Facts, fold: Fold) -> tuple[Part, ...]:
    return (
        Part("tasks", "任务落实", (*prose(_tasks_said(f)), *_tasks(f, fold))),
        Part("duty", "值班安排", _duty(f, fold)),
        Part("limits", "到期和超期", prose(*limits(f))),
    )


def _tasks(f: Facts, fold: Fold) -> tuple[Table, ...]:
    """The tasks given, those overdue first, then those under way by their hour."""
    items = sorted(_items(f, "tasks"), key=lambda row: PRESSING.index(row["state"]))
    kept = fold.kept(len(items))
    rows = tuple(
        (fold.name(str(row["owner"])), fold.clip(str(row["text"])), _hour(row["due_at"]), TASK[row["state"]])
        for row in items[:kept]
    )
    left_out = len(items) - kept
    notes = (f"其余{left_out}项任务{WHERE}。",) if left_out else ()
    heads = tuple(Column(name, False) for name in ("责任单位", "任务", "完成时限", "进展"))
    return (Table("tasks", "任务清单", heads, rows, notes),) if rows else ()


def _duty(f: Facts, fold: Fold) -> tuple[Block, ...]:
    """Who is on duty, unit by unit, and where nobody is."""
    items = _items(f, "duty")
    if not items:
        return ()
    missing = [str(row["name"]) for row in items if row["state"] == "missing"]
    named: Text = (f"{fold.named(missing)}未排，应立即补排。",) if missing else ()
    following: Text = ("次日尚有", f("duty.missing_next"), "个单位未排。") if f.number("duty.missing_next") else ()
    heads = tuple(Column(name, False) for name in ("单位", "带班领导", "值班员"))
    kept = fold.kept(len(items))
    # Who has nobody is named above: where there is no room for all, numbers to be called go first.
    told = items if kept == len(items) else [row for row in items if row["state"] == "set"][:kept]
    rows = tuple((fold.name(str(row["name"])), _called(row, "leader"), _called(row, "officer")) for row in told)
    left_out = sum(row["state"] == "set" for row in items) - sum(row["state"] == "set" for row in told)
    notes = (f"其余{left_out}个单位的值班{WHERE}。",) if left_out else ()
    table = (Table("duty", "值班表", heads, rows, notes),) if rows else ()
    return (*prose(named, following), *table)


def _called(row: Mapping[str, Any], who: str) -> str:
    return f"{row[who]} {row[f'{who}_phone']}" if row["state"] == "set" else "未排"


def _tasks_said(f: Facts) -> Text:
    if not f.number("tasks.total"):
        return ("未下达任务。",)
    parts: list[Text] = [
        (TASK[state], f(f"tasks.{state}"), "项") for state in ("done", "open", "overdue") if f.number(f"tasks.{state}")
    ]
    return phrases.sentence(("累计下达任务", f("tasks.total"), "项"), *parts)


def _bulletin(f: Facts, fold: Fold) -> tuple[Part, ...]:
    parts: list[Text] = [
        (REPORTED[state], f(f"reports.{state}"), "个")
        for state in ("reported", "nil", "missing")
        if f.number(f"reports.{state}")
    ]
    said = phrases.sentence(("应报告单位", f("reports.units"), "个"), *parts)
    overdue = sorted({str(row["owner"]) for row in _items(f, "tasks") if row["state"] == "overdue"})
    late: Text = (f"{fold.named(overdue)}有任务逾期，应立即办理并说明原因。",) if overdue else ()
    missing = [str(row["name"]) for row in _items(f, "reports") if row["state"] == "missing"]
    named: Text = (f"{fold.named(missing)}未报，应当日补报并说明原因。",) if missing else ()
    return (
        Part("reports", "报告情况", (*prose(said, named), *_reports_table(f, fold))),
        Part("overdue", "任务逾期", prose(late)),
        Part("places", f"{f.below}情况", tables.by_place(f, "places", f"{f.below}当日情况", tables.INCIDENTS, fold)),
    )


def _reports_table(f: Facts, fold: Fold) -> tuple[Table, ...]:
    """A row per unit; where there is no room for that, a row per answer, with those who gave it."""
    items, title = _items(f, "reports"), "各单位报告情况"
    if fold is FULL:
        rows = tuple((str(row["name"]), REPORTED[row["state"]]) for row in items)
        return (Table("reports", title, (Column("单位", False), Column("报告", False)), rows),) if rows else ()
    by_answer = {state: [str(row["name"]) for row in items if row["state"] == state] for state in ("nil", "reported")}
    rows = tuple((REPORTED[state], fold.named(names)) for state, names in by_answer.items() if names)
    return (Table("reports", title, (Column("报告", False), Column("单位", False)), rows),) if rows else ()


def _reported(f: Facts, fold: Fold) -> tuple[Block, ...]:
    """What units reported in their own words."""
    items = [row for row in _items(f, "reports") if row["state"] == "reported"]
    kept = fold.kept(len(items))
    told: list[Text] = [
        (f"{fold.name(str(row['name']))}：{_ended(fold.clip(str(row['words'])))}",) for row in items[:kept]
    ]
    if kept < len(items):
        told.append((f"其余{len(items) - kept}个单位的报告{WHERE}。",))
    return prose(*told)


def _ended(said: str) -> str:
    return said if said.endswith("…") else f"{said.rstrip('。')}。"


def _course(surge: Surge, ended_at: datetime) -> tuple[Text, ...]:
    span = f"自{chinese_day(surge.starts_on)}启动，至{chinese_day(ended_at.astimezone(SHANGHAI).date())}结束"
    moved = [
        f"{chinese_day(event.at.astimezone(SHANGHAI).date())}经批准延长至"
        f"{chinese_day(date.fromisoformat(event.data['ends_on']))}"
        for event in surge.events.filter(verb="approve_extension").order_by("seq")
    ]
    return (
        (f"{surge.unit.name}因{surge.reason.rstrip('。')}，依据{surge.authority.rstrip('。')}启动战时机制，{span}。",),
        (f"期间{'，'.join(moved)}。",) if moved else (),
        _scope(surge),
    )


def _kept_reports(f: Facts) -> tuple[Block, ...]:
    rows: list[tuple[Run, ...]] = [
        (str(row["name"]), *(f(f"reports.items.{at}.{state}") for state in REPORTED))
        for at, row in enumerate(_items(f, "reports"))
    ]
    columns = (Column("单位", False), *(Column(f"{name}（日）") for name in REPORTED.values()))
    return (Table("kept", "各单位每日报告", columns, tuple(rows)),) if rows else ()


def _items(f: Facts, key: str) -> list[Mapping[str, Any]]:
    return list((f.figures.get(key) or {}).get("items") or [])


def _hour(moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local.hour}时{f'{local.minute}分' if local.minute else ''}"
