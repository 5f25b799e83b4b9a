"""Daily inspection (日巡查) in the API: the day's sample, what was found of each report, and returns.

What is wrong of a report itself, its category or place, is put right at the report:
``incidents/{id}/correct-category/`` and ``correct-place/``.
"""

from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _

from cases.models import Incident
from cases.moves import NotAllowed
from grid.api.doors import Deed, Detailed, Door, Listed, deeds
from grid.scope import standing_of
from mediation.reviews.api.moving import PlacedFilter
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.serializers.inspections import DrawIn, FindingIn, ItemOut, SampleOut, SampleRow
from mediation.reviews.workflow import draw_sample, record_inspection
from mediation.reviews.workflow.inspecting import INSPECTORS, check_inspector


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
