"""Where counts are added up: per child place, and per category or source."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from mediation.reviews.indicators import Number, Term


class Tallies:
    """Terms per child place; the key None is what lies at the unit itself, below no child.

    ``told`` holds terms that do not add up: facts of one place as a whole, such as its population. There the key None
    is the unit.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.by_child: dict[int | None, dict[str, Term]] = defaultdict(dict)
        self.told: dict[int | None, dict[str, Term]] = defaultdict(dict)

    def add(self, child: int | None, terms: Mapping[str, Term | None]) -> None:
        """Add terms to a child's."""
        _add(self.by_child[child], terms)

    def tell(self, child: int | None, terms: Mapping[str, Term | None]) -> None:
        """Note facts of a child as a whole, or of the unit (None)."""
        _add(self.told[child], terms)

    def merged(self, *children: int) -> dict[str, Term]:
        """Return the sum of the terms of some children, and what was told of them."""
        return added(kept.get(child, {}) for kept in (self.by_child, self.told) for child in children)

    @property
    def direct(self) -> dict[str, Term]:
        """The terms of what lies at the unit itself."""
        return dict(self.by_child.get(None, {}))

    @property
    def total(self) -> dict[str, Term]:
        """The sum over all children, each record in exactly one, so nothing is counted twice; and the unit's own."""
        return added((*self.by_child.values(), self.told.get(None, {})))


class Breakdown:
    """Counts of one measure by the codes of a column; codes that count nothing do not appear."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.by: dict[str, dict[str, int]] = defaultdict(dict)

    def add(self, column: str, code: str, count: int) -> None:
        """Set the count of one code."""
        if count:
            self.by[column][code] = count

    def of(self, column: str) -> dict[str, int]:
        """Return the counts by code, in the order of codes."""
        return dict(sorted(self.by[column].items()))


def added(many: Iterable[Mapping[str, Term]]) -> dict[str, Term]:
    """Return the sum of several sets of terms."""
    summed: dict[str, Term] = {}
    for terms in many:
        _add(summed, terms)
    return summed


def _add(kept: dict[str, Term], terms: Mapping[str, Term | None]) -> None:
    for term, value in terms.items():
        before = kept.get(term)
        if isinstance(value, Counter):
            kept[term] = value + before if isinstance(before, Counter) else value
        else:
            number = _plain(value or 0)
            kept[term] = number if before is None or isinstance(before, Counter) else before + number


def _plain(number: Number) -> Number:
    """A sum of small integers comes from the database as a whole Decimal; money stays as it is."""
    return int(number) if isinstance(number, Decimal) and number.as_tuple().exponent == 0 else number
