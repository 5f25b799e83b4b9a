"""All sixteen edge cases of DOMAIN.md 7.4, each told as a small history. The numbers are its own."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from cases.moves import NotAllowed, NotPossible
from cases.workflow import correct_place, report_nothing
from grid import rls
from grid.scope import local_day
from grid.workflow import close_unit, open_unit
from mediation.reviews import periods
from mediation.reviews.figures import NoFigures, compute
from mediation.reviews.figures.behind import records_behind
from mediation.reviews.figures.grids import answers
from mediation.reviews.figures.places import look_at
from mediation.reviews.findings.comparing import RANKED
from mediation.reviews.findings.ranking import Entry, stand
from mediation.reviews.indicators import REGISTER, Shape, hide_small, is_small_cell
from mediation.reviews.models import Review
from mediation.reviews.words import change_text, note_text
from mediation.reviews.workflow import build_review, differences
from tests.cast import report
from tests.reviews.conftest import (
    CITY,
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    VILLAGE_THERE,
    local,
)
from tests.reviews.hand import BY_HAND, Hand

SOLVED = ("resolved", "village")


@pytest.fixture
def incident(hand):
    """Record an incident that was found valid an hour after its report, and what followed."""

    def tell(at, *steps, place=VILLAGE, found="verify"):
        script = hand.incident(at, place)
        if found:
            hand.then(script, found, script.acts[0].at)
        for step in steps:
            hand.then(script, *step)
        hand.do(script)
        return script

    return tell


def test_1_nothing_over_nothing_is_a_dash(figures):
    found = figures(CITY, "monthly", "2024-02-01")
    # Every township stands, with mediators or without: of those there is something to count.
    rates = {
        name: figure["display"]
        for name, figure in found["measures"].items()
        if "display" in figure and name != "staffing_compliance"
    }
    shapes = Counter(measure.shape for measure in REGISTER.values())
    assert len(rates) == shapes[Shape.RATE] + shapes[Shape.PER_10K] + shapes[Shape.DAYS] - 1
    assert set(rates.values()) == {"—"}
    # Every county is there all the same, with zeros.
    assert len(found["by_county"]) == 13
    assert all(measures["reported"] == {"value": 0} for measures in found["by_county"].values())


def test_1_null_never_ranks_and_is_no_number(figures):
    assert [stand(measure, [Entry("a", 0, 0)])[0].position for measure in RANKED] == [None] * len(RANKED)
    found = figures(CITY, "monthly", "2024-02-01")["measures"]
    for measure in REGISTER.values():
        if "display" in found[measure.id] and measure.id != "staffing_compliance":
            assert measure.number(found[measure.id]) is None


def test_2_over_a_base_of_nothing_the_difference_alone_is_said(incident, figures):
    incident("2022-12-05 09:00")
    incident("2024-02-05 09:00")
    incident("2024-01-05 09:00", found="reject")
    found = figures(CITY, "monthly", "2024-02-01", compare=True)["comparisons"]
    yoy, pop = (found[key]["measures"]["reported"] for key in ("yoy", "pop"))
    assert yoy == {"base": {"value": 0}, "difference": 1, "percent": "—", "trend": "up"}
    assert (pop["difference"], pop["percent"], pop["trend"]) == (0, "0.00%", "flat")
    both = found["yoy"]["measures"]["disputes_found"]
    assert (both["difference"], both["percent"], both["trend"]) == (0, "—", "flat")
    # A rate over nothing changes by nothing that could be said.
    assert found["yoy"]["measures"]["closure_rate"]["points"] == "—"


def test_2_before_anything_was_recorded_there_is_no_base_at_all(incident, figures):
    """A place that was not in the system yet had no zeros: nothing is compared, and that is said."""
    incident("2023-02-05 09:00", place=VILLAGE_THERE)
    incident("2024-02-05 09:00")
    found = figures(COUNTY, "monthly", "2024-02-01", compare=True)["comparisons"]
    assert [(said["note"], "measures" in said) for said in (found["yoy"], found["pop"])] == [
        ("not_recorded", False)
    ] * 2
    with override("zh-hans"):
        assert note_text(found["yoy"]) == "当时尚无记录，不可比"
    # The county beside it was in the system, and so was the city they lie in.
    assert "measures" in figures(OTHER_COUNTY, "monthly", "2024-02-01", compare=True)["comparisons"]["yoy"]
    assert "measures" in figures(CITY, "monthly", "2024-02-01", compare=True)["comparisons"]["yoy"]


def test_2_in_words(incident, figures):
    incident("2022-12-05 09:00")
    incident("2024-02-05 09:00")
    found = figures(CITY, "monthly", "2024-02-01", compare=True)["comparisons"]["yoy"]["measures"]
    with override("zh-hans"):
        assert "0" in change_text(found["reported"])
        assert change_text(found["disputes_found"]) == "持平"


def test_3_totals_come_from_distinct_items_and_not_from_rates(incident, figures):
    incident("2024-02-05 09:00", ("close", "2024-02-06 09:00", SOLVED))
    for day in (5, 6, 7):
        incident(f"2024-02-0{day} 09:00", place=VILLAGE_THERE)
    found = figures(CITY, "monthly", "2024-02-01")
    assert found["by_county"][COUNTY]["closure_rate"]["display"] == "100.00%"
    assert found["by_county"][OTHER_COUNTY]["closure_rate"]["display"] == "0.00%"
    assert found["measures"]["closure_rate"]["display"] == "25.00%"


def test_3_a_dispute_with_two_agreements_is_one_success(hand, measures):
    script = hand.dispute("2024-02-01 09:00", VILLAGE)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2024-02-02 09:00")
    hand.then(script, "agree", "2024-02-05 09:00", ("100", date(2024, 2, 10)))
    hand.then(script, "perform", "2024-02-09 09:00")
    hand.then(script, "end", "2024-02-10 09:00")
    hand.then(script, "renew", "2024-02-12 09:00")
    hand.then(script, "agree", "2024-02-15 09:00", ("50", date(2024, 2, 20)))
    hand.do(script)
    found = measures(CITY, "monthly", "2024-02-01")
    assert (found["mediation_success_rate"], found["agreements_signed"]) == ("1/1", 2)
    assert found["agreement_amount"] == "150.00"
    # Each agreement is performed, or not, for itself; reopening cleared what was resolved.
    assert (found["performance_rate"], found["resolution_rate_found"]) == ("1/2", "0/1")


def test_4_rounding_is_half_up_at_the_end_and_words_carry_the_sign(incident, figures):
    """One of thirty-two is 3.125 per cent, five are 15.625; the change is of the exact rates."""
    for number in range(32):
        incident(f"2024-02-05 {number % 24:02d}:00", *([("close", "2024-02-09 09:00", SOLVED)] if number < 5 else []))
        incident(f"2024-01-05 {number % 24:02d}:00", *([("close", "2024-01-09 09:00", SOLVED)] if not number else []))
    found = figures(CITY, "monthly", "2024-02-01", compare=True)
    assert found["measures"]["closure_rate"]["display"] == "15.63%"
    change = found["comparisons"]["pop"]["measures"]["closure_rate"]
    assert (change["base"]["display"], change["points"]) == ("3.13%", "12.50")
    down = {"base": {"value": 80}, "difference": -23, "percent": "-28.75%", "trend": "down"}
    with override("zh-hans"):
        assert change_text(down) == "下降28.75%"
        assert change_text(change) == "上升12.50个百分点"


def test_5_later_moments_give_other_rates_for_the_same_period(incident, measures):
    incident("2024-02-05 09:00", ("close", "2024-03-02 09:00", SOLVED))
    assert measures(CITY, "monthly", "2024-02-01")["closure_rate"] == "0/1"
    assert measures(CITY, "monthly", "2024-02-01", "2024-03-02 09:00:00")["closure_rate"] == "0/1"
    assert measures(CITY, "monthly", "2024-02-01", "2024-03-02 09:00:01")["closure_rate"] == "1/1"


def test_5_bases_are_counted_as_they_stood_as_long_after_their_end(incident, figures):
    """Seen three days after the end, last year's cohort had three days more as well, and not a year."""
    incident("2024-02-10 09:00", ("close", "2024-03-03 09:00", SOLVED))
    incident("2023-02-10 09:00", ("close", "2023-03-03 23:59", SOLVED))
    incident("2023-02-11 09:00", ("close", "2023-03-04 00:00", SOLVED))
    incident("2024-01-10 09:00", ("close", "2024-02-03 09:00", SOLVED))
    found = figures(CITY, "monthly", "2024-02-01", "2024-03-04 00:00:00", compare=True)["comparisons"]
    assert {key: (said["start"], said["end"], said["as_of"]) for key, said in found.items() if "start" in said} == {
        "yoy": ("2023-02-01", "2023-03-01", "2023-03-04T00:00:00+08:00"),
        "pop": ("2024-01-01", "2024-02-01", "2024-02-04T00:00:00+08:00"),
    }
    yoy, pop = (found[key]["measures"]["closure_rate"] for key in ("yoy", "pop"))
    assert (yoy["base"]["numerator"], yoy["base"]["denominator"], yoy["points"], yoy["trend"]) == (1, 2, "50.00", "up")
    assert (pop["base"]["numerator"], pop["points"], pop["trend"]) == (1, "0.00", "flat")
    assert found["yoy"]["measures"]["reported"] == {
        "base": {"value": 2},
        "difference": -1,
        "percent": "-50.00%",
        "trend": "down",
    }


