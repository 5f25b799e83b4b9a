"""Request bodies with files, and answers that are files.

JSON needs nothing here: Django itself stops reading at ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

ROOM_FOR_FIELDS = 64 * 1024
"""Bytes beside the file: its other fields and the boundaries."""


class TooLarge(APIException):
    """The body is larger than the house accepts: 413."""

    status_code = 413
    default_detail = _("提交的内容过大。")


class BoundedMultiPartParser(MultiPartParser):
    """Multipart with one file; refused by its announced length before anything is read."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return fields and files. Raises TooLarge or ParseError."""
        context = dict(parser_context or {})
        announced = str(context["request"].META.get("CONTENT_LENGTH") or "0")
        if not announced.isdecimal() or int(announced) > settings.ATTACHMENT_MAX_BYTES + ROOM_FOR_FIELDS:
            raise TooLarge
        return super().parse(stream, media_type, context)


class AnyAccept(DefaultContentNegotiation):
    """A file comes as what it is, whatever the browser says it would like; refusals stay JSON."""

    def select_renderer(self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None) -> Any:  # type: ignore[override]
        """Choose the only one there is."""
        return renderers[0], renderers[0].media_type
