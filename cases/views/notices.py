"""The inbox: what moved that one should know of."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.models import Notice
from cases.workflow import CASE_MOVES, INCIDENT_MOVES
from grid.keyset import keyset_page
from grid.views.gate import user_of


def notice_list_context(request: HttpRequest) -> dict[str, Any]:
    """One's own notices about what one still may see, newest first."""
    rows = Notice.objects.visible_to(request.user).filter(user=user_of(request))
    rows = rows.select_related("incident__category", "case__category")
    page = keyset_page(rows, request.GET, ("-pk",), size=30)
    labels = {**INCIDENT_MOVES, **CASE_MOVES}
    return {
        "page": page,
        "lines": [
            (
                notice,
                labels[notice.verb].label if notice.verb in labels else notice.verb,
                notice.incident or notice.case,
            )
            for notice in page
        ],
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
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    if notice.incident_id:
        return redirect("cases:incident-detail", pk=notice.incident_id)
    return redirect("mediation:case-detail", pk=notice.case_id)


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    Notice.objects.filter(user=user_of(request), read_at__isnull=True).update(read_at=timezone.now())
    return redirect("cases:notice-list")