def test_5_an_early_look_compares_with_as_early_looks(incident, figures):
    incident("2024-02-10 09:00")
    incident("2024-02-14 09:00")
    incident("2023-02-13 09:00")
    incident("2023-02-14 09:00")
    # Fifteen days before the end in both years; the fourteenth of February 2023 has not come yet.
    found = figures(CITY, "monthly", "2024-02-01", "2024-02-15 00:00:00", compare=True)
    assert found["measures"]["reported"] == {"value": 2}
    assert found["comparisons"]["yoy"]["as_of"] == "2023-02-14T00:00:00+08:00"
    assert found["comparisons"]["yoy"]["measures"]["reported"]["base"] == {"value": 1}


def test_5_before_anything_of_the_base_there_is_nothing_to_compare_with(figures):
    found = figures(CITY, "monthly", "2024-02-01", "2024-02-01 06:00:00", compare=True)["comparisons"]
    assert found["yoy"] == {
        "start": "2023-02-01",
        "end": "2023-03-01",
        "as_of": "2023-01-31T06:00:00+08:00",
        "note": "too_early",
    }


def test_5_five_years_are_compared_with_once_there_are_five(incident, figures):
    for year, number in ((2019, 1), (2020, 2), (2021, 3), (2022, 4), (2023, 10)):
        for day in range(number):
            closing = [("close", f"{year}-02-20 09:00", SOLVED)] if day == 0 else []
            incident(f"{year}-02-{day + 1:02d} 09:00", *closing)
    for day in (1, 2, 3):
        incident(f"2024-02-0{day} 09:00")
    found = figures(CITY, "monthly", "2024-02-01", compare=True)["comparisons"]["avg5"]
    assert found["years"] == [2023, 2022, 2021, 2020, 2019]
    assert found["measures"]["reported_valid"] == {
        "base": {"value": "4.00"},
        "difference": "-1.00",
        "percent": "-25.00%",
        "trend": "down",
    }
    # Five closed of twenty in all: no mean of five rates.
    rate = found["measures"]["closure_rate"]
    assert (rate["base"]["display"], rate["points"]) == ("25.00%", "-25.00")
    assert "flow_open_start" not in found["measures"]
    fewer = figures(CITY, "monthly", "2023-02-01", compare=True)["comparisons"]["avg5"]
    assert fewer == {"years": [2022, 2021, 2020, 2019], "note": "fewer_years"}
    assert "avg5" not in figures(CITY, "weekly", "2024-02-05", compare=True)["comparisons"]


