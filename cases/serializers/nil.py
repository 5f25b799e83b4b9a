"""Shapes of nil reports (零报告) in the API: what the grids of a place said of a day, and that there was nothing."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from cases.models import NilReport
from cases.workflow.quiet import Answer, Told, days_told_of
from grid.serializers import Picked, UnitBrief, UserBrief, own_units


class ToldIn(serializers.Serializer[Any]):
    """Of which place and day."""

    unit = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Id of a place; one's own unless said."
    )
    on = serializers.DateField(required=False, help_text="Today, unless said, or yesterday.")


class QuietOut(serializers.Serializer[Any]):
    """One grid and what it said; ``missing`` (未报) is silence, never nothing."""

    grid = UnitBrief()
    answer = serializers.ChoiceField(choices=[(answer.value, answer.value) for answer in Answer])


class TallyOut(serializers.Serializer[Any]):
    """How many grids of a place said what."""

    place = UnitBrief()
    reported = serializers.IntegerField()
    nil = serializers.IntegerField()
    missing = serializers.IntegerField()


@extend_schema_serializer(many=False)
class ToldOut(TallyOut):
    """What was said at a place of a day."""

    on = serializers.DateField()
    grids = QuietOut(many=True, help_text="The silent ones first; none where the place has more than 200 grids.")
    places = TallyOut(many=True, help_text="The places right below, where it has more; those with most silence first.")

    def to_representation(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Write numbers and grids, or places."""
        told: Told = said["told"]
        return {
            "place": UnitBrief(said["place"]).data,
            **{answer.value: count for answer, count in told.numbers.items()},
            "on": str(said["on"]),
            "grids": QuietOut(told.answers, many=True).data,
            "places": TallyOut(told.tallies, many=True).data,
        }


class NilIn(serializers.Serializer[Any]):
    """Where there was nothing, and on which day: today, unless said, or yesterday."""

    unit = Picked(own_units, help_text="A grid, or another place.")
    on = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say what was left unsaid."""
        return {"on": days_told_of(timezone.now())[0]} | attrs


class NilOut(serializers.Serializer[NilReport]):
    """A nil report as it stands; who says it a second time gets the first one."""

    id = serializers.IntegerField()
    unit = UnitBrief()
    on = serializers.DateField()
    at = serializers.DateTimeField()
    by = UserBrief(allow_null=True)
