"""What people write into a paper: texts with addresses of figures in braces, checked against the stored review."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mediation.reviews.outline import Figure, Listing, Paragraph, Text
from mediation.reviews.quoting import Quoter, UnknownFigure

BRACES = re.compile(r"\{([^{}]*)\}")
TYPED = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?")
NO_FIGURE = re.compile(r"第\d+|〔\d+〕|\d+(?=[年月日号时点]|周岁)")
"""Dates and ordinals: numbers, but nothing that is counted."""


def source(text: Text) -> str:
    """Return a text as it is edited: its figures as addresses in braces."""
    return "".join(f"{{{run.ref}}}" if isinstance(run, Figure) else run for run in text)


def source_of(blocks: Iterable[Any]) -> str:
    """Return the prose among some blocks as it is edited, a line each."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(source(block.text))
        elif isinstance(block, Listing):
            lines += [source(item) for item in block.items]
    return "\n".join(lines)


def unknown_refs(written: str, quoter: Quoter) -> list[str]:
    """Return what stands in braces and is no address of a number, each once, in order."""
    return list(dict.fromkeys(match[1] for match in BRACES.finditer(written) if not _is_known(match[0], quoter)))


def typed_numbers(written: str, quoter: Quoter) -> list[str]:
    """Return the numbers typed by hand that no figure of the review bears out, each once, in order.

    Dates and ordinals are no figures. A number that equals some figure passes; it should have been quoted all the same.
    """
    plain = unicodedata.normalize("NFKC", BRACES.sub(" ", written))
    known = frozenset(_numbers(quoter.figures))
    typed = TYPED.findall(NO_FIGURE.sub(" ", plain))
    return list(dict.fromkeys(number for number in typed if number.replace(",", "") not in known))


def paragraphs(written: str, quoter: Quoter) -> tuple[Paragraph, ...]:
    """Return what a person wrote, a paragraph per line, its figures looked up."""
    lines = (line.strip() for line in written.splitlines())
    return tuple(Paragraph(quoter.text(line), is_written=True) for line in lines if line)


def _is_known(quoted: str, quoter: Quoter) -> bool:
    try:
        return isinstance(quoter.text(quoted)[0], Figure)
    except UnknownFigure:
        return False


def _numbers(found: Any) -> Iterator[str]:
    """How every number of a stored review may be written."""
    if isinstance(found, Mapping):
        for name, value in found.items():
            if name not in ("unit", "start", "end", "as_of"):
                yield from _numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from _numbers(value)
    elif found is not None and not isinstance(found, bool):
        yield str(found).lstrip("-")
