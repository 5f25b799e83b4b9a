"""A POST that is sent again does its work once (RELIABILITY.md rule 10, I1 to I5).

A client gives every POST a key of its own making, in the header ``Idempotency-Key`` or as ``client_uuid`` in the
body. The key is claimed by a row in the transaction that does the work: a second sender waits for the first one's
commit and gets the same answer, byte for byte; if the first one failed, its claim is gone and the second works.
Reports of incidents keep their key on the incident itself (``cases.workflow.intake``).
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable
from rest_framework.exceptions import APIException, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import SentRequest
from grid.api.doors import signed_in

WAIT_SECONDS = 5
"""How long a second sender waits for the first before it is told to come back."""
KEPT_HEADERS = ("ETag", "Location")


class StillAtWork(APIException):
    """The same request is being worked on: 409, come back in a moment."""

    status_code = 409
    default_detail = _("同一请求正在处理，请稍后重试。")
    wait = WAIT_SECONDS


class KeyOfAnother(APIException):
    """The key came with other content before: 422, and nothing of the first answer is shown."""

    status_code = 422
    default_detail = _("该编号已用于另一项请求，请重新生成后提交。")


class Answered(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, response: HttpResponse) -> None:
        """Keep the answer."""
        super().__init__()
        self.response = response


class Once:
    """Mixin for viewsets, put before them when they are registered (``config.api``)."""

    request: Request
    action: str
    sent: SentRequest | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After sign-in and permissions, claim the key or repeat the answer it got."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        handler = getattr(self, self.action or "", None)
        if request.method == "POST" and not getattr(handler, "keeps_own_key", False):
            key = _key(request)
            if key is not None and request.user.is_authenticated:
                self.sent = _claimed(request, key)

    def handle_exception(self, error: Exception) -> Any:
        """Give the answer of before instead of working again."""
        if isinstance(error, Answered):
            return error.response
        return super().handle_exception(error)  # type: ignore[misc]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer with the claim; a refusal is rolled back with it, so that the next try works."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        # What one person may see is for nobody's cache (ASVS 14.3.2).
        response.headers.setdefault("Cache-Control", "no-store")
        if self.sent is not None and isinstance(response, Response) and response.status_code < 400:
            response.render()
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            self.sent.status = response.status_code
            self.sent.answer = {"body": response.content.decode(), "headers": headers}
            self.sent.save(update_fields=["status", "answer"])
        return response


def _key(request: Request) -> uuid.UUID | None:
    text = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not text:
        try:
            text = str(request.data.get("client_uuid") or "") if isinstance(request.data, dict) else ""
        except UnsupportedMediaType:
            # The handler says so again, after it has looked whether the record is in sight.
            return None
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValidationError({"client_uuid": [_("编号须为 UUID。")]}) from None


_CLAIM_SQL = """
insert into cases_sentrequest (user_id, key, digest, status, answer, created_at) values (%s, %s, %s, 0, null, %s)
on conflict (user_id, key) do nothing returning id
"""


def _claimed(request: Request, key: uuid.UUID) -> SentRequest:
    """Claim the key for this request. Raises Answered, KeyOfAnother or StillAtWork."""
    digest = _digest(request)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
        try:
            cursor.execute(_CLAIM_SQL, [request.user.pk, key, digest, timezone.now()])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise StillAtWork from error
            raise
        claimed = cursor.fetchone()
        cursor.execute("select set_config('lock_timeout', '0', true)")
    known = SentRequest.objects.get(user_id=signed_in(request).pk, key=key)
    if claimed is not None:
        return known
    if bytes(known.digest) != digest:
        raise KeyOfAnother
    raise Answered(_repeated(known))


def _repeated(known: SentRequest) -> HttpResponse:
    answer = known.answer or {"body": "", "headers": {}}
    response = HttpResponse(answer["body"], status=known.status, content_type="application/json")
    for name, value in answer["headers"].items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def _digest(request: Request) -> bytes:
    """A hash of where the request went and what it said, files included."""
    seen = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    for name, value in _said(request.data):
        seen.update(f"{len(name)}:{name}={len(value)}:".encode())
        seen.update(value)
    return seen.digest()


def _said(data: Any) -> Iterator[tuple[str, bytes]]:
    if not hasattr(data, "lists"):
        yield "", json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()
        return
    for name, values in sorted(data.lists()):
        for value in values:
            if isinstance(value, UploadedFile):
                inside = hashlib.sha256()
                for chunk in value.chunks():
                    inside.update(chunk)
                value.seek(0)
                yield name, inside.digest()
            else:
                yield name, str(value).encode()
