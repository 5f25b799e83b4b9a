"""Words as they can be printed: what every form does to them, and the words of the standard itself."""

import re

from mediation.reviews.outline import Form, Heading, Listing, Outline, plain

WORDS = {
    "continued": "（续）",
    "note": "注：",
    "annex": "附件",
    "copies": "抄送",
    "printed": "印发",
    "signer": "签发人：",
}
"""Papers are Chinese whatever language is set."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
SPACES = re.compile(r"\r\n|[\t\n\r]")
UNBROKEN = re.compile(r"[!-~\u00a0-\u024f]{21,}")
"""Latin without a space that may be longer than a line or a cell."""


def clean(words: str) -> str:
    """Return words on one line, without characters that neither XML nor a page can hold."""
    return UNPRINTABLE.sub("", SPACES.sub(" ", words))


def breakable(words: str) -> str:
    """Return clean words that can be broken where nothing in them would (zero-width spaces)."""
    return UNBROKEN.sub(_with_breaks, clean(words))


def _with_breaks(match: re.Match[str]) -> str:
    text = match[0]
    return "\u200b".join(text[at : at + 10] for at in range(0, len(text), 10))


def listed(listing: Listing) -> list[str]:
    """The points of a listing as paragraphs."""
    items = enumerate(listing.items, 1)
    return [f"{nth}. {plain(item)}" if listing.is_numbered else plain(item) for nth, item in items]


def has_red_head(outline: Outline) -> bool:
    """A bulletin has the issuer's mark; a report only once it has a number."""
    return outline.form is Form.BULLETIN or (outline.form is Form.REPORT and bool(outline.number))


def has_colophon(outline: Outline) -> bool:
    """Whether it ends with copies and who printed it when: an official paper that was issued."""
    is_issued = bool(outline.issued_on and (outline.number or outline.copies_to))
    return outline.form is not Form.SHEET and is_issued


def level_of(heading: Heading) -> int:
    """The level of a heading, as far as there are styles."""
    return max(1, min(heading.level, 4))
