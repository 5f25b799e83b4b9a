"""Filters of the lists. Comparisons with level columns, codes and times come first: they are leakproof under
row-level security and can use the indexes; words are searched last, and only in what is left (PERFORMANCE.md 7.9).
"""

from datetime import datetime, time, timedelta
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils import timezone

from cases.codes import categories
from cases.models import Case, Incident, RiskLevel, Source, Urgency
from grid.atlas import place
from grid.scope import LEVELS, SHANGHAI, today

SEARCHED_DAYS = 180
"""Words are searched in the last half year unless dates are given."""
SOON_DAYS = 3
DUE = [("overdue", "overdue"), ("today", "today"), ("soon", "soon")]


class RecordFilter(filters.FilterSet):
    """What incidents and cases have in common; ``began`` is the column a list is ordered by."""

    began = ""

    category = filters.BaseInFilter(method="in_category", label="Codes of subcategories or whole classes, by comma")
    source = filters.MultipleChoiceFilter(choices=Source.choices)
    place = filters.NumberFilter(method="at_place", label="Id of a place: it and everything under it")
    open = filters.BooleanFilter(field_name="is_open")
    due = filters.ChoiceFilter(choices=DUE, method="due_when", label="overdue, today, or soon (three days)")
    risk_level = filters.MultipleChoiceFilter(choices=RiskLevel.choices)
    urgency = filters.MultipleChoiceFilter(choices=Urgency.choices)
    restricted = filters.BooleanFilter()
    begun_from = filters.DateFilter(method="from_day", label="First day")
    begun_to = filters.DateFilter(method="to_day", label="Last day")
    q = filters.CharFilter(method="search", label="A number, or words of the description", max_length=60)

    def in_category(self, queryset: Any, _name: str, codes: list[str]) -> Any:
        """A class stands for its subcategories."""
        wanted = {code for code in categories() if any(code == given or code[:2] == given for given in codes)}
        return queryset.filter(category_id__in=sorted(wanted))

    def at_place(self, queryset: Any, _name: str, pk: Any) -> Any:
        """By equality on the place's level column; an unknown place has no records."""
        where = place(int(pk)) if 0 < pk < 2**63 else None
        return queryset.filter(**{LEVELS[where.level]: where.pk}) if where else queryset.none()

    def due_when(self, queryset: Any, _name: str, when: str) -> Any:
        """Open records by their limit."""
        now, day = timezone.now(), today()
        ends = {"today": day, "soon": day + timedelta(days=SOON_DAYS)}
        if when == "overdue":
            return queryset.filter(is_open=True, due_at__lt=now)
        last = datetime.combine(ends[when], time.max, SHANGHAI)
        return queryset.filter(is_open=True, due_at__gte=now, due_at__lte=last)

    def from_day(self, queryset: Any, _name: str, day: Any) -> Any:
        """From the beginning of the day."""
        return queryset.filter(**{f"{self.began}__gte": datetime.combine(day, time.min, SHANGHAI)})

    def to_day(self, queryset: Any, _name: str, day: Any) -> Any:
        """To the end of the day."""
        return queryset.filter(**{f"{self.began}__lt": datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)})

    def search(self, queryset: Any, _name: str, text: str) -> Any:
        """A number finds its record; words are sought in recent, unrestricted ones (DOMAIN.md PV-06)."""
        if not self.form.cleaned_data.get("begun_from"):
            since = timezone.now() - timedelta(days=SEARCHED_DAYS)
            recent = Q(**{f"{self.began}__gte": since}, restricted=False, description__contains=text)
        else:
            recent = Q(restricted=False, description__contains=text)
        number = self.by_number(text.strip())
        return queryset.filter(number if number is not None else recent)

    def by_number(self, text: str) -> Q | None:
        """The condition for a number, or None for words."""
        head, _dash, tail = text.rpartition("-")
        if head[:2] in ("SJ", "JF") and tail.isdecimal() and len(tail) < 19:
            return Q(pk=int(tail))
        return None


class IncidentFilter(RecordFilter):
    """Filters of incidents."""

    began = "reported_at"

    status = filters.MultipleChoiceFilter(choices=Incident.Status.choices)
    outcome = filters.MultipleChoiceFilter(choices=Incident.Outcome.choices)
    lead_unit = filters.NumberFilter(field_name="lead_unit_id")
    mine = filters.BooleanFilter(method="of_mine", label="Reported by me")

    class Meta:
        model = Incident
        fields: list[str] = []

    def of_mine(self, queryset: Any, _name: str, value: bool) -> Any:
        """Reported by the reader, or not."""
        own = Q(reporter_id=self.request.user.pk)
        return queryset.filter(own) if value else queryset.exclude(own)


class CaseFilter(RecordFilter):
    """Filters of dispute cases."""

    began = "registered_at"

    status = filters.MultipleChoiceFilter(choices=Case.Status.choices)
    committee = filters.NumberFilter(field_name="committee_id")
    confirmation = filters.MultipleChoiceFilter(choices=Case.Confirmation.choices)
    resolved = filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)
    mine = filters.BooleanFilter(method="of_mine", label="Mediated by me")

    class Meta:
        model = Case
        fields: list[str] = []

    def of_mine(self, queryset: Any, _name: str, value: bool) -> Any:
        """Mediated by the reader, or not."""
        own = Q(mediator_rows__user_id=self.request.user.pk, mediator_rows__released_at__isnull=True)
        return queryset.filter(own) if value else queryset.exclude(own)

    def by_number(self, text: str) -> Q | None:
        """File numbers as well: ``(2024)…人调字第0001号``."""
        return Q(file_number=text) if text.startswith("(") else super().by_number(text)
