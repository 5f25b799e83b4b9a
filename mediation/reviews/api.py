"""Reviews in the API: lists, the stored figures, the records behind each number, and the register of measures."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Exists, OuterRef
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from grid.api.doors import Detailed, Door, Listed
from grid.atlas import place
from grid.models import Unit
from grid.scope import LEVELS
from mediation.reviews.figures import DIRECT, NoFigures
from mediation.reviews.figures.behind import DENOMINATOR, NUMERATOR
from mediation.reviews.hiding import as_seen_by
from mediation.reviews.indicators import REGISTER, REGISTER_VERSION
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Review
from mediation.reviews.periods import midnight
from mediation.reviews.serializers import RecordBehind, RecordsBehind, RegisterOut, ReviewOut, ReviewRow
from mediation.reviews.tracing import Number


class ReviewFilter(filters.FilterSet):
    """By unit, place, kind, first day and version."""

    unit = filters.CharFilter(method="of_unit", label="Code of the unit, as in `figures.unit`")
    place = filters.NumberFilter(method="at_place", label="Id of a place: it and everything under it")
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    start = filters.DateFilter(method="beginning", label="First day of the period")
    newest = filters.BooleanFilter(method="newest_only", label="Only the newest version of each period")

    class Meta:
        model = Review
        fields: ClassVar[Any] = []

    def of_unit(self, queryset: Any, _name: str, code: str) -> Any:
        """By code; several units can have borne it one after the other."""
        return queryset.filter(unit__in=Unit.objects.filter(code=code))

    def at_place(self, queryset: Any, _name: str, pk: Any) -> Any:
        """By equality on the place's level column."""
        where = place(int(pk)) if 0 < pk < 2**63 else None
        return queryset.filter(**{LEVELS[where.level]: where.pk}) if where else queryset.none()

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


class ReviewDoor(Listed, Detailed, Door):
    """Reviews (研判报告): what was counted of a place in a period, frozen."""

    model = Review
    related = ("unit",)
    serializer_class = ReviewOut
    filterset_class = ReviewFilter
    ordering = ("-start", "-pk")
    http_method_names = ("get", "head", "options")

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


class MeasureDoor(GenericViewSet[Any]):
    """The register of measures (指标口径): what every number of a review means."""

    pagination_class = None
    serializer_class = RegisterOut

    @extend_schema(responses=RegisterOut, summary="The register of measures")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name, formula, basis, unit and version of each, in the language asked for."""
        register = {"register_version": REGISTER_VERSION, "measures": list(REGISTER.values())}
        return Response(RegisterOut(register).data)
