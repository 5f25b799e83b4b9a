"""Rates of small units, fairly: empirical Bayes over a beta-binomial, and intervals that can be compared by eye.

Pure arithmetic. Sources: Kleinman, JASA 68 (1973) 46-54, for the moments of the prior; Goldstein and Healy, JRSS A 158
(1995) 175-177, for the width: two intervals of +-1.39 standard errors that do not overlap differ at 5 %. Why ranks
need them: Goldstein and Spiegelhalter, JRSS A 159 (1996) 385-443.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

COMPARED_BY_EYE = 0.8353
"""Share of a normal distribution within +-1.39 standard errors."""

WEAKEST, STRONGEST = 2.0, 1e6
"""Bounds of the prior's weight, in records."""


@dataclass(frozen=True)
class Prior:
    """What is known of a unit before its own records: the mean of all, and how many records that knowledge is worth."""

    mean: float
    weight: float


@dataclass(frozen=True)
class Band:
    """Where the rate of a unit lies: the shrunken rate and an interval around it."""

    rate: float
    low: float
    high: float

    def is_above(self, other: "Band") -> bool:
        """Whether the rate is surely the higher one: units of which neither is above the other cannot be told apart."""
        return self.low > other.high


def prior_of(units: Sequence[tuple[int, int]]) -> Prior | None:
    """Fit the prior to numerators and denominators by moments; None where nothing has a denominator."""
    known = [(top, bottom) for top, bottom in units if bottom > 0]
    total = sum(bottom for _top, bottom in known)
    if not total:
        return None
    # Half a record on either side: where all succeed, nobody is known to succeed always.
    mean = (sum(top for top, _bottom in known) + 0.5) / (total + 1)
    spread = mean * (1 - mean)
    number = len(known)
    between = sum(bottom * (top / bottom - mean) ** 2 for top, bottom in known)
    by_chance = spread * (number - 1)
    room = total - sum(bottom**2 for _top, bottom in known) / total
    true = (between - by_chance) / room if number > 1 and room > 0 else 0.0
    if true <= 0:
        return Prior(mean, STRONGEST)
    return Prior(mean, min(STRONGEST, max(WEAKEST, spread / true - 1)))


def band_of(top: int, bottom: int, prior: Prior, *, share: float = COMPARED_BY_EYE) -> Band:
    """Return where the rate of a unit lies, given its records and the prior.

    The rate is shrunken towards the mean. The interval is the posterior's, but never narrower about the unit's own
    records than a prior worth as many records again would make it: units that look alike are not certain to be so.
    """
    weight = min(prior.weight, float(max(bottom, WEAKEST)))
    above, below = top + prior.mean * weight, bottom - top + (1 - prior.mean) * weight
    tail = (1 - share) / 2
    rate, low, high = above / (above + below), beta_quantile(tail, above, below), beta_quantile(1 - tail, above, below)
    # Where hardly anything ever happens, the mean of so skew a distribution lies beyond its quantile.
    return Band(rate, min(low, rate), max(high, rate))


def beta_quantile(share: float, above: float, below: float) -> float:
    """Return the quantile of a beta distribution, by bisection."""
    low, high = 0.0, 1.0
    for _step in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_upto(middle, above, below) < share else (low, middle)
    return (low + high) / 2


def beta_upto(value: float, above: float, below: float) -> float:
    """Return the regularised incomplete beta function (continued fraction, Lentz's way)."""
    if value <= 0 or value >= 1:
        return 0.0 if value <= 0 else 1.0
    front = exp(lgamma(above + below) - lgamma(above) - lgamma(below) + above * log(value) + below * log(1 - value))
    if value < (above + 1) / (above + below + 2):
        return front * _fraction(value, above, below) / above
    return 1 - front * _fraction(1 - value, below, above) / below


def _fraction(value: float, above: float, below: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 - (above + below) * value / (above + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    result = d
    for step in range(1, 100 + int(5 * sqrt(above + below))):
        even = step * (below - step) * value / ((above + 2 * step - 1) * (above + 2 * step))
        odd = -(above + step) * (above + below + step) * value / ((above + 2 * step) * (above + 2 * step + 1))
        for term in (even, odd):
            d = 1 + term * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + term / c
            c = c if abs(c) > tiny else tiny
            result *= d * c
        if abs(d * c - 1) < 1e-12:
            break
    return result
