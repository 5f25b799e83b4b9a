"""Made-up days for simulations: Poisson counts from a seed, and two well-known detectors to compare with."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from random import Random


class Days:
    """Draws daily counts of one mean."""

    def __init__(self, mean: float, dice: Random) -> None:
        """Tabulate the distribution once."""
        self._dice = dice
        self._upto: list[float] = []
        total, number, term = 0.0, 0, exp(-mean)
        while total < 1 - 1e-12:
            total += term
            self._upto.append(total)
            number += 1
            term *= mean / number

    def draw(self, days: int) -> list[int]:
        """Return so many daily counts."""
        return [bisect(self._upto, self._dice.random()) for _day in range(days)]


def cusum(counts: Iterable[int], mean: float, ratio: float) -> Iterable[float]:
    """Yield the Poisson CUSUM for a rise to ``ratio`` times the mean (Lucas, Technometrics 27 (1985) 129-144)."""
    level, gain, loss = 0.0, log(ratio), mean * (ratio - 1)
    for count in counts:
        level = max(0.0, level + gain * count - loss)
        yield level


def ears_c2(counts: Sequence[int], day: int) -> float:
    """Return EARS C2 of a day: standard deviations above the mean of the 7 days that ended 2 days before it.

    Hutwagner et al., J. Urban Health 80 (2003) i89-i96; the deviation is 0.5 at least, as usual for small counts.
    """
    past = counts[day - 9 : day - 2]
    mean = sum(past) / 7
    deviation = sqrt(sum((count - mean) ** 2 for count in past) / 6)
    return (counts[day] - mean) / max(deviation, 0.5)


def ears_c3(counts: Sequence[int], day: int) -> float:
    """Return EARS C3 of a day: what the C2 of three days exceed 1 by, together."""
    return sum(max(0.0, ears_c2(counts, day - back) - 1) for back in range(3))
