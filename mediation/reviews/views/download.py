"""A review as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from mediation.reviews.models import Paper, Review
from mediation.reviews.naming import names_of
from mediation.reviews.render.files import FILE_KINDS, file_name
from mediation.reviews.texts import outline_of

OFFERED = ("pdf", "docx", "xlsx")


@require_safe
def review_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out the paper of a review the user may see; any other is absent, and so is any other ending."""
    review = Review.objects.select_related("unit").one_visible(request.user, pk) if ending in OFFERED else None
    if review is None:
        raise Http404
    outline, kind = outline_of(review, Paper.objects.filter(review=review).first()), FILE_KINDS[ending]
    answer = HttpResponse(kind.draw(outline, review, names_of(review)), content_type=kind.media_type)
    name = content_disposition_header(as_attachment=True, filename=file_name(outline, review, ending))
    if name is not None:
        answer["Content-Disposition"] = name
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
