"""Pages of the shell itself: component page, language, theme, errors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
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


# -- Errors: what happened and what to do now, in plain words ---------------------------------------------------------


def _fault(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    template = "_fault.html" if getattr(request, "htmx", False) else "fault_page.html"
    return render(request, template, {"status": status, "title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _fault(request, 400, _("请求有误"), _("浏览器发来的内容不完整或格式不对，请返回重试。"))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: signed in, but not this desk."""
    return _fault(request, 403, _("没有权限"), _("您的岗位不能打开此页面或执行此操作。如有需要，请联系本单位管理员。"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: absent, or outside what the user may see; the two answers are the same."""
    return _fault(request, 404, _("未找到"), _("没有这项内容，或不在您的查看范围内。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form came without its mark: the page stood open too long, or cookies are off."""
    return _fault(
        request, 403, _("页面已过期"), _("请返回上一页刷新后重新提交。如仍出现，请检查浏览器是否允许使用 Cookie。")
    )


def server_error(_request: HttpRequest) -> HttpResponse:
    """500, without the database and without the shell: either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
