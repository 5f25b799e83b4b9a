"""The calendar of the reading room: what is there, due, late and missing in a year."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grid.scope import REVIEWS, Reach
from grid.views.gate import seeing
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import YEARS
from mediation.reviews.views.room import place_context
from mediation.reviews.yearbook import STATES, rows_of, this_year


def calendar_context(request: HttpRequest) -> dict[str, Any]:
    """A year of one place, kind by kind; or of one kind, place by place."""
    context, now = place_context(request), timezone.now()
    year, kind = _year(request), request.GET.get("kind", "")
    context |= {"year": year, "next_year": year < this_year(now), "states": STATES}
    unit = context["unit"]
    if unit is None:
        return context
    # Days are too many for a table of places.
    if kind in Kind.values and kind != Kind.DAILY:
        units = [unit, *context["below"]]
        rows = rows_of(request.user, units, [Kind(kind)], year, now)
        return context | {"kind": kind, "kind_label": Kind(kind).label, "matrix": rows}
    return context | {"rows": rows_of(request.user, [unit], list(Kind), year, now)}


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    if not asked:
        return this_year(timezone.now())
    if not (asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS):
        raise Http404
    return int(asked)


@require_safe
@seeing(REVIEWS, Reach.SUBTREE)
def review_calendar(request: HttpRequest) -> HttpResponse:
    """Show a year."""
    return render(request, "reviews/calendar_page.html", calendar_context(request))
