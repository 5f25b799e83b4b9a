"""The working calendar: make-up workdays and holidays as the State Council publishes them (调休)."""

import calendar as months
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cases.models import CalendarDay, CalendarYear
from cases.workflow.workdays import set_day
from grid.forms import DateInput, StyledForm
from grid.scope import Role, today
from grid.views.gate import open_to

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DayForm(StyledForm):
    """One day put right."""

    day = forms.DateField(label=gettext_lazy("日期"), widget=DateInput)
    is_workday = forms.ChoiceField(
        label=gettext_lazy("性质"),
        choices=[("1", gettext_lazy("工作日")), ("0", gettext_lazy("休息日"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40, required=False)


def calendar_context(request: HttpRequest, form: DayForm) -> dict[str, Any]:
    """A year as twelve months of weeks; each day with whether it is worked, and the day's name."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and FIRST_YEAR <= int(asked) <= LAST_YEAR else today().year
    days = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    weeks = months.Calendar(firstweekday=0)
    return {
        "year": year,
        "is_published": CalendarYear.objects.filter(year=year).exists(),
        "months": [
            (
                date(year, month, 1),
                [[_cell(day, month, days) for day in week] for week in weeks.monthdatescalendar(year, month)],
            )
            for month in range(1, 13)
        ],
        "form": form,
        "today": today(),
    }


def _cell(day: date, month: int, days: dict[date, CalendarDay]) -> dict[str, Any]:
    row = days.get(day)
    is_workday = row.is_workday if row else day.weekday() < 5
    return {
        "day": day,
        "is_inside": day.month == month,
        "is_workday": is_workday,
        "is_special": is_workday != (day.weekday() < 5),
        "name": row.name if row else "",
    }


@require_safe
@open_to(Role.SYSTEM_ADMIN)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a year."""
    return render(request, "cases/calendar_page.html", calendar_context(request, DayForm()))


@require_POST
@open_to(Role.SYSTEM_ADMIN)
def calendar_day(request: HttpRequest) -> HttpResponse:
    """Put one day right. Limits that were counted before stay as they were logged."""
    form = DayForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        set_day(day=given["day"], is_workday=given["is_workday"] == "1", name=given["name"])
        messages.success(request, _("日历已更新。"))
        return redirect(f"{reverse('cases:calendar')}?year={given['day'].year}")
    return render(request, "cases/calendar_page.html", calendar_context(request, form), status=422)
