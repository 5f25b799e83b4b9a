"""How surprising a number of records within some days is: pure arithmetic, no database and no dates.

Published methods: the scan statistic of a Poisson process and its tail after J. I. Naus, "Approximations for
distributions of scan statistics", JASA 77 (1982) 177-183, as used in prospective surveillance since (Kulldorff,
JRSS A 164 (2001) 61-72). Naus's window slides without steps; ours is looked at once a day. What that misses is taken
off by raising the count by ``STEP`` standard deviations of a day (the boundary shift of Siegmund, "Sequential
Analysis", 1985, ch. 10); ``bench/early_warning.py`` holds the result against simulated years.
"""

from functools import lru_cache
from math import exp, floor, lgamma, log, sqrt

YEAR = 365.0
"""Days over which chances are said: "in how many of a hundred such years does chance alone do this"."""

STEP = 0.6
"""Boundary shift for looking once a day, in standard deviations of a day's count."""

NEVER = 1e-12
"""Below this the series of probabilities is lost in rounding; said as so small."""


def poisson(count: int, mean: float) -> float:
    """The probability of exactly ``count`` when ``mean`` are expected."""
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    return exp(count * log(mean) - mean - lgamma(count + 1))


def at_least(count: int, mean: float) -> float:
    """The probability of ``count`` or more when ``mean`` are expected."""
    if count <= 0:
        return 1.0
    if count <= mean:
        return max(0.0, 1.0 - sum(poisson(number, mean) for number in range(count)))
    total, term, number = 0.0, poisson(count, mean), count
    while term > total * 1e-15 and term > 0.0:
        total += term
        number += 1
        term *= mean / number
    return min(1.0, total)


def chance_in_a_year(count: float, per_day: float, window: int, *, places: int = 1) -> float:
    """Return the chance that within a year some ``window`` days running hold ``count`` or more records, though nothing
    has changed: a Poisson process of ``per_day``, looked at once a day, at any of ``places`` like places.

    The count may be a fraction (records divided by their dispersion).
    """
    if per_day <= 0:
        return 0.0 if count > 0 else 1.0
    mean = per_day * window
    if count <= mean + 1 or count < 2:
        return 1.0
    shifted = count + STEP * sqrt(per_day)
    low, share = floor(shifted), shifted - floor(shifted)
    # A year of days is a year of windows that end on them; the first began before.
    stretch = (YEAR + window) / window
    below, above = (max(NEVER, _scanned(number, round(mean, 6), stretch)) for number in (low, low + 1))
    one = exp((1 - share) * log(below) + share * log(above))
    return min(1.0, 1.0 - (1.0 - one) ** places)


@lru_cache(maxsize=65536)
def _scanned(count: int, mean: float, windows: float) -> float:
    """Naus's approximation: some window of a stretch of ``windows`` windows holds ``count`` or more."""
    if count < 2:
        return 1.0
    one = [poisson(number, mean) for number in range(2 * count)]
    upto = [0.0] * (2 * count)
    total = 0.0
    for number, probability in enumerate(one):
        total += probability
        upto[number] = total

    def up(number: int) -> float:
        return upto[number] if number >= 0 else 0.0

    k, psi = count, mean
    two = up(k - 1) ** 2 - (k - 1) * one[k] * one[k - 2] - (k - 1 - psi) * one[k] * up(k - 3)
    first = 2 * one[k] * up(k - 1) * ((k - 1) * up(k - 2) - psi * up(k - 3))
    second = 0.5 * one[k] ** 2 * ((k - 1) * (k - 2) * up(k - 3) - 2 * (k - 2) * psi * up(k - 4) + psi * psi * up(k - 5))
    third = sum(one[2 * k - r] * up(r - 1) ** 2 for r in range(1, k))
    fourth = sum(one[2 * k - r] * one[r] * ((r - 1) * up(r - 2) - psi * up(r - 3)) for r in range(2, k))
    three = up(k - 1) ** 3 - first + second + third - fourth
    if two <= 0 or three <= 0:
        return 1.0
    return min(1.0, max(0.0, 1.0 - two * (three / two) ** max(0.0, windows - 2)))
