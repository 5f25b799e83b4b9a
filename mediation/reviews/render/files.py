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

Draw = Callable[[Outline, Review, Mapping[str, str]], bytes]


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its ending, its media type, and what draws it."""

    ending: str
    media_type: str
    draw: Draw


_OOXML = "application/vnd.openxmlformats-officedocument"
FILE_KINDS: Mapping[str, FileKind] = {
    kind.ending: kind
    for kind in (
        FileKind("pdf", "application/pdf", lambda outline, _review, _names: pdf_of(outline)),
        FileKind("docx", f"{_OOXML}.wordprocessingml.document", lambda outline, _review, _names: docx_of(outline)),
        FileKind("xlsx", f"{_OOXML}.spreadsheetml.sheet", xlsx_of),
        FileKind("html", "text/html; charset=utf-8", lambda outline, _review, _names: html_of(outline).encode()),
    )
}

_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "·"))


def file_name(outline: Outline, review: Review, ending: str) -> str:
    """Return what a file is called: its title, the version and what is not yet final about it."""
    state = f"（{outline.mark}）" if outline.mark else ""
    words = clean(outline.title).translate(_NOT_IN_NAMES).strip(" .")[:80]
    return f"{words}第{review.version}版{state}.{ending}"
