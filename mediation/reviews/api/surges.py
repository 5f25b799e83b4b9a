"""Surges (平战结合) in the API: asked for, approved, reported on, given tasks in, ended; and their papers."""

from datetime import date
from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.moves import Move, NotAllowed
from grid.api.doors import Deed, deeds
from grid.api.uploads import AnyAccept
from grid.scope import standing_of
from mediation.reviews.api.moving import HappeningDoor, PlacedFilter, review_deeds
from mediation.reviews.hiding import stands_over
from mediation.reviews.models import Surge
from mediation.reviews.serializers.surges import ProposalIn, SurgeDayOut, SurgeOut, SurgeRow
from mediation.reviews.surge_papers import (
    ENDINGS,
    PRODUCTS,
    closing_paper,
    day_papers,
    serve_closing,
    serve_product,
)
from mediation.reviews.workflow import SURGE_MOVES, SURGE_VERBS, propose_surge
from mediation.reviews.workflow.surge_moves import STAFF

DAY = OpenApiParameter("day", date, OpenApiParameter.PATH)
PRODUCT = OpenApiParameter("product", str, OpenApiParameter.PATH, enum=list(PRODUCTS))
ENDING = OpenApiParameter("ending", str, OpenApiParameter.PATH, enum=list(ENDINGS))
FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


def _may_ask(_record: Any, user: Any) -> None:
    if standing_of(user).roles.isdisjoint(STAFF):
        raise NotAllowed(_("您的岗位不能执行“%(verb)s”。") % {"verb": SURGE_MOVES["propose_surge"].label})


def _day(text: str) -> date:
    """The day an address names. Raises Http404 for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


class SurgeFilter(PlacedFilter):
    """By unit, place and status."""

    status = filters.MultipleChoiceFilter(choices=Surge.Status.choices)

    class Meta:
        model = Surge
        fields: ClassVar[Any] = []


@deeds(detail=False, table=[Deed("", propose_surge, ProposalIn, SurgeOut, may=_may_ask, makes=True)])
@deeds(detail=True, table=review_deeds(SURGE_MOVES, SURGE_VERBS))
class SurgeDoor(HappeningDoor):
    """Surges (平战结合): of one's places, and those in which one's unit has to report."""

    model = Surge
    noun = "surge"
    moves: ClassVar[dict[str, Move]] = SURGE_MOVES
    related = ("unit", "proposed_by", "asked_by")
    serializer_class = SurgeOut
    row_class = SurgeRow
    filterset_class = SurgeFilter
    ordering = ("-starts_on", "-pk")

    def joined(self, queryset: Any) -> Any:
        """Who has to report decides what one may do."""
        found = super().joined(queryset)
        return found if self.action == "list" else found.prefetch_related("units")

    @extend_schema(
        responses=SurgeDayOut,
        filters=False,
        parameters=[DAY],
    )
    @action(detail=True, url_path="days/<slug:day>", url_name="days", pagination_class=None, filterset_class=None)
    def day(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The papers of one day, made of the figures frozen at its cut-off.

        The assessment is for the place's own people, dispatch and bulletin for every unit that reports.
        """
        surge = self.get_object()
        row = surge.days.select_related("surge__unit").filter(day=_day(self.kwargs["day"])).first()
        if row is None:
            raise Http404
        papers = list(day_papers(row, is_command=self._commands(surge)).values())
        return Response(SurgeDayOut({"day": row.day, "as_of": row.as_of, "papers": papers}).data)

    @extend_schema(responses=SurgeDayOut, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def closing(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The closing report of a surge that has ended, for the place's own people; 404 for all others."""
        surge = self.get_object()
        if surge.ended_at is None or not self._commands(surge):
            raise Http404
        return Response(SurgeDayOut({"day": None, "as_of": surge.ended_at, "papers": [closing_paper(surge)]}).data)

    @extend_schema(responses=FILE, filters=False, parameters=[DAY, PRODUCT, ENDING])
    @action(
        detail=True,
        url_path="days/<slug:day>/<slug:product>/file/<slug:ending>",
        url_name="day-file",
        content_negotiation_class=AnyAccept,
    )
    def day_file(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """One paper of a day as PDF or DOCX, on one page: where there is too much, the most pressing is told."""
        named = (self.kwargs[name] for name in ("day", "product", "ending"))
        return serve_product(request.user, self.get_object(), *named)

    @extend_schema(responses=FILE, filters=False, parameters=[ENDING])
    @action(
        detail=True,
        url_path="closing/file/<slug:ending>",
        url_name="closing-file",
        content_negotiation_class=AnyAccept,
    )
    def closing_file(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The closing report as PDF or DOCX, for the place's own people; 404 for all others."""
        return serve_closing(request.user, self.get_object(), self.kwargs["ending"])

    def _commands(self, surge: Surge) -> bool:
        return stands_over(self.request.user, surge.unit)
