"""Signing in and out, and changing one's password (DOMAIN.md PV-16)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from grid.forms import PasswordForm, SignInForm, sent
from grid.middleware import before_password_change, opens_own_transaction
from grid.workflow import change_password


@login_not_required
@opens_own_transaction
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in. Five failures lock the name for half an hour; the locked page is then shown by axes.

    The view opens no transaction around itself: a failure must be counted though the answer is a refusal.
    """
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(sent(request))
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            return _speaking(user, HttpResponseRedirect(_next(request)))
        form.add_error(None, _("用户名或密码不正确。连续输错5次，账号将锁定30分钟。"))
    status = 422 if form.errors else 200
    return render(request, "grid/login_page.html", {"form": form, "next": _next(request)}, status=status)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse(settings.LOGIN_REDIRECT_URL)


def _speaking(user: Any, answer: HttpResponse) -> HttpResponse:
    """Let the browser speak the language kept with the account."""
    if user.language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


@before_password_change
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out on this device."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@before_password_change
@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's password; the other devices are signed out by it."""
    assert request.user.is_authenticated  # SignInMiddleware.
    form = PasswordForm(request.user, sent(request))
    if request.method == "POST" and form.is_valid():
        change_password(user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改，其他设备上的登录已失效。"))
        return redirect("home")
    context = {"form": form, "forced": request.user.must_change_password}
    return render(request, "grid/password_page.html", context, status=422 if form.errors else 200)
