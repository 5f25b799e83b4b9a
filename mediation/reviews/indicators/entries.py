"""How entries of the register are written: the words that recur, and one short way to write each shape."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from mediation.reviews.indicators.measure import Direction, Measure, Shape, Text

ITEMS, PERCENT, PEOPLE, YUAN, BODIES = _("件"), "%", _("人"), _("元"), _("个")
TEN_THOUSAND_YUAN, DAYS, PER_10K = _("万元"), _("天"), _("件/万人")

CENTRE = _("综治中心督查岗")
JUSTICE = _("司法行政部门")
GRIDS = _("网格管理部门")
COURT = _("人民法院")
"""Who answers for a definition."""

UP, DOWN = Direction.HIGHER, Direction.LOWER

ALWAYS = (3, 5, 6, 9, 13, 16)
"""Edge cases of DOMAIN.md 7.4 that bear on everything counted: totals, T, carry-over, place, divisions, time zone."""
RATES = (1, 4, *ALWAYS)
FLOWS = (2, *ALWAYS)


def count(id: str, name: Text, formula: Text, basis: Text, unit: Text, *top: str, **more: Any) -> Measure:
    """Write a measure that is a number of things."""
    return Measure(id, Shape.COUNT, name, formula, basis, unit, top, **{"owner": CENTRE, "edges": FLOWS, **more})


def rate(
    id: str, name: Text, formula: Text, basis: Text, top: tuple[str, ...], bottom: tuple[str, ...], **more: Any
) -> Measure:
    """Write a measure that is one sum over another, in percent."""
    told = {"owner": CENTRE, "edges": RATES, **more}
    return Measure(id, Shape.RATE, name, formula, basis, PERCENT, top, bottom, **told)


def amount(id: str, name: Text, formula: Text, basis: Text, unit: Text, *top: str, **more: Any) -> Measure:
    """Write a measure that is money."""
    return Measure(id, Shape.AMOUNT, name, formula, basis, unit, top, **{"owner": JUSTICE, "edges": FLOWS, **more})


def days(id: str, name: Text, formula: Text, basis: Text, share: str, *top: str, **more: Any) -> Measure:
    """Write a measure that is a quantile of days."""
    told = {"owner": JUSTICE, "edges": RATES, "direction": DOWN, "share": Decimal(share), **more}
    return Measure(id, Shape.DAYS, name, formula, basis, DAYS, top, **told)


def per_10k(id: str, name: Text, formula: Text, basis: Text, top: str, people: str, **more: Any) -> Measure:
    """Write a measure that is so many to every 10,000 people."""
    told = {"owner": CENTRE, "edges": RATES, **more}
    return Measure(id, Shape.PER_10K, name, formula, basis, PER_10K, (top,), (people,), **told)
