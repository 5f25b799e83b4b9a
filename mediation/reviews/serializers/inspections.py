"""Shapes of daily inspection in the API: samples, the reports in them, and what inspectors found."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.serializers.records import IncidentRow
from cases.workflow.reasons import ReturnReason
from grid.models import Unit
from grid.scope import standing_of, today
from grid.serializers import Picked, UnitBrief, UserBrief
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.workflow.inspecting import INSPECTORS, items_seen


class SampleRow(serializers.ModelSerializer[InspectionSample]):
    """What is inspected of one day at one place; with the ids of the day's reports, the seed gives the same draw."""

    unit = UnitBrief()
    drawn_by = UserBrief(allow_null=True, help_text="Null where the clock drew it.")

    class Meta:
        model = InspectionSample
        fields = ["id", "unit", "day", "seed", "reported", "drawn_by", "drawn_at"]
        read_only_fields = fields


class ItemOut(serializers.ModelSerializer[InspectionItem]):
    """One report of a sample, and what its inspector found."""

    sample = serializers.IntegerField(source="sample_id")
    incident = IncidentRow()
    reporting = UnitBrief(help_text="The village, or other place, that answers for the report.")
    inspected_by = UserBrief(allow_null=True)

    class Meta:
        model = InspectionItem
        fields = [
            *("id", "sample", "incident", "reason", "reporting"),
            *("finding", "is_returned", "inspected_by", "inspected_at"),
        ]
        read_only_fields = fields


class SampleOut(SampleRow):
    """A sample with the reports in it that the reader may see, those without a finding first."""

    items = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField(help_text="How many of the items have no finding yet.")

    class Meta(SampleRow.Meta):
        fields = [*SampleRow.Meta.fields, "items", "left"]

    @extend_schema_field(ItemOut(many=True))
    def get_items(self, sample: InspectionSample) -> Any:
        """The reports the reader may see."""
        return ItemOut(items_seen(sample, self.context["request"].user), many=True, context=self.context).data

    def get_left(self, sample: InspectionSample) -> int:
        """How many are still to be inspected."""
        return sum(not item.finding for item in items_seen(sample, self.context["request"].user))


def _own_places(context: Mapping[str, Any]) -> Any:
    """The divisions whose centres the user inspects for, the smallest first."""
    posts = [post for post in standing_of(context["request"].user).posts if post.role in INSPECTORS]
    places = Unit.objects.filter(pk__in=[post.place_id for post in posts])
    return places.order_by("-path")


class DrawIn(serializers.Serializer[Any]):
    """Which day's sample to draw; yesterday's, at one's own place, unless said."""

    unit = Picked(_own_places, required=False)
    day = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say what was left unsaid."""
        yesterday: date = today() - timedelta(days=1)
        own = max(_own_places(self.context), key=lambda unit: len(unit.path))
        return {"unit": own, "day": yesterday} | attrs


class FindingIn(serializers.Serializer[Any]):
    """What was found of a report; with a ``return_reason`` it also goes back to be put right."""

    finding = serializers.ChoiceField(choices=InspectionItem.Finding.choices)
    return_reason = serializers.ChoiceField(choices=ReturnReason.choices, required=False, allow_blank=True)
    remark = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="What is to be put right; needed with a return."
    )
