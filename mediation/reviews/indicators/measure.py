"""What a measure is, and its arithmetic: terms in, figure out.

A measure is arithmetic over *terms*. A term is a number of distinct things counted by SQL (``figures``): it can be
added up over places, while rates cannot (DOMAIN.md 7.4 no. 3), so a rate is computed at the end from two sums. Days
are a term, too: how often each length occurred, from which medians are taken at the end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import ceil
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

Text = str | Promise
Number = int | Decimal
Term = Number | Counter[int]
Terms = Mapping[str, Term]

NOTHING = "—"
"""What stands for a rate without denominator: never 0 % and never 100 % (DOMAIN.md 0.4)."""

CENT = Decimal("0.01")
TENTH = Decimal("0.1")

RANKED_FROM = 20
"""A unit with a smaller denominator takes no part in a ranking (DOMAIN.md 7.5)."""


class Shape(StrEnum):
    """What kind of number a measure is."""

    COUNT = "count"
    RATE = "rate"
    AMOUNT = "amount"
    PER_10K = "per_10k"
    """So many to every 10,000 people: a numerator and a population."""
    DAYS = "days"
    """A median or other quantile of days, and how many lengths it was taken from."""


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
    """A volume, or a figure to be watched: more of it is neither good nor bad (DOMAIN.md 7.5, anti-gaming)."""


@dataclass(frozen=True)
class Measure:
    """One entry of the register.

    ``top`` and ``bottom`` are sums of terms, a leading minus subtracts; a rate and a number per 10,000 have a bottom.
    ``basis`` says what the measure is counted over, and is printed beside it (DOMAIN.md 0.3). ``owner`` answers for
    the definition. ``edges`` are the edge cases of DOMAIN.md 7.4 that bear on it. ``version`` is raised when the
    definition changes, together with REGISTER_VERSION.

    ``is_ranked`` says whether units may be ranked by it, and ``ranked_from`` the denominator they need for that.
    ``enough`` is the number of answers below which a page says 样本不足. ``is_personal`` says that it counts people
    or what they said: in a table that leaves the unit, small cells are hidden (7.4 no. 15, ``cells``).
    """

    id: str
    shape: Shape
    name: Text
    formula: Text
    basis: Text
    unit: Text
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    owner: Text = ""
    version: int = 1
    edges: tuple[int, ...] = ()
    direction: Direction = Direction.NEITHER
    is_ranked: bool = False
    ranked_from: int = RANKED_FROM
    enough: int = 0
    is_personal: bool = False
    divisor: int = 1
    """An amount is said in so many yuan."""
    share: Decimal = Decimal("0.5")
    """Of days: which quantile."""
    listed_as: str = ""
    """The measure that says how many records are behind it, where that is not its own number."""

    @property
    def names(self) -> tuple[str, str]:
        """Its Chinese and its English name."""
        with override("zh-hans"):
            chinese = str(self.name)
        with override("en"):
            return chinese, str(self.name)

    def value(self, terms: Terms) -> Number:
        """The number itself: the numerator, for a rate; of days, how many lengths there are."""
        return total(self.top, terms)

    def exact(self, terms: Terms) -> Decimal | None:
        """The unrounded number one compares: percent, days, number per 10,000; None is null (7.4 no. 1)."""
        if self.shape is Shape.DAYS:
            return quantile(spread(self.top, terms), self.share)
        if self.bottom:
            bottom = Decimal(total(self.bottom, terms))
            scale = 10000 if self.shape is Shape.PER_10K else 100
            return Decimal(self.value(terms)) * scale / bottom if bottom else None
        return Decimal(self.value(terms)) / self.divisor

    def figure(self, terms: Terms) -> dict[str, Any]:
        """Return the measure as a review stores it.

        Counts and amounts: ``value``. Rates and numbers per 10,000: ``numerator``, ``denominator`` and ``display``.
        Days: ``value`` (None over nothing), ``count`` of the lengths it was taken from, and ``display``.
        """
        if self.shape is Shape.DAYS:
            days = self.exact(terms)
            said = None if days is None else str(days.quantize(TENTH, ROUND_HALF_UP))
            return {"value": said, "count": spread(self.top, terms).total(), "display": said or NOTHING}
        if self.bottom:
            numerator, denominator = int(self.value(terms)), int(total(self.bottom, terms))
            show = per_10k if self.shape is Shape.PER_10K else percentage
            return {"numerator": numerator, "denominator": denominator, "display": show(numerator, denominator)}
        if self.shape is Shape.AMOUNT:
            return {"value": str(half_up(Decimal(self.value(terms)) / self.divisor))}
        return {"value": int(self.value(terms))}

    def number(self, figure: Mapping[str, Any]) -> Decimal | None:
        """Return what a stored figure amounts to, unrounded where it can be; None is null or hidden and never ranks."""
        if "hidden" in figure:
            return None
        if "denominator" not in figure:
            return None if figure["value"] is None else Decimal(figure["value"])
        scale = 10000 if self.shape is Shape.PER_10K else 100
        bottom = Decimal(figure["denominator"])
        return Decimal(figure["numerator"]) * scale / bottom if bottom else None

    def sample(self, figure: Mapping[str, Any]) -> int:
        """Return n of a stored figure: denominator, number of lengths, or the count itself."""
        return int(figure.get("denominator", figure.get("count", figure.get("value"))) or 0)

    def is_small(self, figure: Mapping[str, Any]) -> bool:
        """Whether a page says 样本不足 beside a stored figure (DOMAIN.md 7.3, satisfaction_rate)."""
        return 0 < self.sample(figure) < self.enough


def total(signed: Iterable[str], terms: Terms) -> Number:
    """Add up terms; absent ones are 0, a leading minus subtracts, days count as many as there are."""
    found: Number = 0
    for name in signed:
        term = terms.get(name.removeprefix("-"), 0)
        number = term.total() if isinstance(term, Counter) else term
        found = found - number if name[0] == "-" else found + number
    return found


def spread(names: Iterable[str], terms: Terms) -> Counter[int]:
    """Merge terms that are days: how often each length occurred."""
    merged: Counter[int] = Counter()
    for name in names:
        term = terms.get(name)
        if isinstance(term, Counter):
            merged.update(term)
    return merged


def quantile(days: Counter[int], share: Decimal) -> Decimal | None:
    """Return a quantile of days: the median halves the two in the middle, any other is the nearest rank.

    So P90 is the shortest length that nine in ten did not exceed, a length that really occurred.
    """
    count = days.total()
    if not count:
        return None
    in_order = sorted(days.elements())
    if share == Decimal("0.5"):
        return Decimal(in_order[(count - 1) // 2] + in_order[count // 2]) / 2
    return Decimal(in_order[ceil(share * count) - 1])


def percentage(numerator: Number, denominator: Number) -> str:
    """Return ``63.10%``: two decimals, half up, zeros kept; a dash over nothing (DOMAIN.md 0.4 and 7.4 nos. 1, 4)."""
    if not denominator:
        return NOTHING
    return f"{half_up(Decimal(numerator) * 100 / Decimal(denominator))}%"


def per_10k(numerator: Number, people: Number) -> str:
    """Return how many there are to every 10,000 people, two decimals; a dash where nobody was counted."""
    return str(half_up(Decimal(numerator) * 10000 / Decimal(people))) if people else NOTHING


def half_up(number: Decimal) -> Decimal:
    """Round to two decimals, half away from zero; the only rounding in a review, and always the last step."""
    rounded = number.quantize(CENT, ROUND_HALF_UP)
    return rounded.copy_abs() if rounded.is_zero() else rounded
