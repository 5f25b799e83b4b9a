"""Which files a review comes in: their kinds, their names, and how each is made.

What draws a kind is imported when the first such file is asked for: typst, python-docx and XlsxWriter take 20 MB in
each process, and beat and most requests never draw one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from mediation.reviews.models import Review
from mediation.reviews.outline import Outline
from mediation.reviews.render.wording import clean


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its ending, its media type, and the function of this package that draws it."""

    ending: str
    media_type: str
    drawn_by: str
    of_review: bool = False
    """Whether the review itself is drawn, too, and not only its outline."""

    def draw(self, *what: Any) -> bytes:
        """Return the file of an outline (with its review and names, where ``of_review``)."""
        content: bytes = import_string(f"mediation.reviews.render.{self.drawn_by}")(*what)
        return content


_OOXML = "application/vnd.openxmlformats-officedocument"
FILE_KINDS: Mapping[str, FileKind] = {
    kind.ending: kind
    for kind in (
        FileKind("pdf", "application/pdf", "pdf.pdf_of"),
        FileKind("docx", f"{_OOXML}.wordprocessingml.document", "docx.docx_of"),
        FileKind("xlsx", f"{_OOXML}.spreadsheetml.sheet", "xlsx.xlsx_of", of_review=True),
        FileKind("html", "text/html; charset=utf-8", "html.html_of"),
    )
}


def drawn(kind: FileKind, outline: Outline, review: Review, names: Mapping[str, str]) -> bytes:
    """Return the file of a review's paper; ``names`` are of the codes in the review (``naming.names_of``)."""
    return kind.draw(outline, review, names) if kind.of_review else kind.draw(outline)


_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "·"))


def file_name(outline: Outline, ending: str, version: int | None = None) -> str:
    """Return what a file is called: its title, the version of its figures, and what is not yet final about it."""
    state = f"（{outline.mark}）" if outline.mark else ""
    words = clean(outline.title).translate(_NOT_IN_NAMES).strip(" .")[:60]
    edition = f"第{version}版" if version else ""
    return f"{words}{edition}{state}.{ending}"
