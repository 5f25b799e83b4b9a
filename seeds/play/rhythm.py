"""When things happen: seasons, weekdays, holidays and hours, drawn so that totals come out exactly."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from cases.deadlines import SHANGHAI, WorkCalendar

MONTHS = (0.96, 0.86, 0.98, 0.99, 1.02, 1.10, 1.14, 1.12, 1.02, 0.98, 0.95, 0.88)
"""Reports by month: busy in summer, thin around the Spring Festival."""
WEEKDAYS = (1.10, 1.06, 1.04, 1.02, 1.04, 0.90, 0.84)
REST_DAY = 0.70
"""On a weekday that is a holiday."""
HOURS = (1, 1, 1, 1, 1, 3, 8, 22, 55, 78, 80, 60, 36, 34, 52, 66, 68, 58, 44, 38, 30, 18, 8, 3)
"""Reports by hour: two working peaks, an evening round."""
_HOURS = list(accumulate(HOURS))


def start_of(day: date) -> datetime:
    """Midnight in Asia/Shanghai at which ``day`` begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def days_of(year: int) -> list[date]:
    """Every day of the year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Split ``total`` by weight; the largest remainders get what is left, so that the parts add up."""
    weight = sum(weights)
    exact = [total * one / weight for one in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def day_counts(days: Sequence[date], total: int, calendar: WorkCalendar, rng: Random) -> list[int]:
    """Return how many things happen on each of the days; they add up to ``total``."""
    weights = []
    for day in days:
        weight = MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]
        if calendar.is_certain(day):
            is_weekend = day.weekday() >= 5
            if calendar.is_workday(day) and is_weekend:
                weight *= WEEKDAYS[0] / WEEKDAYS[day.weekday()]
            elif not calendar.is_workday(day) and not is_weekend:
                weight *= REST_DAY
        weights.append(weight * rng.uniform(0.9, 1.1))
    return shares(total, weights)


def moments(day: date, count: int, rng: Random) -> list[datetime]:
    """Return ``count`` moments of a day in order, spread over its hours as people work."""
    begins = start_of(day)
    seconds = sorted(bisect(_HOURS, rng.random() * _HOURS[-1]) * 3600 + rng.randrange(3600) for _ in range(count))
    return [begins + timedelta(seconds=second) for second in seconds]


def later(rng: Random, start: datetime, mean: timedelta, end: datetime) -> datetime:
    """Return a moment some time after ``start``, about ``mean`` later, and always before ``end``.

    When the year runs out it falls somewhere in what is left of it.
    """
    room = int((end - start).total_seconds()) - 1
    seconds = int(rng.expovariate(1.0) * mean.total_seconds())
    if seconds > room:
        seconds = rng.randrange(room + 1) if room > 0 else 0
    return start + timedelta(seconds=seconds)


class Choice:
    """Draws by weight, quickly."""

    def __init__(self, weights: Mapping[object, float] | Sequence[tuple[object, float]]) -> None:
        """Take things and their weights."""
        pairs = list(weights.items()) if isinstance(weights, Mapping) else list(weights)
        self.things = [thing for thing, _weight in pairs]
        self.sums = list(accumulate(weight for _thing, weight in pairs))

    def draw(self, rng: Random) -> Any:
        """Return one of the things."""
        return self.things[bisect(self.sums, rng.random() * self.sums[-1], hi=len(self.things) - 1)]
