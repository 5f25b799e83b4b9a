"""Early warning: what it finds in simulated years, how often it cries wolf, and the arithmetic under it."""

from functools import partial
from itertools import pairwise
from math import ceil, exp
from random import Random

import pytest

from bench import early_warning
from mediation.reviews.findings.surprise import at_least, chance_in_a_year, poisson
from mediation.reviews.findings.warning import GAP_DAYS, SHARES, WEEK, Rule, Series, began, raised, watch

PAST = early_warning.PAST


# -- The simulation of bench/early_warning.py, smaller ----------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.02, 0.1, 0.2])
def test_a_cluster_in_one_village_is_found_within_a_week(mean):
    """Six more within seven days on at most 0.2 a day: nine times in ten at least."""
    found = early_warning.delays(
        mean, 60, Random(7), lambda unit, first, dice: early_warning.cluster(unit, first, dice, together=True), 7
    )
    assert early_warning.within(found, 7) >= 0.9


def test_a_scattered_cluster_is_found_within_a_week_where_little_happens():
    found = early_warning.delays(
        0.05, 60, Random(8), lambda unit, first, dice: early_warning.cluster(unit, first, dice, together=False), 7
    )
    assert early_warning.within(found, 7) >= 0.9


def test_a_rise_in_one_village_is_found_within_three_weeks():
    """60 % more over four weeks on 3 a day, all of it from one village of eight."""
    inject = partial(early_warning.rise, mean=3.0, places=1)
    found = early_warning.delays(3.0, 60, Random(9), inject, 21)
    assert early_warning.within(found, 21) >= 0.9
    assert early_warning.within(found, 3) < 0.5  # Or the simulation would prove nothing.


def test_a_slow_rise_everywhere_is_found():
    """60 % more over four weeks on 3 a day; docs/findings.md says why 21 days do not reach nine in ten."""
    found = early_warning.delays(
        3.0, 60, Random(9), lambda unit, first, dice: early_warning.rise(unit, first, dice, mean=3.0), 28
    )
    assert early_warning.within(found, 21) >= 0.7
    assert early_warning.within(found, 28) >= 0.85
    assert early_warning.within(found, 7) < 0.5  # Or the simulation would prove nothing.


def test_quiet_years_stay_quiet():
    """120 years of units where nothing changes: at most 5 % with a false alarm, give or take chance (3 of 120)."""
    dice = Random(10)
    false = [early_warning.false_years(mean, 40, dice)["any"] for mean in (0.05, 0.2, 1.0)]
    assert sum(false) * 40 <= 0.05 * 120 + 3


def test_the_shares_of_the_rules_keep_to_five_percent():
    for shares in SHARES.values():
        assert set(shares) == set(Rule)
        assert sum(shares.values()) <= 0.05


# -- One series at a time ---------------------------------------------------------------------------------------------


def past_of(counts):
    """The past as seen on the last day; there is one."""
    past = Series(counts).past(len(counts) - 1)
    assert past is not None
    return past


def quiet(every, days=PAST + 60):
    """A record every so many days."""
    return [1 if day % every == 0 else 0 for day in range(days)]


def test_an_alarm_says_what_came_what_was_to_come_and_since_when():
    counts = quiet(50)
    day = len(counts) - 1
    for back in (0, 1, 3, 5):
        counts[day - back] += 2
    (alarm,) = [one for one in raised(Series(counts), day) if one.rule is Rule.BURST]
    assert alarm.count == 8
    assert alarm.expected == pytest.approx(7 / 50, rel=0.1)
    assert alarm.since == day - 5
    assert alarm.chance <= alarm.share <= 0.05


def test_nothing_is_said_without_half_a_year_of_past():
    counts = [0] * (26 * WEEK + GAP_DAYS)
    counts[-1] = 9
    assert raised(Series(counts), len(counts) - 1) == []
    longer = [0] * WEEK + counts
    assert raised(Series(longer), len(longer) - 1)


def test_two_records_are_never_a_warning():
    counts = [0] * (PAST + 10)
    counts[-1] = 2
    assert raised(Series(counts), len(counts) - 1) == []
    counts[-1] = 3
    assert raised(Series(counts), len(counts) - 1)


def test_a_cluster_is_no_yardstick_for_itself():
    """What began within the last four weeks does not raise what is expected."""
    counts = quiet(20)
    before = Series(counts).past(len(counts) - 1)
    for back in range(GAP_DAYS):
        counts[-1 - back] += 3
    assert Series(counts).past(len(counts) - 1) == before


def test_an_outbreak_of_the_past_is_left_out_of_what_is_usual():
    counts = quiet(20)
    usual = past_of(counts)
    counts[PAST - 100] += 40
    assert past_of(counts).per_day == pytest.approx(usual.per_day, rel=0.1)


