"""Refusals as problem+json (RFC 9457), worded for the user, wherever in the house they arise."""

import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused
from grid.workflow import Forbidden, Refused

CONTENT_TYPE = "application/problem+json"
API = "/api/"
RETRY_SECONDS = 5
"""How long a client waits before it tries again what the database could not take."""


def problem_json(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate what a verb or DRF raised; None leaves it to ``server_error``."""
    refusal = refused(error)
    if refusal is not None:
        return _response(refusal)
    if isinstance(error, OperationalError | InterfaceError):
        return _response(unavailable(), {"Retry-After": str(RETRY_SECONDS)})
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    headers = {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if name in response}
    return _response(_of_rest(error, response), headers)


def refused(error: Exception) -> dict[str, Any] | None:
    """Return the problem for a refusal by a verb or by scope, or None for any other error."""
    if isinstance(error, NotAllowed | Forbidden):
        return problem(403, _("没有权限"), str(error))
    if isinstance(error, NotPossible | Refused):
        return problem(409, _("无法执行"), str(error), {error.field: [str(error)]} if error.field else None)
    if isinstance(error, KeyReused):
        return problem(422, _("编号冲突"), str(error))
    if isinstance(error, Http404 | exceptions.NotFound):
        return absent()
    if isinstance(error, PermissionDenied):
        return problem(403, _("没有权限"), _("您的岗位不能执行此操作。"))
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("内容过大"), _("提交的内容过大。"))
    return None


def problem(status: int, title: str, detail: str, errors: Any = None, **more: Any) -> dict[str, Any]:
    """Return the body of a problem; ``errors`` maps inputs to what is wrong with them."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors is not None:
        body["errors"] = errors
    return body | more


def absent() -> dict[str, Any]:
    """The one answer for what does not exist and for what lies outside the reader's scope."""
    return problem(404, _("未找到"), _("没有这项内容，或不在您的查看范围内。"))


def unavailable() -> dict[str, Any]:
    """The answer while the database does not serve."""
    return problem(503, _("服务暂不可用"), _("系统暂时无法处理，请稍后重试。"))


def _of_rest(error: exceptions.APIException, response: Response) -> dict[str, Any]:
    titles = {
        401: _("未登录"),
        403: _("没有权限"),
        405: _("方法不允许"),
        406: _("格式不支持"),
        409: _("正在处理"),
        412: _("记录已更新"),
        413: _("内容过大"),
        415: _("格式不支持"),
        422: _("编号冲突"),
        428: _("缺少版本"),
        429: _("请求过于频繁"),
    }
    if isinstance(error, exceptions.ValidationError):
        return problem(400, _("输入有误"), _first(response.data), response.data)
    status = response.status_code
    return problem(status, titles.get(status, _("请求有误")), str(error.detail), **getattr(error, "extra", {}))


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], content_type=CONTENT_TYPE, headers=headers)


def _first(errors: Any, field: str = "") -> str:
    """Return the first message of a nest of errors, with the field it is about."""
    if isinstance(errors, dict):
        name, inner = next(iter(errors.items()), ("", ""))
        return _first(inner, str(name))
    if isinstance(errors, list):
        inner = next((item for item in errors if item), "")
        return _first(inner, field)
    return f"{field}: {errors}" if field and field != "non_field_errors" else str(errors)


# -- What arises outside DRF's views -----------------------------------------------------------------------------------


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that does not exist: under /api/ the same answer as a record out of scope."""
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    return _plain(absent())


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of ours, or the database away: 503 then, so that clients wait and try again."""
    error = sys.exc_info()[1]
    is_away = isinstance(error, OperationalError | InterfaceError)
    if not request.path.startswith(API):
        response: HttpResponse = defaults.server_error(request)
        if is_away:
            response.status_code = 503
    else:
        response = _plain(unavailable() if is_away else problem(500, _("系统错误"), _("系统出错，已记录。")))
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many wrong passwords for one account: the API says so as a problem, pages as a page (axes)."""
    if request.path.startswith(API):
        response = _plain(problem(429, _("账号已锁定"), _("密码错误次数过多，账号已锁定半小时。")))
    else:
        response = render(request, "grid/locked_page.html", status=429)
    response["Retry-After"] = str(30 * 60)
    return response


def _plain(body: dict[str, Any]) -> HttpResponse:
    """Answer a problem byte for byte as DRF's renderer would."""
    text = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE, json_dumps_params=text)
