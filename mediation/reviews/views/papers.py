"""The papers one has to do with: being worked on, issued, received."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from grid.keyset import keyset_page
from grid.scope import REVIEWS, Reach, place_qs, standing_of
from grid.views.gate import seeing
from mediation.reviews.models import Paper, Suggestion
from mediation.reviews.models.moving import addressed_ids, delivered
from mediation.reviews.shelves import Entry
from mediation.reviews.views.paper import suggestions_with_moves

TABS: dict[str, str | Promise] = {
    "open": gettext_lazy("在办"),
    "issued": gettext_lazy("已印发"),
    "received": gettext_lazy("收到的"),
}


@require_safe
@seeing(REVIEWS)
def paper_list(request: HttpRequest) -> HttpResponse:
    """Show papers: those being worked on, those issued, those received."""
    is_house = bool(standing_of(request.user).reaching(REVIEWS, Reach.SUBTREE))
    # A department or a committee works on no papers: it gets them.
    tabs = TABS if is_house else {"received": TABS["received"]}
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else next(iter(tabs))
    page = keyset_page(_listed(request.user, tab), request.GET, ("-pk",))
    entries = [(paper, Entry(paper.review.kind, paper.review.start, paper.review)) for paper in page]
    owed = _owed(request.user) if tab == "received" else []
    context = {"tabs": tabs, "tab": tab, "page": page, "entries": entries, "owed": owed, "is_house": is_house}
    return render(request, "reviews/paper_list_page.html", context)


def _owed(user: Any) -> list[dict[str, Any]]:
    """The suggestions a unit of the user's has still to carry out, with what may be done about each."""
    ours = Suggestion.objects.visible_to(user).filter(owner__in=addressed_ids(standing_of(user)))
    rows = ours.filter(status__in=Suggestion.OWED).select_related("owner", "unit").order_by("due_on", "pk")
    return list(suggestions_with_moves(rows, user))


def _listed(user: Any, tab: str) -> Any:
    found = Paper.objects.visible_to(user).select_related("review__unit").defer("outline", "review__figures")
    if tab == "received":
        return found.filter(pk__in=delivered("paper_id", standing_of(user)))
    here = Q(pk__in=[])
    for part in place_qs(standing_of(user).posts):
        here |= part
    return found.filter(here, status__in=Paper.OUT if tab == "issued" else Paper.OPEN)
