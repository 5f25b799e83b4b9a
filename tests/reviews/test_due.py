"""What is due follows from posts and the calendar alone, and is built exactly once (DESIGN.md rule 6, goal G3)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from grid import rls
from grid.models import Post, Unit
from grid.scope import SHANGHAI, Role
from grid.workflow import add_user, close_unit, open_unit, seat
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, InspectionSample, Review, ReviewReader
from mediation.reviews.workflow import (
    build_due_reviews,
    build_review,
    draw_due_samples,
    due,
    list_due,
    missing_at,
    sampling,
    set_reviews_from,
)
from tests.ledger import oracle
from tests.ledger.importing import import_ledger
from tests.ledger.random_ledger import random_ledger
from tests.racing import at_once
from tests.reviews.conftest import CITY, COUNTY, TOWNSHIP, VILLAGE, local
from tests.reviews.hand import Hand

JANUARY = date(2024, 1, 1)


@pytest.fixture
def hand(committed):
    return Hand()


def stand(place, role=Role.CENTRE_SUPERVISOR, since=JANUARY, until=None, confirmed=None, hung=True):
    """Seat somebody at a centre of a place, or at the place itself."""
    with rls.system_scope():
        unit = Unit.objects.get(code=place)
        number = Post.objects.count()
        if hung:
            unit = open_unit(
                parent=unit, code=f"c{number}", name="综治中心", kind="centre", valid_from=date(2000, 1, 1)
            )
        user = add_user(username=f"reader{number}", name="督查员")
        at = confirmed or datetime.combine(since, datetime.min.time(), SHANGHAI)
        return seat(user=user, unit=unit, role=role, starts_on=since, ends_on=until, at=at)


def rows(**which):
    with rls.system_scope():
        found = DueReview.objects.filter(**which).order_by("due_at", "kind").select_related("unit")
        return [(row.unit.code, row.kind, periods.local_day(row.start)) for row in found]


def reviews():
    with rls.system_scope():
        return list(Review.objects.order_by("pk").select_related("unit"))


def expected(unit, first, moment):
    """The reviews of a unit read from a day on without a break, told from the calendar in another way."""
    wanted = []
    day = first
    while day < moment.date() + timedelta(days=1):
        for kind in Kind:
            period = periods.containing(kind, day)
            due_at = datetime.combine(period.end_on, datetime.min.time(), SHANGHAI) + timedelta(hours=7)
            if due_at <= moment and (unit, kind.value, period.start_on) not in wanted:
                wanted.append((unit, kind.value, period.start_on))
        day += timedelta(days=1)
    return sorted(wanted)


def test_reviews_are_due_from_seven_after_the_period(hand):
    stand(COUNTY)
    list_due(at=local("2024-01-02 06:59:59"))
    assert rows() == []
    list_due(at=local("2024-01-02 07:00:00"))
    assert rows() == [(COUNTY, "daily", JANUARY)]
    list_due(at=local("2024-02-01 07:00:00"))
    assert sorted(rows()) == expected(COUNTY, JANUARY, local("2024-02-01 07:00:00"))
    assert Counter(kind for _unit, kind, _start in rows()) == {"daily": 31, "weekly": 4, "monthly": 1}


def test_listing_again_changes_nothing(hand):
    stand(COUNTY)
    for _tick in range(3):
        list_due(at=local("2024-01-09 08:00:00"))
    assert sorted(rows()) == expected(COUNTY, JANUARY, local("2024-01-09 08:00:00"))


def test_the_period_under_way_on_the_first_day_is_reviewed_and_older_ones_are_not(hand):
    stand(COUNTY, since=date(2024, 5, 15))
    list_due(at=local("2025-01-01 08:00:00"))
    found = rows()
    firsts = {kind: min(start for _unit, other, start in found if other == kind) for kind in Kind.values}
    assert firsts == {
        "daily": date(2024, 5, 15),
        "weekly": date(2024, 5, 13),
        "monthly": date(2024, 5, 1),
        "bimonthly": date(2024, 5, 1),
        "quarterly": date(2024, 4, 1),
        "annual": date(2024, 1, 1),
    }


@pytest.mark.parametrize("role", [Role.CENTRE_SUPERVISOR, Role.LEADER])
@pytest.mark.parametrize("place", [CITY, COUNTY, TOWNSHIP])
@pytest.mark.parametrize("hung", [True, False])
def test_a_supervisor_or_leader_at_the_place_is_a_reader(hand, role, place, hung):
    stand(place, role, hung=hung)
    list_due(at=local("2024-01-02 08:00:00"))
    assert rows() == [(place, "daily", JANUARY)]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.CENTRE_CLERK, COUNTY), (Role.CENTRE_DISPATCHER, COUNTY), (Role.CENTRE_SUPERVISOR, VILLAGE)],
)
def test_nobody_else_is(hand, role, place):
    stand(place, role)
    list_due(at=local("2024-01-09 08:00:00"))
    assert rows() == []


def test_a_post_counts_from_its_confirmation(hand):
    stand(COUNTY, confirmed=local("2024-01-05 10:00:00"))
    list_due(at=local("2024-01-07 08:00:00"))
    assert rows(kind="daily") == [(COUNTY, "daily", date(2024, 1, 5)), (COUNTY, "daily", date(2024, 1, 6))]


def test_nothing_falls_due_while_nobody_reads(hand):
    stand(COUNTY, until=date(2024, 1, 5))
    stand(COUNTY, role=Role.LEADER, since=date(2024, 1, 10))
    list_due(at=local("2024-01-13 08:00:00"))
    days = [start.day for _unit, _kind, start in rows(kind="daily")]
    # Due on the second to the fourth, and again from the tenth on.
    assert days == [1, 2, 3, 9, 10, 11, 12]


def test_which_ticks_come_does_not_matter(hand):
    """The reader has gone by the time the next tick comes; what had fallen due before is built all the same."""
    stand(COUNTY, until=date(2024, 1, 5))
    list_due(at=local("2024-03-01 08:00:00"))
    assert [start.day for _unit, _kind, start in rows(kind="daily")] == [1, 2, 3]


def test_reviews_from_can_be_set_earlier(hand):
    stand(COUNTY, since=date(2024, 3, 1))
    with rls.system_scope():
        set_reviews_from(unit=hand.unit(COUNTY), day=date(2024, 2, 1))
    list_due(at=local("2024-03-05 08:00:00"))
    assert sorted(rows()) == expected(COUNTY, date(2024, 2, 1), local("2024-03-05 08:00:00"))


def test_reviews_from_can_be_set_before_anybody_is_seated(hand):
    with rls.system_scope():
        set_reviews_from(unit=hand.unit(COUNTY), day=JANUARY)
    list_due(at=local("2024-01-05 08:00:00"))
    assert rows() == []
    stand(COUNTY, since=date(2024, 1, 8))
    list_due(at=local("2024-01-09 08:00:00"))
    assert sorted(rows()) == expected(COUNTY, JANUARY, local("2024-01-09 08:00:00"))


def test_reviews_from_can_be_set_later_and_what_is_built_stays(hand):
    stand(COUNTY)
    build_due_reviews(at=local("2024-01-02 08:00:00"))
    list_due(at=local("2024-01-20 08:00:00"))
    with rls.system_scope():
        set_reviews_from(unit=hand.unit(COUNTY), day=date(2024, 1, 18))
    list_due(at=local("2024-01-20 08:00:00"))
    days = [start.day for _unit, _kind, start in rows(kind="daily")]
    assert days == [1, 18, 19]
    with rls.system_scope():
        assert ReviewReader.objects.get().reviews_from == date(2024, 1, 18)


def test_a_closed_division_has_no_reviews_of_later_periods(hand):
    stand(TOWNSHIP)
    with rls.system_scope():
        centre = Unit.objects.get(code="c0")
        centre.valid_to = date(2024, 1, 5)
        centre.save(update_fields=["valid_to"])
        Unit.objects.under(hand.unit(TOWNSHIP)).exclude(pk=hand.unit(TOWNSHIP).pk).update(valid_to=date(2024, 1, 5))
        close_unit(unit=hand.unit(TOWNSHIP), on=date(2024, 1, 5))
    list_due(at=local("2024-02-01 08:00:00"))
    assert max(start for _unit, _kind, start in rows(kind="daily")) == date(2024, 1, 4)
    with rls.system_scope():
        Unit.objects.under(hand.unit(TOWNSHIP)).update(valid_to=None)


def test_what_is_due_is_built_once_as_of_its_end(hand):
    stand(COUNTY)
    moment = local("2024-01-09 08:00:00")
    assert build_due_reviews(at=moment) == len(expected(COUNTY, JANUARY, moment)) == 9
    assert build_due_reviews(at=moment) == 0
    assert {(review.version, review.reason) for review in reviews()} == {(1, "due")}
    assert all(review.as_of == review.end for review in reviews())
    with rls.system_scope():
        assert not missing_at(moment).exists()


def test_beat_builds_version_1_only(hand):
    """What was built by command stays the only version until somebody commands another."""
    stand(COUNTY)
    period = periods.parse("daily", "2024-01-01")
    by_command = build_review(
        unit=hand.unit(COUNTY), period=period, as_of=local("2024-01-01 12:00:00"), at=local("2024-01-01 12:00:00")
    )
    build_due_reviews(at=local("2024-01-02 08:00:00"))
    assert [review.pk for review in reviews()] == [by_command.pk]
    assert rows(review=by_command.pk) == [(COUNTY, "daily", JANUARY)]


def test_a_run_stops_in_time_and_the_next_one_goes_on(hand):
    stand(COUNTY)
    moment = local("2024-01-09 08:00:00")
    assert build_due_reviews(at=moment, seconds=0) == 0
    assert len(rows()) == 9
    built = 0
    while got := build_due_reviews(at=moment, seconds=0.001):
        built += got
    assert built == 9
    # What fell due last comes first, so that nobody waits for yesterday until the past is built.
    ends = [review.end for review in reviews()]
    assert ends == sorted(ends, reverse=True)


def test_one_review_that_fails_does_not_hold_up_the_others(hand, monkeypatch, caplog):
    stand(CITY)
    stand(COUNTY)
    works = due.figures_for

    def fails_for_the_city(unit, period, as_of):
        if unit.code == CITY:
            raise ZeroDivisionError("broken")
        return works(unit, period, as_of)

    monkeypatch.setattr(due, "figures_for", fails_for_the_city)
    moment = local("2024-01-02 08:00:00")
    assert build_due_reviews(at=moment) == 1
    assert [review.unit.code for review in reviews()] == [COUNTY]
    assert "review not built" in caplog.text
    with rls.system_scope():
        failed = DueReview.objects.get(review__isnull=True)
    assert (failed.failures, failed.error) == (1, "ZeroDivisionError")
    # Not again at once, but again later; and with longer pauses each time.
    assert build_due_reviews(at=moment + timedelta(minutes=1)) == 0
    assert build_due_reviews(at=moment + timedelta(minutes=6)) == 0
    with rls.system_scope():
        failed.refresh_from_db()
    assert (failed.failures, failed.retry_at) == (2, moment + timedelta(minutes=16))
    monkeypatch.setattr(due, "figures_for", works)
    assert build_due_reviews(at=moment + timedelta(minutes=20)) == 1
    assert sorted(review.unit.code for review in reviews()) == [CITY, COUNTY]


def test_builders_racing_build_everything_once(hand):
    for place in (CITY, COUNTY, TOWNSHIP):
        stand(place)
    moment = local("2024-01-09 08:00:00")
    built = at_once(*[partial(build_due_reviews, at=moment)] * 3)
    assert sum(built) == 27
    found = [(review.unit.code, review.kind, periods.local_day(review.start), review.version) for review in reviews()]
    assert len(found) == len(set(found)) == 27
    assert {version for *_rest, version in found} == {1}
    with rls.system_scope():
        assert not missing_at(moment).exists()


def test_a_year_of_ticks_of_which_four_in_ten_are_lost(hand, tmp_path):
    """Nothing missing, nothing twice, nothing late once a tick comes, and every cell equals the oracle's."""
    ledger = random_ledger(11, incidents=40, disputes=25)
    import_ledger(ledger, tmp_path)
    stand(TOWNSHIP, since=date(2023, 7, 1))
    dice = random.Random(365)
    day = date(2023, 7, 1)
    for number in range(365):
        if dice.random() < 0.4:
            continue
        hours = timedelta(hours=dice.choice([0, 7, 12]))
        at = datetime.combine(day + timedelta(days=number), datetime.min.time(), SHANGHAI) + hours
        build_due_reviews(at=at)
        with rls.system_scope():
            assert not missing_at(at).exists()
        if dice.random() < 0.1:
            assert build_due_reviews(at=at) == 0
    end = datetime(2024, 7, 1, 7, tzinfo=SHANGHAI)
    build_due_reviews(at=end)

    built = [(review.unit.code, review.kind, periods.local_day(review.start)) for review in reviews()]
    assert sorted(built) == expected(TOWNSHIP, day, end)
    assert len(built) > 430
    history = oracle.history_of(ledger)
    for review in reviews():
        start, stop = (edge.astimezone(SHANGHAI).replace(tzinfo=None) for edge in (review.start, review.end))
        wanted = oracle.review(history, TOWNSHIP, start, stop, stop)
        assert not oracle.differences(review.figures, wanted), review


