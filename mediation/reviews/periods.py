"""Periods of reviews: half-open, with edges at midnight in Asia/Shanghai. The day or moment is always an argument.

Weeks are ISO weeks, Monday to Sunday; all other kinds follow the calendar. Which period another one is compared with
is decided here and nowhere else (DOMAIN.md 7.4 nos. 5, 11, 12 and 16).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from grid.scope import SHANGHAI, local_day
from mediation.reviews.kinds import Kind

DUE_AFTER = timedelta(hours=7)
"""A review is due at 07:00 after its period (DESIGN.md rule 6)."""

MONTHS = {Kind.MONTHLY: 1, Kind.BIMONTHLY: 2, Kind.QUARTERLY: 3, Kind.ANNUAL: 12}
"""Kinds that begin with a month, and how many months they last."""

YEARS = range(1900, 9000)
"""Years a period may begin in; a typing error is no period."""


class NotAPeriod(ValueError):
    """The text or day does not begin a period of the kind; the message names the nearest one."""


@dataclass(frozen=True)
class Period:
    """One period ``[start, end)``: two instants, midnights in Asia/Shanghai."""

    kind: Kind
    start: datetime
    end: datetime

    @property
    def start_on(self) -> date:
        """The first day."""
        return local_day(self.start)

    @property
    def end_on(self) -> date:
        """The day after the last."""
        return local_day(self.end)

    @property
    def last_on(self) -> date:
        """The last day."""
        return self.end_on - timedelta(days=1)

    @property
    def due_at(self) -> datetime:
        """When its review is due."""
        return self.end + DUE_AFTER

    def __str__(self) -> str:
        return f"{self.kind} {self.start_on}"


def midnight(day: date) -> datetime:
    """The instant ``day`` begins in Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def containing(kind: Kind | str, day: date) -> Period:
    """Return the period of the kind that ``day`` falls into."""
    kind = Kind(kind)
    if kind is Kind.DAILY:
        return _between(kind, day, day + timedelta(days=1))
    if kind is Kind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return _between(kind, monday, monday + timedelta(days=7))
    months = MONTHS[kind]
    first = (day.month - 1) // months * months
    return _between(kind, date(day.year, first + 1, 1), _month(day.year, first + months))


def beginning(kind: Kind | str, day: date) -> Period:
    """Return the period of the kind that begins on ``day``.

    Raises NotAPeriod when none does.
    """
    if day.year not in YEARS:
        raise NotAPeriod(_("%(day)s超出可用的年份。") % {"day": day})
    period = containing(kind, day)
    if period.start_on != day:
        raise NotAPeriod(
            _("%(day)s不是%(kind)s的起始日；它所在的一期自%(start)s开始。")
            % {"day": day, "kind": period.kind.label, "start": period.start_on}
        )
    return period


def starting(kind: Kind | str, instant: datetime) -> Period:
    """Return the period that begins at an instant, which is how stored rows name theirs."""
    return beginning(kind, local_day(instant))


def parse(kind: str, start: str) -> Period:
    """Return the period named by ``kind`` and ``start`` (``YYYY-MM-DD``), as commands and addresses give it.

    Raises NotAPeriod with a sentence for an unknown kind, for what is no date, and for a day that begins none.
    """
    if kind not in Kind.values:
        raise NotAPeriod(
            _("没有“%(kind)s”这种报告；可用的有%(kinds)s。") % {"kind": kind, "kinds": "、".join(Kind.values)}
        )
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", start):
        raise NotAPeriod(_("“%(text)s”不是日期（YYYY-MM-DD）。") % {"text": start})
    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise NotAPeriod(_("“%(text)s”不是日期（YYYY-MM-DD）。") % {"text": start}) from None
    return beginning(kind, day)


def previous(period: Period) -> Period:
    """Return the period of the same kind just before (环比)."""
    return containing(period.kind, period.start_on - timedelta(days=1))


