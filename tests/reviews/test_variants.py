"""The variants of DOMAIN.md 7.3, each told as a small history; the numbers are its own."""

from datetime import date

import pytest

from grid import rls
from mediation.workflow import appoint_mediator
from tests.cast import SINCE, SYSTEM
from tests.reviews.conftest import CITY, VILLAGE

FEBRUARY = (CITY, "monthly", "2024-02-01")


@pytest.fixture
def incident(hand):
    """Record an incident found valid at its report, and what followed."""

    def tell(*steps, at="2024-02-05 09:00", **facts):
        script = hand.then(hand.incident(at, VILLAGE, **facts), "verify", at)
        for step in steps:
            hand.then(script, *step)
        hand.do(script)

    return tell


@pytest.fixture
def dispute(hand):
    """Record a dispute under mediation since the first of February, and what followed."""

    def tell(*steps, **facts):
        script = hand.dispute("2024-02-01 09:00", VILLAGE, **facts)
        for step in ("accept", "assign", "mediate"):
            hand.then(script, step, "2024-02-01 10:00")
        for step in steps:
            hand.then(script, *step)
        hand.do(script)

    return tell


def in_hand(*steps):
    return [*((step, "2024-02-05 10:00") for step in ("triage", "assign", "sign")), *steps]


AGREED = ("agree", "2024-02-02 09:00", ("100", date(2024, 2, 10)))


def test_what_awaits_the_check_is_handled_and_not_closed(incident, measures):
    incident(*in_hand(("handle", "2024-02-06 09:00")))
    incident(*in_hand(("handle", "2024-02-06 09:00"), ("rework", "2024-02-07 09:00")))
    incident(("close", "2024-02-06 09:00", ("withdrawn", "village")))
    found = measures(*FEBRUARY)
    assert (found["handling_rate"], found["closure_rate"]) == ("2/3", "1/3")


def test_an_extension_granted_by_t_shows_beside_the_on_time_rate(incident, measures):
    incident(*in_hand(("extend", "2024-02-20 09:00", "2024-02-25 09:00")))
    incident(("limit", "2024-02-06 09:00", "2024-02-08 09:00"))
    assert measures(*FEBRUARY)["extension_share"] == "1/2"
    # Its limit is not over yet, or it has not been extended yet.
    assert measures(*FEBRUARY, "2024-02-21 00:00:00")["extension_share"] == "0/1"


def test_village_and_township_are_the_two_parts_of_the_base(incident, measures):
    for outcome, level in (
        ("resolved", "grid"),
        ("handled", "village"),
        ("resolved", "township"),
        ("resolved", "county"),
        ("explained", "village"),
    ):
        incident(("close", "2024-02-06 09:00", (outcome, level)))
    found = measures(*FEBRUARY)
    assert (found["village_resolution_share"], found["township_resolution_share"]) == ("2/5", "1/5")
    assert found["grassroots_resolution_rate"] == "3/5"


def test_what_was_settled_on_the_spot_is_watched(incident, measures):
    incident(self_handled=True)
    incident()
    assert measures(*FEBRUARY)["self_handled_rate"] == "1/2"


def test_clearance_carries_over_and_may_exceed_one_hundred(incident, figures):
    incident(("close", "2024-02-06 09:00", ("handled", "county")), at="2024-01-05 09:00")
    incident(("close", "2024-02-06 09:00", ("handled", "county")))
    assert figures(*FEBRUARY)["measures"]["clearance"]["display"] == "200.00%"


def test_success_among_the_concluded_leaves_out_what_is_under_way(dispute, measures):
    dispute(AGREED)
    dispute(("terminate", "2024-02-03 09:00"))
    dispute(("terminate", "2024-02-03 09:00"), ("end", "2024-02-04 09:00"))
    # Ended, and taken up again: no longer concluded.
    dispute(("terminate", "2024-02-03 09:00"), ("end", "2024-02-04 09:00"), ("renew", "2024-02-05 09:00"))
    dispute()
    found = measures(*FEBRUARY)
    assert (found["mediation_success_concluded"], found["mediation_success_rate"]) == ("1/3", "1/5")
    assert measures(*FEBRUARY, "2024-02-05 00:00:00")["mediation_success_concluded"] == "1/4"


def test_three_performance_rates_have_three_bases(dispute, measures):
    dispute(AGREED, ("perform", "2024-02-09 09:00"))
    dispute(AGREED)
    dispute(("agree", "2024-02-02 09:00", ("100", date(2024, 3, 10))), ("perform", "2024-02-09 09:00"))
    found = measures(*FEBRUARY)
    assert (found["performance_rate"], found["performance_rate_due"]) == ("1/2", "1/2")
    assert found["performance_rate_signed"] == "2/3"
    # The limit day counts once it is over.
    march = measures(*FEBRUARY, "2024-03-11 00:00:00")
    assert (march["performance_rate_due"], march["performance_rate"]) == ("2/3", "1/2")
    assert measures(*FEBRUARY, "2024-03-10 23:59:59")["performance_rate_due"] == "1/2"


def test_agreements_count_when_their_thirty_days_for_confirmation_end(dispute, measures):
    """The 3rd of March 2024 is a Sunday, so the last day is Monday the 4th."""
    dispute(AGREED, ("apply", "2024-03-04 17:00"))
    dispute(AGREED)
    assert measures(*FEBRUARY)["confirmation_apply_rate"] == "0/0"
    assert measures(CITY, "daily", "2024-03-03")["confirmation_apply_rate"] == "0/0"
    assert measures(CITY, "daily", "2024-03-04")["confirmation_apply_rate"] == "1/2"
    assert measures(CITY, "monthly", "2024-03-01")["confirmation_apply_rate"] == "1/2"


