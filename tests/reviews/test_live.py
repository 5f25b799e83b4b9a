"""Figures of what a desk does today: the live verbs, by the people who may."""

from datetime import date
from decimal import Decimal

import pytest

from cases.workflow import (
    accept_incident,
    assign_incident,
    close_incident,
    handle_incident,
    merge_incident,
    reject_incident,
    reopen_incident,
    return_incident,
    triage_incident,
    undo_void,
    verify_incident,
)
from grid import rls
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.workflow import (
    Duty,
    Terms,
    apply_for_confirmation,
    record_performance,
    record_visit,
    schedule_session,
    sign_agreement,
)
from tests.cast import case_in_mediation, report
from tests.reviews.conftest import local

MONDAY = "2026-11-09"


@pytest.fixture
def measures(cast):
    """The county's measures of a day of that November, seen from some moment."""

    def look(day: str = MONDAY, as_of: str | None = None, kind: str = "daily"):
        period = periods.parse(kind, day)
        with rls.system_scope():
            found = compute(cast.county, period, as_of=local(as_of) if as_of else period.end, compare=False).as_json()
        return {
            name: figure["value"] if "value" in figure else f"{figure['numerator']}/{figure['denominator']}"
            for name, figure in found["measures"].items()
        }

    return look


def act(cast, who, verb, incident, at, **needs):
    with cast.acting(who):
        return verb(pk=incident.pk, by=cast.users[who], at=local(f"{at}:00"), **needs)


def test_an_incident_from_report_to_reopening(cast, measures):
    incident = report(cast, at=local(f"{MONDAY} 09:00:00"))
    act(cast, "dispatcher", verify_incident, incident, f"{MONDAY} 09:30")
    act(cast, "dispatcher", triage_incident, incident, f"{MONDAY} 09:40", path="department")
    limit = date(2026, 11, 11)
    act(
        cast,
        "dispatcher",
        assign_incident,
        incident,
        f"{MONDAY} 09:50",
        lead_unit=cast.department,
        limit_on=limit,
    )
    act(cast, "handler", accept_incident, incident, f"{MONDAY} 10:00")
    act(cast, "handler", handle_incident, incident, "2026-11-11 20:00", remark="已修复并回访住户")
    act(
        cast,
        "dispatcher",
        close_incident,
        incident,
        "2026-11-11 23:59",
        outcome="handled",
        level="township",
        evidence="none_declared",
        remark="核实无误",
    )
    act(cast, "dispatcher", reopen_incident, incident, "2026-11-16 09:00", reason="relapse", remark="又漏水")

    found = measures()
    assert (found["reported"], found["reported_valid"], found["closure_rate"], found["flow_open_end"]) == (
        1,
        1,
        "0/1",
        1,
    )
    # The limit is a day: not over at its midday, over at its midnight; closed on it is closed on time.
    assert measures(as_of="2026-11-11 12:00:00")["on_time_closure_rate"] == "0/0"
    closed = measures(as_of="2026-11-12 00:00:00")
    assert (closed["closure_rate"], closed["on_time_closure_rate"]) == ("1/1", "1/1")
    assert closed["grassroots_resolution_rate"] == "1/1"
    reopened = measures(as_of="2026-11-17 00:00:00")
    assert (reopened["closure_rate"], reopened["on_time_closure_rate"]) == ("0/1", "0/1")
    assert measures("2026-11-11")["flow_closed"] == 1
    assert measures("2026-11-11", "2026-11-17 00:00:00")["reopen_rate"] == "1/1"
    assert measures("2026-11-16")["flow_reopened"] == 1


