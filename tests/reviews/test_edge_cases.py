"""The edge cases of DOMAIN.md 7.4 that concern figures, each told as a small history. The numbers are its own."""

from datetime import date

import pytest

from grid.workflow import close_unit, open_unit
from mediation.reviews import periods
from mediation.reviews.figures import NoFigures, compute
from mediation.reviews.indicators import REGISTER
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
    rates = [figure["display"] for figure in found["measures"].values() if "display" in figure]
    assert len(rates) == sum(bool(measure.bottom) for measure in REGISTER.values())
    assert set(rates) == {"—"}
    # Every county is there all the same, with zeros.
    assert len(found["by_county"]) == 13
    assert all(measures["reported"] == {"value": 0} for measures in found["by_county"].values())


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
    assert {key: (said["start"], said["end"], said["as_of"]) for key, said in found.items()} == {
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


def test_10_three_reports_of_one_matter_are_one_valid_and_two_duplicates(hand, incident, measures):
    master = incident("2024-02-05 09:00")
    for hour in (10, 11):
        copy = hand.incident(f"2024-02-05 {hour}:00", OTHER_VILLAGE)
        hand.do(hand.then(copy, "merge", f"2024-02-05 {hour}:30", master))
    found = measures(CITY, "monthly", "2024-02-01")
    assert (found["reported"], found["reported_valid"], found["valid_report_rate"]) == (3, 1, "1/3")
    assert (found["flow_voided"], found["flow_open_end"], found["pending_inspection"]) == (2, 1, 0)


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
    assert found["pop"]["measures"]["reported"]["base"] == {"value": 0}


def test_13_children_are_those_that_stood_in_the_period_and_still_add_up(merged, incident, figures):
    incident("2023-05-31 09:00", ("close", "2023-09-05 09:00", SOLVED), place="141190000000")
    before, during, after = (figures(CITY, "monthly", f"2023-{month}-01")["by_county"] for month in ("05", "09", "10"))
    assert ("141190000000" in before, "141191000000" in before) == (True, False)
    # Gone, but one of its old matters was closed in September.
    assert during["141190000000"]["flow_closed"] == {"value": 1}
    assert ("141190000000" in after, "141191000000" in after) == (False, True)


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