def test_a_new_level_becomes_the_usual_one():
    """A unit that began to report in earnest a year ago is measured against that year."""
    counts = [1 if day % 10 == 0 else 0 for day in range(53 * WEEK)] + [1] * (PAST + 60 - 53 * WEEK)
    past = past_of(counts)
    assert past.per_day == pytest.approx(1.0, abs=0.02)
    assert watch(Series(counts), len(counts) - 30, len(counts) - 1) == []


def test_days_that_weigh_more_bring_more_without_alarm():
    """Twice as many on workdays as at weekends, and a make-up week without a weekend."""
    weights = [1.2 if day % 7 < 5 else 0.5 for day in range(PAST + 60)]
    counts = [6 if weight > 1 else 2 for weight in weights]
    last = len(counts) - 1
    for back in range(21):
        counts[last - back], weights[last - back] = 6, 1.2
    assert raised(Series(counts, weights), last) == []


def test_what_the_same_weeks_brought_last_year_is_expected():
    plain, seasonal = quiet(5), quiet(5)
    last = len(plain) - 1
    for counts in (plain, seasonal):
        for back in range(0, 21, 2):
            counts[last - back] += 1
    for back in range(-10, 25, 2):
        seasonal[last - 364 - back] += 1
    assert [alarm.rule for alarm in raised(Series(plain), last)] == [Rule.RISE]
    assert raised(Series(seasonal), last) == []


def test_records_that_vary_more_than_chance_weigh_less():
    """Eight at once every eighth week are no news where they always come so."""
    dice = Random(3)
    steady = early_warning.made(1.0, PAST + 60, dice).days
    bursty = [8 if dice.random() < 1 / 8 else 0 for _day in range(PAST + 60)]
    last = len(steady) - 1
    assert past_of(bursty).dispersion > 3
    assert past_of(steady).dispersion == 1.0
    for counts in (steady, bursty):
        counts[last - 20 :] = [2] * 21
    assert raised(Series(steady), last)
    assert not raised(Series(bursty), last)


def test_a_change_began_where_it_is_likeliest():
    counts = [0] * 40 + [1, 1, 1, 1, 1]
    assert began(Series(counts), 44, 0.1) == 40


# -- The arithmetic ---------------------------------------------------------------------------------------------------


def test_poisson_probabilities():
    assert poisson(0, 2.0) == pytest.approx(exp(-2))
    assert sum(poisson(number, 3.7) for number in range(60)) == pytest.approx(1)
    assert at_least(1, 0.5) == pytest.approx(1 - exp(-0.5))
    assert at_least(0, 0.5) == at_least(0, 0) == 1
    for count in (3, 9, 30):
        assert at_least(count, 6.0) == pytest.approx(sum(poisson(number, 6.0) for number in range(count, 200)))


def least_count(per_day, window, rate):
    """The smallest count of ``window`` days that chance brings about in at most ``rate`` of the years."""
    count = max(2, ceil(per_day * window))
    while chance_in_a_year(count, per_day, window) > rate:
        count += 1
    return count


@pytest.mark.parametrize(("mean", "window"), [(0.05, 7), (0.2, 14), (1.0, 7), (3.0, 21)])
def test_the_chance_in_a_year_is_that_of_simulated_years(mean, window):
    dice, years = Random(11), 1500
    limit = least_count(mean, window, 0.1)
    source = early_warning.Days(mean, dice)
    seen = 0
    for _year in range(years):
        series = Series(source.draw(365 + window))
        seen += any(series.count(day - window, day) >= limit for day in range(window + 1, 365 + window + 1))
    chance = chance_in_a_year(limit, mean, window)
    assert seen / years == pytest.approx(chance, abs=0.02 + 0.25 * chance)


def test_the_chance_falls_with_the_count_and_grows_with_the_mean_and_the_places():
    for window in (7, 14, 21):
        for mean in (0.01, 0.1, 1.0, 10.0):
            chances = [chance_in_a_year(count, mean, window) for count in range(2, 400)]
            assert all(0 <= chance <= 1 for chance in chances)
            assert all(more >= less - 1e-9 for more, less in pairwise(chances))
            limit = least_count(mean, window, 0.05)
            assert chance_in_a_year(limit, mean, window) <= 0.05 < chance_in_a_year(limit - 1, mean, window)
            assert chance_in_a_year(limit, mean * 1.5, window) >= chance_in_a_year(limit, mean, window)
            many = chance_in_a_year(limit, mean, window, places=10)
            assert many >= chance_in_a_year(limit, mean, window)
