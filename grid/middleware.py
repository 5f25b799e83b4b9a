"""One transaction per request, with the reader's scope set in it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from grid import rls

View = TypeVar("View", bound=Callable[..., Any])


def opens_own_transaction(view: View) -> View:
    """Mark a view or a viewset's handler that opens its transaction itself: lean intake, sign-in, health checks."""
    view.own_transaction = True  # type: ignore[attr-defined]
    return view


class ScopeMiddleware:
    """Wrap each request in one transaction and enter the signed-in user's scope (DESIGN.md rule 3).

    An answer of 400 or above undoes what was written, so a refused verb leaves nothing behind. Requests that carry
    a token instead of a session enter their scope when DRF has authenticated them (``grid.login``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Remember the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Run the request inside its transaction."""
        if self._opens_own_transaction(request):
            return self.get_response(request)
        with transaction.atomic():
            if request.user.is_authenticated:
                rls.enter(request.user)
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    @staticmethod
    def _opens_own_transaction(request: HttpRequest) -> bool:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return True
        view = getattr(match.func, "cls", match.func)
        # One address of a viewset reads and writes; each method has a handler, and only handlers are marked.
        handlers: dict[str, str] = getattr(match.func, "actions", None) or {}
        handler = getattr(view, handlers.get((request.method or "").lower(), ""), None)
        return bool(getattr(handler or view, "own_transaction", False))
