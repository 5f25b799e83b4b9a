"""One review."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediation.reviews import periods
from mediation.reviews.figures.places import child_level
from mediation.reviews.hiding import as_seen_by
from mediation.reviews.indicators import MERGED
from mediation.reviews.models import Paper, Review
from mediation.reviews.views import charts, figures, found
from mediation.reviews.words import COMPARED, note_text, title_of


def review_or_404(request: HttpRequest, pk: int) -> Review:
    """The review, if the user may see it, as far as they may; any other is absent."""
    review: Review | None = Review.objects.select_related("unit").one_visible(request.user, pk)
    if review is None:
        raise Http404
    return as_seen_by(request.user, review)


def review_context(request: HttpRequest, review: Review) -> dict[str, Any]:
    """Everything the page of a review shows; each part of it is a template of its own."""
    group = request.GET.get("table", "")
    group = group if group in figures.GROUPS else next(iter(figures.GROUPS))
    places = figures.places_of(review, group)
    trend = charts.trend_of(request, review)
    return {
        "review": review,
        "title": title_of(review),
        "trend": trend,
        "charts": {
            "trend": trend["lines"],
            "periods": trend["periods"],
            "categories": charts.categories_chart(review),
            "places": charts.places_chart(review, places, figures.places_key(review)),
        },
        "headline": figures.lines_of(review, figures.HEADLINE),
        "flow": figures.flow_of(review),
        "groups": figures.groups_of(review),
        "group": group,
        "places": places,
        "categories": (categories := figures.categories_of(review)),
        "is_merging": any(row["code"].endswith(MERGED) for one in categories for row in (one, *one["rows"])),
        "sources": figures.sources_of(review),
        "bases": list(bases_of(review)),
        "found": found.findings_of(review),
        "paper": _paper_of(request, review),
        "ranking": found.ranking_of(review, request.GET.get("rank", "")),
        **neighbours_of(request, review),
    }


def _paper_of(request: HttpRequest, review: Review) -> Paper | None:
    """The paper made of the review, once somebody took it up."""
    taken_up = Paper.objects.visible_to(request.user).exclude(status=Paper.Status.BUILT)
    return taken_up.filter(review=review).defer("outline").first()


def bases_of(review: Review) -> Iterator[dict[str, Any]]:
    """What the review is compared with, and up to when that was counted."""
    for key, name in COMPARED.items():
        comparison = review.figures.get("comparisons", {}).get(key)
        if comparison is not None:
            yield {
                "name": name,
                "note": note_text(comparison),
                **({} if "start" not in comparison else _span(comparison)),
            }


def _span(comparison: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "start": date.fromisoformat(comparison["start"]),
        "last": date.fromisoformat(comparison["end"]) - timedelta(days=1),
        "as_of": datetime.fromisoformat(comparison["as_of"]),
    }


def neighbours_of(request: HttpRequest, review: Review) -> dict[str, Any]:
    """Other versions of the review, the periods beside it, the same period above and below, as far as one may see."""
    period = periods.starting(review.kind, review.start)
    mine = Review.objects.visible_to(request.user).defer("figures", "snapshot").select_related("unit")
    same_unit = mine.filter(unit=review.unit_id, kind=review.kind).order_by("-version")
    starts = {"previous": periods.previous(period).start, "following": periods.following(period).start}
    beside = {name: same_unit.filter(start=start).first() for name, start in starts.items()}
    below = mine.filter(
        kind=review.kind, start=review.start, unit__parent=review.unit_id, unit__level=child_level(review.unit)
    )
    newest = {found.unit.code: found.pk for found in below.order_by("version")}
    return {"versions": list(same_unit.filter(start=review.start)), "below": newest, **beside}


@require_safe
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a review as it was stored."""
    return render(request, "reviews/review_page.html", review_context(request, review_or_404(request, pk)))
