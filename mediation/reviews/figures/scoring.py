"""Composite scores of the places below, for bulletins and assessments (DOMAIN.md 7.5). Pure: figures in, scores out.

Score = weight x min(1, value / target). A measure without enough records at a place, or with a dash, scores nothing
there: its weight goes to the place's other measures in proportion. Raw report volume is never scored.
"""

from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import Any

from mediation.reviews.figures.places import DIRECT
from mediation.reviews.indicators import half_up
from mediation.reviews.kinds import Kind

RANKED = frozenset({Kind.BIMONTHLY, Kind.QUARTERLY, Kind.ANNUAL})
"""Kinds that compare units."""

WEIGHTS: Mapping[str, int] = {
    "closure_rate": 15,
    "on_time_closure_rate": 20,
    "resolution_rate_accepted": 20,
    "performance_rate": 15,
    "satisfaction_rate": 15,
    "valid_report_rate": 10,
    "staffing_compliance": 5,
}
"""What each measure counts for; the suggestion of DOMAIN.md 7.5. They add up to 100."""

TARGETS: Mapping[str, int] = dict.fromkeys(WEIGHTS, 100)
"""Percent at which a measure scores in full."""

LEAST = 20
"""Denominators below are no sample (DOMAIN.md 7.5)."""

LISTED = 3
"""How many are commended, and how many urged."""

APART = Decimal(1)
"""Points by which they must differ from the median: nearer is as good as equal."""


def assessed(
    figures: Mapping[str, Any], weights: Mapping[str, int] = WEIGHTS, targets: Mapping[str, int] = TARGETS
) -> dict[str, Any]:
    """Return scores per place with the weights and targets they rest on, and who is commended and urged.

    Empty when no place can be scored. Points are texts with two decimals, so that trailing zeros stay.
    """
    (children,) = [value for key, value in figures.items() if key.startswith("by_")]
    present = {name: weight for name, weight in weights.items() if name in figures["measures"]}
    # What the register does not have leaves its weight to the others, so that they add up to 100 all the same.
    known = {name: half_up(Decimal(weight) * 100 / sum(present.values())) for name, weight in present.items()}
    scores = {code: _scored(measures, known, targets) for code, measures in children.items() if code != DIRECT}
    scored = {code: points for code, points in scores.items() if points is not None}
    if not scored:
        return {}
    totals = {code: Decimal(points["total"]) for code, points in scored.items()}
    middle = median(totals.values())
    order = sorted(totals, key=lambda code: (-totals[code], code))
    return {
        "weights": {name: str(weight) for name, weight in known.items()},
        "targets": {name: targets[name] for name in known},
        "least": LEAST,
        "scores": scored,
        "not_scored": sorted(set(scores) - set(scored)),
        "commended": [code for code in order[:LISTED] if totals[code] - middle > APART],
        "urged": [code for code in reversed(order[-LISTED:]) if middle - totals[code] > APART],
    }


def _scored(
    measures: Mapping[str, Any], weights: Mapping[str, Decimal], targets: Mapping[str, int]
) -> dict[str, str] | None:
    """The points of one place, or None when it has no sample of anything."""
    usable = {name: weight for name, weight in weights.items() if measures[name]["denominator"] >= LEAST}
    if not usable:
        return None
    spread = Decimal(100) / sum(usable.values())
    points: dict[str, str] = {}
    total = Decimal(0)
    for name in weights:
        if name not in usable:
            points[name] = "—"
            continue
        share = Decimal(measures[name]["numerator"]) * 100 / measures[name]["denominator"] / targets[name]
        gained = usable[name] * spread * min(Decimal(1), share)
        total += gained
        points[name] = str(half_up(gained))
    return {**points, "total": str(half_up(total))}
