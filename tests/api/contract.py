"""Every answer a test of the API sees is held against the OpenAPI file: known operation and status, right shape."""

import re
from functools import cache
from typing import Any

from django.urls import Resolver404, resolve
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

_PARAMETER = re.compile(r"<[^>]+>|\{[^}]+\}")


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as it is generated now."""
    with translation.override("zh-hans"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Method and address, its parameters left blank -> operation."""
    return {
        (method.upper(), _PARAMETER.sub("{}", path)): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    }


def response_of(operation: dict[str, Any], status: int | str) -> dict[str, Any] | None:
    """What the document says of an answer."""
    described: dict[str, Any] | None = operation["responses"].get(str(status))
    if described is not None and "$ref" in described:
        described = document()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    return described


def address_of(path: str) -> str | None:
    """The address of a request with its parameters left blank, or None where there is no door."""
    try:
        return "/" + _PARAMETER.sub("{}", resolve(path.split("?")[0]).route)
    except Resolver404:
        return None


def check(method: str, path: str, answer: Any) -> None:
    """Fail on an answer that the document does not describe. Unknown addresses and methods answer as problems."""
    address = address_of(path)
    operation = operations().get((method, address or ""))
    if operation is None:
        if address != "/api/v1/schema/":
            assert answer.status in (404, 405, 406, 401), (method, path, answer)
        return
    if answer.status in (405, 406):
        return
    described = response_of(operation, answer.status)
    assert described is not None, f"{method} {address} answered {answer.status}, which is not described: {answer}"
    for kind, content in described.get("content", {}).items():
        if kind.split(";")[0] == answer.type.split(";")[0] and kind.endswith("json"):
            error = next(_validator(method, address or "", answer.status, kind).iter_errors(answer.json), None)
            assert error is None, f"{method} {address} {answer.status}: {error}"
        assert content is not None


@cache
def _validator(method: str, address: str, status: int, kind: str) -> Draft202012Validator:
    described = response_of(operations()[(method, address)], status)
    assert described is not None
    schema = described["content"][kind]["schema"]
    return Draft202012Validator({"components": document()["components"], **schema})
