"""Keyset paging for every list of the API: no OFFSET, no COUNT(*) (PERFORMANCE.md 5)."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
COUNT_CAP = 1000
"""Counting stops here: "more than 1,000" costs the same at any size of table."""


class KeysetPagination(BasePagination):
    """Pages by the last row seen. A view's ``ordering`` names the columns, all in one direction, unique at the end.

    A list that is seen in several ways (by place, by access, as reporter) comes as parts; the first rows of each are
    read in index order and merged, in one statement for the keys and one for the rows.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page of a list that is a single queryset."""
        return self.paginate_parts([queryset], request, view)

    def paginate_parts(self, parts: Sequence[QuerySet[Any]], request: Request, view: Any) -> list[Any]:
        """Return one page of the merged parts, and remember where the next one begins.

        Raises ValidationError for a page size or cursor that is none.
        """
        self.request = request
        order: tuple[str, ...] = tuple(view.ordering)
        self.fields = [name.lstrip("-") for name in order]
        self.descends = order[0].startswith("-")
        size = _page_size(request)
        parts = [part for part in parts if not part.query.is_empty()]
        rows = self._rows(parts, order, size + 1, view)
        self.next_cursor = _written([getattr(rows[size - 1], name) for name in self.fields]) if len(rows) > size else ""
        self.count = _counted(parts) if request.query_params.get("count") in ("1", "true") else None
        return rows[:size]

    def get_paginated_response_data(self, data: Any) -> dict[str, Any]:
        """Return the body of the page."""
        body: dict[str, Any] = {"results": data, "next": self._next_link()}
        if self.count is not None:
            body["count"] = {"value": min(self.count, COUNT_CAP), "is_capped": self.count > COUNT_CAP}
        return body

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page."""
        return Response(self.get_paginated_response_data(data))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page in the OpenAPI file."""
        count = {
            "type": "object",
            "description": "Only with ?count=1. `is_capped` means more than `value`.",
            "properties": {"value": {"type": "integer"}, "is_capped": {"type": "boolean"}},
            "required": ["value", "is_capped"],
        }
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri"},
                "count": count,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters in the OpenAPI file."""
        return [
            _parameter("cursor", "string", "From `next` of the page before; opaque."),
            _parameter("page_size", "integer", f"Rows a page, {PAGE_SIZE} unless given, {MAX_PAGE_SIZE} at most."),
            _parameter("count", "boolean", f"Count the rows as well, up to {COUNT_CAP}."),
        ]

    def _rows(self, parts: list[QuerySet[Any]], order: tuple[str, ...], size: int, view: Any) -> list[Any]:
        if not parts:
            return []
        after = self._after(parts[0].model)
        cut = [part.filter(after).order_by(*order)[:size] for part in parts]
        if len(cut) == 1:
            return list(cut[0])
        keys = cut[0].values_list(*self.fields).union(*(part.values_list(*self.fields) for part in cut[1:]))
        ids = [row[-1] for row in keys.order_by(*order)[:size]]
        found = {row.pk: row for row in view.get_queryset().filter(pk__in=ids)} if ids else {}
        return [found[pk] for pk in ids if pk in found]

    def _after(self, model: Any) -> Q:
        """The condition for rows behind the cursor, in a form whose first column bounds the index scan."""
        text = self.request.query_params.get("cursor", "")
        if not text:
            return Q()
        values = _read(text, model, self.fields)
        beyond = "lt" if self.descends else "gt"
        first, *rest = self.fields
        if not rest:
            return Q(**{f"{first}__{beyond}": values[0]})
        (second,) = rest
        tie = Q(**{f"{first}__{beyond}": values[0]}) | Q(**{f"{second}__{beyond}": values[1]})
        return Q(**{f"{first}__{beyond}e": values[0]}) & tie

    def _next_link(self) -> str | None:
        if not self.next_cursor:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = self.next_cursor
        return f"{self.request.build_absolute_uri(self.request.path)}?{query.urlencode()}"


def _parameter(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": kind}}


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size", "")
    if not text:
        return PAGE_SIZE
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [_("每页条数须在1到%(most)s之间。") % {"most": MAX_PAGE_SIZE}]})
    return int(text)


def _written(values: list[Any]) -> str:
    plain = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(text: str, model: Any, fields: list[str]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        columns = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in fields]
        if not isinstance(plain, list) or len(plain) != len(columns) or None in plain:
            raise ValueError
        return [column.to_python(value) for column, value in zip(columns, plain, strict=True)]
    except Exception as error:
        raise ValidationError({"cursor": [_("翻页位置无效，请从第一页开始。")]}) from error


def _counted(parts: list[QuerySet[Any]]) -> int:
    if not parts:
        return 0
    cut = [part.order_by().values_list("pk")[: COUNT_CAP + 1] for part in parts]
    merged = cut[0] if len(cut) == 1 else cut[0].union(*cut[1:])[: COUNT_CAP + 1]
    return int(merged.count())
