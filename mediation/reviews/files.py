"""Reviews and papers handed out as files; pages and the API hand out the same ones."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from mediation.reviews.freezing import thawed
from mediation.reviews.models import Paper, Review
from mediation.reviews.naming import names_of
from mediation.reviews.outline import Outline
from mediation.reviews.render.files import FILE_KINDS, drawn, file_name
from mediation.reviews.texts import outline_of

ENDINGS = ("pdf", "docx", "xlsx")


def serve_review(user: Any, pk: Any, ending: str) -> HttpResponse:
    """Hand out a review the user may see, with its paper as it stands.

    Raises Http404 for any other, and for any other ending.
    """
    review = Review.objects.select_related("unit").one_visible(user, pk) if ending in ENDINGS else None
    if review is None:
        raise Http404
    outline = outline_of(review, Paper.objects.visible_to(user).filter(review=review).first())
    content = drawn(FILE_KINDS[ending], outline, review, names_of(review))
    return handed_out(content, outline, ending, review.version)


def serve_paper(user: Any, pk: Any, ending: str) -> HttpResponse:
    """Hand out a paper the user may see, an issued one word for word; the sheets hold the figures of its review.

    Raises Http404 for any other, and for any other ending.
    """
    paper = Paper.objects.one_visible(user, pk) if ending in ENDINGS else None
    review = Review.objects.select_related("unit").one_visible(user, paper.review_id) if paper is not None else None
    if paper is None or review is None:
        raise Http404
    outline = outline_of(review, paper) if paper.outline is None else thawed(paper.outline)
    return handed_out(drawn(FILE_KINDS[ending], outline, review, names_of(review)), outline, ending)


def handed_out(content: bytes, outline: Outline, ending: str, version: int | None = None) -> HttpResponse:
    """Answer with a file under its Chinese name, to be kept by nobody in between."""
    answer = HttpResponse(content, content_type=FILE_KINDS[ending].media_type)
    name = content_disposition_header(as_attachment=True, filename=file_name(outline, ending, version))
    if name is not None:
        answer["Content-Disposition"] = name
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