def test_a_ruling_counts_from_its_day_and_belongs_to_the_month_of_the_application(dispute, measures):
    for ruling in ("confirmed", "rejected", "withdrawn"):
        dispute(AGREED, ("apply", "2024-02-20 09:00"), ("decide", "2024-03-05 09:00", ruling))
    assert measures(*FEBRUARY)["confirm_rate"] == "0/0"
    assert measures(*FEBRUARY, "2024-03-05 09:00:00")["confirm_rate"] == "0/0"
    assert measures(*FEBRUARY, "2024-03-05 09:00:01")["confirm_rate"] == "1/2"
    assert measures(CITY, "monthly", "2024-03-01")["confirm_rate"] == "0/0"


@pytest.mark.parametrize(("visited", "rate"), [("2024-03-11 23:59", "1/1"), ("2024-03-12 00:00", "0/1")])
def test_a_visit_is_planned_for_the_thirtieth_day_after_the_limit(dispute, measures, visited, rate):
    """The limit is the 10th of February: the plan is the 11th of March."""
    dispute(AGREED, ("visit", visited, ""))
    assert measures(CITY, "monthly", "2024-03-01")["follow_up_rate"] == rate
    assert measures(CITY, "daily", "2024-03-10")["follow_up_rate"] == "0/0"
    assert measures(CITY, "daily", "2024-03-11", "2024-04-01 00:00:00")["follow_up_rate"] == rate


def test_days_run_from_acceptance_to_each_closing_of_the_period(dispute, figures):
    for day in (1, 3, 11):
        dispute(("terminate", f"2024-02-{day:02d} 20:00"), ("end", f"2024-02-{day:02d} 23:00"))
    dispute(("terminate", "2024-02-03 20:00"), ("end", "2024-03-02 23:00"))
    found = figures(*FEBRUARY)["measures"]
    assert found["handling_days_median"] == {"value": "2.0", "count": 3, "display": "2.0"}
    assert found["handling_days_p90"]["value"] == "10.0"
    assert (found["disputes_closed"], found["dispute_clearance"]["display"]) == ({"value": 3}, "75.00%")
    assert figures(CITY, "monthly", "2024-01-01")["measures"]["handling_days_median"]["display"] == "—"


def test_a_dispute_that_turned_criminal_counts_once_with_its_people(dispute, measures):
    dispute(("police", "2024-02-05 09:00", True), ("police", "2024-02-06 09:00", True), people=5)
    dispute(("police", "2024-02-05 09:00", True))
    dispute(("police", "2024-02-05 09:00", False), people=9)
    found = measures(*FEBRUARY)
    assert (found["escalated_cases"], found["escalated_people"]) == (2, 5)


def test_what_closings_prevented_counts_once_with_the_last_of_the_period(dispute, measures):
    ended = ("terminate", "2024-02-03 09:00")
    dispute(ended, ("end", "2024-02-04 09:00", {"crime": 5, "petition": 30}))
    dispute(ended, ("end", "2024-02-04 09:00", {"crime": 2}), people=9)
    # Closed again in the same month, and said otherwise; then once more in March.
    again = [("renew", "2024-02-05 09:00"), ("terminate", "2024-02-06 09:00")]
    later = [("renew", "2024-03-05 09:00"), ("terminate", "2024-03-06 09:00"), ("end", "2024-03-07 09:00")]
    dispute(
        ended, ("end", "2024-02-04 09:00", {"brawl": 60}), *again, ("end", "2024-02-07 09:00", {"suicide": 1}), *later
    )
    dispute(ended, ("end", "2024-02-04 09:00"))
    # Put right in April: it counts with the closing it is of, in February, whenever one looks.
    dispute(ended, ("end", "2024-02-04 09:00", {"crime": 7}), ("restate", "2024-04-05 09:00", {"petition": 12}))
    dispute(ended, ("end", "2024-02-04 09:00"), *later, ("restate", "2024-04-05 09:00", {"brawl": 8}))
    found = {name: value for name, value in measures(*FEBRUARY).items() if name.startswith("prevented")}
    assert {name: value for name, value in found.items() if value} == {
        "prevented_crime_cases": 2,
        "prevented_crime_people": 7,
        "prevented_petition_cases": 2,
        "prevented_petition_people": 42,
        "prevented_suicide_cases": 1,
        "prevented_suicide_people": 1,
    }
    assert len(found) == 8
    march = measures(CITY, "monthly", "2024-03-01")
    assert {name: march[name] for name in found if march[name]} == {
        "prevented_brawl_cases": 1,
        "prevented_brawl_people": 8,
    }


def test_staffing_is_told_per_township_and_not_by_the_average(cast, measures):
    """The cast's sub-district has two full-time mediators; a third one there helps no other township."""
    with rls.system_scope():
        appoint_mediator(
            user=cast.clerk, committee=cast.committee, employment="full_time", appointed_on=SINCE, by=SYSTEM
        )
        october = ("monthly", "2026-10-01")
        township = measures(cast.township.code, *october)
        county, city = measures(cast.county.code, *october), measures(CITY, *october)
        before = measures(cast.township.code, "monthly", "2019-10-01")
    assert (township["mediators_full_time"], township["staffing_compliance"]) == (3, "1/1")
    assert county["staffing_compliance"].startswith("1/")
    assert city["staffing_compliance"].startswith("1/")
    assert int(city["staffing_compliance"][2:]) > int(county["staffing_compliance"][2:]) > 1
    assert before["staffing_compliance"] == "0/1"
