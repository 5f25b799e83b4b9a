"""Early warning over daily counts: is what came in the last 7 or 21 days more than chance makes of what used to come.

Pure functions over sequences of daily counts, oldest first; days are positions. Method: prospective scan statistic with
thresholds from each series' own past (``surprise``: Naus 1982). How the past is read follows Farrington et al., JRSS A
159 (1996) 547-563, and Noufaily et al., Statistics in Medicine 32 (2013) 1206-1222: weeks as the unit, past outbreaks
left out, overdispersion only where it is certain, a gap before today (as in EARS C2, Hutwagner et al., J. Urban Health
80 (2003) i89-i96). Why not a CUSUM or EARS itself: docs/findings.md has all of them in one table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import log, sqrt

from mediation.reviews.findings.surprise import at_least, chance_in_a_year

BURST_DAYS, RISE_DAYS, SPOT_DAYS = 7, 21, 14
GAP_DAYS = 28
"""Days before the day watched that are no past: what begins now must not become its own yardstick."""

WEEK = 7
PAST_WEEKS = (104, 52, 26)
"""How far back one looks: the longest stretch whose halves are alike."""

LEAST = 3
"""Fewer records are never a warning (DOMAIN.md 7.1, clusters)."""

SPARSE = 10.0
"""Records expected in 21 days below which a series is sparse: then bursts matter, else slow rises."""


class Rule(StrEnum):
    """What is watched."""

    BURST = "burst"
    RISE = "rise"
    SPOT = "spot"


WINDOWS = {Rule.BURST: BURST_DAYS, Rule.RISE: RISE_DAYS}

SHARES: dict[bool, dict[Rule, float]] = {
    True: {Rule.BURST: 0.033, Rule.SPOT: 0.010, Rule.RISE: 0.007},
    False: {Rule.BURST: 0.002, Rule.SPOT: 0.002, Rule.RISE: 0.046},
}
"""Sparse or not -> in which share of the years of one unit and category each rule may cry wolf.

