"""Keeping the working calendar: make-up workdays and holidays put right by hand (DOMAIN.md 10.1)."""

from django.db import transaction

from cases.models import CalendarDay
from grid.models import User
from grid.scope import Role
from grid.workflow import check_holds


def mark_day(*, day: CalendarDay, by: User, is_workday: bool, name: str | None = None) -> CalendarDay:
    """Say whether a day of a published year is worked; limits computed from now on count it so.

    Raises Forbidden without the system administrator's post.
    """
    check_holds(by, Role.SYSTEM_ADMIN)
    with transaction.atomic():
        day = CalendarDay.objects.select_for_update().get(pk=day.pk)
        day.is_workday = is_workday
        day.name = day.name if name is None else name
        day.save(update_fields=["is_workday", "name"])
    return day
