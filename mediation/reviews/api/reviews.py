"""Reviews in the API: lists, the stored figures, the records behind each number, and the register of measures."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases.api.moves import may
from cases.moves import allowed_moves
from cases.serializers.records import moves_out
from grid.api.doors import Deed, Detailed, Door, Listed, Nothing, deeds, refuses
from grid.api.uploads import AnyAccept
from mediation.reviews.api.moving import PlacedFilter
from mediation.reviews.api.papers import ENDING, paper_moves_out
from mediation.reviews.figures import DIRECT, NoFigures
from mediation.reviews.figures.behind import DENOMINATOR, NUMERATOR
from mediation.reviews.files import serve_review
from mediation.reviews.hiding import as_seen_by
from mediation.reviews.indicators import REGISTER, REGISTER_VERSION
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Paper, Review
from mediation.reviews.periods import midnight
from mediation.reviews.serializers.moving import MovingOut
from mediation.reviews.serializers.papers import RhythmIn, RhythmsOut
from mediation.reviews.serializers.reviews import RecordBehind, RecordsBehind, RegisterOut, ReviewOut, ReviewRow
from mediation.reviews.shelves import own_units, unit_read
from mediation.reviews.tracing import Number
from mediation.reviews.workflow import PAPER_MOVES, draft_review
from mediation.reviews.workflow.papers import paper_on
from mediation.reviews.yearbook import rows_of, this_year


class ReviewFilter(PlacedFilter):
    """By unit, place, kind, first day and version."""

    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    start = filters.DateFilter(method="beginning", label="First day of the period")
    newest = filters.BooleanFilter(method="newest_only", label="Only the newest version of each period")

    class Meta:
        model = Review
        fields: ClassVar[Any] = []

    def beginning(self, queryset: Any, _name: str, day: Any) -> Any:
        """Periods begin at midnight in Asia/Shanghai."""
        return queryset.filter(start=midnight(day))

    def newest_only(self, queryset: Any, _name: str, value: bool) -> Any:
        """Leave out what a later version corrects."""
        same = {name: OuterRef(name) for name in ("unit", "kind", "start")}
        later = Review.objects.filter(**same, version__gt=OuterRef("version"))
        return queryset.filter(~Exists(later)) if value else queryset


def _words(name: str, said: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.QUERY, description=said, **more)


class ById:
    """How the records behind a number are ordered."""

    ordering = ("pk",)


DRAFT = PAPER_MOVES["draft_paper"]


def _may_draft(review: Review, user: Any) -> None:
    may(DRAFT)(paper_on(review), user)


@deeds(
    detail=True,
    table=[Deed("draft", draft_review, Nothing, MovingOut, subject="review", may=_may_draft, makes=True)],
)
class ReviewDoor(Listed, Detailed, Door):
    """Reviews (研判报告): what was counted of a place in a period, frozen."""

    model = Review
    related = ("unit",)
    serializer_class = ReviewOut
    filterset_class = ReviewFilter
    ordering = ("-start", "-pk")
    http_method_names = ("get", "post", "head", "options")

    def get_object(self) -> Any:
        """Find a review, with the figures the reader may see."""
        return as_seen_by(self.request.user, super().get_object())

    def get_serializer_class(self) -> Any:
        """Lists leave out the figures."""
        return ReviewRow if self.action == "list" else ReviewOut

    def joined(self, queryset: Any) -> Any:
        """A list reads no figures: those of a city are long."""
        queryset = super().joined(queryset)
        return queryset.defer("figures", "snapshot") if self.action == "list" else queryset

    def get_parts(self) -> Any:
        """One part per place of the reader's."""
        return [self.joined(part) for part in Review.objects.visible_parts(self.request.user)]

    @extend_schema(
        summary="The records behind one number",
        responses=RecordsBehind,
        parameters=[
            _words("measure", "Id of a measure.", required=True, enum=list(REGISTER)),
            _words("part", "Of a rate; the numerator unless said.", enum=[NUMERATOR, DENOMINATOR]),
            _words("child", f"Code of a place below the unit, or `{DIRECT}`."),
            _words("category", "Code of a category, for what the review breaks down so."),
            _words("source", "A source, for what the review breaks down so."),
            _words("cursor", "From `next` of the page before; opaque."),
            OpenApiParameter("page_size", int, OpenApiParameter.QUERY, description="Rows a page."),
        ],
    )
    @action(detail=True)
    def records(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what of them the reader may see, and say how many there are.

        The list stays as it was counted, whatever has been corrected, reopened or entered late since.
        """
        review: Review = self.get_object()
        number = Number.named(request.query_params.get("measure", ""), request.query_params)
        try:
            total, found = number.stored_in(review), number.records_in(review, request.user)
        except NoFigures as error:
            raise ValidationError({"measure": [str(error)]}) from error
        paginator: Any = self.paginator
        rows = paginator.paginate_parts([found], request, view=ById)
        page = paginator.get_paginated_response_data(
            RecordBehind(rows, many=True, context=self.get_serializer_context()).data
        )
        named = {name: getattr(number, name) for name in ("measure", "part", "child", "category", "source")}
        return Response({**named, "total": total, "visible": found.order_by().count(), **page})

    def moves_out(self, record: Any) -> Any:
        """What may be done with the review: take up its paper; and with the paper that was taken up, all of that."""
        if isinstance(record, Paper):
            return paper_moves_out(record, self.request.user)
        allowed = allowed_moves(paper_on(record), self.request.user, {DRAFT.verb: DRAFT})
        return moves_out(allowed, reverse("reviews-detail", kwargs={"pk": record.pk}), {})

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[ENDING])
    @action(detail=True, url_path="file/<slug:ending>", url_name="file", content_negotiation_class=AnyAccept)
    def file(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The review as a file, with its paper as it stands: PDF, DOCX, or XLSX with every figure."""
        return serve_review(request.user, self.kwargs["pk"], self.kwargs["ending"])

    @refuses(400, 404)
    @extend_schema(
        summary="Whether papers keep their rhythm",
        responses=RhythmsOut,
        filters=False,
        parameters=[
            OpenApiParameter("unit", int, OpenApiParameter.QUERY, description="Id of a place; one's own unless said."),
            OpenApiParameter("year", int, OpenApiParameter.QUERY, description="This year unless said."),
        ],
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def rhythm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Per cadence what fell due in a year, what is built and issued, and what is late, missing or past its time."""
        now = timezone.now()
        asked = RhythmIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        unit = unit_read(own_units(request.user), asked.validated_data.get("unit"))
        year = asked.validated_data.get("year", this_year(now))
        kept = rows_of(request.user, [unit] if unit else [], list(Kind), year, now)
        return Response(RhythmsOut({"unit": unit, "year": year, "kinds": kept}).data)


class MeasureDoor(GenericViewSet[Any]):
    """The register of measures (指标口径): what every number of a review means."""

    pagination_class = None
    serializer_class = RegisterOut

    @extend_schema(responses=RegisterOut, summary="The register of measures")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name, formula, basis, unit and version of each, in the language asked for."""
        register = {"register_version": REGISTER_VERSION, "measures": list(REGISTER.values())}
        return Response(RegisterOut(register).data)