Together 5 %; that what is expected is itself an estimate, ``surprise_of`` takes into account."""


@dataclass(frozen=True)
class Past:
    """What used to come: records on an average day, and how much more than a Poisson process they vary."""

    per_day: float
    dispersion: float
    records: float
    """How many records the estimate stands on."""

    def share(self, rule: Rule) -> float:
        """The rate of false alarms a rule may have on such a series."""
        return SHARES[self.per_day * RISE_DAYS < SPARSE][rule]


@dataclass(frozen=True)
class Alarm:
    """On ``day`` a rule held: ``count`` records in the window that ends with it, where ``expected`` were to come."""

    rule: Rule
    day: int
    since: int
    """The first day of what changed: the likeliest one."""
    count: int
    expected: float
    chance: float
    """In how many years chance alone does this."""
    share: float
    """In how many years the rule cries wolf on such a series."""


class Series:
    """Daily counts of one unit and category, and what each day weighs against the average one."""

    def __init__(self, counts: Sequence[int], weights: Sequence[float] | None = None) -> None:
        """Add up both, so that any stretch is one subtraction."""
        self.days = len(counts)
        self._counts = [0, *accumulate(counts)]
        self._weights = [0.0, *accumulate(weights or [1.0] * self.days)]
        self._pasts: dict[int, Past | None] = {}

    def count(self, first: int, after: int) -> int:
        """Records of the days ``first`` up to before ``after``."""
        return self._counts[after] - self._counts[first]

    def weight(self, first: int, after: int) -> float:
        """What those days weigh together."""
        return self._weights[after] - self._weights[first]

    def past(self, day: int) -> Past | None:
        """Return the past as seen on ``day``, read anew once a week; None where it is too short to say anything."""
        week = (self.days - 1 - day) // WEEK
        if week not in self._pasts:
            self._pasts[week] = self._read(self.days - 1 - week * WEEK - WEEK - GAP_DAYS + 1)
        return self._pasts[week]

    def _read(self, after: int) -> Past | None:
        weeks = [(start, start + WEEK) for start in range(after - WEEK, -1, -WEEK)]
        found = next((weeks[:number] for number in PAST_WEEKS if self._is_level(weeks, number)), None)
        if found is None:
            return None
        counts = [self.count(*week) for week in found]
        loads = [self.weight(*week) for week in found]
        per_day = sum(counts) / sum(loads)
        usual = [
            (count, load) for count, load in zip(counts, loads, strict=True) if not _is_outbreak(count, per_day * load)
        ]
        records, days = sum(count for count, _load in usual), sum(load for _count, load in usual)
        # Half a record more: a series that was silent so far may speak once.
        per_day = (records + 0.5) / days
        return Past(per_day, _dispersion(usual, per_day), records + 0.5)

    def _is_level(self, weeks: list[tuple[int, int]], number: int) -> bool:
        """Whether so many weeks are there, and their newer half like their older one (or nothing shorter is left)."""
        if len(weeks) < number:
            return False
        if number == PAST_WEEKS[-1]:
            return True
        newer, older = weeks[: number // 2], weeks[number // 2 : number]
        new, old = (self.count(half[-1][0], half[0][1]) for half in (newer, older))
        return abs(new - old) <= 2.58 * sqrt(new + old) if new + old else True


def watch(series: Series, first: int, last: int) -> list[Alarm]:
    """Return the alarms of the days ``first`` to ``last``, each as it would have been raised that evening."""
    return [alarm for day in range(first, last + 1) for alarm in raised(series, day)]


def raised(series: Series, day: int) -> list[Alarm]:
    """Return the alarms of one day."""
    found = []
    for rule, window in WINDOWS.items():
        if day + 1 < window:
            continue
        count = series.count(day + 1 - window, day + 1)
        if count < LEAST:
            continue
        past = series.past(day)
        if past is None:
            return []
        expected = past.per_day * series.weight(day + 1 - window, day + 1) * _season(series, past, day)
        if count <= expected + 2 * sqrt(expected):
            # Chance does that every year, whatever the rule; to say how often would be the dear part.
            continue
        share = past.share(rule)
        chance = surprise_of(count, expected, window, past)
        if chance <= share:
            since = began(series, day, expected / window)
            found.append(Alarm(rule, day, since, count, expected, chance, share))
    return found


def surprise_of(count: int, expected: float, window: int, past: Past, *, places: int = 1) -> float:
    """Return in how many years chance alone brings ``count`` where ``expected`` were to come.

    Records that vary more than chance, and an expectation that is itself an estimate, weigh less (quasi-Poisson).
    """
    dispersion = past.dispersion + expected / past.records
    return chance_in_a_year(count / dispersion, expected / window / dispersion, window, places=places)


def spot_per_day(own: float, unit: Past, places: int, days: float) -> float:
    """Return what one of the ``places`` of a unit used to bring a day: half its own past, half what is usual there.

    ``own`` are its records of ``days`` past days. A village with two records in a year does not know its own rate.
    """
    return (own / days + unit.per_day / places) / 2


def spot_chance(count: int, per_day: float, unit: Past, places: int) -> float:
    """Return in how many years chance alone brings ``count`` in 14 days to some one of the places of a unit."""
    return chance_in_a_year(count / unit.dispersion, per_day / unit.dispersion, SPOT_DAYS, places=places)


def began(series: Series, day: int, per_day: float) -> int:
    """Return the day on which what is seen on ``day`` most likely began (likelihood ratio of a Poisson process)."""
    best, since = -1.0, day
    for start in range(max(0, day + 1 - GAP_DAYS), day + 1):
        count, expected = series.count(start, day + 1), per_day * series.weight(start, day + 1)
        if count > expected > 0:
            ratio = count * log(count / expected) - (count - expected)
            if ratio > best:
                best, since = ratio, start
    return since


def _season(series: Series, past: Past, day: int) -> float:
    """How much more the same weeks brought last year, where that was more than chance; never less than 1."""
    first, after = day - 364 - 24, day - 364 + 11
    if first < 0:
        return 1.0
    count, expected = series.count(first, after), past.per_day * series.weight(first, after)
    if count - expected <= 2.58 * sqrt(expected * past.dispersion) + 1:
        return 1.0
    return min(3.0, count / expected)


def _is_outbreak(count: int, mean: float) -> bool:
    """Whether a week of the past was out of the ordinary: 1 in 1000. Three deviations above are not yet."""
    return count > mean + 3 * sqrt(mean) and at_least(count, mean) <= 0.001


def _dispersion(weeks: list[tuple[int, float]], per_day: float) -> float:
    """Variance over mean of the weeks, where it is more than 1 beyond doubt (1 in 100); else 1, as for a Poisson."""
    number = len(weeks)
    found = sum((count - per_day * load) ** 2 / (per_day * load) for count, load in weeks if load) / (number - 1)
    average = per_day * sum(load for _count, load in weeks) / number
    doubt = sqrt(2 / (number - 1) + 1 / (number * average))
    return found if found > 1 + 2.33 * doubt else 1.0
