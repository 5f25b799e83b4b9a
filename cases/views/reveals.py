"""The auditor's desk: who looked at which sealed field, and why (DOMAIN.md PV-04, PV-11)."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Reveal
from grid.keyset import keyset_page
from grid.scope import AUDIT, Reach, Role, place_qs, standing_of
from grid.views.gate import open_to


def reveal_list_context(request: HttpRequest) -> dict[str, Any]:
    """Looks within the auditor's places, newest first. Whom they were about, an auditor does not see."""
    places = place_qs(standing_of(request.user).reaching(AUDIT, Reach.SUBTREE))
    mine = reduce(or_, places, Q(pk__in=()))
    rows = Reveal.objects.filter(mine).select_related("by")
    name = request.GET.get("q", "").strip()
    if name:
        rows = rows.filter(by__name__icontains=name)
    return {"page": keyset_page(rows, request.GET, ("-pk",)), "q": name}


@require_safe
@open_to(Role.AUDITOR)
def reveal_list(request: HttpRequest) -> HttpResponse:
    """Show the log."""
    return render(request, "cases/reveal_list_page.html", reveal_list_context(request))
