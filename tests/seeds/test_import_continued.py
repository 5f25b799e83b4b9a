"""A row for a known number that only fills cells empty before is a continuation (LEDGER.md section 1)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from cases.workflow.inspection import reject_incident
from grid import rls
from tests.seeds.ledgers import (
    ACCEPTED,
    AGREED,
    CLOSED,
    CLOSED_AGAIN,
    PERFORMED,
    REGISTERED,
    REOPENED,
    REPORTED,
    TERMINATED,
    VERIFIED,
    case,
    incident,
    load,
    timeline,
    verbs,
)
from tests.seeds.snapshot import fingerprint

pytestmark = pytest.mark.django_db
IMPORTED = (["imported=1 unchanged=0 refused=0"], True)


def said(record):
    """What reviews read of a timeline, without ids and the moment of recording."""
    return [
        (e.verb, e.at, e.status, e.seq, getattr(e, "delta", None), e.closed_at, getattr(e, "resolved_at", None))
        for e in timeline(record)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [REPORTED, VERIFIED, CLOSED, REOPENED, CLOSED_AGAIN],
        [REPORTED, CLOSED_AGAIN],
        [VERIFIED, REOPENED],
        [REGISTERED, ACCEPTED, AGREED, PERFORMED, {**PERFORMED, "回访时间": "2024-03-05 10:00", "满意度": "满意"}],
        [REGISTERED, TERMINATED],
        [AGREED, {**PERFORMED, "司法确认申请时间": "2024-02-12 10:00"}],
    ],
    ids=["incident by steps", "incident at once", "reopened", "dispute by steps", "terminated", "performed, applied"],
)
def test_a_ledger_brought_bit_by_bit_tells_the_same_story(tmp_path, rows):
    find = incident if "事件编号" in rows[0] else case
    for row in rows:
        assert load(tmp_path, row) == IMPORTED
        assert load(tmp_path, row) == (["imported=0 unchanged=1 refused=0"], True)
    by_bits = find()
    number = "事件编号" if find is incident else "纠纷编号"

    assert load(tmp_path, {**rows[-1], number: "WHOLE"}) == IMPORTED

    whole = find("WHOLE")
    assert said(by_bits) == said(whole)
    assert (by_bits.status, by_bits.is_open, by_bits.version) == (whole.status, whole.is_open, whole.version)


def test_new_steps_are_recorded_now_and_old_ones_stay(tmp_path):
    load(tmp_path, VERIFIED)
    before = timeline(incident())
    load(tmp_path, CLOSED)
    after = timeline(incident())
    assert [e.pk for e in after[:2]] == [e.pk for e in before]
    assert after[2].recorded_at > before[1].recorded_at
    assert (after[2].role, after[2].by_id) == ("ledger_import", None)


def test_one_file_may_bring_new_known_and_continued_rows(tmp_path):
    load(tmp_path, REPORTED, {**VERIFIED, "事件编号": "T-2"})
    lines, accepted = load(tmp_path, VERIFIED, {**VERIFIED, "事件编号": "T-2"}, {**REPORTED, "事件编号": "T-3"})
    assert (lines, accepted) == (["imported=2 unchanged=1 refused=0"], True)


def test_a_pending_row_may_turn_out_to_be_a_duplicate_of_a_new_one(tmp_path):
    load(tmp_path, REPORTED)
    copy = {**VERIFIED, "核实结果": "重复", "重复于": "T-2"}
    assert load(tmp_path, copy, {**VERIFIED, "事件编号": "T-2"}) == (["imported=2 unchanged=0 refused=0"], True)
    assert incident().duplicate_of == incident("T-2")


def test_a_pending_master_that_is_verified_in_the_same_file_is_a_master(tmp_path):
    load(tmp_path, {**REPORTED, "事件编号": "T-2"})
    copy = {**VERIFIED, "核实结果": "重复", "重复于": "T-2"}
    assert load(tmp_path, copy, {**VERIFIED, "事件编号": "T-2"}) == (["imported=2 unchanged=0 refused=0"], True)
    assert (incident().duplicate_of, incident("T-2").status) == (incident("T-2"), "verified")


CHANGES = {
    "report time": (VERIFIED, {**VERIFIED, "上报时间": "2024-02-01 09:00:01"}, "上报时间", "原为“2024-02-01 09:00:00”"),
    "place": (VERIFIED, {**VERIFIED, "区划代码": "141102001002"}, "区划代码", "原为“141102001001”，现为“141102001002”"),
    "category": (VERIFIED, {**VERIFIED, "类别代码": "0103"}, "类别代码", "原为“0102”"),
    "source": (VERIFIED, {**VERIFIED, "来源": "电话"}, "来源", "原为“网格上报”，现为“电话”"),
    "description": (VERIFIED, {**VERIFIED, "事件描述": "另一件事"}, "事件描述", "与已导入的内容不同"),
    "verdict": (VERIFIED, {**VERIFIED, "核实结果": "无效"}, "核实结果", "原为“有效”，现为“无效”"),
    "first closing": (
        CLOSED_AGAIN,
        {**CLOSED_AGAIN, "办结时间": "2024-02-04 09:00"},
        "办结时间",
        "2024-02-03 09:00:00",
    ),
    "second closing": (CLOSED_AGAIN, {**CLOSED_AGAIN, "再次办结时间": "2024-02-13 09:00"}, "再次办结时间", "02-12"),
    "level": (CLOSED, {**CLOSED, "办结层级": "乡"}, "办结层级", "原为“村”，现为“乡”"),
    "an emptied cell": (CLOSED, VERIFIED, "办结时间", "原为“2024-02-03 09:00:00”，现为“”"),
    "amount": (AGREED, {**AGREED, "协议金额": "1200.51"}, "协议金额", "原为“1200.50”，现为“1200.51”"),
    "limit": (AGREED, {**AGREED, "履行期限": "2024-03-11"}, "履行期限", "原为“2024-03-10”"),
    "performance": (PERFORMED, {**PERFORMED, "履行完毕时间": "2024-03-01 09:00"}, "履行完毕时间", "10:00:00”，现为"),
    "reason": (TERMINATED, {**TERMINATED, "终止原因": "其他"}, "终止原因", "原为“无法达成协议”，现为“其他”"),
    "answer": (
        {**PERFORMED, "回访时间": "2024-03-05 10:00", "满意度": "满意"},
        {**PERFORMED, "回访时间": "2024-03-05 10:00", "满意度": "一般"},
        "满意度",
        "原为“满意”，现为“一般”",
    ),
}


@pytest.mark.parametrize(("known", "changed", "header", "reason"), CHANGES.values(), ids=CHANGES)
def test_any_other_difference_is_refused_and_named(tmp_path, known, changed, header, reason):
    load(tmp_path, known)
    before = fingerprint()
    lines, accepted = load(tmp_path, changed)
    assert not accepted
    assert lines[-1] == "imported=0 unchanged=0 refused=1"
    assert [line for line in lines if line.startswith(f"第2行「{header}」") and reason in line], lines
    assert fingerprint() == before


def test_a_change_beside_a_continuation_refuses_both(tmp_path):
    load(tmp_path, VERIFIED)
    before = fingerprint()
    lines, accepted = load(tmp_path, {**CLOSED, "来源": "电话"}, {**REPORTED, "事件编号": "T-2"})
    assert (lines[-1], accepted) == ("imported=0 unchanged=0 refused=1", False)
    assert fingerprint() == before


def test_a_step_older_than_what_is_recorded_is_refused(tmp_path):
    load(tmp_path, {**AGREED, "回访时间": "2024-03-20 10:00"})
    before = fingerprint()
    lines, accepted = load(tmp_path, {**PERFORMED, "回访时间": "2024-03-20 10:00"})
    assert not accepted
    assert lines[0].startswith("第2行「履行完毕时间」：时间不能早于上一环节")
    assert fingerprint() == before


def test_what_a_desk_has_done_since_is_not_overwritten(tmp_path, cast):
    load(tmp_path, REPORTED)
    with cast.acting("dispatcher"):
        reject_incident(pk=incident().pk, by=cast.dispatcher, at=timezone.now(), reason="not_true")
    before = fingerprint()
    lines, accepted = load(tmp_path, VERIFIED)
    assert not accepted
    assert lines[0].startswith("第2行「核实时间」：当前状态为“无效”")
    assert fingerprint() == before


# -- Cells without a time of their own, filled later ----------------------------------------------------------------


def test_a_limit_may_be_filled_in_later(tmp_path):
    load(tmp_path, CLOSED)
    assert load(tmp_path, {**CLOSED, "办结时限": "2024-02-02 09:00"}) == IMPORTED
    assert (incident().due_at, incident().status) == (datetime(2024, 2, 2, 1, 0, tzinfo=UTC), "closed")
    assert timeline(incident())[-1].due_at == incident().due_at


def test_amount_limit_committee_and_people_may_be_filled_in_later(tmp_path):
    bare = {**AGREED, "协议金额": "", "履行期限": "", "涉及人数": ""}
    load(tmp_path, bare)
    assert load(tmp_path, {**AGREED, "调解组织": "滨河街道调委会"}) == IMPORTED
    found = case()
    assert (found.agreement_amount, found.agreement_limit_on) == (Decimal("1200.50"), date(2024, 3, 10))
    assert (found.committee_name, found.people_count) == ("滨河街道调委会", 3)
    assert verbs(found).count("record_agreement") == 1


def test_a_court_result_may_be_filled_in_later(tmp_path):
    applied = {**AGREED, "司法确认申请时间": "2024-02-20 10:00"}
    load(tmp_path, applied)
    assert load(tmp_path, {**applied, "司法确认结果": "确认"}) == IMPORTED
    assert (case().confirmation, verbs(case())[-1]) == ("confirmed", "record_confirmation_result")


def test_an_answer_may_be_filled_in_later_and_counts_once(tmp_path):
    visited = {**PERFORMED, "回访时间": "2024-03-05 10:00"}
    load(tmp_path, visited)
    assert load(tmp_path, {**visited, "满意度": "非常满意"}) == IMPORTED
    answers = [event.satisfaction for event in timeline(case()) if event.satisfaction]
    assert answers == ["very_satisfied"]


def test_continued_rows_refuse_a_late_confirmation_too(tmp_path):
    load(tmp_path, AGREED)
    before = fingerprint()
    lines, accepted = load(tmp_path, {**AGREED, "司法确认申请时间": "2024-03-12 00:00"})
    assert not accepted
    assert "已超过司法确认申请期限" in lines[0]
    assert fingerprint() == before


def test_nothing_is_remembered_of_a_refused_row(tmp_path):
    load(tmp_path, VERIFIED, {**REPORTED, "事件编号": "T-2", "来源": "微信"})
    with rls.system_scope():
        assert load(tmp_path, VERIFIED) == IMPORTED
