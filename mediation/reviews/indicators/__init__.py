"""The register of measures: one entry per measure of LEDGER.md section 4 and DOMAIN.md 7.3. Figures and pages read it.

The names of LEDGER.md's table mean what that table says; everything else is a variant under an id of its own.
"""

from collections.abc import Mapping
from typing import Any

from mediation.reviews.indicators.cells import HIDDEN, MERGED, SMALL, hide_small, is_small_cell, merge_small, shares
from mediation.reviews.indicators.disputes import DISPUTES
from mediation.reviews.indicators.incidents import INCIDENTS
from mediation.reviews.indicators.measure import (
    CENT,
    NOTHING,
    RANKED_FROM,
    Direction,
    Measure,
    Number,
    Shape,
    Term,
    Terms,
    half_up,
    percentage,
    total,
)
from mediation.reviews.indicators.rosters import ROSTER

__all__ = [
    "CENT",
    "HIDDEN",
    "MERGED",
    "NOTHING",
    "RANKED_FROM",
    "REGISTER",
    "REGISTER_VERSION",
    "SMALL",
    "Direction",
    "Measure",
    "Number",
    "Shape",
    "Term",
    "Terms",
    "figures_of",
    "half_up",
    "hide_small",
    "is_small_cell",
    "merge_small",
    "percentage",
    "shares",
    "total",
]

REGISTER_VERSION = 3
"""Stored with every review; raised whenever the definition of any measure changes."""

REGISTER: Mapping[str, Measure] = {measure.id: measure for measure in (*INCIDENTS, *DISPUTES, *ROSTER)}
"""Measure by id, in the order reviews print them."""


def figures_of(terms: Terms) -> dict[str, dict[str, Any]]:
    """Return every measure of the register over one set of terms, by id."""
    return {measure.id: measure.figure(terms) for measure in REGISTER.values()}
