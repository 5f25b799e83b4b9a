"""The paper of a review: read as it stands, written section by section, checked, issued, acknowledged, corrected."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms import MoveForm, attempt
from cases.moves import Move, allowed_moves, check_role, check_state
from grid.scope import standing_of
from mediation.reviews.hiding import stands_over
from mediation.reviews.models import Correction, Paper, Review, Suggestion
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.outline import Chart, Heading, Listing, Outline, Paragraph, Table
from mediation.reviews.render.charts import svg_of
from mediation.reviews.texts import outline_of, parts_of
from mediation.reviews.views.course import course_addresses
from mediation.reviews.views.figures import address_at
from mediation.reviews.views.review import review_or_404
from mediation.reviews.words import title_of
from mediation.reviews.workflow import (
    PAPER_MOVES,
    PAPER_VERBS,
    SUGGESTION_MOVES,
    differences,
    draft_review,
    hand_typed,
    note_read,
    unacknowledged,
)
from mediation.reviews.workflow.numbering import KEEPERS
from mediation.reviews.workflow.papers import paper_on

APART = ("draft_paper", "edit_section", "answer_objection")
"""Moves whose buttons stand where they belong: beside the section or objection, or alone while there is no paper."""


@require_safe
def paper_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the paper as it would be, or was, issued, and what the user may do with it."""
    review = review_or_404(request, pk)
    paper = paper_on(review)
    if paper.pk is not None:
        note_read(paper=paper, user=request.user, at=timezone.now())
    return render(request, "reviews/paper_page.html", paper_context(request, review, paper))


def paper_context(request: HttpRequest, review: Review, paper: Paper) -> dict[str, Any]:
    """Everything the page of a paper shows."""
    moves = {move.verb: move for move in allowed_moves(paper, request.user, PAPER_MOVES)}
    outline = outline_of(review, paper if paper.pk else None)
    known = paper.pk is not None
    is_house = stands_over(request.user, review.unit)
    return {
        "is_house": is_house,
        "review": review,
        "title": title_of(review),
        "paper": paper,
        "outline": outline,
        "blocks": list(blocks_of(outline, review, request.user)),
        "moves": [move for verb, move in moves.items() if verb not in APART],
        "may_set_sending": not standing_of(request.user).roles.isdisjoint(KEEPERS),
        "may_draft": "draft_paper" in moves,
        "sections": list(_sections(review, paper)) if "edit_section" in moves else [],
        "typed": hand_typed(paper) if known and not paper.is_out else {},
        "objections": list(_own_rows(request, paper.objections, is_house=is_house).order_by("pk")) if known else [],
        "suggestions": list(_suggestions(request, review)),
        "may_answer": "answer_objection" in moves,
        "receipts": list(_receipts(request, paper, is_house=is_house)),
        "waiting": unacknowledged(paper) if paper.is_out and is_house else [],
        "events": list(_events(paper)) if known and is_house else [],
        "correction": Correction.objects.filter(corrects=review).first(),
    }


def _own_rows(request: HttpRequest, rows: Any, *, is_house: bool) -> Any:
    """All for the people of the place; those of one's own unit for somebody the paper was sent to."""
    found = rows.select_related("of_unit")
    return found if is_house else found.filter(of_unit__in=addressed_ids(standing_of(request.user)))


def _receipts(request: HttpRequest, paper: Paper, *, is_house: bool) -> Any:
    if not paper.is_out:
        return ()
    return _own_rows(request, paper.receipts, is_house=is_house).select_related("of_unit", "user").order_by("read_at")


def _sections(review: Review, paper: Paper) -> Iterator[dict[str, Any]]:
    """The sections to write, with what is expected of the writer."""
    parts = {part.key: part for part in parts_of(review)}
    for row in paper.sections.order_by("position"):
        part = parts.get(row.key)
        yield {
            "row": row,
            "hint": part.hint if part else "",
            "is_missing": bool(part and part.is_required and not row.written),
        }


def _suggestions(request: HttpRequest, review: Review) -> Iterator[dict[str, Any]]:
    """The suggestions drawn from the review, with what the user may do about each."""
    rows = Suggestion.objects.visible_to(request.user).filter(review=review).select_related("owner", "unit")
    yield from suggestions_with_moves(rows.order_by("pk"), request.user)


def suggestions_with_moves(rows: Any, user: Any) -> Iterator[dict[str, Any]]:
    """Suggestions, what was said of each last, and what the user may do about it."""
    for row in rows:
        said = row.events.exclude(words="").order_by("-seq").select_related("by").first()
        yield {"row": row, "said": said, "moves": allowed_moves(row, user, SUGGESTION_MOVES)}


