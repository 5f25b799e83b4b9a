"""Putting the working calendar right, day by day."""

from datetime import date

from cases.models import CalendarDay


def set_day(*, day: date, is_workday: bool, name: str = "") -> CalendarDay:
    """Say whether a day is worked. Limits already logged stay; new ones count with it."""
    row, _made = CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": name})
    return row
