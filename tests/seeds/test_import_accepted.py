"""Rows that a live desk would only warn about, or that look odd and are right (LEDGER.md section 1; docs/ledger.md)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cases.models import ClockEntry
from grid import rls
from grid.models import Unit
from grid.workflow import open_unit
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

pytestmark = pytest.mark.django_db
IMPORTED = (["imported=1 unchanged=0 refused=0"], True)


def test_a_row_is_replayed_step_by_step(tmp_path):
    assert load(tmp_path, CLOSED_AGAIN) == IMPORTED
    events = timeline(incident())
    assert [(e.verb, e.status, e.delta, e.closed_level, e.outcome) for e in events] == [
        ("record_incident", "reported", 1, "", ""),
        ("record_verification", "verified", 0, "", ""),
        ("record_closure", "closed", -1, "village", "resolved"),
        ("record_reopening", "reopened", 1, "", ""),
        # Level and outcome hold for both closures.
        ("record_closure", "closed", -1, "village", "resolved"),
    ]
    assert events[0].at == datetime(2024, 2, 1, 1, 0, tzinfo=UTC)


def test_a_row_without_inspection_waits_for_the_desk(tmp_path):
    assert load(tmp_path, REPORTED) == IMPORTED
    assert (incident().status, incident().is_open) == ("reported", True)


def test_an_incident_that_stays_reopened_is_open(tmp_path):
    assert load(tmp_path, REOPENED) == IMPORTED
    assert (incident().status, incident().is_open, incident().closed_at) == ("reopened", True, None)


def test_steps_may_fall_on_the_same_second(tmp_path):
    at = "2024-02-01 09:00:00"
    row = {**CLOSED_AGAIN, "核实时间": at, "办结时间": at, "重开时间": at, "再次办结时间": at, "办结时限": at}
    assert load(tmp_path, row) == IMPORTED
    assert len(timeline(incident())) == 5


def test_a_limit_is_its_time_and_may_pass_before_inspection(tmp_path):
    assert load(tmp_path, {**CLOSED, "办结时限": "2024-02-01 09:30:15"}) == IMPORTED
    found = incident()
    assert found.due_at == datetime(2024, 2, 1, 1, 30, 15, tzinfo=UTC)
    with rls.system_scope():
        assert list(found.clock_entries.order_by("seq").values_list("clock", "action")) == [
            (ClockEntry.Clock.HANDLE, "start"),
            (ClockEntry.Clock.HANDLE, "stop"),
        ]


def test_a_reopening_on_the_ninetieth_day_is_in_time(tmp_path):
    assert load(tmp_path, {**REOPENED, "重开时间": "2024-05-03 09:00"}) == IMPORTED


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("141100000000", "city"),
        ("141102000000", "county"),
        ("141102001000", "township"),
        ("141102001001", "village"),
        ("141122400498", "village"),
    ],
    ids=["city", "county", "township", "village", "statistical only"],
)
def test_a_place_of_any_level_is_taken(tmp_path, code, level):
    assert load(tmp_path, {**REPORTED, "区划代码": code}) == IMPORTED
    assert (incident().unit.code, incident().unit.level) == (code, level)


def test_a_grid_code_is_taken_even_if_the_grid_was_drawn_later(tmp_path):
    with rls.system_scope():
        open_unit(
            parent=Unit.objects.get(code="141102001001"),
            code="141102001001Z03",
            name="市场专属网格",
            kind="grid",
            valid_from=date(2025, 1, 1),
            grid_kind="dedicated",
        )
    assert load(tmp_path, {**REPORTED, "区划代码": "141102001001Z03"}) == IMPORTED
    assert incident().grid_id == incident().unit_id


@pytest.mark.parametrize(("category", "restricted"), [("0301", False), ("0306", True), ("0307", True)])
def test_public_order_classes_are_taken_and_restricted_ones_stay_restricted(tmp_path, category, restricted):
    assert load(tmp_path, {**REPORTED, "类别代码": category}) == IMPORTED
    assert incident().restricted is restricted


def test_a_dispute_may_be_closed_as_turned_into_mediation(tmp_path):
    assert load(tmp_path, {**CLOSED, "办结结果": "转调解"}) == IMPORTED
    assert incident().outcome == "converted"


def test_a_court_referral_needs_no_court_number(tmp_path):
    assert load(tmp_path, {**REPORTED, "来源": "法院委派"}) == IMPORTED
    assert load(tmp_path, {**REGISTERED, "来源": "法院委派"}) == IMPORTED


def test_the_order_of_rows_does_not_matter_to_a_duplicate(tmp_path):
    copy = {**VERIFIED, "核实结果": "重复", "重复于": "T-2", "核实时间": "2024-02-01 12:00"}
    # The master comes later in the file, was reported later, and is verified later still.
    master = {**VERIFIED, "事件编号": "T-2", "上报时间": "2024-02-01 12:00", "核实时间": "2024-02-05 09:00"}
    assert load(tmp_path, copy, master) == (["imported=2 unchanged=0 refused=0"], True)
    assert incident("T-1").duplicate_of == incident("T-2")
    assert timeline(incident("T-1"))[-1].data == {"master": incident("T-2").pk}
    assert timeline(incident("T-1"))[-1].delta == -1


def test_a_master_may_have_been_closed_before_and_imported_before(tmp_path):
    load(tmp_path, {**CLOSED, "事件编号": "T-0"})
    assert load(tmp_path, {**VERIFIED, "核实结果": "重复", "重复于": "T-0", "核实时间": "2024-02-09 12:00"}) == IMPORTED
    assert incident().duplicate_of == incident("T-0")


def test_a_dispute_performed_is_closed_at_that_time(tmp_path):
    assert load(tmp_path, {**PERFORMED, "回访时间": "2024-03-05 10:00", "满意度": "一般"}) == IMPORTED
    assert verbs(case()) == [
        "record_case",
        "record_acceptance",
        "record_agreement",
        "record_performance",
        "record_resolution",
        "record_case_closure",
        "record_visit_answer",
    ]
    found = case()
    assert (found.status, found.closed_at, found.performed_at) == ("closed", found.performed_at, found.resolved_at)
    assert timeline(found)[-1].satisfaction == "fair"


def test_a_dispute_terminated_is_closed_at_that_time(tmp_path):
    assert load(tmp_path, TERMINATED) == IMPORTED
    found = case()
    assert (found.status, found.closed_at, found.termination_reason) == ("closed", found.terminated_at, "no_agreement")
    assert found.resolved_at is None


def test_performed_is_not_resolved_unless_the_ledger_says_so(tmp_path):
    assert load(tmp_path, {**PERFORMED, "化解时间": "", "化解层级": ""}) == IMPORTED
    assert (case().status, case().resolved_at) == ("closed", None)


def test_resolved_without_performance_stays_open(tmp_path):
    row = {**AGREED, "化解时间": "2024-02-10 15:00", "化解层级": "村"}
    assert load(tmp_path, row) == IMPORTED
    assert (case().status, case().is_open, case().resolved_level) == ("agreed", True, "village")


def test_a_dispute_may_be_resolved_before_anybody_accepted_it(tmp_path):
    assert load(tmp_path, {**REGISTERED, "化解时间": "2024-02-01 18:00", "化解层级": "网格"}) == IMPORTED
    assert verbs(case()) == ["record_case", "record_resolution"]


def test_an_agreement_may_end_in_termination_and_be_resolved_elsewhere(tmp_path):
    row = {
        **AGREED,
        "终止时间": "2024-04-01 10:00",
        "终止原因": "转其他途径",
        "化解时间": "2024-05-01 10:00",
        "化解层级": "县",
    }
    assert load(tmp_path, row) == IMPORTED
    assert verbs(case())[-3:] == ["record_termination", "record_case_closure", "record_resolution"]


def test_a_case_may_be_performed_late(tmp_path):
    assert load(tmp_path, {**PERFORMED, "履行完毕时间": "2024-12-01 10:00", "化解时间": "2024-12-01 10:00"}) == IMPORTED


def test_an_oral_agreement_need_not_be_performed_on_the_spot(tmp_path):
    assert load(tmp_path, {**AGREED, "协议形式": "口头"}) == IMPORTED
    assert (case().agreement_form, case().agreement_limit_on, case().is_obliging) == ("oral", date(2024, 3, 10), True)


def test_an_agreement_without_a_limit_is_due_on_its_own_day(tmp_path):
    assert load(tmp_path, {**AGREED, "履行期限": "", "协议金额": ""}) == IMPORTED
    assert (case().agreement_limit_on, case().agreement_amount) == (date(2024, 2, 10), None)


def test_amounts_have_two_decimals(tmp_path):
    assert load(tmp_path, AGREED) == IMPORTED
    assert timeline(case())[-1].amount == Decimal("1200.50")


@pytest.mark.parametrize(
    ("agreed", "applied"),
    [
        # 30 days after 2 January 2024 end on 1 February.
        ("2024-01-02 15:00", "2024-02-01 23:59:59"),
        # 30 days after 12 January end on Sunday the 11th of February in the Spring Festival, which lasts to the 17th;
        # Sunday the 18th is a make-up workday.
        ("2024-01-12 15:00", "2024-02-18 23:59:59"),
    ],
    ids=["last day", "last day after the holidays"],
)
def test_confirmation_may_be_applied_for_until_the_end_of_the_last_day(tmp_path, agreed, applied):
    row = {**AGREED, "登记时间": "2024-01-01 09:00", "受理时间": "2024-01-01 09:00", "协议时间": agreed}
    assert load(tmp_path, {**row, "司法确认申请时间": applied}) == IMPORTED
    assert case().confirmation == "applied"


def test_confirmation_may_follow_performance_and_its_result_has_no_date(tmp_path):
    row = {**PERFORMED, "司法确认申请时间": "2024-03-05 10:00", "司法确认结果": "驳回"}
    assert load(tmp_path, row) == IMPORTED
    last = timeline(case())[-1]
    assert (last.verb, last.data) == ("record_confirmation_application", {"result": "rejected", "undated": True})
    assert case().confirmation == "rejected"


def test_a_confirmation_without_a_date_is_kept_and_counts_in_no_period(tmp_path):
    assert load(tmp_path, {**PERFORMED, "司法确认结果": "确认"}) == IMPORTED
    assert (case().confirmation, case().confirmation_applied_at) == ("confirmed", None)
    assert "record_confirmation_application" not in verbs(case())


def test_a_category_no_court_confirms_is_a_warning_at_a_desk_and_no_bar_here(tmp_path):
    assert load(tmp_path, {**AGREED, "类别代码": "0101", "司法确认申请时间": "2024-02-20 10:00"}) == IMPORTED


def test_a_visit_may_come_before_performance_and_get_no_answer(tmp_path):
    assert load(tmp_path, {**PERFORMED, "回访时间": "2024-02-20 10:00"}) == IMPORTED
    assert verbs(case())[3] == "record_visit_answer"


def test_a_terminated_dispute_may_be_visited(tmp_path):
    assert load(tmp_path, {**TERMINATED, "回访时间": "2024-02-20 10:00", "满意度": "不满意"}) == IMPORTED


def test_committee_and_people_may_be_left_out(tmp_path):
    assert load(tmp_path, {**ACCEPTED, "涉及人数": "", "调解组织": ""}) == IMPORTED
    assert (case().people_count, case().committee_name) == (None, "")
