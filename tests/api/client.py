"""A caller of the API: a token of its own, JSON in and out, through the whole stack of middleware."""

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client

from grid import rls
from grid.accounts import sign_in_device
from grid.login import forget_tokens
from grid.models import User
from tests.api import contract

BASE = "/api/v1"


class Caller:
    """Somebody at the other end. Without a user: a stranger without token."""

    def __init__(self, user: User | None = None, language: str = "zh-hans") -> None:
        """Sign the user in on a device."""
        self.client = Client()
        self.headers: dict[str, str] = {"Accept-Language": language}
        if user is not None:
            self.device, token = sign_in_device(user=user, name="test")
            self.headers["Authorization"] = f"Token {token}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; header names are written with underscores."""
        # Tests run in one outer transaction: what a request before set must not help this one.
        rls.leave()
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else json.dumps(body, default=str)
        address = path if path.startswith("/") else f"{BASE}/{path}"
        response = self.client.generic(method, address, data, content_type="application/json", headers=given)
        answer = Answer(response)
        contract.check(method, address, answer)
        return answer

    def upload(self, path: str, content: bytes, name: str = "photo.jpg", **fields: Any) -> Any:
        """POST a file with its fields."""
        rls.leave()
        body = {"file": SimpleUploadedFile(name, content), **fields}
        answer = Answer(self.client.post(f"{BASE}/{path}", body, headers=self.headers))
        contract.check("POST", f"{BASE}/{path}", answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self.call("POST", path, body or {}, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """PATCH."""
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        """DELETE."""
        return self.call("DELETE", path, **headers)


class Answer:
    """What came back."""

    def __init__(self, response: HttpResponseBase) -> None:
        """Read the body."""
        self.response = response
        self.status = response.status_code
        self.path = ""
        self.content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        self.type = response.headers.get("Content-Type", "")

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.content)

    @property
    def etag(self) -> str:
        """The version."""
        return self.response.headers["ETag"]

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return self.response.headers.get(name, "")

    def __repr__(self) -> str:
        return f"<{self.status} {self.content[:400].decode('utf-8', 'replace')}>"


def report_body(place: int, **said: Any) -> dict[str, Any]:
    """A sound report."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "place": place,
        "category": "0102",
        "description": "楼上漏水，两家争吵多日未能解决",
        **said,
    }


def new_process() -> None:
    """Forget what a process keeps between requests, as another process would."""
    forget_tokens()


def at_once(calls: list[Callable[[], Any]], meanwhile: Callable[[], None] | None = None) -> list[Any]:
    """Make all calls at the same time, each in a thread with a connection of its own; return what they returned.

    ``meanwhile`` runs here once all have started.
    """

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        begun = [pool.submit(run, call) for call in calls]
        if meanwhile is not None:
            meanwhile()
        return [one.result(timeout=60) for one in begun]


def until_waiting(count: int) -> None:
    """Return when so many sessions wait for somebody else's transaction."""
    pause = threading.Event()
    for _try in range(1500):
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where not granted and locktype = 'transactionid'")
            if cursor.fetchone()[0] >= count:
                return
        pause.wait(0.01)
    raise AssertionError(f"never were {count} sessions waiting")
