"""The OpenAPI file: what every operation has in common is said here once."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

BASE = "/api/v1/"
PROBLEMS = {
    400: "The input's shape is wrong; `errors` names each field.",
    401: "No token or session, or an expired one.",
    403: "The record is visible, but this verb is not yours.",
    404: "Absent, or outside your places: the two are answered alike.",
    409: "The verb does not fit the record as it stands, or the same request is still being worked on (Retry-After).",
    412: "If-Match is stale: `yours` is what you had in mind, `stands` what stands.",
    413: "The body is too large.",
    415: "The body's type is not supported.",
    422: "The key was used for another request before.",
    428: "This edit needs If-Match.",
    429: "Too many tries.",
    503: "The database is away; try again after Retry-After seconds.",
}


HEADERS = {
    "Idempotency-Key": "A UUID of your making: the same request sent again does nothing and gets the same answer.",
    "If-Match": "The ETag you read; the write is refused when the record changed since.",
}


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `detail` is for the user, in the language of Accept-Language (zh-hans, en)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.JSONField(required=False)  # type: ignore[assignment]
    yours = serializers.JSONField(required=False)
    stands = serializers.JSONField(required=False)


class HouseSchema(AutoSchema):
    """Adds the headers and refusals that every operation of a kind shares."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Describe one operation."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        handler = getattr(self.view, getattr(self.view, "action", "") or "", None)
        keeps_own_key = getattr(handler, "keeps_own_key", False)
        is_open = operation.get("security") in ([{}], [])
        is_detail = "{" in self.path
        parameters = operation.setdefault("parameters", [])
        if self.method == "POST" and not keeps_own_key and not is_open:
            parameters.append(self._header("Idempotency-Key"))
        if is_detail and self.method in ("POST", "PATCH"):
            parameters.append(self._header("If-Match"))
        codes = {401, 503}
        if self.method != "GET":
            codes |= {400, 403, 409, 413, 415, 422}
        elif any(parameter.get("in") == "query" for parameter in parameters):
            codes |= {400}
        if is_detail:
            codes |= {404}
            codes |= {412} if self.method in ("POST", "PATCH") else set()
            codes |= {428} if self.method == "PATCH" else set()
        if getattr(self.view, "throttle_classes", []):
            codes |= {429}
        for code in sorted(codes | set(getattr(handler, "refuses", ()))):
            operation["responses"].setdefault(str(code), self._refusal(code))
        return operation

    def _refusal(self, code: int) -> dict[str, str]:
        """Point to the answer of a kind of refusal, described once."""
        body = self.resolve_serializer(Problem, "response").ref
        content = {"application/problem+json": {"schema": body}}
        schema = {"description": PROBLEMS[code], "content": content}
        return self._described_once(f"Problem{code}", ResolvedComponent.RESPONSE, schema)

    def _header(self, name: str) -> dict[str, str]:
        """Point to the description of a header."""
        schema = {
            "name": name,
            "in": "header",
            "required": False,
            "description": HEADERS[name],
            "schema": {"type": "string"},
        }
        return self._described_once(name.replace("-", ""), ResolvedComponent.PARAMETER, schema)

    def _described_once(self, name: str, kind: str, schema: dict[str, Any]) -> dict[str, str]:
        component = ResolvedComponent(name=name, type=kind, object=name, schema=schema)
        self.registry.register_on_missing(component)
        ref: dict[str, str] = component.ref
        return ref

    def get_operation_id(self) -> str:
        """Name operations by noun and verb: ``incidents_verify_incident``."""
        noun = self.path.removeprefix(BASE).split("/")[0].replace("-", "_")
        return f"{noun}_{getattr(self.view, 'action', '') or self.method.lower()}"

    def get_tags(self) -> list[str]:
        """Group operations by the noun their address begins with."""
        return [self.path.removeprefix(BASE).split("/")[0]]

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Add the empty text to a fixed list where the column may be empty: nothing is decided yet."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        model = getattr(getattr(field.parent, "Meta", None), "model", None)
        if direction == "response" and isinstance(field, serializers.ChoiceField) and model is not None:
            column = model._meta.get_field(field.source)
            if column.blank and isinstance(schema, dict) and "enum" in schema and "" not in schema["enum"]:
                schema["enum"] = [*schema["enum"], ""]
        return schema


class TokenScheme(OpenApiAuthenticationExtension):
    """``Authorization: Token …``."""

    target_class = "grid.login.CachedTokenAuthentication"
    match_subclasses = True
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the header."""
        text = "`Token ` and the token from /api/v1/auth/login/"
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": text}
