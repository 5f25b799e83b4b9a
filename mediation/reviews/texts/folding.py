"""How long lists are folded, so that a product of a surge stays on its one page (DOMAIN.md 7.1).

Numbers are never folded, only who and what stands behind them: the most pressing is told, and of the rest how many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mediation.reviews.outline import Outline
from mediation.reviews.render.one_page import fits

LONGEST_NAME = 18
"""Names of units are cut to this in a folded paper."""
WHERE = "见系统当日材料"
"""Where the rest is told."""


@dataclass(frozen=True)
class Fold:
    """How much is told: rows of each table and names of each list, characters of what somebody wrote. None is all."""

    rows: int | None = None
    chars: int | None = None

    def kept(self, count: int) -> int:
        """How many of so many are told; a rest of one is no rest."""
        return count if self.rows is None or count <= self.rows + 1 else self.rows

    def clip(self, text: str) -> str:
        """What somebody wrote, cut where it is too long."""
        return cut(text, self.chars) if self.chars is not None else text

    def name(self, name: str) -> str:
        """The name of a unit."""
        return cut(name, LONGEST_NAME) if self.rows is not None else name

    def named(self, names: Sequence[str]) -> str:
        """Names one after the other: 甲、乙等40个单位."""
        kept = self.kept(len(names))
        told = "、".join(self.name(name) for name in names[:kept])
        return told if kept == len(names) else f"{told}等{len(names)}个单位"


FULL = Fold()
ROWS = (40, 32, 25, 20, 17, 15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
FOLDS = (FULL, Fold(40, 400), Fold(40, 240), *(Fold(rows, max(20, 3 * rows + 8)) for rows in ROWS))
"""From everything to hardly anything."""


def cut(text: str, most: int) -> str:
    """A text in at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_one_page(make: Callable[[Fold], Outline]) -> Outline:
    """Return the fullest form of a paper that fits on one page."""
    for fold in FOLDS[:-1]:
        outline = make(fold)
        if fits(outline):
            return outline
    return make(FOLDS[-1])
