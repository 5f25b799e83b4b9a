"""Refusals of verbs as pages: the one place where NotAllowed becomes 403 and NotPossible 409.

Forms show a NotPossible beside the input it is about (``cases.forms.attempt``); what reaches this middleware had no
form to stand in. The API words its own (``config.problems``).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused
from grid.workflow import Refused


class RefusalMiddleware:
    """Answer a refused verb with a page, or with a part of one when htmx asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Remember the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Word the refusal; anything else is left to Django."""
        if isinstance(exception, NotAllowed):
            return refusal(request, 403, _("没有权限"), str(exception))
        if isinstance(exception, NotPossible | KeyReused | Refused):
            return refusal(request, 409, _("无法执行"), str(exception))
        return None


def refusal(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """Return the page, or the part for an open dialog, that says why not."""
    return render(request, "fault_page.html", {"status": status, "title": title, "text": text}, status=status)
