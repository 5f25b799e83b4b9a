"""Which blocks of an outline belong to which annex, and how each annex is headed (附件1)."""

from dataclasses import dataclass, replace

from mediation.reviews.outline import Block, Chart, Heading, Outline, Table


@dataclass(frozen=True)
class Annex:
    """One annex; ``label`` is ``附件`` where there is only one, ``附件1`` and so on otherwise."""

    label: str
    title: str
    blocks: tuple[Block, ...]


def annexes_of(outline: Outline) -> tuple[Annex, ...]:
    """Return the annexes in order. A block whose title an annex bears begins it; a bare heading gives way to it."""
    groups: list[Annex] = []
    names = list(outline.annexes)
    for block in outline.annex_blocks:
        title = _title(block)
        if title in names:
            names.remove(title)
            groups.append(Annex(_label(outline, title), title, () if isinstance(block, Heading) else (block,)))
        elif groups:
            groups[-1] = replace(groups[-1], blocks=(*groups[-1].blocks, block))
        else:
            groups.append(Annex("", "", (block,)))
    return tuple(groups)


def _title(block: Block) -> str:
    match block:
        case Table(title=title) | Chart(title=title):
            return title
        case Heading(words=words):
            return words
    return ""


def _label(outline: Outline, title: str) -> str:
    if len(outline.annexes) == 1:
        return "附件"
    return f"附件{outline.annexes.index(title) + 1}"
