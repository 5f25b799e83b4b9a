"""The Chinese working calendar, from the PyPI package chinesecalendar: State Council notices, make-up days included."""

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import constants


def published_years() -> list[int]:
    """Years the package knows; its list grows each autumn with the State Council's notice."""
    return sorted({day.year for day in constants.holidays})


def days(year: int) -> Iterator[tuple[date, bool, str]]:
    """Yield every day of a published year: the day, whether it is worked, and the holiday's Chinese name."""
    day = date(year, 1, 1)
    while day.year == year:
        is_holiday, detail = chinese_calendar.get_holiday_detail(day)
        name = constants.Holiday(detail).chinese if detail else ""
        yield day, not is_holiday, name
        day += timedelta(days=1)
