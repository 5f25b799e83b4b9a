"""Deadlines on the Chinese working calendar: pure, the calendar and the day are arguments.

Statutory periods exclude the first day, and end on the next working day when the last is a holiday (民事诉讼法
art.85). A limit is a day and ends at 24:00 of it in Asia/Shanghai (LEDGER.md section 4). Days beyond the published
calendar count as Monday-to-Friday and make the result provisional, to be recomputed when the year is loaded.
"""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

CONFIRM_APPLY_DAYS = 30
"""Joint application for judicial confirmation, from the day the agreement takes effect (PML art.33, CPL art.205)."""
CONFIRM_REMINDER_DAYS = (20, 25, 28)
MEDIATION_MONTHS = 1
"""People's mediation generally ends within one month (人民调解工作若干规定 art.33)."""
COURT_REFERRAL_DAYS = 30
"""Pre-filing referral (特邀调解规定 art.27)."""
REOPEN_DAYS = 90
"""A closed matter reopens within 90 days; later a new one is linked to it (DOMAIN.md 5.1)."""


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: ``days`` holds days of the years in ``published``, those around the limit at least."""

    days: Mapping[date, bool] = field(default_factory=dict)
    published: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked; without a published calendar, Monday to Friday."""
        known = self.days.get(day)
        return day.weekday() < 5 if known is None else known

    def is_certain(self, day: date) -> bool:
        """Whether the calendar of the day's year is published, and the day was read from it."""
        return day.year in self.published and day in self.days


@dataclass(frozen=True)
class Due:
    """The last day of a limit, and whether the calendar behind it is not yet published."""

    on: date
    is_provisional: bool

    @property
    def at(self) -> datetime:
        """The last instant of the day: a closure at or before it is on time."""
        return end_of(self.on)


def end_of(day: date) -> datetime:
    """Return the last microsecond of ``day`` in Asia/Shanghai."""
    return datetime.combine(day, time.max, SHANGHAI)


def day_of(moment: datetime) -> date:
    """Return the day ``moment`` falls on in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def after_working_days(calendar: WorkCalendar, start: date, days: int) -> Due:
    """Count ``days`` working days after ``start``; zero is the start day itself."""
    day, left, certain = start, days, calendar.is_certain(start)
    while left > 0:
        day += timedelta(days=1)
        certain = certain and calendar.is_certain(day)
        if calendar.is_workday(day):
            left -= 1
    return Due(day, not certain)


def after_days(calendar: WorkCalendar, start: date, days: int) -> Due:
    """Count ``days`` calendar days after ``start``, shifted to the next working day."""
    return _shifted(calendar, start + timedelta(days=days))


def after_months(calendar: WorkCalendar, start: date, count: int) -> Due:
    """Count whole months after ``start`` (the month's last day at most), shifted to the next working day."""
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    last = months.monthrange(year, month + 1)[1]
    return _shifted(calendar, date(year, month + 1, min(start.day, last)))


def lengthened(
    calendar: WorkCalendar, due: date, paused_on: date, resumed_on: date, *, in_working_days: bool = False
) -> Due:
    """Move a limit on by the days a clock stood still, the day it runs on again included.

    A limit counted in working days is lengthened by working days, any other by calendar days and shifted to the
    next working day.
    """
    if in_working_days:
        return after_working_days(calendar, due, working_days_between(calendar, paused_on, resumed_on))
    return _shifted(calendar, due + (resumed_on - paused_on))


def working_days_between(calendar: WorkCalendar, start: date, end: date) -> int:
    """Count the working days after ``start`` up to and including ``end``; negative when ``end`` is past."""
    if end < start:
        return -working_days_between(calendar, end, start)
    span = (end - start).days
    return sum(calendar.is_workday(start + timedelta(days=offset)) for offset in range(1, span + 1))


def _shifted(calendar: WorkCalendar, day: date) -> Due:
    certain = calendar.is_certain(day)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
        certain = certain and calendar.is_certain(day)
    return Due(day, not certain)
