"""Small changes of the shell itself: language, theme; and the answer to a form that came too late."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from config.shell import THEME_COOKIE, THEMES
from grid.middleware import before_password_change

YEAR = 365 * 24 * 60 * 60


def back_to(request: HttpRequest) -> str:
    """Return the page a shell form was on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@login_not_required
@before_password_change
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and with the account of whoever is signed in."""
    chosen = request.POST.get("language", "")
    answer = HttpResponseRedirect(back_to(request))
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        if request.user.is_authenticated and request.user.language != chosen:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return answer


@login_not_required
@before_password_change
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark on this device; anything else follows the system again."""
    chosen = request.POST.get("theme", "")
    answer = HttpResponseRedirect(back_to(request))
    if chosen in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    else:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form came without its mark: the page stood open too long, or cookies are off.

    The other faults are templates that Django finds by their number (400.html, 403.html, 404.html, 500.html).
    """
    return render(request, "403_csrf.html", status=403)
