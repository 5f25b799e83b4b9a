"""Parts of a paper and how they are put together: each has a key under which a person may write in its stead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mediation.reviews.outline import Block, Heading, Listing, Paragraph
from mediation.reviews.quoting import Quoter
from mediation.reviews.writing import paragraphs

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Part:
    """One section: its heading without number, and what is made of the figures.

    ``hint`` says what a person is to write here; with ``is_required`` the paper cannot be submitted without it.
    """

    key: str
    heading: str
    blocks: tuple[Block, ...] = ()
    hint: str = ""
    is_required: bool = False
    is_added_to: bool = False
    """What a person writes follows the generated prose here; elsewhere it stands in its stead."""


def assembled(parts: Iterable[Part], written: Mapping[str, str], quoter: Quoter) -> tuple[Block, ...]:
    """Return the blocks of a paper: parts that say something, numbered; what a person wrote stands for the prose."""
    said: list[tuple[str, tuple[Block, ...]]] = []
    for part in parts:
        own = paragraphs(written.get(part.key, ""), quoter)
        blocks = _with(part, own) if own else part.blocks
        if blocks:
            said.append((part.heading, blocks))
    numbered: list[Block] = []
    for position, (heading, blocks) in enumerate(said):
        numbered += [Heading(1, f"{NUMERALS[position]}、{heading}"), *blocks]
    return tuple(numbered)


def _with(part: Part, own: tuple[Paragraph, ...]) -> tuple[Block, ...]:
    if part.is_added_to:
        return (*part.blocks, *own)
    return (*own, *(block for block in part.blocks if not isinstance(block, Paragraph | Listing)))