def test_inspection_finds_valid_invalid_and_duplicate(cast, measures):
    master, double, wrong, vague = (report(cast, at=local(f"{MONDAY} 09:0{n}:00")) for n in range(4))
    act(cast, "dispatcher", verify_incident, master, f"{MONDAY} 10:00")
    act(cast, "dispatcher", merge_incident, double, f"{MONDAY} 10:01", master=master)
    act(cast, "dispatcher", reject_incident, wrong, f"{MONDAY} 10:02", reason="not_found")
    act(
        cast,
        "dispatcher",
        return_incident,
        vague,
        f"{MONDAY} 10:03",
        reason="place_unclear",
        remark="请写明楼号",
    )
    act(cast, "dispatcher", undo_void, wrong, "2026-11-10 09:00", remark="确有此事")

    found = measures()
    assert (found["reported"], found["reported_valid"], found["pending_inspection"]) == (4, 1, 1)
    assert (found["valid_report_rate"], found["flow_voided"], found["flow_open_end"]) == ("1/3", 2, 2)
    undone = measures("2026-11-10")
    assert (undone["flow_open_start"], undone["flow_reopened"], undone["flow_open_end"]) == (2, 1, 3)
    assert measures(as_of="2026-11-11 00:00:00")["valid_report_rate"] == "1/2"


def test_a_dispute_from_registration_to_its_visits(cast, measures):
    case, applicant, respondent = case_in_mediation(cast, at=local(f"{MONDAY} 09:00:00"))
    with cast.acting("mediator"):
        schedule_session(
            case=case,
            by=cast.mediator,
            at=local(f"{MONDAY} 10:00:00"),
            planned_for=local(f"{MONDAY} 14:00:00"),
            venue="街道调解室",
            form="joint",
        )
        agreement = sign_agreement(
            case=case,
            by=cast.mediator,
            at=local("2026-11-10 16:00:00"),
            terms=Terms(
                facts="排水沟走向争执",
                content="被申请人分期补偿申请人",
                duties=[
                    Duty("pay", respondent, "首期", date(2026, 11, 11), Decimal("300.50"), applicant),
                    Duty("pay", respondent, "末期", date(2026, 11, 13), Decimal("200.00"), applicant),
                ],
                signatures={applicant.pk: "signature", respondent.pk: "fingerprint"},
                mediator_signed=True,
                seal_affixed=True,
            ),
        )
        apply_for_confirmation(case=case, by=cast.mediator, at=local("2026-11-11 09:00:00"), court="离石区人民法院")
        first, last = agreement.obligations.order_by("due_on")
        record_performance(obligation=first, by=cast.mediator, at=local("2026-11-11 10:00:00"))
        record_performance(obligation=last, by=cast.mediator, at=local("2026-11-16 10:00:00"))
        for party, answer in ((applicant, "very_satisfied"), (respondent, "fair")):
            record_visit(
                case=case,
                party=party,
                by=cast.mediator,
                at=local("2026-11-17 10:00:00"),
                channel="phone",
                findings="已履行完毕，无新矛盾",
                satisfaction=answer,
            )

    found = measures()
    assert (found["disputes_found"], found["disputes_accepted"], found["mediation_success_rate"]) == (1, 1, "0/1")
    later = measures(as_of="2026-11-18 00:00:00")
    assert (later["mediation_success_rate"], later["resolution_rate_found"]) == ("1/1", "1/1")
    assert measures("2026-11-10")["agreement_amount"] == "500.50"
    assert measures("2026-11-11")["confirmations_applied"] == 1
    # The limit day is the last obligation's; partly performed is not performed, late performance is.
    assert measures("2026-11-11")["performance_rate"] == "0/0"
    assert measures("2026-11-13")["performance_rate"] == "0/1"
    assert measures("2026-11-13", "2026-11-17 00:00:00")["performance_rate"] == "1/1"
    assert measures("2026-11-17")["satisfaction_rate"] == "1/2"


def test_the_roster_counts_who_is_in_office_just_before_the_end(cast, measures):
    found = measures()
    assert (found["mediators_full_time"], found["mediators_part_time"]) == (2, 0)
    assert (found["committees_subdistrict"], found["committees_township"], found["named_studios"]) == (1, 0, 0)
    # In office since 1 January 2020: that day's review has them, the day before's does not.
    assert measures("2020-01-01")["mediators_full_time"] == 2
    assert measures("2019-12-31")["mediators_full_time"] == 0
