"""Early warning for the places of a review: daily counts from the timelines, watched one by one (``warning``)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cases.workflow.clocks import load_calendar
from mediation.reviews.figures.looking import Look
from mediation.reviews.findings.counting import Stream, last_day, stretches, within
from mediation.reviews.findings.days import kinds_of, weights
from mediation.reviews.findings.warning import (
    GAP_DAYS,
    LEAST,
    PAST_WEEKS,
    RISE_DAYS,
    WEEK,
    WINDOWS,
    Alarm,
    Past,
    Series,
    watch,
)

LOOKED_BACK = PAST_WEEKS[0] * WEEK + GAP_DAYS + WEEK
"""Days read before the first one watched. Whatever the period's length, each day watched has two years behind it."""

WHOLE = 0
"""Key of the unit itself among its places; ids of units begin at 1."""

Key = tuple[int, str]
"""A place below the review's (or ``WHOLE``) and a category."""


@dataclass(frozen=True)
class Warned:
    """What is still, or was, out of the ordinary at a place within the period."""

    place: int
    category: str
    alarm: Alarm
    since: date
    first_on: date
    """The first evening of the period on which the rule held."""
    window: tuple[date, date]
    """The days counted: first, and the one after the last."""


def days_watched(look: Look, first: date) -> list[int]:
    """Return the kind (``days``) of each day that is read, the two years before the first one watched included."""
    origin = first - timedelta(days=LOOKED_BACK)
    number = (last_day(look) - origin).days + 1
    return kinds_of(load_calendar(origin, number + 1), origin, number)


class Watch:
    """All series of one stream in one review, and what is watched in them."""

    def __init__(self, look: Look, stream: Stream, first: date, kinds: Sequence[int]) -> None:
        """Read the counts: one statement for all places and categories. ``kinds`` are those of ``days_watched``."""
        self.first, self.last = first, last_day(look)
        self.origin = first - timedelta(days=LOOKED_BACK)
        self.days = (self.last - self.origin).days + 1
        self._counts: dict[Key, list[tuple[list[int], list[int]]]] = defaultdict(list)
        self._late: dict[Key, int] = defaultdict(int)
        totals: dict[int, list[int]] = defaultdict(lambda: [0] * self.days)
        # Before that day nothing lies in any window that ends on a day watched.
        since = LOOKED_BACK - max(WINDOWS.values()) + 1
        looked_at = within(look, self.origin, self.last + timedelta(days=1))
        for child, category, days, numbers, late in stretches(looked_at, stream, since):
            for place in (WHOLE,) if child is None else (WHOLE, child):
                if category is None:
                    _add(totals[place], days, numbers)
                else:
                    self._counts[place, category].append((days, numbers))
                    self._late[place, category] += late
        learnt = self.days - (self.last - first).days - 1
        self._weighed = {place: weights(kinds, total, learnt) for place, total in totals.items()}
        # Before its first record of any kind a place was not silent: nobody recorded there yet.
        self.begun = {place: next(day for day, count in enumerate(total) if count) for place, total in totals.items()}
        self._series: dict[Key, Series] = {}

    def _of(self, key: Key) -> Series:
        """The series of a place and category, laid out day by day once it is asked for: most never are."""
        if key not in self._series:
            counts = [0] * self.days
            for days, numbers in self._counts[key]:
                _add(counts, days, numbers)
            begun = self.begun[key[0]]
            self._series[key] = Series(counts[begun:], self._weighed[key[0]][begun:])
        return self._series[key]

    def past(self, place: int, category: str, day: date) -> Past | None:
        """Return what used to come to a place, as seen on a day."""
        number = (day - self.origin).days - self.begun.get(place, 0)
        return self._of((place, category)).past(number) if (place, category) in self._counts and number >= 0 else None

    def warned(self) -> list[Warned]:
        """Return the last alarm of each series and rule within the period, but none beside a stronger one."""
        found = []
        # With fewer records than that no rule can hold.
        for place, category in sorted(key for key, late in self._late.items() if late >= LEAST):
            series = self._of((place, category))
            alarms = watch(series, max(0, LOOKED_BACK - self.begun[place]), series.days - 1)
            if not alarms:
                continue
            # One change sets off both rules, sooner or later; it is told once, by the rule that is surer of it.
            latest = {alarm.rule: alarm for alarm in alarms}
            strongest = min(latest.values(), key=lambda alarm: (alarm.chance, alarm.rule))
            found.append(self._told(place, category, strongest, min(alarm.day for alarm in alarms)))
        return found

    def _told(self, place: int, category: str, alarm: Alarm, first: int) -> Warned:
        origin = self.origin + timedelta(days=self.begun[place])
        after = origin + timedelta(days=alarm.day + 1)
        start = after - timedelta(days=RISE_DAYS if alarm.rule == "rise" else WEEK)
        since, first_on = (origin + timedelta(days=day) for day in (alarm.since, first))
        return Warned(place, category, alarm, since, first_on, (start, after))


def _add(counts: list[int], days: list[int], numbers: list[int]) -> None:
    for day, number in zip(days, numbers, strict=True):
        counts[day] += number
