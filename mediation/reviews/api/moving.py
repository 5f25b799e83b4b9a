"""What papers, suggestions and surges share in the API."""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.moves import MovingDoor, deeds_of
from cases.moves import Move
from grid.api.doors import Deed
from grid.atlas import place
from grid.models import Unit
from grid.scope import LEVELS
from mediation.reviews.serializers.moving import HappenedOut, MovingOut


def review_deeds(moves: Mapping[str, Move], verbs: Mapping[str, Callable[..., Any]]) -> list[Deed]:
    """One deed per live move; each answers what stands and what may follow."""
    return deeds_of(moves, verbs, MovingOut)


class PlacedFilter(filters.FilterSet):
    """By unit and place."""

    unit = filters.CharFilter(method="of_unit", label="Code of the unit, as in `figures.unit`")
    place = filters.NumberFilter(method="at_place", label="Id of a place: it and everything under it")

    def of_unit(self, queryset: Any, _name: str, code: str) -> Any:
        """By code; several units can have borne it one after the other."""
        return queryset.filter(unit__in=Unit.objects.filter(code=code))

    def at_place(self, queryset: Any, _name: str, pk: Any) -> Any:
        """By equality on the place's level column."""
        where = place(int(pk)) if 0 < pk < 2**63 else None
        return queryset.filter(**{LEVELS[where.level]: where.pk}) if where else queryset.none()


class HappeningDoor(MovingDoor):
    """A noun whose timeline says in words why."""

    http_method_names = ("get", "post", "head", "options")

    @extend_schema(responses=HappenedOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def timeline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every step, oldest first, with what was said."""
        events = self.timeline_of(self.get_object()).select_related("by").order_by("seq")
        return Response(HappenedOut(events, many=True, context=self.get_serializer_context()).data)

    def timeline_of(self, record: Any) -> Any:
        """The steps that the reader may see."""
        return record.events.all()
