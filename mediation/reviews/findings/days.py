"""How many records a day brings for being that day: weekdays, weekends, holidays and make-up workdays (调休).

Pure: the calendar is an argument (``cases.deadlines.WorkCalendar``). A holiday in the week counts as a weekend, a
weekend that is worked counts as an ordinary weekday, whatever its name.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from cases.deadlines import WorkCalendar

WEEKDAYS = 7
ENOUGH = 200
"""Records below which a unit's own week says nothing; all days then count alike."""

MAKE_UP, HOLIDAY = 7, 8
KINDS = 9


def kind_of(calendar: WorkCalendar, day: date) -> int:
    """Return the weekday (0 to 6), or what the calendar makes of the day instead."""
    is_workday, is_weekday = calendar.is_workday(day), day.weekday() < 5
    if is_workday == is_weekday:
        return day.weekday()
    return MAKE_UP if is_workday else HOLIDAY


def kinds_of(calendar: WorkCalendar, first: date, days: int) -> list[int]:
    """Return the kind of each day of a stretch."""
    return [kind_of(calendar, first + timedelta(days=number)) for number in range(days)]


def weights(kinds: Sequence[int], counts: Sequence[int], learnt: int) -> list[float]:
    """Return what each day weighs against the average day, learnt from the first ``learnt`` days of ``counts``.

    ``counts`` are the records of a whole unit, all categories together, for one category has too few to know its week.
    """
    seen = kinds[:learnt]
    if sum(counts[:learnt]) < ENOUGH or len(seen) < 4 * WEEKDAYS:
        return [1.0] * len(kinds)
    number = [0] * KINDS
    total = [0] * KINDS
    for kind, count in zip(seen, counts[:learnt], strict=True):
        number[kind] += 1
        total[kind] += count
    average = sum(total) / len(seen)
    # One average day beside those seen: a kind seen seldom or never weighs like its like.
    ordinary = [(total[day] + average) / (number[day] + 1) / average for day in range(WEEKDAYS)]
    worked, rested = sum(ordinary[:5]) / 5, sum(ordinary[5:]) / 2
    return [(ordinary[kind] if kind < WEEKDAYS else worked if kind == MAKE_UP else rested) for kind in kinds]
