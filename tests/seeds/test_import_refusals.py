"""Each kind of bad row is refused with row, column and reason, and nothing at all changes (LEDGER.md section 1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Incident
from grid import rls
from grid.models import Unit
from grid.workflow import close_unit, open_unit
from tests.seeds.ledgers import (
    ACCEPTED,
    AGREED,
    CLOSED,
    CLOSED_AGAIN,
    INCIDENT_HEADERS,
    PERFORMED,
    REGISTERED,
    REOPENED,
    REPORTED,
    TERMINATED,
    VERIFIED,
    load,
    run,
    write_csv,
)
from tests.seeds.snapshot import fingerprint

pytestmark = pytest.mark.django_db
TOMORROW = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
GOOD_INCIDENT = {**CLOSED, "事件编号": "T-0"}
GOOD_DISPUTE = {**PERFORMED, "纠纷编号": "J-0"}


def without(row, *headers):
    return {header: cell for header, cell in row.items() if header not in headers}


BAD_INCIDENTS = {
    "no number": ({**REPORTED, "事件编号": " "}, "事件编号", "不能为空"),
    "no report time": (without(REPORTED, "上报时间"), "上报时间", "不能为空"),
    "no place": (without(REPORTED, "区划代码"), "区划代码", "不能为空"),
    "no category": (without(REPORTED, "类别代码"), "类别代码", "不能为空"),
    "no source": (without(REPORTED, "来源"), "来源", "不能为空"),
    "no reporter": (without(REPORTED, "上报人"), "上报人", "不能为空"),
    "no description": (without(REPORTED, "事件描述"), "事件描述", "不能为空"),
    "number too long": ({**REPORTED, "事件编号": "T" * 61}, "事件编号", "超过60个字"),
    "number with a line break": ({**REPORTED, "事件编号": "T-1\nT-2"}, "事件编号", "不能保存的字符"),
    "time without an hour": ({**REPORTED, "上报时间": "2024-02-01"}, "上报时间", "不是时间"),
    "no such day": ({**REPORTED, "上报时间": "2023-02-29 09:00"}, "上报时间", "不是时间"),
    "twenty-four o'clock": ({**REPORTED, "上报时间": "2024-02-01 24:00"}, "上报时间", "不是时间"),
    "time in another form": ({**REPORTED, "上报时间": "2024/2/1 9:00"}, "上报时间", "不是时间"),
    "reported in the future": ({**REPORTED, "上报时间": TOMORROW}, "上报时间", "不能晚于现在"),
    "unknown place": ({**REPORTED, "区划代码": "141199001001"}, "区划代码", "未知的区划代码“141199001001”"),
    "place cut short": ({**REPORTED, "区划代码": "141102"}, "区划代码", "未知的区划代码"),
    "unknown category": ({**REPORTED, "类别代码": "0198"}, "类别代码", "未知的类别代码“0198”"),
    "class instead of category": ({**REPORTED, "类别代码": "01"}, "类别代码", "大类"),
    "category without its zero": ({**REPORTED, "类别代码": "102"}, "类别代码", "未知的类别代码"),
    "unknown source": ({**REPORTED, "来源": "微信"}, "来源", "未知的来源“微信”"),
    "source of disputes only": ({**REPORTED, "来源": "当事人申请"}, "来源", "未知的来源"),
    "unknown verdict": ({**VERIFIED, "核实结果": "属实"}, "核实结果", "未知的核实结果“属实”"),
    "verdict without time": (without(VERIFIED, "核实时间"), "核实时间", "不能为空"),
    "inspection without verdict": (without(VERIFIED, "核实结果"), "核实结果", "不能为空"),
    "inspected before reported": ({**VERIFIED, "核实时间": "2024-02-01 08:59:59"}, "核实时间", "早于“上报时间”"),
    "inspected in the future": ({**VERIFIED, "核实时间": TOMORROW}, "核实时间", "不能晚于现在"),
    "limit before report": ({**VERIFIED, "办结时限": "2024-01-31 09:00"}, "办结时限", "不能早于上报时间"),
    "closed though not inspected": (without(CLOSED, "核实结果", "核实时间"), "办结时间", "不是“有效”"),
    "closed though invalid": ({**CLOSED, "核实结果": "无效"}, "办结时间", "不是“有效”"),
    "closed before inspected": ({**CLOSED, "办结时间": "2024-02-01 09:30"}, "办结时间", "早于“核实时间”"),
    "closed in the future": ({**CLOSED, "办结时间": TOMORROW}, "办结时间", "不能晚于现在"),
    "closed without level": (without(CLOSED, "办结层级"), "办结层级", "不能为空"),
    "closed without outcome": (without(CLOSED, "办结结果"), "办结结果", "不能为空"),
    "outcome without closure": (without(CLOSED, "办结时间"), "办结时间", "不能为空"),
    "unknown level": ({**CLOSED, "办结层级": "省"}, "办结层级", "未知的办结层级“省”"),
    "unknown outcome": ({**CLOSED, "办结结果": "已办"}, "办结结果", "未知的办结结果“已办”"),
    "hazard turned into mediation": (
        {**CLOSED, "类别代码": "0201", "办结结果": "转调解"},
        "办结结果",
        "只有矛盾纠纷类",
    ),
    "reopened though never closed": ({**VERIFIED, "重开时间": "2024-02-10 09:00"}, "重开时间", "须为空"),
    "reopened before closed": ({**REOPENED, "重开时间": "2024-02-02 09:00"}, "重开时间", "早于“办结时间”"),
    "reopened after ninety days": ({**REOPENED, "重开时间": "2024-05-04 09:00"}, "重开时间", "超过90天"),
    "closed again though not reopened": (
        {**CLOSED, "再次办结时间": "2024-02-12 09:00"},
        "再次办结时间",
        "须为空",
    ),
    "closed again before reopened": (
        {**CLOSED_AGAIN, "再次办结时间": "2024-02-09 09:00"},
        "再次办结时间",
        "早于“重开时间”",
    ),
    "duplicate of nothing": ({**VERIFIED, "核实结果": "重复"}, "重复于", "须填写主事件"),
    "duplicate of an unknown number": (
        {**VERIFIED, "核实结果": "重复", "重复于": "T-9"},
        "重复于",
        "“T-9”既不在本文件中",
    ),
    "duplicate of itself": ({**VERIFIED, "核实结果": "重复", "重复于": "T-1"}, "重复于", "不能重复于自身"),
    "master of a valid row": ({**VERIFIED, "重复于": "T-0"}, "重复于", "须为空"),
    "duplicate that was closed": ({**CLOSED, "核实结果": "重复", "重复于": "T-0"}, "办结时间", "不是“有效”"),
}

BAD_DISPUTES = {
    "no number": (without(REGISTERED, "纠纷编号"), "纠纷编号", "不能为空"),
    "no registration time": (without(REGISTERED, "登记时间"), "登记时间", "不能为空"),
    "no description": (without(REGISTERED, "纠纷简述"), "纠纷简述", "不能为空"),
    "category of another class": ({**REGISTERED, "类别代码": "0201"}, "类别代码", "矛盾纠纷类别"),
    "unknown source": ({**REGISTERED, "来源": "自己来的"}, "来源", "未知的来源“自己来的”"),
    "people in words": ({**REGISTERED, "涉及人数": "三人"}, "涉及人数", "不是正整数"),
    "nobody involved": ({**REGISTERED, "涉及人数": "0"}, "涉及人数", "不是正整数"),
    "accepted before registered": ({**ACCEPTED, "受理时间": "2024-01-31 09:00"}, "受理时间", "早于“登记时间”"),
    "accepted in the future": ({**ACCEPTED, "受理时间": TOMORROW}, "受理时间", "不能晚于现在"),
    "agreed though not accepted": (without(AGREED, "受理时间"), "协议时间", "须为空"),
    "agreed before accepted": ({**AGREED, "协议时间": "2024-02-01 10:00"}, "协议时间", "早于“受理时间”"),
    "agreed without form": (without(AGREED, "协议形式"), "协议形式", "不能为空"),
    "form without agreement": ({**ACCEPTED, "协议形式": "书面"}, "协议时间", "不能为空"),
    "unknown form": ({**AGREED, "协议形式": "电子"}, "协议形式", "未知的协议形式“电子”"),
    "amount without agreement": ({**ACCEPTED, "协议金额": "100"}, "协议金额", "须为空"),
    "negative amount": ({**AGREED, "协议金额": "-1"}, "协议金额", "不是金额"),
    "amount in words": ({**AGREED, "协议金额": "一千元"}, "协议金额", "不是金额"),
    "amount below a cent": ({**AGREED, "协议金额": "1.005"}, "协议金额", "不是金额"),
    "limit without agreement": ({**ACCEPTED, "履行期限": "2024-03-10"}, "履行期限", "须为空"),
    "limit with a time": ({**AGREED, "履行期限": "2024-03-10 12:00"}, "履行期限", "不是日期"),
    "limit before the agreement": ({**AGREED, "履行期限": "2024-02-09"}, "履行期限", "不能早于协议"),
    "land contract by word of mouth": (
        {**AGREED, "类别代码": "0107", "协议形式": "口头"},
        "协议形式",
        "须订立书面协议",
    ),
    "labour by word of mouth": ({**AGREED, "类别代码": "0110", "协议形式": "口头"}, "协议形式", "须订立书面"),
    "medical by word of mouth": ({**AGREED, "类别代码": "0112", "协议形式": "口头"}, "协议形式", "须订立书面"),
    "performed though not agreed": (
        {**ACCEPTED, "履行完毕时间": "2024-03-01 10:00"},
        "履行完毕时间",
        "须为空",
    ),
    "performed before agreed": (
        {**PERFORMED, "履行完毕时间": "2024-02-09 10:00"},
        "履行完毕时间",
        "早于“协议时间”",
    ),
    "terminated without reason": (without(TERMINATED, "终止原因"), "终止原因", "不能为空"),
    "reason without termination": (without(TERMINATED, "终止时间"), "终止时间", "不能为空"),
    "unknown reason": ({**TERMINATED, "终止原因": "不想调了"}, "终止原因", "未知的终止原因"),
    "terminated though not accepted": (without(TERMINATED, "受理时间"), "终止时间", "须为空"),
    "terminated before accepted": ({**TERMINATED, "终止时间": "2024-02-01 10:00"}, "终止时间", "早于“受理时间”"),
    "performed and terminated": (
        {**PERFORMED, "终止时间": "2024-03-02 10:00", "终止原因": "其他"},
        "终止时间",
        "须为空",
    ),
    "resolved without level": (without(PERFORMED, "化解层级"), "化解层级", "不能为空"),
    "level without resolution": (without(PERFORMED, "化解时间"), "化解时间", "不能为空"),
    "resolved before agreed": ({**PERFORMED, "化解时间": "2024-02-09 10:00"}, "化解时间", "早于“协议时间”"),
    "resolved before registered": (
        {**REGISTERED, "化解时间": "2024-01-09 10:00", "化解层级": "村"},
        "化解时间",
        "早于“登记时间”",
    ),
    "confirmation of nothing": ({**ACCEPTED, "司法确认申请时间": "2024-02-20 10:00"}, "司法确认申请时间", "须为空"),
    "result of nothing": ({**ACCEPTED, "司法确认结果": "确认"}, "司法确认结果", "须为空"),
    "confirmation before the agreement": (
        {**AGREED, "司法确认申请时间": "2024-02-09 10:00"},
        "司法确认申请时间",
        "早于“协议时间”",
    ),
    # Thirty days after 10 February 2024 is 11 March, a Monday.
    "confirmation on the thirty-first day": (
        {**AGREED, "司法确认申请时间": "2024-03-12 00:00:00"},
        "司法确认申请时间",
        "已超过司法确认申请期限（2024-03-11",
    ),
    "unknown result": (
        {**AGREED, "司法确认申请时间": "2024-02-12 10:00", "司法确认结果": "同意"},
        "司法确认结果",
        "未知的司法确认结果",
    ),
    "visit before anything": ({**ACCEPTED, "回访时间": "2024-02-20 10:00"}, "回访时间", "须为空"),
    "visit before the agreement": ({**AGREED, "回访时间": "2024-02-09 10:00"}, "回访时间", "早于“协议时间”"),
    "answer without visit": ({**PERFORMED, "满意度": "满意"}, "满意度", "须为空"),
    "unknown answer": ({**PERFORMED, "回访时间": "2024-03-05 10:00", "满意度": "还行"}, "满意度", "未知的满意度"),
}


@pytest.mark.parametrize(
    ("row", "header", "reason", "good"),
    [
        pytest.param(*bad, good, id=f"{kind}: {name}")
        for kind, table, good in (
            ("incident", BAD_INCIDENTS, GOOD_INCIDENT),
            ("dispute", BAD_DISPUTES, GOOD_DISPUTE),
        )
        for name, bad in table.items()
    ],
)
def test_a_bad_row_refuses_the_whole_file(tmp_path, row, header, reason, good):
    before = fingerprint()

    lines, accepted = load(tmp_path, good, row)

    assert not accepted
    assert lines[-1] == "imported=0 unchanged=0 refused=1"
    assert [line for line in lines if line.startswith(f"第3行「{header}」：") and reason in line], lines
    assert not any(line.startswith("第2行") for line in lines)
    assert fingerprint() == before


@pytest.mark.parametrize("good", [GOOD_INCIDENT, GOOD_DISPUTE], ids=["incidents", "disputes"])
def test_the_good_row_beside_the_bad_ones_is_good(tmp_path, good):
    assert load(tmp_path, good) == (["imported=1 unchanged=0 refused=0"], True)


def test_every_bad_row_and_every_bad_cell_is_reported(tmp_path):
    lines, _ = load(
        tmp_path,
        {**REPORTED, "来源": "微信", "类别代码": "01"},
        {**CLOSED, "事件编号": "T-2"},
        {**REPORTED, "事件编号": "T-3", "区划代码": "1"},
    )
    assert {line.split("：")[0] for line in lines[:-1]} == {"第2行「来源」", "第2行「类别代码」", "第4行「区划代码」"}
    assert lines[-1] == "imported=0 unchanged=0 refused=2"


def test_a_number_may_stand_once_in_a_file(tmp_path):
    before = fingerprint()
    lines, accepted = load(tmp_path, REPORTED, {**VERIFIED, "事件编号": "T-2"}, CLOSED)
    assert not accepted
    assert lines == ["第4行「事件编号」：编号与第2行重复。", "imported=0 unchanged=0 refused=1"]
    assert fingerprint() == before


MASTER = {**VERIFIED, "事件编号": "M-1"}
COPY = {**VERIFIED, "事件编号": "C-1", "核实结果": "重复", "重复于": "M-1", "核实时间": "2024-02-01 11:00"}


@pytest.mark.parametrize(
    ("master", "reason"),
    [
        (without(MASTER, "核实结果", "核实时间"), "不是有效事件"),
        ({**MASTER, "核实结果": "无效"}, "不是有效事件"),
        ({**MASTER, "核实结果": "重复", "重复于": "C-1", "核实时间": "2024-02-01 12:00"}, "不是有效事件"),
        ({**MASTER, "上报时间": "2024-02-01 11:00:01", "核实时间": "2024-02-01 12:00"}, "晚于本行的核实时间"),
    ],
    ids=["pending", "invalid", "itself a duplicate", "reported later than the duplicate was inspected"],
)
@pytest.mark.parametrize("is_known", [False, True], ids=["same file", "known"])
def test_a_duplicate_needs_a_valid_master_reported_in_time(tmp_path, master, reason, is_known):
    if is_known:
        extra = [{**VERIFIED, "事件编号": "C-1"}] if master.get("重复于") else []
        assert load(tmp_path, master, *extra)[1]
        rows = [{**COPY, "事件编号": "C-2"}]
    else:
        rows = [COPY, master]
    before = fingerprint()

    lines, accepted = load(tmp_path, *rows)

    assert not accepted
    assert [line for line in lines if line.startswith("第2行「重复于」") and reason in line], lines
    assert fingerprint() == before


def test_a_number_used_by_a_record_that_no_ledger_brought_is_refused(tmp_path):
    load(tmp_path, REPORTED)
    with rls.system_scope():
        Incident.objects.filter(outside_number="T-1").update(outside_number="LIVE-1")
    lines, accepted = load(tmp_path, {**REPORTED, "事件编号": "LIVE-1"})
    assert not accepted
    assert "不是由台账导入" in lines[0]


def test_a_place_closed_by_then_is_refused(tmp_path):
    with rls.system_scope():
        village = Unit.objects.get(code="141102001001")
        grid = open_unit(
            parent=village,
            code="141102001001J01",
            name="第一网格",
            kind="grid",
            valid_from=village.valid_from,
            grid_kind="basic",
        )
        close_unit(unit=grid, on=(timezone.localtime() - timedelta(days=400)).date().replace(year=2024, month=2, day=1))
    lines, accepted = load(tmp_path, {**REPORTED, "区划代码": "141102001001J01"})
    assert not accepted
    assert lines[0].startswith("第2行「区划代码」：“141102001001J01”")
    assert "停用" in lines[0]
    assert load(tmp_path, {**REPORTED, "区划代码": "141102001001J01", "上报时间": "2024-01-31 09:00"})[1]


@pytest.mark.parametrize(
    ("headers", "line"),
    [
        ([*INCIDENT_HEADERS, "备注"], "第1行「备注」：未知的表头。"),
        ([*INCIDENT_HEADERS, "来源"], "第1行「来源」：表头重复。"),
        ([header for header in INCIDENT_HEADERS if header != "类别代码"], "第1行「类别代码」：缺少此列。"),
    ],
    ids=["unknown", "twice", "missing"],
)
def test_headers_must_be_those_of_the_format(tmp_path, headers, line):
    before = fingerprint()
    path = tmp_path / "incidents.csv"
    path.write_text(f"{','.join(headers)}\n", encoding="utf-8")
    assert run(path, "incidents") == ([line, "imported=0 unchanged=0 refused=1"], False)
    assert fingerprint() == before


def test_a_dispute_ledger_is_no_incident_ledger(tmp_path):
    lines, accepted = run(write_csv(tmp_path / "wrong.csv", [REGISTERED]), "incidents")
    assert not accepted
    assert "第1行「纠纷编号」：未知的表头。" in lines


def test_cells_without_a_header_are_refused(tmp_path):
    path = write_csv(tmp_path / "incidents.csv", [REPORTED])
    path.write_text(path.read_text(encoding="utf-8").rstrip() + ",,,,,,,,,,多出来的\n", encoding="utf-8")
    lines, accepted = run(path, "incidents")
    assert not accepted
    assert "没有表头" in lines[0]


@pytest.mark.parametrize("content", ["", "\n\n"], ids=["empty", "blank lines"])
def test_a_file_without_a_header_row_is_refused(tmp_path, content):
    path = tmp_path / "incidents.csv"
    path.write_text(content, encoding="utf-8")
    lines, accepted = run(path, "incidents")
    assert not accepted
    assert lines[-1] == "imported=0 unchanged=0 refused=1"
