"""The three products of a surge stay on one page, whatever there is to tell; numbers are never folded."""

from datetime import date, timedelta
from typing import Any

import pytest

from grid import rls
from mediation.reviews.models import Surge, SurgeDay
from mediation.reviews.outline import Outline, Table
from mediation.reviews.render.docx import docx_of
from mediation.reviews.render.pdf import pdf_of
from mediation.reviews.render.sizes import HOUSE
from mediation.reviews.texts.surge import outlines_of_day
from tests.reviews.conftest import local
from tests.reviews.desk import Desk, figures, told
from tests.reviews.render import reading

DAY, AT = date(2026, 3, 2), local("2026-03-02 17:00")
STATES = ("reported", "nil", "missing")
TASKS = ("done", "open", "overdue")
WORDS = "走访重点户三十户，排查出租房屋十二处，发现邻里纠纷两起已当场劝解，" * 9
TASK = "对辖区内重点人员、重点部位逐一走访，当日十八时前反馈结果，发现问题立即处置。" * 4


def names(count: int) -> list[str]:
    return [f"吕梁市离石区第{number}经济技术开发区社会事务管理服务中心联合委员会" for number in range(1, count + 1)]


def day_of(desk: Desk, count: int, **changed: Any) -> SurgeDay:
    """A day on which ``count`` units report, with as many tasks, a roster and as many places below."""
    units = names(count)
    states = [STATES[number % 3] for number in range(count)]
    reports = [
        {"unit": str(n), "name": name, "state": state, "words": WORDS if state == "reported" else ""}
        for n, (name, state) in enumerate(zip(units, states, strict=True))
    ]
    tasks = [
        {"id": n, "owner": name, "text": TASK, "due_at": AT.isoformat(), "state": TASKS[n % 3]}
        for n, name in enumerate(units)
    ]
    called = {"leader": "高某某", "leader_phone": "10000000001", "officer": "马某某", "officer_phone": "10000000002"}
    duty = [{"unit": str(n), "name": name, "state": "set", **called} for n, name in enumerate(units)]
    duty += [{"unit": "x", "name": "离石区", "state": "missing", **dict.fromkeys(called, "")}]
    kept = figures(
        start=str(DAY),
        by_township={f"1411021{number:02}000": told() for number in range(count)},
        reports={"units": count, **{state: states.count(state) for state in STATES}, "items": reports},
        tasks={"total": count, **{state: len(tasks[n::3]) for n, state in enumerate(TASKS)}, "items": tasks},
        duty={"day": str(DAY), "units": count + 1, "set": count, "missing": 1, "missing_next": 3, "items": duty},
        **changed,
    )
    surge = Surge(
        status="active",
        reason="重大节日期间维护稳定",
        authority="区委政法委会议决定",
        starts_on=DAY,
        ends_on=DAY + timedelta(days=2),
        cut_off=AT.timetz().replace(tzinfo=None),
        categories=["0102", "0101", "0201"],
        proposed_by=desk.cast.supervisor,
        last_event_at=AT,
    )
    surge.lie_at(desk.cast.county)
    surge.save()
    return SurgeDay(surge=surge, day=DAY, as_of=AT, figures=kept)


def tables(outline: Outline) -> dict[str, Table]:
    return {block.id: block for block in outline.blocks if isinstance(block, Table)}


@pytest.mark.parametrize("count", [12, 40])
def test_each_product_fills_one_page_and_no_more(desk: Desk, count: int) -> None:
    with rls.system_scope():
        day = day_of(desk, count)
        folded = outlines_of_day(day, one_page=True)
    for outline in folded:
        (page,) = reading.pdf(pdf_of(outline)).pages
        bottom = float(page.mediabox.height) - HOUSE.bottom_mm * reading.MM
        lowest = max(y for _x, y, _size, _text in reading.spans(page) if y < bottom)
        # What is left out had no room: most of the page is used.
        assert lowest > 0.7 * bottom, outline.title
    assessment, dispatch, bulletin = (reading.pdf_text(pdf_of(outline)) for outline in folded)
    third = len(range(0, count, 3))
    assert f"应报告单位{count}个，已报{third}个" in bulletin
    assert f"累计下达任务{count}项" in dispatch
    assert f"ZS20260302-{day.surge_id}" in assessment
    # The most pressing stands first, and the rest is counted.
    shown = [str(row[3]) for row in tables(folded[1])["tasks"].rows]
    assert shown == sorted(shown, key=("逾期", "办理中", "已完成").index)
    assert shown[0] == "逾期"
    assert f"其余{count - len(shown)}项任务见系统当日材料" in dispatch
    assert "离石区未排，应立即补排" in dispatch
    assert reading.docx_text(docx_of(folded[1])).count("其余") == 2


def test_what_has_room_is_told_whole(desk: Desk) -> None:
    """Three units are no reason to fold; on the page of the surge nothing ever is."""
    with rls.system_scope():
        few = day_of(desk, 3)
        assert outlines_of_day(few, one_page=True)[::2] == outlines_of_day(few)[::2]
        whole = outlines_of_day(day_of(desk, 40))
    assert len(tables(whole[2])["reports"].rows) == 40
    assert len(tables(whole[1])["tasks"].rows) == 40
    assert WORDS.rstrip("。") in str(whole[0].blocks)