def following(period: Period) -> Period:
    """Return the period of the same kind just after."""
    return containing(period.kind, period.end_on)


def years_before(period: Period, years: int = 1) -> Period | None:
    """Return the same period ``years`` earlier (同比), or None where that year has none.

    A week compares with the ISO week of the same number, so week 53 often has none; a day with the same date, so
    29 February often has none; a month is the natural calendar month whatever its length.
    """
    day = period.start_on
    try:
        if period.kind is Kind.WEEKLY:
            iso = day.isocalendar()
            return containing(period.kind, date.fromisocalendar(iso.year - years, iso.week, 1))
        return containing(period.kind, day.replace(year=day.year - years))
    except ValueError:
        return None


def prior_years(period: Period, count: int = 5) -> list[Period | None]:
    """Return the same period in each of the ``count`` years before, nearest first (较前五年同期均值)."""
    return [years_before(period, years) for years in range(1, count + 1)]


def last_before(kind: Kind | str, moment: datetime) -> Period:
    """Return the latest period of the kind that was over at ``moment`` (one ending at that very instant is over)."""
    return previous(containing(kind, local_day(moment)))


def since(kind: Kind | str, day: date) -> Iterator[Period]:
    """Yield the periods of the kind that were not over when ``day`` began, oldest first, without end."""
    period = containing(kind, day)
    while True:
        yield period
        period = following(period)


def label(period: Period, language: str = "zh-hans") -> str:
    """Name the period in Chinese, or in English for ``en``. A week gives its dates beside its number (7.4 no. 12)."""
    return (_ENGLISH if language.startswith("en") else _CHINESE)[period.kind](period)


def chinese_day(day: date) -> str:
    """``2024年3月1日``: Arabic numerals, no zeros before them (DOMAIN.md 6.1)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _between(kind: Kind, first: date, after: date) -> Period:
    return Period(kind, midnight(first), midnight(after))


def _month(year: int, months: int) -> date:
    """The first day of the month ``months`` after January of ``year``."""
    return date(year + months // 12, months % 12 + 1, 1)


def _chinese_week(period: Period) -> str:
    iso, first, last = period.start_on.isocalendar(), period.start_on, period.last_on
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{iso.year}年第{iso.week}周（{chinese_day(first)}至{year}{last.month}月{last.day}日）"


def _english_week(period: Period) -> str:
    iso = period.start_on.isocalendar()
    return f"Week {iso.week} of {iso.year} ({_english_day(period.start_on)} to {_english_day(period.last_on)})"


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


_MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_CHINESE: dict[Kind, Callable[[Period], str]] = {
    Kind.DAILY: lambda p: chinese_day(p.start_on),
    Kind.WEEKLY: _chinese_week,
    Kind.MONTHLY: lambda p: f"{p.start_on.year}年{p.start_on.month}月",
    Kind.BIMONTHLY: lambda p: f"{p.start_on.year}年{p.start_on.month}—{p.last_on.month}月",
    Kind.QUARTERLY: lambda p: f"{p.start_on.year}年第{p.start_on.month // 3 + 1}季度",
    Kind.ANNUAL: lambda p: f"{p.start_on.year}年",
}

_ENGLISH: dict[Kind, Callable[[Period], str]] = {
    Kind.DAILY: lambda p: _english_day(p.start_on),
    Kind.WEEKLY: _english_week,
    Kind.MONTHLY: lambda p: f"{_MONTH_NAMES[p.start_on.month - 1]} {p.start_on.year}",
    Kind.BIMONTHLY: lambda p: (
        f"{_MONTH_NAMES[p.start_on.month - 1]}–{_MONTH_NAMES[p.last_on.month - 1]} {p.start_on.year}"
    ),
    Kind.QUARTERLY: lambda p: f"Quarter {p.start_on.month // 3 + 1} of {p.start_on.year}",
    Kind.ANNUAL: lambda p: str(p.start_on.year),
}
