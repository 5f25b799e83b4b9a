"""Papers of reviews: taken up, written, checked, objected to, issued, acknowledged."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms import attempt
from cases.moves import NotAllowed, acting_role, allowed_moves
from cases.views.incidents import one_tap
from cases.views.moves import Door, gone, make_move
from grid.forms import sent
from grid.keyset import keyset_page
from grid.scope import REVIEWS, place_qs, standing_of
from grid.views.gate import seeing, user_of
from mediation.reviews.forms import AnswerForm, SectionForm
from mediation.reviews.models import Delivery, Paper
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.render.html import body_of
from mediation.reviews.shelves import Entry
from mediation.reviews.texts import outline_of
from mediation.reviews.views.review import review_or_404
from mediation.reviews.workflow import (
    PAPER_MOVES,
    PAPER_VERBS,
    answer_objection,
    draft_review,
    edit_section,
    hand_typed,
    note_read,
    unacknowledged,
)

PAPER_DOOR = Door(Paper, PAPER_MOVES, PAPER_VERBS, "reviews:paper-detail", "reviews:paper-move")
OWN_PAGES = frozenset({"edit_section", "answer_objection"})
"""Moves with pages of their own: they name a section or an objection."""

TABS: dict[str, str | Promise] = {
    "open": gettext_lazy("在办"),
    "issued": gettext_lazy("已印发"),
    "received": gettext_lazy("收到的"),
}


def paper_or_404(request: HttpRequest, pk: int) -> Paper:
    """The paper, of the user's places or addressed to their units."""
    found = Paper.objects.select_related("review__unit", "drafted_by", "checked_by", "issued_by")
    paper: Paper | None = found.one_visible(request.user, pk)
    if paper is None:
        raise Http404
    return paper


def paper_context(request: HttpRequest, paper: Paper) -> dict[str, Any]:
    """What is written, what may be done, and what has been."""
    moves = [move for move in allowed_moves(paper, request.user, PAPER_MOVES) if move.verb not in OWN_PAGES]
    entry = Entry(paper.review.kind, paper.review.start, paper.review)  # type: ignore[arg-type]
    events = paper.events.select_related("by").order_by("-seq")
    return {
        "paper": paper,
        "review": paper.review,
        "title": entry.title,
        "body": body_of(outline_of(paper.review, paper)),
        "sections": list(paper.sections.select_related("edited_by").order_by("position")),
        "may_write": _may(paper, request.user, "edit_section"),
        "may_answer": _may(paper, request.user, "answer_objection"),
        "main_moves": [move for move in moves if move.is_primary],
        "other_moves": [move for move in moves if not move.is_primary],
        # What is grave is asked once more.
        "quick": one_tap([move for move in moves if not move.is_grave]),
        "typed": hand_typed(paper) if not paper.is_out else {},
        "objections": list(paper.objections.select_related("of_unit", "by", "answered_by").order_by("pk")),
        "receipts": list(paper.receipts.select_related("of_unit", "user").order_by("read_at")),
        "waiting": unacknowledged(paper) if paper.is_out else [],
        "events": [(event, PAPER_MOVES[event.verb].label) for event in events if event.verb in PAPER_MOVES],
    }


def _may(paper: Paper, user: Any, verb: str) -> bool:
    move = PAPER_MOVES[verb]
    return paper.status in move.sources and acting_role(move, paper, user) is not None


@require_safe
def paper_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a paper; that an addressed unit has opened an issued one is noted."""
    paper = paper_or_404(request, pk)
    note_read(paper=paper, user=user_of(request), at=timezone.now())
    return render(request, "reviews/paper_page.html", paper_context(request, paper))


@require_POST
def paper_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the paper of a review."""
    paper = draft_review(review=review_or_404(request, pk), by=user_of(request), at=timezone.now())
    messages.success(request, _("已起草，各章节按数据自动写出初稿。"))
    return redirect(PAPER_DOOR.back(paper))


@require_http_methods(["GET", "POST"])
def paper_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Make a move on a paper."""
    if verb in OWN_PAGES:
        raise Http404
    return make_move(request, PAPER_DOOR, pk, verb)


@require_http_methods(["GET", "POST"])
def section_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write a section in place of what the figures say."""
    paper = paper_or_404(request, pk)
    section = get_object_or_404(paper.sections.all(), key=key)
    _check(paper, request.user, "edit_section")
    first = {"written": section.written or section.generated, "base": section.version}
    form = SectionForm(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if given["written"].strip() == section.generated.strip():
            given["written"] = ""
        done = attempt(form, lambda: edit_section(pk=pk, by=user_of(request), at=timezone.now(), section=key, **given))
        if done is not None:
            messages.success(request, _("“%(heading)s”已保存。") % {"heading": section.heading})
            return gone(request, PAPER_DOOR.back(paper))
    context = {"paper": paper, "review": paper.review, "section": section, "form": form, "back": PAPER_DOOR.back(paper)}
    return render(request, "reviews/section_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def objection_answer(request: HttpRequest, pk: int, objection_pk: int) -> HttpResponse:
    """Answer what a unit had to say."""
    paper = paper_or_404(request, pk)
    objection = get_object_or_404(paper.objections.select_related("of_unit"), pk=objection_pk)
    _check(paper, request.user, "answer_objection")
    form = AnswerForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given: Mapping[str, Any] = form.cleaned_data
        verb = lambda: answer_objection(  # noqa: E731
            pk=pk, by=user_of(request), at=timezone.now(), objection=objection, **given
        )
        if attempt(form, verb) is not None:
            return gone(request, PAPER_DOOR.back(paper))
    context = {"paper": paper, "review": paper.review, "objection": objection, "form": form}
    context["back"] = PAPER_DOOR.back(paper)
    return render(request, "reviews/objection_page.html", context, status=422 if form.errors else 200)


def _check(paper: Paper, user: Any, verb: str) -> None:
    if acting_role(PAPER_MOVES[verb], paper, user) is None:
        raise NotAllowed(_("您的岗位不能执行“%(verb)s”。") % {"verb": PAPER_MOVES[verb].label})


@require_safe
@seeing(REVIEWS)
def paper_list(request: HttpRequest) -> HttpResponse:
    """Show papers: those being worked on, those issued, those received."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "open"
    page = keyset_page(_listed(request.user, tab), request.GET, ("-pk",))
    entries = [(paper, Entry(paper.review.kind, paper.review.start, paper.review)) for paper in page]
    return render(request, "reviews/paper_list_page.html", {"tabs": TABS, "tab": tab, "page": page, "entries": entries})


def _listed(user: Any, tab: str) -> Any:
    found = Paper.objects.visible_to(user).select_related("review__unit").defer("outline", "review__figures")
    if tab == "received":
        to_us = Delivery.objects.filter(to_unit_id__in=addressed_ids(standing_of(user)))
        return found.filter(pk__in=to_us.values("paper"))
    here = Q(pk__in=[])
    for part in place_qs(standing_of(user).posts):
        here |= part
    return found.filter(here, status__in=Paper.OUT if tab == "issued" else Paper.OPEN)


def paper_link(paper: Paper) -> str:
    """The address of a paper."""
    return reverse("reviews:paper-detail", args=[paper.pk])
