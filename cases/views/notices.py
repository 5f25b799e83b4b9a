"""The inbox: what moved that one should know of."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.models import Notice
from cases.notices import words_of
from cases.workflow.notices import read_notices
from grid.keyset import keyset_page
from grid.views.gate import user_of


def notice_list_context(request: HttpRequest) -> dict[str, Any]:
    """One's own notices about what one still may see, newest first."""
    rows = Notice.objects.visible_to(request.user).filter(user=user_of(request))
    rows = rows.select_related("incident__category", "case__category")
    page = keyset_page(rows, request.GET, ("-pk",), size=30)
    return {
        "page": page,
        "lines": [(notice, words_of(notice), notice.incident or notice.case) for notice in page],
        "has_unread": any(notice.read_at is None for notice in page),
    }


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show the inbox."""
    return render(request, "cases/notice_list_page.html", notice_list_context(request))


@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to the record."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user).filter(user=user_of(request)), pk=pk)
    read_notices(by=user_of(request), at=timezone.now(), notice=notice)
    if notice.incident_id:
        return redirect("cases:incident-detail", pk=notice.incident_id)
    if notice.case_id:
        return redirect("mediation:case-detail", pk=notice.case_id)
    # What is about no matter is about a paper laid before one's unit.
    return redirect("reviews:paper-list")


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    read_notices(by=user_of(request), at=timezone.now())
    return redirect("cases:notice-list")
