"""Suggestions (工作建议) in the API: lists, and every verb of SUGGESTION_MOVES."""

from typing import Any, ClassVar

import django_filters as filters

from cases.moves import Move
from grid.api.doors import deeds
from grid.scope import standing_of
from mediation.reviews.api.moving import HappeningDoor, PlacedFilter, review_deeds
from mediation.reviews.models import Suggestion
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.serializers.suggestions import SuggestionOut, SuggestionRow
from mediation.reviews.workflow import SUGGESTION_MOVES, SUGGESTION_VERBS


class SuggestionFilter(PlacedFilter):
    """By unit, place, review and status, and whether one's own unit owes it."""

    review = filters.NumberFilter(method="of_review", label="Id of the review it was drawn from")
    status = filters.MultipleChoiceFilter(choices=Suggestion.Status.choices)
    owed = filters.BooleanFilter(method="owed_by_us", label="Only what one's own units owe")

    class Meta:
        model = Suggestion
        fields: ClassVar[Any] = []

    def of_review(self, queryset: Any, _name: str, pk: Any) -> Any:
        """By the review."""
        return queryset.filter(review_id=int(pk)) if 0 < pk < 2**63 else queryset.none()

    def owed_by_us(self, queryset: Any, _name: str, value: bool) -> Any:
        """Accepted or overdue, with one of the user's units as owner."""
        ours = queryset.filter(owner_id__in=addressed_ids(standing_of(self.request.user)))
        return ours.filter(status__in=Suggestion.OWED) if value else queryset


@deeds(detail=True, table=review_deeds(SUGGESTION_MOVES, SUGGESTION_VERBS))
class SuggestionDoor(HappeningDoor):
    """Suggestions (工作建议) drawn from reviews: accepted with an owner and a day, declined, carried out."""

    model = Suggestion
    noun = "suggestion"
    moves: ClassVar[dict[str, Move]] = SUGGESTION_MOVES
    related = ("unit", "owner")
    serializer_class = SuggestionOut
    row_class = SuggestionRow
    filterset_class = SuggestionFilter
