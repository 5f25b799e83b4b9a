"""Where counts are added up: per child place, and per category or source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from mediation.reviews.indicators import Number


class Tallies:
    """Terms per child place; the key None is what lies at the unit itself, below no child."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.by_child: dict[int | None, dict[str, Number]] = defaultdict(dict)

    def add(self, child: int | None, terms: Mapping[str, Number | None]) -> None:
        """Add terms to a child's."""
        kept = self.by_child[child]
        for term, number in terms.items():
            kept[term] = kept.get(term, 0) + _plain(number or 0)

    def merged(self, *children: int | None) -> dict[str, Number]:
        """Return the sum of the terms of some children."""
        return _sum(self.by_child.get(child, {}) for child in children)

    @property
    def total(self) -> dict[str, Number]:
        """The sum over all children: each record lies in exactly one, so nothing is counted twice."""
        return _sum(self.by_child.values())


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


def _sum(many: Iterable[Mapping[str, Number]]) -> dict[str, Number]:
    summed: dict[str, Number] = {}
    for terms in many:
        for term, number in terms.items():
            summed[term] = summed.get(term, 0) + number
    return summed


def _plain(number: Number) -> Number:
    """A sum of small integers comes from the database as a whole Decimal; money stays as it is."""
    return int(number) if isinstance(number, Decimal) and number.as_tuple().exponent == 0 else number
