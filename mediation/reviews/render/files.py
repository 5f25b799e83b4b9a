"""Which files a review comes in: their kinds, their names, and how each is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mediation.reviews.models import Review
from mediation.reviews.outline import Outline
from mediation.reviews.render.docx import docx_of
from mediation.reviews.render.html import html_of
from mediation.reviews.render.pdf import pdf_of
from mediation.reviews.render.wording import clean
from mediation.reviews.render.xlsx import xlsx_of


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its ending, its media type, and what draws it; None where the review is needed too."""

    ending: str
    media_type: str
    draw: Callable[[Outline], bytes] | None


_OOXML = "application/vnd.openxmlformats-officedocument"
FILE_KINDS: Mapping[str, FileKind] = {
    kind.ending: kind
    for kind in (
        FileKind("pdf", "application/pdf", pdf_of),
        FileKind("docx", f"{_OOXML}.wordprocessingml.document", docx_of),
        FileKind("xlsx", f"{_OOXML}.spreadsheetml.sheet", None),
        FileKind("html", "text/html; charset=utf-8", lambda outline: html_of(outline).encode()),
    )
}


def drawn(kind: FileKind, outline: Outline, review: Review, names: Mapping[str, str]) -> bytes:
    """Return the file of a review's paper; ``names`` are of the codes in the review (``naming.names_of``)."""
    return kind.draw(outline) if kind.draw else xlsx_of(outline, review, names)


_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "·"))


def file_name(outline: Outline, ending: str, version: int | None = None) -> str:
    """Return what a file is called: its title, the version of its figures, and what is not yet final about it."""
    state = f"（{outline.mark}）" if outline.mark else ""
    words = clean(outline.title).translate(_NOT_IN_NAMES).strip(" .")[:60]
    edition = f"第{version}版" if version else ""
    return f"{words}{edition}{state}.{ending}"
