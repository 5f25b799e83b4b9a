"""While a surge is on, a centre's own limits are shorter where it holds; those the law fixes are not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cases.models import Case, ClockEntry, Incident
from cases.moves import NotPossible
from cases.workflow.clocks import replayed
from grid import rls
from mediation.reviews.workflow import approve_surge, end_surge, expire_surges, propose_surge, tend_limits
from mediation.reviews.workflow.surge_limits import shorten_limits
from tests.cases.stage import START, SYSTEM, Stage

USUAL, HALF = (7, date(2024, 11, 29)), (4, date(2024, 11, 26))
"""Working days of an ordinary matter from Wednesday 20 November 2024, and its last day; half of seven is four."""
TODAY = date(2024, 11, 20)


@pytest.fixture
def stage(cast):
    with rls.system_scope():
        yield Stage(cast)


def surge_at(stage, factor="0.5", **changed):
    given: dict[str, Any] = {
        "reason": "重大节日期间维护稳定",
        "authority": "区委政法委会议决定",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=2),
        "units": [stage.cast.other_township],
        "limits_factor": Decimal(factor),
    } | changed
    surge = propose_surge(unit=stage.cast.county, by=stage.actor("supervisor"), at=stage.now(), **given)
    return approve_surge(pk=surge.pk, by=stage.actor("leader"), at=stage.now())


def assigned(stage, **given):
    """Assign an ordinary matter; return the length and last day of its limit, and why the log says so."""
    pk = stage.incident("triaged", description=f"第{stage.now():%H%M}号邻里纠纷，多次争吵未果")
    stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department, **given)
    entry = ClockEntry.objects.get(incident=pk, clock="handle")
    assert entry.due_at == stage.incident_now(pk).due_at
    return (entry.working_days, entry.due_at.date()), entry.reason


def test_shortened_with_the_surge_as_reason_and_usual_before_and_after(stage):
    assert assigned(stage) == (USUAL, "")
    surge = surge_at(stage)
    assert assigned(stage) == (HALF, f"surge:{surge.pk}")
    end_surge(pk=surge.pk, by=stage.actor("leader"), at=stage.now(), remark="形势平稳")
    assert assigned(stage) == (USUAL, "")


def test_not_after_its_planned_end(stage):
    surge = surge_at(stage)
    stage.moment = START + timedelta(days=3)
    # Its planned end is over, though the clock has not yet come round to end it.
    assert assigned(stage)[1] == ""
    expire_surges(at=stage.moment)
    surge.refresh_from_db()
    assert surge.status == "ended"


def test_not_before_it_begins_and_not_while_it_is_only_asked_for(stage):
    surge_at(stage, starts_on=TODAY + timedelta(days=1))
    propose_surge(
        unit=stage.cast.county,
        by=stage.actor("supervisor"),
        at=stage.now(),
        reason="重大节日期间维护稳定",
        authority="区委政法委会议决定",
        starts_on=TODAY,
        ends_on=TODAY,
        units=[stage.cast.township],
        limits_factor=Decimal("0.5"),
    )
    assert assigned(stage) == (USUAL, "")


def test_other_categories_keep_theirs(stage):
    surge_at(stage, categories=["0201"])
    assert assigned(stage) == (USUAL, "")


def test_the_sharpest_of_several_counts_and_a_day_is_always_left(stage):
    surge_at(stage)
    sharp = surge_at(stage, factor="0.01")
    (days, on), reason = assigned(stage)
    assert (days, on, reason) == (1, date(2024, 11, 21), f"surge:{sharp.pk}")


def test_a_factor_of_one_changes_nothing(stage):
    surge_at(stage, factor="1")
    assert assigned(stage) == (USUAL, "")


def test_a_day_agreed_with_people_stands(stage):
    surge_at(stage)
    assert assigned(stage, limit_on=date(2024, 12, 2)) == ((None, date(2024, 12, 2)), "")


def test_limits_of_the_law_stand(stage):
    """The month of mediation is the law's, not the centre's (DOMAIN.md 5.2)."""

    def limit():
        pk = stage.case("accepted")
        (entry,) = ClockEntry.objects.filter(case=pk, clock="mediate")
        return entry.due_at.date(), entry.reason

    before = limit()
    surge_at(stage)
    assert limit() == before
    assert before[1] == ""


def test_whoever_assigns_need_not_see_the_surge(stage):
    surge = surge_at(stage)
    pk = stage.incident("triaged")
    with stage.cast.acting("town_dispatcher"):
        record = stage.incident_now(pk)
        (found,) = shorten_limits(record, stage.moment)
        assert (found.factor, found.reason) == (Decimal("0.50"), f"surge:{surge.pk}")


HOURS = {"triage": 4, "accept_incident": 2, "accept_case": 24}


def log_of(pk, clock):
    rows = ClockEntry.objects.filter(incident=pk, clock=clock).order_by("pk")
    return [(row.action, row.due_at, row.reason) for row in rows]


def test_running_limits_are_shortened_logged_and_given_back(stage):
    """Steps to hours, handling by what is left; what is overdue at either end stays overdue."""
    waiting, handled, agreed = (stage.incident(status) for status in ("verified", "assigned", "triaged"))
    case = stage.case("registered")
    stage.do("assign_incident", agreed, "dispatcher", lead_unit=stage.cast.department, limit_on=date(2024, 12, 2))
    late = stage.incident("verified")
    Incident.objects.filter(pk=late).update(step_due_on=TODAY - timedelta(days=1))
    usual = stage.incident_now(handled).due_at
    stood_still = stage.incident("suspended")
    surge = surge_at(stage, step_hours=HOURS)
    begun = stage.now()
    assert tend_limits(at=begun) == 4
    assert tend_limits(at=stage.now()) == 0
    surge.refresh_from_db()
    assert surge.limits_set_at == begun

    reason = f"surge:{surge.pk}"
    with pytest.raises(NotPossible, match="没有可以缩短"):
        stage.do("shorten_limits", late, SYSTEM)
    with pytest.raises(NotPossible, match="没有因战时"):
        stage.do("restore_limits", waiting, SYSTEM, reason="surge:0")
    assert stage.incident_now(waiting).step_due_at == begun + timedelta(hours=4)
    assert log_of(waiting, "step") == [("recompute", begun + timedelta(hours=4), reason)]
    assert stage.incident_now(handled).step_due_at == begun + timedelta(hours=2)
    shorter = stage.incident_now(handled).due_at
    assert shorter.date() < usual.date()
    assert log_of(handled, "handle")[-1] == ("recompute", shorter, reason)
    assert Case.objects.get(pk=case).step_due_at == begun + timedelta(hours=24)
    assert (stage.incident_now(agreed).due_at.date(), stage.incident_now(late).step_due_at) == (date(2024, 12, 2), None)
    assert stage.incident_now(agreed).step_due_at == begun + timedelta(hours=2)

    # A step that begins meanwhile has hours from the outset; signing for it ends them.
    stage.do("triage_incident", waiting, "dispatcher", path="department", complexity="ordinary")
    assert stage.incident_now(waiting).step_due_at == stage.moment + timedelta(hours=4)
    stage.do("accept_incident", agreed, "handler")
    assert stage.incident_now(agreed).step_due_at is None

    stage.moment = begun + timedelta(hours=3)
    end_surge(pk=surge.pk, by=stage.actor("leader"), at=stage.now(), remark="形势平稳")
    over = stage.now()
    assert tend_limits(at=over) == 3
    assert tend_limits(at=stage.now()) == 0
    # Its hours had run out before the end: overdue it stays, while its handling limit is the usual one again.
    assert stage.incident_now(handled).step_due_at == begun + timedelta(hours=2)
    assert stage.incident_now(handled).due_at == usual
    assert log_of(handled, "handle")[-1] == ("recompute", usual, f"surge_end:{surge.pk}")
    assert stage.incident_now(waiting).step_due_at is None
    assert Case.objects.get(pk=case).step_due_at is None
    assert stage.incident_now(stood_still).due_at is None
    assert surge.events.order_by("-seq").values_list("verb", "data__changed")[0] == ("restore_limits", 3)


def test_a_limit_that_began_shorter_is_the_usual_one_afterwards_and_survives_a_pause(stage):
    surge = surge_at(stage, step_hours={"triage": 72})
    pk = stage.incident("triaged", description="楼道堆放杂物，邻里多次争吵未果")
    # Three days are more than the usual one: nothing gets longer.
    assert stage.incident_now(pk).step_due_at is None
    stage.do("assign_incident", pk, "dispatcher", lead_unit=stage.cast.department)
    assert stage.incident_now(pk).due_at.date() == HALF[1]
    tend_limits(at=stage.now())
    assert stage.incident_now(pk).due_at.date() == HALF[1]
    end_surge(pk=surge.pk, by=stage.actor("leader"), at=stage.now(), remark="形势平稳")
    tend_limits(at=stage.now())
    assert stage.incident_now(pk).due_at.date() == USUAL[1]
    stage.do("accept_incident", pk, "handler")
    entries = list(ClockEntry.objects.filter(incident=pk, clock="handle").order_by("pk"))
    paused = ClockEntry(clock="handle", action="pause", at=stage.moment)
    resumed = ClockEntry(clock="handle", action="resume", at=stage.moment + timedelta(days=2))
    due = replayed(stage.incident_now(pk), [*entries, paused, resumed])
    # Wednesday to Friday are two working days.
    assert due is not None
    assert due.on == USUAL[1] + timedelta(days=4)


def test_where_another_surge_goes_on_it_takes_hold_again(stage):
    first, second = surge_at(stage, factor="0.3", step_hours=HOURS), surge_at(stage, factor="0.6")
    pk = stage.incident("assigned")
    Incident.objects.filter(pk=pk).update(last_event_at=stage.moment)
    tend_limits(at=stage.now())
    assert stage.incident_now(pk).due_at.date() == date(2024, 11, 25)
    end_surge(pk=first.pk, by=stage.actor("leader"), at=stage.now(), remark="形势平稳")
    for _ in range(2):
        tend_limits(at=stage.now())
    assert stage.incident_now(pk).step_due_at is None
    assert stage.incident_now(pk).due_at.date() == date(2024, 11, 27)
    assert log_of(pk, "handle")[-1][2] == f"surge:{second.pk}"
