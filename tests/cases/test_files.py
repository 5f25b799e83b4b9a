"""The gate for files: what comes in, what is kept, what goes out (RELIABILITY.md F1 to F4, DOMAIN.md PV-20)."""

import io
import struct
import uuid
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image, PngImagePlugin

from cases.files import check_file, serve_file, sweep_orphans
from cases.models import Attachment, Incident
from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused, attach_file
from tests.cases.inputs import PDF
from tests.cases.stage import LONG, C, S, Stage

GPS = {1: "N", 2: (37.0, 31.0, 12.0), 3: "E", 4: (111.0, 8.0, 24.0)}
SECRET = "地点：某某小区3号楼"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **save: Any) -> bytes:
    """A small picture: its left half red, its right half blue."""
    image = Image.new(mode, size, (0, 0, 255) if mode == "RGB" else None)  # type: ignore[arg-type]
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def with_exif(kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture that says where it was taken, by what, and which way up it is."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = orientation, "PhoneMaker", SECRET
    exif.get_ifd(0x8825).update(GPS)
    return picture(kind, exif=exif)


def opened(content: bytes) -> Image.Image:
    """The picture as a reader sees it."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG of any claimed size, with as little data as one likes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


class TestPictures:
    """Drawn anew: nothing but pixels is kept."""

    @pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
    def test_kept_in_their_kind_and_named_by_it(self, kind: str, suffix: str) -> None:
        checked = check_file(picture(kind), "照片.HTML")
        assert (checked.content_type, checked.name) == (f"image/{kind.lower()}", f"照片.{suffix}")
        image = opened(checked.content)
        assert (image.format, image.size) == (kind, (64, 48))
        assert image.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_no_place_maker_or_words_are_kept(self, kind: str) -> None:
        raw = with_exif(kind)
        assert opened(raw).getexif().get_ifd(0x8825)
        kept = check_file(raw, "a.jpg").content
        image = opened(kept)
        assert dict(image.getexif()) == {}
        assert {"exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp"} & set(image.info) == set()
        for trace in (b"PhoneMaker", SECRET.encode(), b"Exif", b"http://ns.adobe.com"):
            assert trace not in kept

    def test_text_in_a_png_and_xmp_in_a_jpeg_are_gone(self) -> None:
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", "secret words")
        words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
        assert b"secret" not in check_file(picture("PNG", pnginfo=words), "a.png").content
        xmp = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>secret</x:xmpmeta>"
        raw = picture(comment=b"secret comment")
        tagged = raw[:2] + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + raw[2:]
        assert b"secret" not in check_file(tagged, "a.jpg").content

    @pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
    def test_upright_stays_upright(self, orientation: int, size: tuple[int, int]) -> None:
        image = opened(check_file(with_exif(orientation=orientation), "a.jpg").content)
        assert image.size == size
        red_at = {1: (2, 20), 3: (60, 20), 6: (20, 2), 8: (20, 60)}[orientation]
        assert image.getpixel(red_at)[0] > 200  # type: ignore[index]

    def test_transparency_is_kept(self) -> None:
        raw = io.BytesIO()
        Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(raw, "PNG")
        assert opened(check_file(raw.getvalue(), "a.png").content).getpixel((0, 0))[3] == 0  # type: ignore[index]

    @pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
    def test_other_colour_models_are_taken(self, mode: str) -> None:
        kind = "JPEG" if mode in ("L", "CMYK") else "PNG"
        raw = io.BytesIO()
        Image.new(mode, (8, 8)).save(raw, kind)
        assert opened(check_file(raw.getvalue(), "a").content).size == (8, 8)

    def test_a_large_photo_is_kept_readable_and_smaller(self) -> None:
        kept = opened(check_file(picture(size=(6000, 4000), quality=40), "a.jpg").content)
        assert kept.size == (4096, 2731)

    def test_a_moving_picture_keeps_its_first_frame(self) -> None:
        raw = io.BytesIO()
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
        frames[0].save(raw, "PNG", save_all=True, append_images=frames[1:])
        kept = opened(check_file(raw.getvalue(), "a.png").content)
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.getpixel((0, 0))[0] > 200  # type: ignore[index]


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "html": lambda: HTML,
    "svg": lambda: SVG,
    "svg with a declaration": lambda: b'<?xml version="1.0"?>' + SVG,
    "javascript": lambda: b"alert(1)",
    "text": lambda: "只是文字".encode(),
    "gif": lambda: picture("GIF"),
    "bmp": lambda: picture("BMP"),
    "tiff": lambda: picture("TIFF"),
    "ico": lambda: picture("ICO"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "mvg": lambda: b"push graphic-context\nviewbox 0 0 640 480\n",
    "zip": lambda: b"PK\x03\x04" + b"\0" * 60,
    "office with macros": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
    "program": lambda: b"\x7fELF" + b"\0" * 60,
    "windows program": lambda: b"MZ" + b"\0" * 60,
    "test virus": lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "heic": lambda: b"\0\0\0\x18ftypheic" + b"\0" * 60,
    "wave in riff": lambda: b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    "jpeg head alone": lambda: b"\xff\xd8\xff\xe0",
    "jpeg head and html": lambda: b"\xff\xd8\xff\xe0" + HTML,
    "png head alone": lambda: b"\x89PNG\r\n\x1a\n",
    "webp head alone": lambda: b"RIFF\0\0\0\0WEBP",
    "truncated jpeg": lambda: picture(size=(400, 300))[:400],
    "truncated png": lambda: picture("PNG", size=(400, 300))[:80],
    "truncated webp": lambda: picture("WEBP", size=(400, 300))[:60],
    "png with broken data": lambda: png(64, 64, b"\0" * 10),
    "png of no size": lambda: png(0, 0),
    "pdf without an end": lambda: PDF[:20],
    "html before pdf": lambda: HTML + PDF,
    "gif that is html too": lambda: b"GIF89a/*" + HTML,
    "random bytes": lambda: bytes(range(256)) * 8,
}


class TestRefusals:
    """Recognised by content; what does not decode is not kept."""

    @pytest.mark.parametrize("name", REFUSED)
    def test_not_under_a_harmless_name(self, name: str) -> None:
        claimed = "paper.pdf" if "pdf" in name else "photo.jpg"
        with pytest.raises(NotPossible) as refusal:
            check_file(REFUSED[name](), claimed)
        assert refusal.value.field == "file"

    @pytest.mark.parametrize("size", [(13_000, 13_000), (40_001, 1000), (65_535, 65_535), (2**31 - 1, 2**31 - 1)])
    def test_too_many_pixels_are_refused_before_they_are_decoded(self, size: tuple[int, int]) -> None:
        bomb = png(*size, b"\0" * 1000)
        assert len(bomb) < 200
        with pytest.raises(NotPossible):
            check_file(bomb, "a.png")

    def test_a_bomb_that_would_unpack_is_refused_too(self) -> None:
        bomb = png(8000, 8000, b"\0" * (8000 * 3 + 1) * 8000)
        assert len(bomb) < 1_000_000
        with pytest.raises(NotPossible) as refusal:
            check_file(bomb, "a.png")
        assert "尺寸" in str(refusal.value)

    def test_forty_million_pixels_are_still_taken(self) -> None:
        assert max(opened(check_file(png(8000, 5000, b"\0" * (8000 * 3 + 1) * 5000), "a.png").content).size) == 4096

    def test_too_many_bytes(self, settings: Any) -> None:
        settings.ATTACHMENT_MAX_BYTES = 1024
        with pytest.raises(NotPossible):
            check_file(PDF + b" " * 1024, "a.pdf")

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_what_hangs_behind_a_picture_is_cut_off(self, kind: str) -> None:
        for tail in (HTML, b"PK\x03\x04" + b"payload" * 20, PDF):
            kept = check_file(picture(kind) + tail, "a.jpg").content
            assert b"script" not in kept
            assert b"payload" not in kept
            assert b"%PDF" not in kept

    def test_a_picture_hidden_in_another_kind_is_read_as_what_it_is(self) -> None:
        assert check_file(picture("PNG"), "a.jpg").content_type == "image/png"


class TestNames:
    """Shown as they are meant, never used on disk."""

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\x\\协议书.pdf", "协议书.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
            ("证据\u202efdp.exe", "证据fdp.pdf"),
            ("<script>.pdf", "script.pdf"),
            ("x" * 4000 + ".pdf", "x" * 100 + ".pdf"),
            ("", "file.pdf"),
            ("...", "file.pdf"),
        ],
    )
    def test_tidied(self, given: str, shown: str) -> None:
        assert check_file(PDF, given).name == shown


def attach(stage: Stage, record: Any, by: str = "worker", **more: Any) -> Attachment:
    """Attach a picture now."""
    given = {"content": picture(), "name": "现场.jpg"}
    return attach_file(record=record, by=stage.actor(by), at=stage.now(), **{**given, **more})


class TestAttaching:
    """To an incident or a case, by those who have a part in it, once however often it is sent."""

    def test_what_is_kept(self, stage: Stage, media: Path) -> None:
        pk = stage.report()
        attachment = attach(stage, stage.incident_now(pk), content=with_exif())
        stored = (media / attachment.file.name).read_bytes()
        assert (attachment.size, attachment.name, attachment.kind) == (len(stored), "现场.jpg", "photo")
        assert len(attachment.sha256) == 64
        assert dict(opened(stored).getexif()) == {}
        assert "现场" not in attachment.file.name
        assert attachment.levels == stage.incident_now(pk).levels
        event = stage.incident_now(pk).events.order_by("-seq")[0]
        assert (event.verb, event.data) == ("attach_file", {"attachment": attachment.pk, "kind": "photo"})

    def test_names_on_disk_are_random(self, stage: Stage) -> None:
        incident = stage.incident_now(stage.report())
        assert attach(stage, incident).file.name != attach(stage, incident).file.name

    @pytest.mark.parametrize("status", [S.REPORTED, S.HANDLED, S.CLOSED, S.INVALID, S.DUPLICATE])
    def test_photos_arrive_late(self, stage: Stage, status: str) -> None:
        pk = stage.incident(status)
        stage.wait(days=2)
        attach(stage, stage.incident_now(pk))
        assert stage.incident_now(pk).status == status

    def test_not_into_the_archive(self, stage: Stage, media: Path) -> None:
        with pytest.raises(NotPossible):
            attach(stage, stage.incident_now(stage.incident(S.ARCHIVED)))
        assert not list(media.rglob("*.*"))

    @pytest.mark.parametrize("by", ["worker", "clerk", "dispatcher", "handler", "second_handler"])
    def test_whoever_has_a_part_in_an_incident(self, stage: Stage, by: str) -> None:
        attach(stage, stage.incident_now(stage.incident(S.IN_PROGRESS)), by)

    @pytest.mark.parametrize("by", ["sibling_worker", "supervisor", "mediator", "stranger", "third_handler", "leader"])
    def test_nobody_else_and_nothing_of_theirs_is_decoded(self, stage: Stage, by: str) -> None:
        with pytest.raises(NotAllowed):
            attach(stage, stage.incident_now(stage.incident(S.IN_PROGRESS)), by, content=b"not even a picture")

    def test_to_a_case_by_its_team(self, stage: Stage) -> None:
        case = stage.case_now(stage.case(C.MEDIATING))
        for by in ("clerk", "director", "mediator"):
            attach(stage, case, by, content=PDF, name="证据.pdf", kind="evidence")
        with pytest.raises(NotAllowed):
            attach(stage, case, "second_mediator")
        assert case.attachments.count() == 3

    def test_resent_it_is_the_first_file(self, stage: Stage, media: Path) -> None:
        incident, key = stage.incident_now(stage.report()), uuid.uuid4()
        first = attach(stage, incident, client_uuid=key)
        assert attach(stage, incident, client_uuid=key).pk == first.pk
        assert incident.attachments.count() == 1
        assert incident.events.filter(verb="attach_file").count() == 1
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1
        with pytest.raises(KeyReused):
            attach(stage, stage.incident_now(stage.report()), client_uuid=key)

    def test_somebody_elses_equal_key_is_another_file(self, stage: Stage) -> None:
        incident, key = stage.incident_now(stage.report()), uuid.uuid4()
        assert attach(stage, incident, client_uuid=key).pk != attach(stage, incident, "clerk", client_uuid=key).pk

    def test_a_refused_one_can_be_sent_again(self, stage: Stage) -> None:
        incident, key = stage.incident_now(stage.report()), uuid.uuid4()
        with pytest.raises(NotPossible):
            attach(stage, incident, client_uuid=key, content=HTML)
        attach(stage, incident, client_uuid=key)

    def test_only_of_known_kinds_and_not_without_end(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        from cases.workflow import attach as module

        incident = stage.incident_now(stage.report())
        with pytest.raises(NotPossible) as refusal:
            attach(stage, incident, kind="virus")
        assert refusal.value.field == "kind"
        monkeypatch.setattr(module, "MOST", 1)
        attach(stage, incident)
        with pytest.raises(NotPossible):
            attach(stage, incident)

    def test_nothing_lies_about_when_the_write_fails(self, stage: Stage, media: Path) -> None:
        pk = stage.report()
        Incident._base_manager.filter(pk=pk).update(last_seq=0)  # Its event will meet one of the same number.
        with pytest.raises(IntegrityError), transaction.atomic():
            attach(stage, stage.incident_now(pk))
        assert not [path for path in media.rglob("*") if path.is_file()]


class TestServing:
    """Through visible_to alone, never active."""

    def body(self, response: Any) -> bytes:
        return b"".join(response.streaming_content)

    def test_a_picture_is_shown_and_inert(self, stage: Stage) -> None:
        attachment = attach(stage, stage.incident_now(stage.report()))
        response = serve_file(stage.actor("dispatcher"), attachment.pk)
        assert opened(self.body(response)).size == (64, 48)
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Content-Disposition"].startswith("inline")
        assert response["Cache-Control"] == "private, no-store"
        assert "%E7%8E%B0%E5%9C%BA.jpg" in response["Content-Disposition"]

    def test_a_pdf_is_only_ever_downloaded(self, stage: Stage) -> None:
        attachment = attach(stage, stage.incident_now(stage.report()), content=PDF, name="回执.pdf")
        response = serve_file(stage.actor("worker"), attachment.pk)
        assert self.body(response) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        "by", ["sibling_worker", "stranger", "handler", "mediator", "auditor", "leader", "system_admin"]
    )
    def test_anothers_file_answers_like_none(self, stage: Stage, by: str) -> None:
        attachment = attach(stage, stage.incident_now(stage.report()))
        with pytest.raises(Http404) as foreign:
            serve_file(stage.actor(by), attachment.pk)
        with pytest.raises(Http404) as absent:
            serve_file(stage.actor(by), attachment.pk + 1_000_000)
        assert str(foreign.value) == str(absent.value)

    def test_a_restricted_ones_file_is_as_closed_as_itself(self, stage: Stage) -> None:
        attachment = attach(stage, stage.incident_now(stage.report(category="0306")))
        serve_file(stage.actor("dispatcher"), attachment.pk)
        with pytest.raises(Http404):
            serve_file(stage.actor("clerk"), attachment.pk)

    def test_it_is_lost_with_the_access(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        attachment = attach(stage, stage.incident_now(pk))
        serve_file(stage.actor("handler"), attachment.pk)
        stage.do("recall_incident", pk, "dispatcher", remark=LONG)
        with pytest.raises(Http404):
            serve_file(stage.actor("handler"), attachment.pk)


class TestSweeping:
    """What a transaction left behind is gone after a day; what has a row stays."""

    def test_orphans_only(self, stage: Stage, media: Path) -> None:
        kept = attach(stage, stage.incident_now(stage.report()))
        orphan = default_storage.save("attachments/ab/" + "a" * 32, ContentFile(b"left behind"))
        assert sweep_orphans(timezone.now()) == 0
        assert sweep_orphans(timezone.now() + timedelta(hours=25)) == 1
        assert not (media / orphan).exists()
        assert (media / kept.file.name).exists()

    def test_it_stops_where_every_file_looks_like_one(self, stage: Stage, media: Path) -> None:
        attachment = attach(stage, stage.incident_now(stage.report()))
        (media / attachment.file.name).rename(media / "attachments" / "ff")
        orphan = default_storage.save("attachments/ab/" + "b" * 32, ContentFile(b"of another house"))
        with pytest.raises(RuntimeError):
            sweep_orphans(timezone.now() + timedelta(days=2))
        assert (media / orphan).exists()

    def test_an_empty_house(self, db: None) -> None:
        assert sweep_orphans(timezone.now()) == 0
