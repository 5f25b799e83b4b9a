"""The one gate for files (RELIABILITY.md rule 19, DOMAIN.md PV-20).

In: recognised by content, never by name or claim; pictures are decoded in a limited child and drawn anew, so that
nothing but their pixels is kept; names on disk are random. Out: through ``visible_to`` alone, never active.
"""

import hashlib
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cases.models import Attachment
from cases.moves import NotPossible

PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What Pillow calls it -> what it is served as. All are drawn anew and may be shown in a page."""
PDF = "application/pdf"
"""Kept as it came, for it may be signed; only ever handed out as a download."""
FOLDER = "attachments"
NAME_LENGTH = 100
CHILD_SECONDS = 20
ORPHAN_AGE = timedelta(hours=24)
_REENCODE = Path(__file__).with_name("reencode.py")
_CONTROL = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed the gate, as it will be kept."""

    content: bytes
    content_type: str
    name: str

    @property
    def sha256(self) -> str:
        """Hash of what is kept, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def check_file(content: bytes, name: str) -> CheckedFile:
    """Let a file in or refuse it.

    Raises NotPossible when it is empty, too large, of no allowed kind, or a picture that does not decode.
    """
    if not content:
        raise NotPossible(_("文件是空的。"), "file")
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise NotPossible(_("文件不能超过%(limit)sMB。") % {"limit": limit}, "file")
    kind = _kind_of(content)
    if kind == PDF:
        return CheckedFile(content, PDF, _tidy(name, "pdf"))
    if kind in PICTURES:
        return CheckedFile(_drawn_anew(content, kind), PICTURES[kind], _tidy(name, kind.lower()))
    raise NotPossible(_("只接受 JPEG、PNG、WebP 图片和 PDF 文件。"), "file")


def _kind_of(content: bytes) -> str:
    """Recognise a file by its first and last bytes; the empty text is everything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]:
        return PDF
    return ""


def _drawn_anew(content: bytes, kind: str) -> bytes:
    """Decode and encode a picture in a child that holds no keys and cannot take the house down with it."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_REENCODE), kind],
            input=content,
            capture_output=True,
            timeout=CHILD_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotPossible(_("图片无法处理，请重新拍摄或另存后上传。"), "file") from error
    if child.returncode == TOO_MANY_PIXELS:
        raise NotPossible(_("图片尺寸过大，请缩小后上传。"), "file")
    if child.returncode != 0 or not child.stdout:
        raise NotPossible(_("图片无法处理，请重新拍摄或另存后上传。"), "file")
    return child.stdout


TOO_MANY_PIXELS = 3
"""Exit code of the child, see ``cases/reencode.py``."""


def _tidy(name: str, suffix: str) -> str:
    """Return a name to show: no path, no control or direction marks, the suffix of what it really is."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in _CONTROL.sub("", bare) if unicodedata.category(char) not in ("Cf", "Cc", "Co"))
    stem = shown.rpartition(".")[0] or shown
    return f"{stem.strip('. ')[:NAME_LENGTH] or 'file'}.{'jpg' if suffix == 'jpeg' else suffix}"


def serve_file(user: Any, pk: int) -> FileResponse:
    """Hand out a file the user may see: pictures inline, all else as a download, and nothing of it active.

    Raises Http404 for a file that is not there or not theirs, alike.
    """
    attachment: Attachment = get_object_or_404(Attachment.objects.visible_to(user), pk=pk)
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=attachment.content_type not in PICTURES.values(),
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    for header, value in _HEADERS.items():
        response.headers[header] = value
    return response


def sweep_orphans(now: datetime) -> int:
    """Delete files without a row that are a day old (their transaction was undone); return how many.

    Call it in a system scope: where rows are hidden, every file would look like an orphan. Raises RuntimeError when
    that is plainly so.
    """
    names = set(Attachment.objects.values_list("file", flat=True))
    orphans = []
    kept = 0
    for name in _stored_names():
        if name in names:
            kept += 1
        elif now - default_storage.get_modified_time(name) > ORPHAN_AGE:
            orphans.append(name)
    if orphans and not kept and Attachment.objects.exists():
        raise RuntimeError("no stored file has a row: the media folder is not this database's")
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def _stored_names() -> list[str]:
    if not default_storage.exists(FOLDER):
        return []
    folders, _files = default_storage.listdir(FOLDER)
    return [
        f"{FOLDER}/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]
    ]
