"""The records behind one number of a review."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from cases.workflow import CASE_MOVES, INCIDENT_MOVES
from grid.keyset import keyset_page
from mediation.reviews.figures import NoFigures
from mediation.reviews.indicators import REGISTER, Shape
from mediation.reviews.models import Review
from mediation.reviews.tracing import Number
from mediation.reviews.views.review import review_or_404
from mediation.reviews.words import category_name, place_names, source_name, title_of

NOUNS = {Incident: "incident", IncidentEvent: "incident", Case: "case", CaseEvent: "case"}
"""Kind of record -> what its rows link to; the roster's are shown as themselves."""


def record_list_context(request: HttpRequest, review: Review, measure: str) -> dict[str, Any]:
    """One page of what the reader may see of the records, and how many there are. Raises Http404 for no such number."""
    number = Number.named(measure, request.GET)
    try:
        total, found = number.stored_in(review), number.records_in(review, request.user)
    except NoFigures as error:
        raise Http404 from error
    visible = found.order_by().count()
    is_event = found.model in (IncidentEvent, CaseEvent)
    page = keyset_page(found, request.GET, ("pk",))
    noun = NOUNS.get(found.model, found.model._meta.model_name)
    return {
        "review": review,
        "title": title_of(review),
        "measure": REGISTER[measure],
        "is_rate": REGISTER[measure].shape is Shape.RATE,
        "number": number,
        "where": _where(review, number),
        "total": total,
        "visible": visible,
        "counts": {"mediator": "people", "committee": "bodies", "studio": "bodies"}.get(str(noun), "items"),
        "hidden": total - visible,
        "noun": noun,
        "is_event": is_event,
        "page": page,
        "rows": [_row(record, noun, is_event) for record in page],
    }


def _row(record: Any, noun: str | None, is_event: bool) -> dict[str, Any]:
    if not is_event:
        return {"record": record, "at": None, "what": ""}
    return {"record": getattr(record, str(noun)), "at": record.at, "what": _what(record)}


def _what(event: Any) -> str:
    """What happened, as the table of moves says it."""
    move = {**INCIDENT_MOVES, **CASE_MOVES}.get(event.verb)
    return str(move.label) if move else str(event.verb)


def _where(review: Review, number: Number) -> str:
    """The place, category or source a number is of."""
    if number.child:
        return place_names(review).get(number.child, number.child)
    if number.category:
        return category_name(number.category)
    return source_name(number.source) if number.source else ""


@require_safe
def record_list(request: HttpRequest, pk: int, measure: str) -> HttpResponse:
    """Show what a number counts: as it was counted, cut to what the reader may see."""
    context = record_list_context(request, review_or_404(request, pk), measure)
    return render(request, "reviews/record_list_page.html", context)
