"""What reviews find: concentrations, warnings and guard hits over histories in the database, and the records behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Incident
from grid import rls
from mediation.reviews import periods
from mediation.reviews.figures import NoFigures
from mediation.reviews.findings import records_of_finding, suggestions
from mediation.reviews.findings.building import said_name
from mediation.reviews.texts import outline_of
from mediation.reviews.workflow import build_review
from tests.reviews.conftest import CITY, COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.reviews.hand import Hand, moment
from tests.reviews.test_texts import prose

WEEK = periods.parse("weekly", "2024-06-10")
NEIGHBOURS, WAGES, VIOLENCE = "0102", "0123", "0306"


@pytest.fixture
def hand(committed):
    return Hand()


def tell(hand, days, place=VILLAGE, category=NEIGHBOURS):
    """Report an incident at nine on each of the days."""
    with rls.system_scope():
        return [hand.do(hand.incident(f"{day} 09:00", place, category)) for day in days]


def past(hand, place=VILLAGE, category=NEIGHBOURS, every=90):
    """Something now and then over the two and a half years before."""
    first = moment("2022-01-01 10:00")
    tell(hand, [f"{first + timedelta(days=days):%Y-%m-%d}" for days in range(0, 850, every)], place, category)


def build(hand, unit=COUNTY, period=WEEK, as_of=None):
    return build_review(unit=hand.unit(unit), period=period, as_of=as_of or period.end, at=timezone.now())


def found(review, *kinds):
    return [one for one in review.figures["findings"] + review.figures["guard"] if one["kind"] in kinds]


# -- Concentrations ---------------------------------------------------------------------------------------------------


def test_three_of_a_kind_in_a_village_within_14_days_are_told(hand):
    past(hand)
    tell(hand, ["2024-05-30", "2024-06-05", "2024-06-12"])
    review = build(hand)
    (finding,) = found(review, "concentration")
    assert (finding["place"], finding["category"], finding["count"]) == (VILLAGE, NEIGHBOURS, 3)
    assert finding["since"] == "2024-05-30"
    assert finding["window"] == {"start": "2024-05-30", "end": "2024-06-13"}
    assert 0 < finding["expected"] < 0.3
    assert 0 < finding["false_alarm_rate"] < 0.5
    assert "近14日（5月30日至6月12日）发生邻里纠纷3起" in finding["sentence"]
    assert finding["sentence"].startswith("滨河街道")
    alone = ["邻里纠纷", "消防隐患", "公共设施破损", "环境卫生诉求", "欠薪诉求", "其他诉求", "打架斗殴"]
    assert [said_name(code) for code in ("0102", "0201", "0215", "0502", "0401", "0499", "0301")] == alone


@pytest.mark.parametrize(
    ("days", "place", "category"),
    [
        (["2024-05-29", "2024-06-05", "2024-06-12"], VILLAGE, NEIGHBOURS),  # Fifteen days.
        (["2024-06-05", "2024-06-12"], VILLAGE, NEIGHBOURS),
        (["2024-06-01", "2024-06-05", "2024-06-09"], VILLAGE, NEIGHBOURS),  # None ends in the week.
        (["2024-06-11", "2024-06-12", "2024-06-17"], VILLAGE, NEIGHBOURS),  # One after it.
        (["2024-06-11", "2024-06-12", "2024-06-13"], TOWNSHIP, NEIGHBOURS),  # In no village.
        (["2024-06-11", "2024-06-12", "2024-06-13"], VILLAGE, VIOLENCE),  # Restricted: not pointed at.
    ],
)
def test_what_is_no_concentration(hand, days, place, category):
    past(hand, place, category)
    tell(hand, days, place, category)
    assert found(build(hand), "concentration") == []


def test_void_reports_and_other_villages_do_not_make_one(hand):
    past(hand)
    tell(hand, ["2024-06-11", "2024-06-12"])
    tell(hand, ["2024-06-13"], OTHER_VILLAGE)
    with rls.system_scope():
        script = hand.incident("2024-06-14 09:00", VILLAGE, NEIGHBOURS)
        hand.then(script, "reject", "2024-06-15 09:00")
        hand.do(script)
    assert found(build(hand), "concentration") == []


def test_without_a_past_nothing_is_compared_and_nothing_warned_of(hand):
    tell(hand, ["2024-06-11", "2024-06-12", "2024-06-13"])
    (finding,) = found(build(hand), "concentration")
    assert (finding["expected"], finding["false_alarm_rate"], finding["warns"]) == (None, None, False)
    assert "历史记录不足" in finding["sentence"]
    assert found(build(hand), "burst", "rise") == []


def test_disputes_are_watched_apart_from_incidents(hand):
    past(hand)
    with rls.system_scope():
        for day in ("2024-06-11", "2024-06-12", "2024-06-13"):
            hand.do(hand.dispute(f"{day} 09:00", VILLAGE, NEIGHBOURS))
    review = build(hand)
    (finding,) = found(review, "concentration")
    assert finding["of"] == "dispute"
    with rls.system_scope():
        assert records_of_finding(review, finding["id"]).count() == 3


# -- Warnings ---------------------------------------------------------------------------------------------------------


def test_a_burst_is_told_of_the_township_it_is_in(hand):
    past(hand, every=30)
    past(hand, OTHER_VILLAGE, every=30)
    tell(hand, [f"2024-06-{day}" for day in (10, 11, 12, 13)])
    tell(hand, [f"2024-06-{day}" for day in (10, 11, 12, 14)], OTHER_VILLAGE)
    review = build(hand)
    (finding,) = found(review, "burst", "rise")
    assert (finding["place"], finding["place_name"], finding["count"]) == (TOWNSHIP, "滨河街道", 8)
    assert finding["since"] == "2024-06-10"
    assert finding["false_alarm_rate"] <= finding["rule_rate"] <= 0.05
    assert "应为" in finding["sentence"]
    with rls.system_scope():
        assert records_of_finding(review, finding["id"]).count() == 8


def test_a_days_review_has_the_warnings_that_hold_on_its_evening(hand):
    past(hand, every=30)
    tell(hand, [f"2024-06-{day}" for day in (10, 11, 12, 13)])
    before, on, after = (build(hand, COUNTY, periods.parse("daily", f"2024-06-{day}")) for day in ("09", "13", "28"))
    (finding,) = found(on, "burst", "rise")
    assert (finding["place"], finding["count"], finding["first_on"]) == (TOWNSHIP, 4, "2024-06-13")
    assert finding["false_alarm_rate"] <= finding["rule_rate"] <= 0.05
    assert finding["sentence"] in prose(outline_of(on))
    assert not found(before, "burst", "rise", "concentration")
    assert not found(after, "burst", "concentration")
    with rls.system_scope():
        assert records_of_finding(on, finding["id"]).count() == 4


def test_a_quiet_week_has_no_findings(hand):
    past(hand, every=30)
    tell(hand, ["2024-06-12"])
    review = build(hand)
    assert review.figures["findings"] == review.figures["guard"] == []
    assert review.figures["findings_left_out"] == {}


# -- The records behind -----------------------------------------------------------------------------------------------


def test_the_records_behind_stay_whatever_is_recorded_later(hand):
    past(hand)
    incidents = tell(hand, ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13"])
    review = build(hand)
    findings = found(review, "concentration", "burst", "rise")
    assert {one["kind"] for one in findings} >= {"concentration"}
    # Later: one void, one elsewhere, one of another kind, one more entered late.
    tell(hand, ["2024-06-12"])
    with rls.system_scope():
        for pk, step, value in (
            (incidents[0].pk, "reject", None),
            (incidents[1].pk, "place", OTHER_VILLAGE),
            (incidents[2].pk, "category", WAGES),
        ):
            script = hand.incident("2024-06-10 09:00", VILLAGE)
            script.record, script.done = Incident.objects.get(pk=pk), 1
            hand.do(hand.then(script, step, "2024-06-20 09:00", value))
        for finding in findings:
            listed = {row.pk for row in records_of_finding(review, finding["id"])}
            assert listed == {row.pk for row in incidents}
            assert len(listed) == finding["count"]


def test_an_unknown_finding_is_refused(hand):
    review = build(hand)
    with rls.system_scope(), pytest.raises(NoFigures):
        records_of_finding(review, "concentration.incident.000000000000.0102")


def test_the_same_state_gives_the_same_version(hand):
    past(hand)
    tell(hand, ["2024-06-11", "2024-06-12", "2024-06-13"])
    first = build(hand)
    assert build(hand).pk == first.pk
    # What happened after T changes nothing of what was found at T.
    tell(hand, ["2024-06-18", "2024-06-19"])
    assert build(hand).pk == first.pk


@pytest.mark.parametrize(
    ("kind", "start"), [("daily", "2024-06-12"), ("monthly", "2024-06-01"), ("annual", "2024-01-01")]
)
def test_every_cadence_finds_and_lists(hand, kind, start):
    past(hand)
    tell(hand, ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-12"])
    for unit in (CITY, COUNTY, TOWNSHIP):
        review = build(hand, unit, periods.parse(kind, start))
        (finding,) = found(review, "concentration")
        with rls.system_scope():
            assert records_of_finding(review, finding["id"]).count() == finding["count"] == 4
        assert ("ranking" in review.figures) == (kind != "daily")


# -- The guard --------------------------------------------------------------------------------------------------------


def close(hand, reported, closed, place=VILLAGE):
    script = hand.incident(reported, place)
    hand.then(script, "verify", reported)
    return hand.do(hand.then(script, "close", closed, ("resolved", "village")))


def test_closings_within_two_minutes_are_told_and_listed(hand):
    with rls.system_scope():
        quick = [close(hand, f"2024-06-1{day} 09:00", f"2024-06-1{day} 09:01:30") for day in range(4)]
        close(hand, "2024-06-11 10:00", "2024-06-11 10:30")
    review = build(hand)
    (hit,) = found(review, "quick_closure")
    assert (hit["place"], hit["count"], hit["of_all"]) == (TOWNSHIP, 4, 5)
    assert "两分钟内办结" in hit["sentence"]
    with rls.system_scope():
        assert {row.pk for row in records_of_finding(review, hit["id"])} == {row.pk for row in quick}


def report_as(hand, reporter, at, words, place=VILLAGE, category=NEIGHBOURS):
    with rls.system_scope():
        script = hand.incident(at, place, category)
        script.record.reporter_name, script.record.description = reporter, words
        return hand.do(script)


def test_copied_words_of_one_reporter_are_told(hand):
    words = "巡查发现%d号楼楼道堆放杂物，已劝导清理"
    copies = [report_as(hand, "甲", f"2024-06-1{number} 09:00", words % number) for number in range(3)]
    report_as(hand, "乙", "2024-06-11 09:00", words % 9)
    report_as(hand, "甲", "2024-06-12 09:00", "东头水渠塌了一段，请水利部门来看")
    review = build(hand)
    (hit,) = found(review, "copied")
    assert hit["records"] == sorted(row.pk for row in copies)
    assert hit["place"] == VILLAGE
    assert "甲" not in str(review.figures["guard"])
    assert "巡查" not in str(review.figures["guard"])
    with rls.system_scope():
        assert records_of_finding(review, hit["id"]).count() == 3


def test_nearly_the_same_words_are_told_of_short_periods(hand):
    for number, end in enumerate(("已经现场处理完毕", "已经现场处理好了", "已经现场处理完成")):
        report_as(hand, "甲", f"2024-06-1{number} 09:00", f"村东头张家与李家因排水沟走向发生争执，{end}")
    assert [hit["count"] for hit in found(build(hand), "copied")] == [3]


def test_one_matter_sent_in_pieces_is_told(hand):
    pieces = [
        report_as(hand, "甲", f"2024-06-12 09:0{minute}", f"村口路面塌陷需要维修，{part}")
        for minute, part in enumerate(("长约三米", "影响出行", "已设围挡"))
    ]
    report_as(hand, "甲", "2024-06-12 11:00", "村口路面塌陷需要维修，又扩大了")
    report_as(hand, "甲", "2024-06-12 09:04", "李家院墙倾斜，有倒塌的危险", category="0212")
    review = build(hand)
    (hit,) = found(review, "split")
    assert hit["records"] == sorted(row.pk for row in pieces)


def test_a_burst_of_closings_before_the_cut_off_is_told(hand):
    with rls.system_scope():
        for day in range(15, 31):
            close(hand, f"2024-05-{day} 09:00", f"2024-05-{day} 15:00")
        late = [close(hand, "2024-06-10 09:00", f"2024-06-16 {hour}:00") for hour in range(10, 22)]
    review = build(hand)
    (hit,) = found(review, "cutoff_burst")
    assert (hit["count"], hit["days"]) == (12, 2)
    with rls.system_scope():
        assert {row.pk for row in records_of_finding(review, hit["id"])} == {row.pk for row in late}


# -- Drafts -----------------------------------------------------------------------------------------------------------


def test_what_warns_has_a_draft_of_what_to_do(hand):
    past(hand, every=120)
    tell(hand, ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-06-14"])
    review = build(hand)
    drafts = suggestions(review.figures)
    warned = {one["id"] for one in review.figures["findings"] if one["warns"]}
    assert warned
    assert {draft["finding"] for draft in drafts} <= warned | {one["id"] for one in review.figures["guard"]}
    assert all(draft["place_name"] in draft["text"] for draft in drafts)
    assert suggestions({"measures": {}}) == []
