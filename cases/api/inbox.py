"""What waits for the user: notices, and hand-overs offered to their units."""

from typing import Any

import django_filters as filters
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Case, HandOver, Incident, Notice
from cases.notices import words_of
from cases.serializers.records import HandOverOut
from cases.workflow.notices import read_notices
from grid.api.doors import Door, Listed, keeps_own_key, signed_in
from grid.scope import standing_of


def seen_alone(rows: Any, user: Any) -> Any:
    """Keep the rows whose record the user still sees, and those about none, in two look-ups for the whole page."""
    records: dict[str, Any] = {"incident": Incident, "case": Case}
    seen = {
        name: set(
            model.objects.visible_to(user)
            .filter(pk__in=[getattr(row, f"{name}_id") for row in rows if getattr(row, f"{name}_id")])
            .values_list("pk", flat=True)
        )
        for name, model in records.items()
    }
    return [
        row
        for row in rows
        # What is about no record is its receiver's own alone.
        if row.incident_id is row.case_id is None or row.incident_id in seen["incident"] or row.case_id in seen["case"]
    ]


class SeenDoor(Listed, Door):
    """A door whose rows are found by another column than the place, and shown while their record is in sight."""

    def page(self, parts: Any) -> Response:
        """Read a page and leave out what is out of sight."""
        paginator: Any = self.paginator
        rows = seen_alone(paginator.paginate_parts(parts, self.request, view=self), self.request.user)
        return Response(paginator.get_paginated_response_data(self.get_serializer(rows, many=True).data))


class NoticeFilter(filters.FilterSet):
    """Unread ones."""

    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label=_("未读"))

    class Meta:
        model = Notice
        fields: list[str] = []


class NoticeOut(serializers.Serializer[Notice]):
    """A record moved, and the user should know."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    case = serializers.IntegerField(source="case_id", allow_null=True)
    verb = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def get_label(self, notice: Notice) -> str:
        """What happened, in words."""
        return str(words_of(notice))


class ReadOut(serializers.Serializer[Any]):
    """How many were unread."""

    read = serializers.IntegerField()


class NoticeDoor(SeenDoor):
    """The user's inbox, newest first; a record that left their sight takes its notices along."""

    model = Notice
    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    http_method_names = ("get", "post", "head", "options")

    def get_queryset(self) -> Any:
        """The user's own."""
        return Notice.objects.filter(user_id=signed_in(self.request).pk)

    def get_object(self) -> Any:
        """One of the user's own, still in sight."""
        notice = super().get_object()
        if notice.user_id != self.request.user.pk:
            raise Http404
        return notice

    @extend_schema(request=None, responses=ReadOut)
    @action(detail=True, methods=["post"])
    @keeps_own_key
    def read(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mark one as read."""
        return Response({"read": read_notices(by=signed_in(request), at=timezone.now(), notice=self.get_object())})

    @extend_schema(request=None, responses=ReadOut)
    @action(detail=False, methods=["post"], url_path="read-all")
    @keeps_own_key
    def read_all(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mark all as read."""
        return Response({"read": read_notices(by=signed_in(request), at=timezone.now())})


class HandOverDoor(SeenDoor):
    """Hand-overs that wait for an answer of one of the user's units; answered by the record's own verbs."""

    model = HandOver
    serializer_class = HandOverOut
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> Any:
        """What is offered to the units where the user holds a post."""
        units = standing_of(self.request.user).unit_ids
        offered = HandOver.objects.filter(to_unit_id__in=units, state=HandOver.State.OFFERED)
        return offered.select_related("from_unit", "to_unit")
