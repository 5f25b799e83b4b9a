"""Papers (公文) in the API: lists, the whole paper, every verb of PAPER_MOVES, files, and what would differ now."""

from dataclasses import replace
from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.moves import Move, allowed_moves
from cases.serializers.records import moves_out
from grid.api.doors import Deed, deeds
from grid.api.uploads import AnyAccept
from grid.scope import standing_of
from mediation.reviews.api.moving import HappeningDoor, PlacedFilter, review_deeds
from mediation.reviews.files import ENDINGS, serve_paper
from mediation.reviews.hiding import as_seen_by, stands_over
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Paper
from mediation.reviews.models.moving import delivered
from mediation.reviews.periods import midnight
from mediation.reviews.serializers.papers import DifferenceOut, EditSectionIn, PaperOut, PaperRow
from mediation.reviews.workflow import PAPER_MOVES, PAPER_VERBS, differences, note_read

ENDING = OpenApiParameter("ending", str, OpenApiParameter.PATH, enum=list(ENDINGS))

MOVES = {verb: move for verb, move in PAPER_MOVES.items() if verb != "draft_paper"}
"""There is no paper before it is taken up, so that verb is the review's: ``reviews/{id}/draft/``."""


def paper_moves_out(paper: Paper, user: Any) -> Any:
    """The moves a user may make on a paper now, with their addresses."""
    return moves_out(allowed_moves(paper, user, MOVES), reverse("papers-detail", kwargs={"pk": paper.pk}), {})


def _deeds() -> list[Deed]:
    """One deed per move; editing says from which version of the section."""
    return [
        replace(deed, takes=EditSectionIn) if deed.stem == "edit-section" else deed
        for deed in review_deeds(MOVES, PAPER_VERBS)
    ]


class PaperFilter(PlacedFilter):
    """By unit, place, kind, first day, status, and whether it came to one's own unit."""

    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    status = filters.MultipleChoiceFilter(choices=Paper.Status.choices)
    start = filters.DateFilter(method="beginning", label="First day of the period")
    received = filters.BooleanFilter(method="laid_before", label="Only what was laid before, or issued to, one's units")

    class Meta:
        model = Paper
        fields: ClassVar[Any] = []

    def beginning(self, queryset: Any, _name: str, day: Any) -> Any:
        """Periods begin at midnight in Asia/Shanghai."""
        return queryset.filter(review__start=midnight(day))

    def laid_before(self, queryset: Any, _name: str, value: bool) -> Any:
        """By the deliveries to one's own units."""
        to_us = delivered("paper_id", standing_of(self.request.user))
        return queryset.filter(pk__in=to_us) if value else queryset


@deeds(detail=True, table=_deeds())
class PaperDoor(HappeningDoor):
    """Papers (公文) made of reviews: written, checked, objected to, issued, acknowledged, corrected, archived."""

    model = Paper
    noun = "paper"
    moves: ClassVar[dict[str, Move]] = PAPER_MOVES
    related = ("review__unit", "drafted_by", "checked_by", "issued_by")
    serializer_class = PaperOut
    row_class = PaperRow
    filterset_class = PaperFilter

    def joined(self, queryset: Any) -> Any:
        """A list reads neither figures nor outlines: those are long."""
        if self.action == "list":
            return queryset.select_related("review__unit").defer("outline", "review__figures", "review__snapshot")
        return super().joined(queryset).prefetch_related("deliveries")

    def get_object(self) -> Any:
        """Find a paper, with the figures the reader may see."""
        paper = super().get_object()
        as_seen_by(self.request.user, paper.review)
        return paper

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The whole paper. The first time somebody of an addressed unit reads an issued one is kept."""
        paper = self.get_object()
        note_read(paper=paper, user=request.user, at=timezone.now())
        return self.answer_record(paper)

    def offered(self, record: Any) -> Any:
        """As the review offers them: all but drafting, which has been done."""
        return paper_moves_out(record, self.request.user)

    def timeline_of(self, paper: Paper) -> Any:
        """All of it for the people of the place; how it came about is nobody else's business."""
        is_house = stands_over(self.request.user, paper.review.unit)
        return paper.events.all() if is_house else paper.events.none()

    @extend_schema(responses=DifferenceOut(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def differences(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What would come out differently now: counted as of the same moment, with all that is known by now.

        The stored figures stand; whoever may corrects them by `correct`. What differs of a correction that was made
        is stored with it. Absent for readers from elsewhere: what they may see of the records is not all.
        """
        review = self.get_object().review
        if not stands_over(request.user, review.unit):
            raise Http404
        return Response(DifferenceOut(differences(review), many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[ENDING])
    @action(detail=True, url_path="file/<slug:ending>", url_name="file", content_negotiation_class=AnyAccept)
    def file(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The paper as a file: PDF, DOCX, or XLSX with every figure of its snapshot."""
        return serve_paper(request.user, self.kwargs["pk"], self.kwargs["ending"])
