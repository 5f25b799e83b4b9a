"""The papers one has to do with: being worked on, issued, received."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from grid.keyset import keyset_page
from grid.scope import REVIEWS, place_qs, standing_of
from grid.views.gate import seeing
from mediation.reviews.models import Delivery, Paper
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.shelves import Entry

TABS: dict[str, str | Promise] = {
    "open": gettext_lazy("在办"),
    "issued": gettext_lazy("已印发"),
    "received": gettext_lazy("收到的"),
}


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
