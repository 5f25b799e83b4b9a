"""Who comes in, and the one transaction of each request with the reader's scope set in it."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect

from grid import rls

View = TypeVar("View", bound=Callable[..., Any])


def opens_own_transaction(view: View) -> View:
    """Mark a view or a viewset's handler that opens its transaction itself: lean intake, sign-in, health checks."""
    view.own_transaction = True  # type: ignore[attr-defined]
    return view


def before_password_change(view: View) -> View:
    """Mark a view that works while the password must still be changed: changing it, signing out, the language."""
    view.before_password_change = True  # type: ignore[attr-defined]
    return view


class SignInMiddleware(LoginRequiredMiddleware):
    """Send strangers to the sign-in page, and whoever must change their password to that page (PV-16).

    A part of a page asked for by htmx must not be filled with the sign-in page: the whole page goes there instead.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Return where to go first, or None to go on."""
        if not getattr(view_func, "login_required", True):
            return None
        answer: HttpResponseBase | None = None
        if not request.user.is_authenticated:
            answer = redirect_to_login(self._wanted(request), reverse("grid:login"))
        elif request.user.must_change_password and not getattr(view_func, "before_password_change", False):
            answer = HttpResponseRedirect(reverse("grid:password-change"))
        if getattr(request, "htmx", False) and isinstance(answer, HttpResponseRedirect):
            return HttpResponseClientRedirect(answer.url)
        return answer

    @staticmethod
    def _wanted(request: HttpRequest) -> str:
        """Where to go after signing in: the page itself, or the page a form was on."""
        if request.method in ("GET", "HEAD") and not getattr(request, "htmx", False):
            return request.get_full_path()
        came_from = urlsplit(request.headers.get("Referer", ""))
        return came_from.path if came_from.netloc == request.get_host() else "/"


class ReadableMiddleware:
    """Answer 400 to a page's parameter that holds a NUL, which no text column can: nobody types one.

    Forms refuse it themselves, and so does the API; searches and filters read their words without a form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Remember the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on. Raises BadRequest for what cannot be read."""
        if not request.path_info.startswith("/api/"):
            for given in (request.GET, request.POST):
                if any("\0" in value for _name, values in given.lists() for value in values):
                    raise BadRequest
        return self.get_response(request)


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