def test_5_the_months_of_a_quarter_stand_side_by_side_and_add_up_to_it(incident, figures):
    """As at the quarter's own T, each with last year's and last month's, which are looked at with the same delay."""
    incident("2023-02-05 09:00", ("close", "2023-03-20 09:00", SOLVED))
    for day, closed in (("2024-01-05", "2024-03-30"), ("2024-02-05", "2024-02-06"), ("2024-02-06", None)):
        incident(f"{day} 09:00", *([("close", f"{closed} 09:00", SOLVED)] if closed else []))
    found = figures(CITY, "quarterly", "2024-01-01", compare=True)
    course = found["course"]
    assert [(step["kind"], step["start"]) for step in course] == [
        ("monthly", f"2024-{month}-01") for month in ("01", "02", "03")
    ]
    valid = [step["measures"]["reported_valid"]["value"] for step in course]
    assert (valid, sum(valid)) == ([1, 2, 0], found["measures"]["reported_valid"]["value"])
    # January's was closed in March only, and counts as closed: T is the quarter's.
    assert [step["measures"]["closure_rate"]["display"] for step in course] == ["100.00%", "50.00%", "—"]
    assert course[0]["yoy"]["note"] == "not_recorded"
    february = course[1]["yoy"]
    assert (february["measures"]["reported_valid"]["percent"], february["as_of"][:10]) == ("100.00%", "2023-04-01")
    assert february["measures"]["closure_rate"]["base"]["display"] == "100.00%"
    assert course[1]["pop"]["measures"]["reported_valid"]["difference"] == 1
    annual = figures(CITY, "annual", "2024-01-01", "2024-05-01 00:00:00", compare=True)
    assert [step["start"] for step in annual["course"]] == ["2024-01-01", "2024-04-01"]
    assert "course" not in figures(CITY, "monthly", "2024-01-01", compare=True)


def test_6_what_is_carried_over_raises_its_own_cohort_and_the_next_flow(incident, measures):
    incident("2023-12-20 09:00", ("close", "2024-01-10 09:00", SOLVED))
    december = measures(CITY, "monthly", "2023-12-01", "2024-02-01 00:00:00")
    january = measures(CITY, "monthly", "2024-01-01")
    assert (december["closure_rate"], december["flow_closed"], december["flow_open_end"]) == ("1/1", 0, 1)
    assert (january["closure_rate"], january["flow_open_start"], january["flow_closed"]) == ("0/0", 1, 1)
    assert january["stock_clearance"] == "1/1"


