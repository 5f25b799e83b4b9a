"""While a surge is on, a centre's own limits are shorter where it holds; those the law fixes are not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cases.models import ClockEntry
from grid import rls
from mediation.reviews.workflow import approve_surge, end_surge, expire_surges, propose_surge
from mediation.reviews.workflow.surges import shorten_limits
from tests.cases.stage import START, Stage

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


def test_only_limits_that_begin_while_it_is_on(stage):
    pk = stage.incident("assigned")
    before = stage.incident_now(pk).due_at
    surge = surge_at(stage)
    assert stage.incident_now(pk).due_at == before
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
        assert shorten_limits(record, stage.moment) == (Decimal("0.50"), f"surge:{surge.pk}")
