"""Reading files back as others would."""

import io
import re
from typing import Any

import docx
import pypdf
import python_calamine

MM = 72 / 25.4


def pdf(content: bytes) -> pypdf.PdfReader:
    """The PDF, opened strictly."""
    return pypdf.PdfReader(io.BytesIO(content), strict=True)


def squeezed(text: str) -> str:
    """Text without the spaces and line ends that setting it brought in."""
    return re.sub(r"[\s\u200b]+", "", text)


def pdf_text(content: bytes) -> str:
    """All words of a PDF without spaces."""
    return squeezed("".join(page.extract_text() for page in pdf(content).pages))


def spans(page: Any) -> list[tuple[float, float, float, str]]:
    """Each piece of text on a page: x and y in points from the top left, its size, its words."""
    height = float(page.mediabox.height)
    found: list[tuple[float, float, float, str]] = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, size: float) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((x, height - y, size, text))

    page.extract_text(visitor_text=visit)
    return found


def document(content: bytes) -> Any:
    """The DOCX, opened."""
    return docx.Document(io.BytesIO(content))


def docx_text(content: bytes) -> str:
    """All words of a DOCX, tables too, in order, without spaces."""
    body = document(content).element.body
    return squeezed("".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")))


def workbook(content: bytes) -> dict[str, list[list[Any]]]:
    """Rows of every sheet by name."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def pdf_rows(content: bytes) -> list[list[str]]:
    """The pieces of text that stand on one line, from left to right, for every line of every page."""
    found: list[list[str]] = []
    for page in pdf(content).pages:
        lines: list[tuple[float, list[tuple[float, str]]]] = []
        for x, y, size, text in sorted(spans(page), key=lambda span: span[1]):
            if size > 80:
                # The mark of a draft lies across the lines.
                continue
            if not lines or y - lines[-1][0] > 1:
                lines.append((y, []))
            lines[-1][1].append((x, text.strip()))
        found += [[text for _x, text in sorted(line)] for _y, line in lines]
    return found


def has_row(rows: list[list[str]], wanted: list[str]) -> bool:
    """Whether some line ends with just these pieces."""
    return any(row[-len(wanted) :] == wanted for row in rows)
