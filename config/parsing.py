"""Request bodies with files. JSON needs nothing here: Django itself stops at ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser


class TooLarge(APIException):
    """The body is larger than the house accepts: 413."""

    status_code = 413
    default_detail = _("提交的内容过大。")


class BoundedMultiPartParser(MultiPartParser):
    """Multipart with files; refused by its announced length before anything is read."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return fields and files. Raises TooLarge or ParseError."""
        context = dict(parser_context or {})
        announced = context["request"].META.get("CONTENT_LENGTH") or "0"
        # Room for the other fields and the boundaries.
        if not str(announced).isdecimal() or int(announced) > settings.ATTACHMENT_MAX_BYTES + 64 * 1024:
            raise TooLarge
        return super().parse(stream, media_type, context)
