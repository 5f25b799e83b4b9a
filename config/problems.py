"""Refusals in the API as problem+json (RFC 9457), worded for the user."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused


def problem_json(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate what a verb or DRF raised; None leaves it to Django (500)."""
    if isinstance(error, NotAllowed):
        return _problem(403, _("没有权限"), str(error))
    if isinstance(error, NotPossible):
        return _problem(409, _("无法执行"), str(error), {error.field: [str(error)]} if error.field else None)
    if isinstance(error, KeyReused):
        return _problem(422, _("编号冲突"), str(error))
    if isinstance(error, Http404 | exceptions.NotFound):
        return _problem(404, _("未找到"), _("没有这项内容，或不在您的查看范围内。"))
    if isinstance(error, PermissionDenied):
        return _problem(403, _("没有权限"), _("您的岗位不能执行此操作。"))
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    errors = response.data if isinstance(error, exceptions.ValidationError) else None
    title = _("输入有误") if errors is not None else str(error.detail)
    problem = _problem(response.status_code, title, _first(errors) if errors is not None else str(error.detail), errors)
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            problem[header] = response[header]
    return problem


def _problem(status: int, title: str, detail: str, errors: Any = None) -> Response:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors is not None:
        body["errors"] = errors
    return Response(body, status=status, content_type="application/problem+json")


def _first(errors: Any, field: str = "") -> str:
    """Return the first message of a nest of errors, with the field it is about."""
    if isinstance(errors, dict):
        name, inner = next(iter(errors.items()), ("", ""))
        return _first(inner, str(name))
    if isinstance(errors, list):
        inner = next((item for item in errors if item), "")
        return _first(inner, field)
    return f"{field}: {errors}" if field and field != "non_field_errors" else str(errors)
