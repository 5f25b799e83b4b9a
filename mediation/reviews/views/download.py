"""A review or a paper as a file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mediation.reviews.files import serve_paper, serve_review


@require_safe
def review_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out a review the user may see, with its paper as it stands; any other is absent, and any other ending."""
    return serve_review(request.user, pk, ending)


@require_safe
def paper_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Hand out a paper the user may see: also one that was laid before their unit."""
    return serve_paper(request.user, pk, ending)