def test_7_a_reopened_incident_is_open_again(incident, measures):
    incident(
        "2024-01-05 09:00",
        ("close", "2024-01-20 09:00", SOLVED),
        ("reopen", "2024-02-10 09:00"),
        ("close_again", "2024-04-02 09:00", ("handled", "county")),
    )
    january = [measures(CITY, "monthly", "2024-01-01", f"2024-{month}-01 00:00:00") for month in ("02", "03", "05")]
    assert [found["closure_rate"] for found in january] == ["1/1", "0/1", "1/1"]
    assert [found["reopen_rate"] for found in january] == ["0/1", "1/1", "1/1"]
    # Closed at last, but not at the base any more.
    assert [found["grassroots_resolution_rate"] for found in january] == ["1/1", "0/1", "0/1"]
    february = measures(CITY, "monthly", "2024-02-01")
    assert (february["flow_reopened"], february["flow_open_end"], february["stock_clearance"]) == (1, 1, "0/1")


def test_7_and_8_what_was_stored_stays_and_what_differs_now_can_be_told(committed):
    """Reopened and put into another category after the review: it says what it said, the report says what changed."""
    hand = Hand()
    with rls.system_scope():
        script = hand.then(hand.incident("2024-02-05 09:00", VILLAGE), "verify", "2024-02-05 10:00")
        hand.do(hand.then(script, "close", "2024-02-06 09:00", SOLVED))
        late = hand.incident("2024-02-07 09:00", VILLAGE)
        closed = hand.then(hand.dispute("2024-02-05 09:00", VILLAGE), "accept", "2024-02-05 10:00")
        hand.then(closed, "terminate", "2024-02-06 09:00")
        hand.do(hand.then(closed, "end", "2024-02-07 09:00", {"crime": 4}))
    period = periods.parse("monthly", "2024-02-01")
    review = build_review(unit=hand.unit(COUNTY), period=period, as_of=period.end, at=timezone.now())
    with rls.system_scope():
        assert differences(review) == []
        hand.then(script, "category", "2024-02-20 09:00", "0101")
        hand.do(hand.then(script, "reopen", "2024-02-21 09:00"))
        hand.do(hand.then(late, "verify", "2024-02-07 10:00"))
        hand.do(hand.then(closed, "restate", "2024-03-20 09:00", {"suicide": 6}))
        changed = {(one.measure, one.place) for one in differences(review)}
        stored = Review.objects.get(pk=review.pk).figures
    assert {("closure_rate", ""), ("reported", ""), ("reported_valid_by_category.0101", "")} <= changed
    # What the review counted is found as it stood, though the closing says another thing now.
    assert {("prevented_crime_people", ""), ("prevented_crime_cases", ""), ("prevented_suicide_people", "")} <= changed
    with rls.system_scope():
        listed = {id: list(records_behind(review, f"prevented_{id}_cases")) for id in ("crime", "suicide")}
    assert listed == {"crime": [closed.record], "suicide": []}
    assert stored == review.figures
    assert stored["measures"]["closure_rate"]["display"] == "100.00%"


def test_7_a_breach_clears_what_was_resolved(hand, measures):
    script = hand.dispute("2024-02-01 09:00", VILLAGE)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2024-02-01 10:00")
    hand.then(script, "agree", "2024-02-02 09:00", ("100", date(2024, 2, 10)))
    hand.then(script, "breach", "2024-02-20 09:00")
    hand.then(script, "perform", "2024-03-05 09:00")
    hand.do(script)
    looks = [measures(CITY, "monthly", "2024-02-01", f"2024-{month}-01 00:00:00") for month in ("03", "04")]
    assert [found["resolution_rate_accepted"] for found in looks] == ["0/1", "1/1"]
    # Late performance is performance.
    assert [found["performance_rate"] for found in looks] == ["0/1", "1/1"]


def test_8_a_category_corrected_later_counts_from_then_on(incident, figures):
    incident("2024-02-05 09:00", ("category", "2024-03-05 09:00", "0101"))
    assert figures(CITY, "monthly", "2024-02-01")["reported_valid_by_category"] == {"0102": 1}
    later = figures(CITY, "monthly", "2024-02-01", "2024-03-06 00:00:00")
    assert later["reported_valid_by_category"] == {"0101": 1}


