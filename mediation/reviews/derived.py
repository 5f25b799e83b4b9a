"""Numbers a text says that follow from a stored review by plain arithmetic, and by nothing else.

closure_rate.rest                     what the numerator leaves of the denominator: 未办结
agreement_amount.wan                  the amount in 10,000 yuan, two decimals
reported_valid_by_category.0101.share the part of the whole, in percent; the parts add up to 100.0%
reported_valid_by_class.01            a break-down by class, the first two digits of a category; ``.share`` likewise
"""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from mediation.reviews.indicators import half_up

TENTH = Decimal("0.1")
WAN = 10_000


def part_of(figure: Mapping[str, Any], name: str) -> Any:
    """Return a part of a measure, stored or derived. Raises KeyError when it has none of the name."""
    if name == "rest" and "denominator" in figure:
        return int(figure["denominator"]) - int(figure["numerator"])
    if name == "wan" and isinstance(figure.get("value"), str):
        return str(half_up(Decimal(figure["value"]) / WAN))
    return figure[name]


def breakdown(figures: Mapping[str, Any], name: str) -> Mapping[str, int] | None:
    """Return a break-down by name, stored or by class; None when there is none of the name."""
    if name.endswith("_by_class"):
        counts = figures.get(name.removesuffix("class") + "category")
        if not isinstance(counts, Mapping):
            return None
        classes: dict[str, int] = {}
        for code, count in counts.items():
            classes[code[:2]] = classes.get(code[:2], 0) + count
        return classes
    counts = figures.get(name)
    return counts if "_by_" in name and isinstance(counts, Mapping) else None


def shares(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the share of each count: one decimal, adding up to 100.0% (largest remainder, DOMAIN.md 7.3)."""
    total = sum(counts.values())
    if not total:
        return {}
    exact = {code: Decimal(count) * 100 / total for code, count in counts.items()}
    cut = {code: share.quantize(TENTH, ROUND_DOWN) for code, share in exact.items()}
    missing = int((Decimal(100) - sum(cut.values())) / TENTH)
    for code in sorted(exact, key=lambda code: (cut[code] - exact[code], code))[:missing]:
        cut[code] += TENTH
    return {code: f"{share}%" for code, share in cut.items()}
