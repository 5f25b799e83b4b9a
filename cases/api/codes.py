"""Code lists: categories, and every fixed list of values with its labels; the working calendar."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import TextChoices
from django.http import Http404
from django.utils.dateparse import parse_date
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases.models import (
    Attachment,
    CalendarDay,
    Case,
    Category,
    ClockEntry,
    HandlingLevel,
    HandOver,
    Incident,
    Party,
    RiskLevel,
    RiskTrigger,
    Source,
    Urgency,
)
from cases.serializers.records import ChoiceOut
from cases.workflow import reasons
from cases.workflow.calendar import mark_day
from grid.api.doors import Detailed, Door, Listed, signed_in
from grid.models import GridMember, Unit
from grid.scope import Role
from grid.workflow import check_holds

Lists = Mapping[str, type[TextChoices]]


def _reasons() -> dict[str, type[TextChoices]]:
    """Every list of reasons, by its name in lower case."""
    found = {name: kind for name, kind in vars(reasons).items() if isinstance(kind, type(TextChoices))}
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): kind for name, kind in found.items() if kind is not TextChoices
    }


LISTS: Lists = {
    "role": Role,
    "unit_kind": Unit.Kind,
    "unit_level": Unit.Level,
    "grid_kind": Unit.GridKind,
    "grid_member_kind": GridMember.Kind,
    "source": Source,
    "urgency": Urgency,
    "risk_level": RiskLevel,
    "risk_trigger": RiskTrigger,
    "handling_level": HandlingLevel,
    "incident_status": Incident.Status,
    "incident_outcome": Incident.Outcome,
    "triage_path": Incident.Path,
    "complexity": Incident.Complexity,
    "case_status": Case.Status,
    "agreement_form": Case.Form,
    "termination_reason": Case.TerminationReason,
    "confirmation": Case.Confirmation,
    "satisfaction": Case.Satisfaction,
    "party_side": Party.Side,
    "party_kind": Party.Kind,
    "consent": Party.Consent,
    "attachment_kind": Attachment.Kind,
    "clock": ClockEntry.Clock,
    "clock_action": ClockEntry.Action,
    "hand_over_kind": HandOver.Kind,
    "hand_over_state": HandOver.State,
    **_reasons(),
}


@extend_schema_serializer(many=False)
class CodeLists(serializers.Serializer[Any]):
    """Every fixed list by its name."""

    lists = serializers.DictField(child=serializers.ListField(child=ChoiceOut()))


class CodesDoor(GenericViewSet[Any]):
    """Every fixed list, in the language asked for."""

    lists: ClassVar[Lists] = LISTS
    pagination_class = None
    serializer_class = CodeLists

    @extend_schema(responses=CodeLists, summary="All code lists with labels")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List name -> values and labels. Stored values never change; labels follow Accept-Language."""
        lists = {
            name: [{"value": value, "label": str(label)} for value, label in kind.choices]
            for name, kind in self.lists.items()
        }
        return Response({"lists": lists})


class CategoryOut(serializers.ModelSerializer[Category]):
    """A class or subcategory and the rules that come with it."""

    class Meta:
        model = Category
        fields = [
            "code",
            "name",
            "slug",
            "parent",
            "stat_code",
            "default_route",
            "is_written_only",
            "is_confirmable",
            "is_restricted",
            "screens_violence",
            "arbitration_days",
        ]
        read_only_fields = fields


class CategoryDoor(Listed, Detailed, Door):
    """The category tree; everybody signed in reads it."""

    model = Category
    serializer_class = CategoryOut
    lookup_value_converter = "slug"
    ordering = ("code",)
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> Any:
        """All of it."""
        return Category.objects.all()


class CalendarFilter(filters.FilterSet):
    """Days of a year, or from one day to another."""

    year = filters.NumberFilter(field_name="day", lookup_expr="year", min_value=1970, max_value=9999)
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = CalendarDay
        fields: ClassVar[Any] = []


class CalendarDayOut(serializers.ModelSerializer[CalendarDay]):
    """A day, whether it is worked, and the holiday's name."""

    class Meta:
        model = CalendarDay
        fields = ["day", "is_workday", "name"]
        read_only_fields = ["day"]


class CalendarDayDoor(Listed, Detailed, Door):
    """The working calendar (调休 included); system administrators put it right."""

    model = CalendarDay
    serializer_class = CalendarDayOut
    filterset_class = CalendarFilter
    lookup_value_converter = "slug"
    ordering = ("day",)
    http_method_names = ("get", "patch", "head", "options")

    def get_queryset(self) -> Any:
        """All days."""
        return CalendarDay.objects.all()

    def get_object(self) -> Any:
        """Find the day by its date."""
        day = _day(self.kwargs["pk"])
        found = CalendarDay.objects.filter(pk=day).first() if day else None
        if found is None:
            raise Http404
        return found

    @extend_schema(request=CalendarDayOut, responses=CalendarDayOut)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say whether the day is worked; limits computed from now on count it so. Needs If-Match."""
        day = self.get_object()
        check_holds(signed_in(request), Role.SYSTEM_ADMIN)
        self.check_match(day, required=True)
        given = CalendarDayOut(day, data=request.data)
        given.is_valid(raise_exception=True)
        marked = mark_day(day=day, by=signed_in(request), **given.validated_data)
        return self.answer_record(marked)

    def as_of(self, record: Any, tag: str | None = None) -> dict[str, Any]:
        """Say what the day is now."""
        stands = {} if tag is not None else {"is_workday": record.is_workday, "name": record.name}
        return super().as_of(record, tag) | stands


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
