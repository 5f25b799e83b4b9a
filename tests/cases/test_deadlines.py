"""Deadlines as pure functions, on the real 调休 calendar and on made-up ones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines import (
    Due,
    WorkCalendar,
    after_days,
    after_months,
    after_working_days,
    day_of,
    end_of,
    lengthened,
    working_days_between,
)
from seeds import workdays

YEARS = (2023, 2024, 2025)
CALENDAR = WorkCalendar(
    {day: is_workday for year in YEARS for day, is_workday, _name in workdays.days(year)}, frozenset(YEARS)
)
DAYS = st.dates(date(2023, 1, 1), date(2025, 6, 30))
COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        # National Day 2024: 1 to 7 October off, Sunday 29 September and Saturday 12 October worked.
        (date(2024, 9, 27), 1, date(2024, 9, 29)),
        (date(2024, 9, 30), 1, date(2024, 10, 8)),
        (date(2024, 9, 30), 5, date(2024, 10, 12)),
        (date(2024, 10, 11), 1, date(2024, 10, 12)),
        (date(2024, 10, 12), 1, date(2024, 10, 14)),
        # Spring Festival 2024: 10 to 17 February off, Sunday 4 and Sunday 18 February worked.
        (date(2024, 2, 2), 1, date(2024, 2, 4)),
        (date(2024, 2, 9), 1, date(2024, 2, 18)),
        (date(2024, 11, 20), 0, date(2024, 11, 20)),
    ],
)
def test_working_days_follow_the_published_calendar(start: date, days: int, expected: date) -> None:
    assert after_working_days(CALENDAR, start, days) == Due(expected, False)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2024, 9, 1), 30, date(2024, 10, 8)),
        (date(2024, 11, 1), 30, date(2024, 12, 2)),
        # The day it ends is a worked Sunday, so it does not move.
        (date(2024, 1, 5), 30, date(2024, 2, 4)),
        (date(2024, 10, 21), 30, date(2024, 11, 20)),
    ],
)
def test_a_statutory_period_excludes_the_first_day_and_ends_on_a_working_day(
    start: date, days: int, expected: date
) -> None:
    assert after_days(CALENDAR, start, days).on == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2024, 11, 20), date(2024, 12, 20)),
        (date(2023, 12, 15), date(2024, 1, 15)),
        (date(2024, 9, 5), date(2024, 10, 8)),
    ],
)
def test_a_month_ends_on_its_day_or_the_months_last(start: date, expected: date) -> None:
    assert after_months(CALENDAR, start, 1).on == expected


def test_beyond_the_published_years_a_limit_is_provisional() -> None:
    short = WorkCalendar({day: worked for day, worked in CALENDAR.days.items() if day.year == 2024}, frozenset({2024}))
    assert after_working_days(short, date(2024, 12, 30), 1) == Due(date(2024, 12, 31), False)
    due = after_working_days(short, date(2024, 12, 30), 2)
    assert due == Due(date(2025, 1, 1), True)  # New Year's Day: nobody has said so yet.
    assert after_working_days(CALENDAR, date(2024, 12, 30), 2) == Due(date(2025, 1, 2), False)


def test_a_day_that_was_not_read_is_not_certain() -> None:
    window = WorkCalendar({date(2024, 11, 20): True}, frozenset({2024}))
    assert not window.is_certain(date(2024, 11, 21))


def test_a_limit_ends_with_its_day_in_shanghai() -> None:
    assert end_of(date(2024, 11, 20)).astimezone(UTC) == datetime(2024, 11, 20, 15, 59, 59, 999999, tzinfo=UTC)
    assert day_of(datetime(2024, 11, 20, 16, 0, tzinfo=UTC)) == date(2024, 11, 21)
    assert day_of(datetime(2024, 11, 20, 15, 59, tzinfo=UTC)) == date(2024, 11, 20)


@given(DAYS, COUNTS)
def test_working_days_counted_forth_are_counted_back(start: date, days: int) -> None:
    due = after_working_days(CALENDAR, start, days)
    assert working_days_between(CALENDAR, start, due.on) == days
    assert working_days_between(CALENDAR, due.on, start) == -days


@given(DAYS, st.integers(1, 60))
def test_a_working_limit_ends_on_a_worked_day_after_its_start(start: date, days: int) -> None:
    due = after_working_days(CALENDAR, start, days)
    assert due.on > start
    assert CALENDAR.is_workday(due.on)


@given(DAYS, COUNTS)
def test_one_more_day_is_never_earlier(start: date, days: int) -> None:
    assert after_working_days(CALENDAR, start, days + 1).on > after_working_days(CALENDAR, start, days).on
    assert after_days(CALENDAR, start, days + 1).on >= after_days(CALENDAR, start, days).on


@given(DAYS, COUNTS)
def test_a_shifted_limit_is_the_first_worked_day_from_its_day_on(start: date, days: int) -> None:
    due = after_days(CALENDAR, start, days).on
    plain = start + timedelta(days=days)
    assert due >= plain
    assert CALENDAR.is_workday(due)
    assert not any(CALENDAR.is_workday(plain + timedelta(days=gap)) for gap in range((due - plain).days))


@given(DAYS, COUNTS, COUNTS, st.booleans())
def test_a_pause_never_shortens_a_limit(due: date, offset: int, paused: int, in_working_days: bool) -> None:
    paused_on = due - timedelta(days=offset)
    resumed_on = paused_on + timedelta(days=paused)
    later = lengthened(CALENDAR, due, paused_on, resumed_on, in_working_days=in_working_days)
    assert later.on >= due
    if in_working_days:
        worked = working_days_between(CALENDAR, paused_on, resumed_on)
        assert working_days_between(CALENDAR, due, later.on) == worked
    else:
        assert (later.on - due).days >= paused


def test_a_pause_of_no_days_changes_nothing() -> None:
    due = date(2024, 11, 20)
    for in_working_days in (True, False):
        later = lengthened(CALENDAR, due, date(2024, 11, 18), date(2024, 11, 18), in_working_days=in_working_days)
        assert later.on == due