def test_9_only_a_corrected_place_moves_a_record_and_all_its_terms_with_it(incident, measures):
    incident(
        "2024-01-20 09:00",
        ("close", "2024-02-05 09:00", SOLVED),
        ("reopen", "2024-02-20 09:00"),
        ("place", "2024-03-05 09:00", VILLAGE_THERE),
    )
    for as_of, here, there in (("2024-03-01", 1, 0), ("2024-03-06", 0, 1)):
        terms = ("flow_open_start", "flow_reopened", "flow_closed", "flow_open_end")
        for child, number in ((COUNTY, here), (OTHER_COUNTY, there)):
            found = measures(CITY, "monthly", "2024-02-01", f"{as_of} 00:00:00", child=child)
            assert [found[term] for term in terms] == [number] * 4, (as_of, child)
            assert found["reopen_rate"] == f"{number}/{number}"


def test_9_who_reported_stays_with_the_origin(cast):
    """A corrected place moves the record; the reporter, and the place it was reported at, stay on its first event."""
    made = report(cast, at=local("2026-11-02 09:00:00"))
    with cast.acting("dispatcher"):
        correct_place(pk=made.pk, by=cast.dispatcher, at=local("2026-11-03 09:00:00"), place=cast.other_village)
    with rls.system_scope():
        made.refresh_from_db()
        first = made.events.get(seq=1)
        assert (made.unit_id, made.village_id) == (cast.other_village.pk, cast.other_village.pk)
        assert (made.reporter_id, first.by_id, first.unit_id) == (first.by_id, made.reporter_id, cast.grid.pk)


def test_10_three_reports_of_one_matter_are_one_valid_and_two_duplicates(hand, incident, measures):
    master = incident("2024-02-05 09:00")
    for hour in (10, 11):
        copy = hand.incident(f"2024-02-05 {hour}:00", OTHER_VILLAGE)
        hand.do(hand.then(copy, "merge", f"2024-02-05 {hour}:30", master))
    found = measures(CITY, "monthly", "2024-02-01")
    assert (found["reported"], found["reported_valid"], found["valid_report_rate"]) == (3, 1, "1/3")
    assert (found["flow_voided"], found["flow_open_end"], found["pending_inspection"]) == (2, 1, 0)
    # Credit that scores nothing.
    assert found["reported_duplicate"] == 2
    assert not REGISTER["reported_duplicate"].is_ranked


def test_10_an_undone_voiding_counts_as_reopened_at_its_time(incident, measures):
    incident("2024-01-30 09:00", ("undo", "2024-02-10 09:00"), found="reject")
    january, february = (measures(CITY, "monthly", f"2024-0{month}-01") for month in (1, 2))
    assert (january["flow_voided"], january["flow_open_end"]) == (1, 0)
    assert (february["flow_open_start"], february["flow_reopened"], february["flow_open_end"]) == (0, 1, 1)
    assert february["reopen_rate"] == "0/0"
    later = measures(CITY, "monthly", "2024-01-01", "2024-03-01 00:00:00")
    assert (later["pending_inspection"], later["valid_report_rate"]) == (1, "0/0")


def test_10_what_was_returned_for_correction_is_pending(incident, measures):
    incident("2024-02-05 09:00", found="return")
    found = measures(CITY, "monthly", "2024-02-01")
    assert (found["pending_inspection"], found["reported_valid"], found["flow_open_end"]) == (1, 0, 1)


def test_11_the_leap_day_belongs_to_february_and_compares_with_nothing(incident, figures):
    incident("2024-02-29 23:59:59")
    incident("2024-03-01 00:00:00")
    incident("2023-02-28 12:00:00")
    february = figures(CITY, "monthly", "2024-02-01", compare=True)
    assert february["measures"]["reported"] == {"value": 1}
    assert february["comparisons"]["yoy"]["measures"]["reported"]["base"] == {"value": 1}
    day = figures(CITY, "daily", "2024-02-29", compare=True)
    assert day["measures"]["reported"] == {"value": 1}
    assert day["comparisons"]["yoy"] == {"note": "no_such_period"}
    assert day["comparisons"]["pop"]["start"] == "2024-02-28"


def test_11_the_year_to_the_leap_day_compares_with_the_year_to_the_twenty_eighth(incident, figures):
    for at in ("2023-02-28 23:59", "2023-03-01 00:00", "2024-02-29 23:59", "2024-03-01 00:00"):
        incident(at)
    found = figures(CITY, "annual", "2024-01-01", "2024-03-01 00:00:00", compare=True)
    assert found["comparisons"]["yoy"]["as_of"] == "2023-03-01T00:00:00+08:00"
    assert found["measures"]["reported"] == {"value": 1}
    assert found["comparisons"]["yoy"]["measures"]["reported"]["base"] == {"value": 1}


