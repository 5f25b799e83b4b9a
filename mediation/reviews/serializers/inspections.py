"""Shapes of daily inspection in the API: samples, the reports in them, and what inspectors found."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.serializers.records import IncidentRow
from cases.workflow.reasons import ReturnReason
from grid.models import Unit
from grid.scope import standing_of, today
from grid.serializers import Picked, UnitBrief, UserBrief
from mediation.reviews.inspection_scores import usual_days
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


# -- Scores -----------------------------------------------------------------------------------------------------------

LONGEST = timedelta(days=366)


class ScoresIn(serializers.Serializer[Any]):
    """Of which place and days."""

    unit = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    day_from = serializers.DateField(required=False)
    day_to = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say what was left unsaid. Raises ValidationError for days in the wrong order, or more than a year."""
        first, last = usual_days()
        given = {"day_from": min(first, attrs.get("day_to", first)), "day_to": last} | attrs
        if not timedelta(0) <= given["day_to"] - given["day_from"] < LONGEST:
            raise serializers.ValidationError({"day_to": [_("起止日期须先后相接，最长一年。")]})
        return given


class ScoreOut(serializers.Serializer[Any]):
    """One reporting unit: how many of its reports drawn by chance were inspected, and how many passed."""

    unit = UnitBrief(source="place")
    passed = serializers.IntegerField(source="numerator")
    inspected = serializers.IntegerField(source="denominator")
    rate = serializers.CharField(source="value", help_text="In percent, with two decimals; `—` over nothing.")
    versus = serializers.ChoiceField(
        choices=["above", "below", "unclear", "too_few", "null"], help_text="Against all; `too_few` does not rank."
    )
    low = serializers.CharField(help_text="Interval around the shrunken rate; `—` without a rank.")
    high = serializers.CharField()
    position_from = serializers.IntegerField(
        allow_null=True, default=None, help_text="Between which places it lies for certain; null without a rank."
    )
    position_to = serializers.IntegerField(allow_null=True, default=None)


class ScoresOut(serializers.Serializer[Any]):
    """How the reporting units of a place stand in daily inspection, the best first; volume counts nothing."""

    unit = UnitBrief(allow_null=True, help_text="Null for a reader who has no place of their own.")
    day_from = serializers.DateField()
    day_to = serializers.DateField(help_text="The last day.")
    least = serializers.IntegerField(help_text="Fewer inspected than these do not rank.")
    units = ScoreOut(many=True)
