"""A review or a paper as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from mediation.reviews.freezing import thawed
from mediation.reviews.models import Paper, Review
from mediation.reviews.naming import names_of
from mediation.reviews.outline import Outline
from mediation.reviews.render.files import FILE_KINDS, drawn, file_name
from mediation.reviews.texts import outline_of

REVIEW_ENDINGS = ("pdf", "docx", "xlsx")
PAPER_ENDINGS = ("pdf", "docx")


@require_safe
def review_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out a review the user may see, with its paper as it stands; any other is absent, and any other ending."""
    review = Review.objects.select_related("unit").one_visible(request.user, pk) if ending in REVIEW_ENDINGS else None
    if review is None:
        raise Http404
    outline = outline_of(review, Paper.objects.visible_to(request.user).filter(review=review).first())
    content = drawn(FILE_KINDS[ending], outline, review, names_of(review))
    return _handed_out(content, outline, ending, review.version)


@require_safe
def paper_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out a paper the user may see: also one laid before their unit, whose review they do not see."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    draw = FILE_KINDS[ending].draw if ending in PAPER_ENDINGS else None
    if draw is None:
        raise Http404
    if paper.outline is not None:
        outline = thawed(paper.outline)
    else:
        review = Review.objects.select_related("unit").one_visible(request.user, paper.review_id)
        if review is None:
            raise Http404
        outline = outline_of(review, paper)
    return _handed_out(draw(outline), outline, ending)


def _handed_out(content: bytes, outline: Outline, ending: str, version: int | None = None) -> HttpResponse:
    answer = HttpResponse(content, content_type=FILE_KINDS[ending].media_type)
    name = content_disposition_header(as_attachment=True, filename=file_name(outline, ending, version))
    if name is not None:
        answer["Content-Disposition"] = name
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