def test_12_weeks_run_over_the_years_edge_and_week_53_compares_with_nothing(incident, figures):
    incident("2020-12-31 09:00")
    incident("2021-01-03 23:59:59")
    incident("2021-01-04 00:00:00")
    incident("2020-01-02 09:00")
    last = figures(CITY, "weekly", "2020-12-28", compare=True)
    assert last["measures"]["reported"] == {"value": 2}
    assert last["comparisons"]["yoy"] == {"note": "no_such_period"}
    first = figures(CITY, "weekly", "2021-01-04", compare=True)
    assert first["comparisons"]["yoy"]["start"] == "2019-12-30"
    assert first["comparisons"]["yoy"]["measures"]["reported"]["base"] == {"value": 1}


@pytest.fixture
def merged(hand):
    """A county that took over another one on the first of June 2023, and one that is new since then."""
    city = hand.unit(CITY)
    old, new = (
        open_unit(parent=city, code=code, name=name, kind="division", level="county", valid_from=since)
        for code, name, since in (
            ("141190000000", "旧县", date(2000, 1, 1)),
            ("141191000000", "新设区", date(2023, 6, 1)),
        )
    )
    close_unit(unit=old, on=date(2023, 6, 1), successor=hand.unit(OTHER_COUNTY))
    return old, new


def test_13_successors_take_over_history(hand, merged, incident, figures):
    hand.unit(OTHER_COUNTY).refresh_from_db()
    incident("2023-02-05 09:00", place="141190000000")
    incident("2023-02-06 09:00", place=VILLAGE_THERE)
    incident("2024-02-05 09:00", place=VILLAGE_THERE)
    found = figures(OTHER_COUNTY, "monthly", "2024-02-01", compare=True)
    assert found["measures"]["reported"] == {"value": 1}
    assert found["comparisons"]["yoy"]["measures"]["reported"]["base"] == {"value": 2}


def test_13_a_new_division_has_nothing_to_compare_with(merged, figures):
    found = figures("141191000000", "monthly", "2024-02-01", compare=True)["comparisons"]
    assert found["yoy"]["note"] == "division_changed"
    assert found["pop"]["note"] == "not_recorded"


def test_13_children_are_those_that_stood_in_the_period_and_still_add_up(merged, incident, figures):
    incident("2023-05-31 09:00", ("close", "2023-09-05 09:00", SOLVED), place="141190000000")
    before, during, after = (figures(CITY, "monthly", f"2023-{month}-01")["by_county"] for month in ("05", "09", "10"))
    assert ("141190000000" in before, "141191000000" in before) == (True, False)
    # Gone, but one of its old matters was closed in September.
    assert during["141190000000"]["flow_closed"] == {"value": 1}
    assert ("141190000000" in after, "141191000000" in after) == (False, True)


@pytest.fixture
def grids(hand):
    """Three grids of one village."""
    return [
        open_unit(
            parent=hand.unit(VILLAGE),
            code=f"{VILLAGE}J0{n}",
            name=f"第{n}网格",
            kind="grid",
            valid_from=date(2020, 1, 1),
        )
        for n in (1, 2, 3)
    ]


def test_14_silence_is_not_nothing(hand, incident, grids, measures):
    """One grid reports, one says that nothing happened, one says nothing: 未报, and not 0."""
    incident("2024-02-05 09:00", place=grids[0].code)
    report_nothing(unit=grids[1], on=date(2024, 2, 5), by=BY_HAND, at=local("2024-02-05 17:00:00"))
    # What is found invalid, or was said of another day, is no answer.
    incident("2024-02-05 09:00", place=grids[2].code, found="reject")
    report_nothing(unit=grids[2], on=date(2024, 2, 4), by=BY_HAND, at=local("2024-02-05 08:00:00"))
    found = measures(CITY, "daily", "2024-02-05")
    assert (found["active_grid_rate"], found["grids_unreported"]) == ("2/3", 1)
    period = periods.parse("daily", "2024-02-05")
    said = answers(look_at(hand.unit(CITY), period, period.end))
    assert [(one.grid, one.answer) for one in said] == [
        (grids[0].pk, "reported"),
        (grids[1].pk, "nil"),
        (grids[2].pk, "missing"),
    ]
    # By the hour the command group sits, the nil report had not come yet.
    assert measures(CITY, "daily", "2024-02-05", "2024-02-05 17:00:00")["active_grid_rate"] == "1/3"
    assert measures(CITY, "monthly", "2024-02-01")["active_grid_rate"] == "3/3"


def test_14_saying_nothing_twice_is_saying_it_once_and_not_of_any_day(hand, grids):
    at = local("2024-02-05 17:00:00")
    first, again = (report_nothing(unit=grids[0], on=date(2024, 2, 5), by=BY_HAND, at=at) for _time in range(2))
    assert first.pk == again.pk
    for day in (date(2024, 2, 3), date(2024, 2, 6)):
        with pytest.raises(NotPossible):
            report_nothing(unit=grids[0], on=day, by=BY_HAND, at=at)
    with pytest.raises(TypeError):
        first.save()