def test_samples_are_drawn_once_for_every_day_an_inspector_stood_there(hand):
    """Nights without ticks and ticks at once change nothing; without inspectors or readers there are none."""
    stand(COUNTY)
    stand(TOWNSHIP, Role.CENTRE_CLERK)
    stand(CITY, Role.LEADER)
    assert draw_due_samples(at=local("2024-01-02 06:59:00")) == 0
    moment = local("2024-01-05 08:00:00")
    at_once(*[partial(draw_due_samples, at=moment)] * 2)
    assert draw_due_samples(at=moment) == 0
    assert samples() == [(COUNTY, date(2024, 1, day)) for day in (1, 2, 3, 4)]
    # What is long over is not inspected any more.
    assert draw_due_samples(at=local("2024-03-31 08:00:00"), seconds=0) == 0
    assert draw_due_samples(at=local("2024-03-31 08:00:00")) == 31
    assert min(day for _unit, day in samples()[4:]) == date(2024, 2, 29)


def test_one_sample_that_fails_does_not_hold_up_the_others(hand, monkeypatch, caplog):
    stand(CITY)
    stand(COUNTY)
    works = sampling.drawn

    def fails_for_the_city(*, unit, **given):
        if unit.code == CITY:
            raise ZeroDivisionError("broken")
        return works(unit=unit, **given)

    monkeypatch.setattr(sampling, "drawn", fails_for_the_city)
    assert draw_due_samples(at=local("2024-01-02 08:00:00")) == 1
    assert samples() == [(COUNTY, JANUARY)]
    assert "sample not drawn" in caplog.text


def samples():
    """What was drawn, by the clock alone."""
    with rls.system_scope():
        found = InspectionSample.objects.filter(drawn_by=None).order_by("day")
        return list(found.values_list("unit__code", "day"))
