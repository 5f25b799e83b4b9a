"""Edges of periods, and which period another one is compared with (DOMAIN.md 7.4 nos. 5, 11, 12, 16)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import NotAPeriod, beginning, containing

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(list(Kind))


@given(KINDS, DAYS)
def test_periods_of_a_kind_tile_the_calendar(kind, day):
    period = containing(kind, day)
    assert period.start_on <= day < period.end_on
    assert containing(kind, period.start_on) == containing(kind, period.last_on) == period
    assert periods.following(period).start == period.end
    assert periods.previous(periods.following(period)) == period


@given(KINDS, DAYS)
def test_edges_are_midnights_in_shanghai(kind, day):
    for edge in (containing(kind, day).start, containing(kind, day).end):
        local = edge.astimezone(SHANGHAI)
        assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


def test_edges_stored_in_utc_lie_eight_hours_earlier():
    period = beginning(Kind.MONTHLY, date(2024, 2, 1))
    assert period.start.astimezone(UTC) == datetime(2024, 1, 31, 16, tzinfo=UTC)
    assert period.end.astimezone(UTC) == datetime(2024, 2, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "start", "last"),
    [
        ("daily", "2024-02-29", date(2024, 2, 29)),
        ("weekly", "2024-02-26", date(2024, 3, 3)),
        ("weekly", "2024-12-30", date(2025, 1, 5)),
        ("monthly", "2024-02-01", date(2024, 2, 29)),
        ("monthly", "2023-12-01", date(2023, 12, 31)),
        ("bimonthly", "2024-01-01", date(2024, 2, 29)),
        ("bimonthly", "2024-11-01", date(2024, 12, 31)),
        ("quarterly", "2024-10-01", date(2024, 12, 31)),
        ("annual", "2024-01-01", date(2024, 12, 31)),
    ],
)
def test_parse_reads_the_start_of_a_period(kind, start, last):
    period = periods.parse(kind, start)
    assert (period.kind, period.start_on, period.last_on) == (kind, date.fromisoformat(start), last)


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("weekly", "2024-02-27"),
        ("monthly", "2024-02-02"),
        ("bimonthly", "2024-02-01"),
        ("quarterly", "2024-02-01"),
        ("annual", "2024-02-01"),
        ("hourly", "2024-02-01"),
        ("daily", "2023-02-29"),
        ("daily", "20240201"),
        ("daily", "2024-2-1"),
        ("daily", "2024-W05-4"),
        ("daily", "0001-01-01"),
        ("daily", ""),
    ],
)
def test_parse_refuses_what_begins_no_period(kind, start):
    with pytest.raises(NotAPeriod):
        periods.parse(kind, start)


def test_the_refusal_names_the_period_the_day_falls_into():
    with pytest.raises(NotAPeriod, match="2024-01-01"):
        periods.parse("quarterly", "2024-02-01")


@pytest.mark.parametrize(
    ("kind", "start", "before", "year_before"),
    [
        ("daily", "2024-03-01", date(2024, 2, 29), date(2023, 3, 1)),
        ("daily", "2024-02-29", date(2024, 2, 28), None),
        ("daily", "2025-02-28", date(2025, 2, 27), date(2024, 2, 28)),
        # The ISO week of the same number, whatever the dates.
        ("weekly", "2024-02-26", date(2024, 2, 19), date(2023, 2, 27)),
        ("weekly", "2024-12-30", date(2024, 12, 23), date(2024, 1, 1)),
        # Week 53 of 2020 has no counterpart; week 1 of 2021 compares with week 1 of 2020.
        ("weekly", "2020-12-28", date(2020, 12, 21), None),
        ("weekly", "2021-01-04", date(2020, 12, 28), date(2019, 12, 30)),
        # February is February, 29 days or 28.
        ("monthly", "2024-02-01", date(2024, 1, 1), date(2023, 2, 1)),
        ("monthly", "2025-02-01", date(2025, 1, 1), date(2024, 2, 1)),
        ("monthly", "2024-01-01", date(2023, 12, 1), date(2023, 1, 1)),
        ("bimonthly", "2024-01-01", date(2023, 11, 1), date(2023, 1, 1)),
        ("quarterly", "2024-04-01", date(2024, 1, 1), date(2023, 4, 1)),
        ("annual", "2024-01-01", date(2023, 1, 1), date(2023, 1, 1)),
    ],
)
def test_bases_of_comparison(kind, start, before, year_before):
    period = periods.parse(kind, start)
    assert periods.previous(period).start_on == before
    found = periods.years_before(period)
    assert (found and found.start_on) == year_before
    assert found is None or found.kind == kind


def test_february_compares_whole_natural_months():
    leap = periods.parse("monthly", "2024-02-01")
    common = periods.years_before(leap)
    assert common is not None
    assert (leap.end - leap.start, common.end - common.start) == (timedelta(days=29), timedelta(days=28))


def test_prior_years_skip_those_without_the_day_or_the_week():
    assert [found and found.start_on.year for found in periods.prior_years(periods.parse("daily", "2024-02-29"))] == [
        None,
        None,
        None,
        2020,
        None,
    ]
    weeks = periods.prior_years(periods.parse("weekly", "2026-12-28"), 6)
    assert [found and found.start_on for found in weeks] == [None, None, None, None, None, date(2020, 12, 28)]
    months = periods.prior_years(periods.parse("monthly", "2024-02-01"))
    assert [found and found.start_on.year for found in months] == [2023, 2022, 2021, 2020, 2019]


def test_a_review_is_due_at_seven_after_its_period():
    assert periods.parse("monthly", "2024-02-01").due_at == datetime(2024, 3, 1, 7, tzinfo=SHANGHAI)


def test_a_period_ending_at_the_moment_is_over():
    midnight = datetime(2024, 3, 1, tzinfo=SHANGHAI)
    assert periods.last_before(Kind.MONTHLY, midnight).start_on == date(2024, 2, 1)
    assert periods.last_before(Kind.MONTHLY, midnight - timedelta(microseconds=1)).start_on == date(2024, 1, 1)


@pytest.mark.parametrize("kind", list(Kind))
def test_since_begins_with_the_period_under_way_and_leaves_no_gap(kind):
    found = list(takewhile(lambda period: period.start_on.year < 2027, periods.since(kind, date(2024, 5, 15))))
    assert found[0].start_on <= date(2024, 5, 15) < found[0].end_on
    assert all(one.end == other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("kind", "start", "chinese", "english"),
    [
        ("daily", "2024-02-29", "2024年2月29日", "29 February 2024"),
        (
            "weekly",
            "2024-02-26",
            "2024年第9周（2024年2月26日至3月3日）",
            "Week 9 of 2024 (26 February 2024 to 3 March 2024)",
        ),
        (
            "weekly",
            "2024-12-30",
            "2025年第1周（2024年12月30日至2025年1月5日）",
            "Week 1 of 2025 (30 December 2024 to 5 January 2025)",
        ),
        ("monthly", "2024-02-01", "2024年2月", "February 2024"),
        ("bimonthly", "2024-11-01", "2024年11—12月", "November–December 2024"),
        ("quarterly", "2024-04-01", "2024年第2季度", "Quarter 2 of 2024"),
        ("annual", "2024-01-01", "2024年", "2024"),
    ],
)
def test_labels(kind, start, chinese, english):
    period = periods.parse(kind, start)
    assert periods.label(period) == chinese
    assert periods.label(period, "en") == english