def test_14_a_grid_worker_answers_for_the_own_grid_and_a_desk_for_its_places(cast):
    at = timezone.now()
    today = local_day(at)
    with cast.acting("worker"):
        assert report_nothing(unit=cast.grid, on=today, by=cast.worker, at=at).by_id == cast.worker.pk
        with pytest.raises(NotAllowed):
            report_nothing(unit=cast.village, on=today, by=cast.worker, at=at)
    with cast.acting("dispatcher"):
        assert report_nothing(unit=cast.village, on=today, by=cast.dispatcher, at=at).unit_id == cast.village.pk
        with pytest.raises(NotAllowed):
            report_nothing(unit=cast.other_county, on=today, by=cast.dispatcher, at=at)
        with pytest.raises(NotPossible):
            report_nothing(unit=cast.committee.unit, on=today, by=cast.dispatcher, at=at)


def test_15_small_cells_that_tell_of_people_are_hidden_outside(hand, figures):
    script = hand.dispute("2024-02-01 09:00", VILLAGE)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2024-02-01 10:00")
    hand.then(script, "agree", "2024-02-02 09:00", ("100", date(2024, 2, 10)))
    for number in range(10):
        hand.then(script, "visit", "2024-02-20 09:00", "satisfied" if number else "dissatisfied")
    hand.do(script)
    found = figures(CITY, "monthly", "2024-02-01")["measures"]
    # Nine of ten: the one who was not satisfied would be told of.
    assert is_small_cell(REGISTER["satisfaction_rate"], found["satisfaction_rate"])
    assert not is_small_cell(REGISTER["mediation_success_rate"], found["mediation_success_rate"])
    assert not is_small_cell(REGISTER["disputes_found"], found["disputes_found"])
    assert [is_small_cell(REGISTER["escalated_people"], {"value": number}) for number in (0, 1, 2, 3)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        # A single hidden cell could be computed from the total.
        ({"a": 1, "b": 9, "c": 4, "d": 0}, "ac"),
        ({"a": 1, "b": 2, "c": 9}, "ab"),
        ({"a": 3, "b": 0}, ""),
        ({"a": 2, "b": 0}, "ab"),
        ({"a": 2}, "a"),
    ],
)
def test_15_what_is_hidden_cannot_be_computed_from_the_rest(cells, hidden):
    column = {name: {"value": number} for name, number in cells.items()}
    assert hide_small(REGISTER["escalated_people"], column) == set(hidden)
    assert hide_small(REGISTER["escalated_cases"], column) == set()


def test_16_edges_are_midnights_in_shanghai(hand, measures):
    """16:00 UTC on the last of January is February."""
    for at in ("2024-01-31 23:59:59", "2024-02-01 00:00:00", "2024-02-29 23:59:59", "2024-03-01 00:00:00"):
        hand.do(hand.incident(at, VILLAGE))
    assert measures(CITY, "monthly", "2024-02-01")["reported"] == 2
    script = hand.incident("2024-02-29 08:00", VILLAGE)
    assert script.record.reported_at.isoformat() == "2024-02-29T08:00:00+08:00"


@pytest.mark.parametrize(("at", "counted"), [("2024-02-29 23:59:59.999999", 1), ("2024-03-01 00:00:00", 0)])
def test_an_event_at_exactly_the_end_or_t_has_not_happened(incident, measures, at, counted):
    incident("2024-02-05 09:00", ("close", at, SOLVED))
    found = measures(CITY, "monthly", "2024-02-01")
    assert (found["flow_closed"], found["closure_rate"]) == (counted, f"{counted}/1")
    early = measures(CITY, "monthly", "2024-02-01", "2024-02-05 09:00:00")
    assert early["reported"] == 0


def test_a_moment_before_the_end_clips_the_period(incident, measures):
    incident("2024-02-05 09:00", ("close", "2024-02-20 09:00", SOLVED))
    incident("2024-02-16 09:00")
    found = measures(CITY, "monthly", "2024-02-01", "2024-02-15 12:00:00")
    assert (found["reported"], found["flow_closed"], found["flow_open_end"]) == (1, 0, 1)


@pytest.mark.parametrize("as_of", ["2024-02-01 00:00:00", "2024-01-31 00:00:00"])
def test_a_moment_at_or_before_the_start_is_refused(hand, as_of):
    with pytest.raises(NoFigures):
        compute(hand.unit(CITY), periods.parse("monthly", "2024-02-01"), as_of=local(as_of))


@pytest.mark.parametrize("code", [VILLAGE, "141102001001J99"])
def test_there_are_no_reviews_of_villages_and_grids(hand, code):
    unit = hand.unit(VILLAGE)
    if code != VILLAGE:
        unit = open_unit(parent=unit, code=code, name="第一网格", kind="grid", valid_from=date(2020, 1, 1))
    with pytest.raises(NoFigures):
        compute(unit, periods.parse("monthly", "2024-02-01"), as_of=local("2024-03-01 00:00:00"))