def _events(paper: Paper) -> Iterator[dict[str, Any]]:
    for event in paper.events.select_related("by").order_by("-seq"):
        yield {"label": PAPER_MOVES[event.verb].label, "event": event}


def blocks_of(outline: Outline, review: Review | None = None, user: Any = None) -> Iterator[dict[str, Any]]:
    """The blocks of an outline by what they are, for the template; charts drawn, open to the records of ``review`` and
    to the reviews of its steps that ``user`` may see.
    """
    names: Mapping[type, str] = {
        Heading: "heading",
        Paragraph: "paragraph",
        Listing: "listing",
        Table: "table",
        Chart: "chart",
    }
    for block in outline.everything():
        # Numbers stand at the right, as their heads do.
        numeric = [column.is_number for column in block.columns] if isinstance(block, Table) else []
        rows = [list(zip(row, numeric, strict=True)) for row in block.rows] if isinstance(block, Table) else []
        drawing = drawn(block, review, user) if isinstance(block, Chart) else ""
        yield {"is": names[type(block)], "block": block, "rows": rows, "drawing": drawing}


def drawn(chart: Chart, review: Review | None, user: Any) -> SafeString:
    """The drawing that stands in PDF and DOCX; here each number in it opens its records."""
    found: dict[str, str] = {}
    if review is not None:
        refs = {figure.ref for one in chart.series for figure in one.figures}
        found = {ref: address_at(review, ref) for ref in refs} | course_addresses(review, refs, user)
    with translation.override("zh-hans"):
        return mark_safe(svg_of(chart, {ref: url for ref, url in found.items() if url}))  # Escaped where it is drawn.


@require_safe
def paper_differences(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would come out differently now, counted as of the same moment with all that is known by now.

    Absent for readers from elsewhere before whom the paper was laid: what they may see of the records is not all.
    """
    review = review_or_404(request, pk)
    if not stands_over(request.user, review.unit):
        raise Http404
    context = {"review": review, "title": title_of(review), "differences": differences(review)}
    return render(request, "reviews/paper_differences_page.html", context)


@require_POST
def paper_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the paper of a review."""
    review = review_or_404(request, pk)
    check_role(PAPER_MOVES["draft_paper"], paper_on(review), request.user)
    draft_review(review=review, by=request.user, at=timezone.now())
    return redirect("reviews:paper-detail", pk=pk)


@require_http_methods(["GET", "POST"])
def paper_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a move, or make it.

    Raises Http404 outside one's scope or for an unknown verb, NotAllowed and NotPossible as the verb itself would.
    """
    review = review_or_404(request, pk)
    if verb not in PAPER_VERBS or verb == "draft_paper":
        raise Http404
    move, paper = PAPER_MOVES[verb], paper_on(review)
    check_role(move, paper, request.user)
    check_state(move, paper)
    given, shown = _beside(request, paper, verb)
    # What the address names already is no input of the form.
    asked = replace(move, needs=tuple(need for need in move.needs if need.name not in given))
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(asked, paper, request.user, posted, initial=_initial(shown))
    if posted is not None and form.is_valid():
        done = attempt(form, lambda: _make(request, move, paper, {**form.needs(), **given}))
        if done is not None:
            messages.success(request, _("“%(verb)s”已记录。") % {"verb": move.label})
            return redirect("reviews:paper-detail", pk=pk)
    context = {"review": review, "title": title_of(review), "move": move, "form": form, **shown}
    context["back"] = reverse("reviews:paper-detail", kwargs={"pk": pk})
    return render(request, "reviews/paper_move_page.html", context, status=422 if form.errors else 200)


def _make(request: HttpRequest, move: Move, paper: Paper, needs: Mapping[str, Any]) -> Any:
    return PAPER_VERBS[move.verb](pk=paper.pk, by=request.user, at=timezone.now(), **needs)


def _beside(request: HttpRequest, paper: Paper, verb: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Needs that the address names, and what the page shows of them. Raises Http404 when they are not the paper's."""
    if verb == "edit_section":
        section = get_object_or_404(paper.sections, key=request.GET.get("section", ""))
        part = next((part for part in parts_of(paper.review) if part.key == section.key), None)
        given: dict[str, Any] = {"section": section.key}
        if request.POST.get("base", "").isdigit():
            given["base"] = int(request.POST["base"])
        return given, {"section": section, "hint": part.hint if part else ""}
    if verb == "answer_objection":
        number = request.GET.get("objection", "")
        objection = get_object_or_404(paper.objections, pk=number if number.isdigit() else 0)
        return {"objection": objection}, {"objection": objection}
    return {}, {"typed": hand_typed(paper)} if verb == "check_paper" else {}


def _initial(shown: Mapping[str, Any]) -> dict[str, Any]:
    section = shown.get("section")
    return {"written": section.written or section.generated} if section is not None else {}
