"""Shapes of suggestions in the API."""

from typing import Any

from rest_framework import serializers

from cases.serializers.records import MoveOut, brief
from grid.serializers import UnitBrief
from mediation.reviews.models import Suggestion
from mediation.reviews.serializers.moving import stands


class SuggestionRow(serializers.Serializer[Suggestion]):
    """A suggestion in a list: what is to be done, by whom and by which day."""

    id = serializers.IntegerField()
    review = serializers.IntegerField(help_text="Id of the review it was drawn from.")
    unit = UnitBrief()
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=Suggestion.Status.choices)
    owner = UnitBrief(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField()
    version = serializers.IntegerField()
    last_event_at = serializers.DateTimeField()

    def to_representation(self, suggestion: Suggestion) -> dict[str, Any]:
        """Write one line."""
        return stands(suggestion) | {
            "review": suggestion.review_id,
            "unit": brief(suggestion.unit),
            "text": suggestion.text,
            "owner": brief(suggestion.owner),
            "due_on": str(suggestion.due_on) if suggestion.due_on else None,
        }


class SuggestionOut(SuggestionRow):
    """A suggestion with what may be done about it."""

    allowed_moves = MoveOut(many=True)

    def to_representation(self, suggestion: Suggestion) -> dict[str, Any]:
        """Write the whole."""
        return super().to_representation(suggestion) | {
            "allowed_moves": self.context["view"].moves_out(suggestion),
        }
