"""The records behind one number of a review."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from cases.workflow import CASE_MOVES, INCIDENT_MOVES
from grid.keyset import keyset_page
from mediation.reviews.figures import NoFigures
from mediation.reviews.figures.behind import seen_by
from mediation.reviews.findings import finding_of, records_of_finding, sentence
from mediation.reviews.indicators import REGISTER
from mediation.reviews.models import OutsideFigure, Population, Review
from mediation.reviews.tracing import JOINED, Number
from mediation.reviews.views.review import review_or_404
from mediation.reviews.words import category_name, place_names, source_name, title_of

NOUNS = {
    Incident: "incident",
    IncidentEvent: "incident",
    Case: "case",
    CaseEvent: "case",
    Population: "stated",
    OutsideFigure: "stated",
}
"""Kind of record -> what its rows are shown as; the others are shown as themselves."""

COUNTED_IN = {"mediator": "people", "committee": "bodies", "studio": "bodies", "unit": "bodies"}


def record_list_context(request: HttpRequest, review: Review, measure: str) -> dict[str, Any]:
    """One page of what the reader may see of the records behind a number. Raises Http404 for no such number."""
    number = Number.named(measure, request.GET)
    try:
        total, found = number.stored_in(review), number.records_in(review, request.user)
    except NoFigures as error:
        raise Http404 from error
    entry, part = REGISTER[measure], ""
    if entry.bottom:
        part = _("（分母）") if number.is_denominator else _("（分子）")
    where = _where(review, number)
    return {
        **_listing(request, review, found, total),
        "heading": f"{entry.name}{part} · {where}" if where else f"{entry.name}{part}",
        "said": [str(entry.formula), str(entry.basis)],
    }


def finding_context(request: HttpRequest, review: Review, finding_id: str) -> dict[str, Any]:
    """The same of a finding or a hit of the guard. Raises Http404 for one that the review does not have."""
    try:
        finding, found = finding_of(review, finding_id), records_of_finding(review, finding_id)
    except NoFigures as error:
        raise Http404 from error
    seen = seen_by(request.user, found).select_related(*JOINED[found.model])
    category = finding.get("category_name", "")
    return {
        **_listing(request, review, seen, finding["count"]),
        "heading": f"{finding['place_name']} · {category}" if category else finding["place_name"],
        "said": [sentence(finding)],
    }


def _listing(request: HttpRequest, review: Review, found: Any, total: int) -> dict[str, Any]:
    """A page of records, with how many the reader may see of how many there are."""
    visible = found.order_by().count()
    is_event = found.model in (IncidentEvent, CaseEvent)
    noun = NOUNS.get(found.model, str(found.model._meta.model_name))
    page = keyset_page(found, request.GET, ("pk",))
    return {
        "review": review,
        "title": title_of(review),
        "total": total,
        "visible": visible,
        "hidden": total - visible,
        "counts": COUNTED_IN.get(noun, "items"),
        "noun": noun,
        "is_event": is_event,
        "page": page,
        "rows": [_row(record, noun, is_event) for record in page],
    }


def _row(record: Any, noun: str, is_event: bool) -> dict[str, Any]:
    if not is_event:
        return {"record": record, "at": None, "what": ""}
    return {"record": getattr(record, noun), "at": record.at, "what": _what(record)}


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


@require_safe
def finding_records(request: HttpRequest, pk: int, finding: str) -> HttpResponse:
    """Show what a finding is about."""
    context = finding_context(request, review_or_404(request, pk), finding)
    return render(request, "reviews/record_list_page.html", context)