def test_records_coded_at_the_division_itself_stand_under_direct(incident, figures):
    incident("2024-02-05 09:00", place=CITY)
    incident("2024-02-05 10:00", place=COUNTY)
    incident("2024-02-05 11:00", place=TOWNSHIP)
    city, county, township = (figures(code, "monthly", "2024-02-01") for code in (CITY, COUNTY, TOWNSHIP))
    assert city["by_county"]["direct"]["reported"] == {"value": 1}
    assert city["by_county"][COUNTY]["reported"] == {"value": 2}
    assert county["by_township"]["direct"]["reported"] == {"value": 1}
    assert county["by_township"][TOWNSHIP]["reported"] == {"value": 1}
    assert county["by_township"][OTHER_TOWNSHIP]["reported"] == {"value": 0}
    assert township["by_village"]["direct"]["reported"] == {"value": 1}
    assert "direct" not in figures(OTHER_COUNTY, "monthly", "2024-02-01")["by_township"]


def test_grids_count_for_their_village(hand, figures):
    open_unit(
        parent=hand.unit(VILLAGE), code=f"{VILLAGE}J01", name="第一网格", kind="grid", valid_from=date(2020, 1, 1)
    )
    hand.do(hand.incident("2024-02-05 09:00", f"{VILLAGE}J01"))
    assert figures(TOWNSHIP, "monthly", "2024-02-01")["by_village"][VILLAGE]["reported"] == {"value": 1}


def test_a_limit_passed_counts_only_what_was_closed_within_it(incident, measures):
    limit = "2024-02-10 09:00:00"
    for closed in ("2024-02-10 09:00:00", "2024-02-10 09:00:01", None):
        closing = [("close", closed, SOLVED)] if closed else []
        incident("2024-02-05 09:00", ("limit", "2024-02-05 10:00", limit), *closing)
    assert measures(CITY, "monthly", "2024-02-01", "2024-02-10 09:00:00")["on_time_closure_rate"] == "0/0"
    assert measures(CITY, "monthly", "2024-02-01")["on_time_closure_rate"] == "1/3"


def test_the_limit_in_force_at_t_decides(incident, measures):
    incident(
        "2024-02-05 09:00",
        ("limit", "2024-02-05 10:00", "2024-02-08 09:00:00"),
        ("limit", "2024-02-20 10:00", "2024-02-25 09:00:00"),
        ("close", "2024-02-24 09:00", SOLVED),
    )
    looks = ["2024-02-20 10:00:00", "2024-02-21 00:00:00", "2024-03-01 00:00:00"]
    rates = [measures(CITY, "monthly", "2024-02-01", as_of)["on_time_closure_rate"] for as_of in looks]
    assert rates == ["0/1", "0/0", "1/1"]


def test_a_limit_day_lies_in_the_period_once_it_is_over(hand, measures):
    script = hand.dispute("2024-02-01 09:00", VILLAGE)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2024-02-01 10:00")
    hand.do(hand.then(script, "agree", "2024-02-02 09:00", ("100", date(2024, 2, 29))))
    assert measures(CITY, "monthly", "2024-02-01")["performance_rate"] == "0/1"
    assert measures(CITY, "monthly", "2024-03-01")["performance_rate"] == "0/0"
    assert measures(CITY, "monthly", "2024-02-01", "2024-02-29 12:00:00")["performance_rate"] == "0/0"


def test_equal_times_are_told_apart_by_their_order(incident, measures):
    """Reported, found valid, closed, reopened and closed again at one midnight."""
    midnight = "2024-02-10 00:00:00"
    incident(
        midnight, ("close", midnight, SOLVED), ("reopen", midnight), ("close_again", midnight, ("handled", "city"))
    )
    ninth, tenth = (measures(CITY, "daily", day) for day in ("2024-02-09", "2024-02-10"))
    assert (ninth["reported"], ninth["flow_closed"]) == (0, 0)
    assert (tenth["flow_new"], tenth["flow_closed"], tenth["flow_reopened"], tenth["flow_open_end"]) == (1, 2, 1, 0)
    assert (tenth["reopen_rate"], tenth["closure_rate"], tenth["grassroots_resolution_rate"]) == ("1/2", "1/1", "0/1")


def test_one_answer_counts_per_visited_party(hand, measures):
    script = hand.dispute("2024-02-01 09:00", VILLAGE)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2024-02-01 10:00")
    hand.then(script, "agree", "2024-02-02 09:00", ("100", date(2024, 2, 10)))
    for answer in ("very_satisfied", "fair", ""):
        hand.then(script, "visit", "2024-02-20 09:00", answer)
    hand.do(script)
    assert measures(CITY, "monthly", "2024-02-01")["satisfaction_rate"] == "1/2"
