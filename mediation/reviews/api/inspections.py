"""Daily inspection (日巡查) in the API: the day's sample, what was found of each report, and returns.

What is wrong of a report itself, its category or place, is put right at the report:
``incidents/{id}/correct-category/`` and ``correct-place/``.
"""

from datetime import date
from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Incident
from cases.moves import NotAllowed
from grid.api.doors import Deed, Detailed, Door, Listed, deeds, refuses
from grid.scope import standing_of
from mediation.reviews.api.moving import PlacedFilter
from mediation.reviews.inspection_scores import standings
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.serializers.inspections import (
    DrawIn,
    FindingIn,
    ItemOut,
    SampleOut,
    SampleRow,
    ScoresIn,
    ScoresOut,
)
from mediation.reviews.shelves import own_units, unit_read
from mediation.reviews.workflow import draw_sample, record_inspection
from mediation.reviews.workflow.inspecting import INSPECTORS, PASS_RATE, check_inspector


def _may_draw(_record: Any, user: Any) -> None:
    if standing_of(user).roles.isdisjoint(INSPECTORS):
        raise NotAllowed(_("只有本级中心的登记员、调度员、督查员可以巡查。"))


def _may_inspect(item: InspectionItem, user: Any) -> None:
    check_inspector(item.sample.unit, user)


class SampleFilter(PlacedFilter):
    """By unit, place and day."""

    day = filters.DateFilter()
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte", label="First day")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte", label="Last day")

    class Meta:
        model = InspectionSample
        fields: ClassVar[Any] = []


@deeds(detail=False, table=[Deed("", draw_sample, DrawIn, SampleOut, may=_may_draw, makes=True)])
class SampleDoor(Listed, Detailed, Door):
    """Samples of daily inspection: of one day at one place, drawn once, by the clock or a desk."""

    model = InspectionSample
    related = ("unit", "drawn_by")
    serializer_class = SampleOut
    filterset_class = SampleFilter
    ordering = ("-day", "-pk")
    http_method_names = ("get", "post", "head", "options")

    def get_serializer_class(self) -> Any:
        """Lists leave out the reports."""
        return SampleRow if self.action == "list" else SampleOut

    def get_parts(self) -> Any:
        """One part per place of the reader's."""
        return [self.joined(part) for part in InspectionSample.objects.visible_parts(self.request.user)]

    @refuses(400, 404)
    @extend_schema(
        summary="How the reporting units stand",
        responses=ScoresOut,
        filters=False,
        parameters=[
            OpenApiParameter("unit", int, OpenApiParameter.QUERY, description="Id of a place; one's own unless said."),
            OpenApiParameter("day_from", date, OpenApiParameter.QUERY, description="This year's first unless said."),
            OpenApiParameter("day_to", date, OpenApiParameter.QUERY, description="Yesterday unless said."),
        ],
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def scores(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Per reporting unit the share that passed of what was drawn by chance and inspected, with its interval.

        What the guard drew in is left out, for those are suspects; fewer than twenty inspected do not rank.
        """
        asked = ScoresIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        first, last = asked.validated_data["day_from"], asked.validated_data["day_to"]
        unit = unit_read(own_units(request.user), asked.validated_data.get("unit"))
        rows = standings(unit, first, last) if unit else []
        said = {"unit": unit, "day_from": first, "day_to": last, "least": PASS_RATE.least, "units": rows}
        return Response(ScoresOut(said).data)


@deeds(detail=True, table=[Deed("record", record_inspection, FindingIn, ItemOut, may=_may_inspect)])
class ItemDoor(Detailed, Door):
    """One report of a sample: what was found of it, and whether it was sent back."""

    model = InspectionItem
    related = ("sample__unit", "incident__unit", "incident__lead_unit", "reporting", "inspected_by")
    serializer_class = ItemOut
    http_method_names = ("get", "post", "head", "options")

    def get_object(self) -> Any:
        """Find the item, if its report is in sight, too."""
        item = super().get_object()
        if Incident.objects.one_visible(self.request.user, item.incident_id) is None:
            raise Http404
        return item
