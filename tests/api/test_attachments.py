"""Files over the API: uploaded once, listed, served through the permission check (DOMAIN.md PV-20)."""

import io
import uuid
from typing import Any

import pytest
from PIL import Image

from cases.models import Attachment
from grid import rls
from tests.api.client import Caller
from tests.cast import Cast, case_in_mediation, report


def picture(kind: str = "JPEG") -> bytes:
    """A small red picture."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, kind)
    return made.getvalue()


def files() -> int:
    """How many there are, in any county."""
    with rls.system_scope():
        return Attachment.objects.count()


def test_a_photo_is_added_listed_and_served(cast: Cast) -> None:
    incident = report(cast)
    worker = Caller(cast.worker)
    added = worker.upload(f"incidents/{incident.pk}/attachments/", picture(), "现场/照片.jpg", kind="photo")
    assert added.status == 201, added
    assert added.json["content_type"] == "image/jpeg"
    assert "/" not in added.json["name"]
    assert worker.get(f"incidents/{incident.pk}/attachments/").json == [added.json]
    assert worker.get(f"attachments/{added.json['id']}/").json == added.json
    served = worker.get(f"attachments/{added.json['id']}/file/", Accept="image/avif,image/webp")
    assert served.status == 200
    assert served.header("Content-Type") == "image/jpeg"
    assert served.header("X-Content-Type-Options") == "nosniff"
    assert "sandbox" in served.header("Content-Security-Policy")
    assert "no-store" in served.header("Cache-Control")
    assert Image.open(io.BytesIO(served.content)).size == (40, 30)


def test_a_photo_sent_again_is_one_file(cast: Cast) -> None:
    incident = report(cast)
    worker, key = Caller(cast.worker), str(uuid.uuid4())
    path = f"incidents/{incident.pk}/attachments/"
    answers = [worker.upload(path, picture(), client_uuid=key) for _ in range(3)]
    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.content for answer in answers}) == 1
    assert files() == 1
    assert worker.upload(path, picture("PNG"), client_uuid=key).status == 422
    assert files() == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.svg"),
        (b"<html><script>alert(1)</script></html>", "photo.jpg"),
        (picture()[:60], "photo.jpg"),
        (b"MZ" + b"\x00" * 100, "photo.exe"),
    ],
)
def test_what_is_no_picture_and_no_pdf_is_refused(cast: Cast, content: bytes, name: str) -> None:
    incident = report(cast)
    answer = Caller(cast.worker).upload(f"incidents/{incident.pk}/attachments/", content, name)
    assert answer.status in (400, 409), answer
    assert "file" in answer.json["errors"]
    assert files() == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(cast: Cast, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    incident = report(cast)
    answer = Caller(cast.worker).upload(f"incidents/{incident.pk}/attachments/", b"x" * 100_000)
    assert answer.status == 413, answer
    assert files() == 0


def test_a_file_is_no_json(cast: Cast) -> None:
    incident = report(cast)
    assert Caller(cast.worker).post(f"incidents/{incident.pk}/attachments/", {"file": "x"}).status == 415


def test_a_file_is_seen_where_its_record_is(cast: Cast) -> None:
    case, _one, _other = case_in_mediation(cast)
    pk = Caller(cast.mediator).upload(f"cases/{case.pk}/attachments/", picture(), kind="evidence").json["id"]
    for who, status in {"director": 200, "dispatcher": 200, "worker": 404, "handler": 404, "stranger": 404}.items():
        caller = Caller(cast.users[who])
        for path in (f"attachments/{pk}/", f"attachments/{pk}/file/"):
            answer = caller.get(path)
            assert answer.status == status, (who, path, answer)
            if status == 404:
                assert answer.content == caller.get(path.replace(str(pk), "999999")).content
    assert Caller().get(f"attachments/{pk}/file/").status == 401
