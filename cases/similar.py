"""Reports that may already be there: looked for before a new one is sent, within the reporter's own scope only.

Same village, same category, the last days; then by likeness of the words. Suggested, never merged by a machine
(FEATURES.md lesson 8). Restricted matters are no part of it for those who may not see them, for ``visible_to`` leaves
them out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.models import Incident
from grid.atlas import Place
from grid.scope import LEVELS

DAYS = 14
LOOKED_AT = 60
SHOWN = 5
ALIKE = 0.15
"""Share of common character pairs above which two descriptions may mean the same."""


@dataclass(frozen=True)
class Likeness:
    """One incident that may be the same, and how alike the words are (0 to 1)."""

    incident: Incident
    score: float
    is_same_grid: bool


def similar_incidents(
    user: Any, *, place: Place, category: str, description: str, at: datetime, besides: int | None = None
) -> list[Likeness]:
    """Return at most five incidents the user sees near ``place`` that may be the same matter, the likest first.

    ``besides`` leaves one incident out. One statement per way of seeing, each by its own index.
    """
    near = LEVELS["village"] if place.levels["village_id"] is not None else LEVELS[place.level]
    parts = [
        part.filter(
            **{near: place.levels[near]},
            category_id=category,
            reported_at__gte=at - timedelta(days=DAYS),
        )
        .exclude(status__in=Incident.VOID)
        .exclude(pk=besides or 0)
        .select_related("unit", "lead_unit")
        .order_by("-reported_at", "-pk")[:LOOKED_AT]
        for part in Incident.objects.visible_parts(user)
    ]
    seen = {incident.pk: incident for part in parts for incident in part}
    grid = place.levels["grid_id"]
    found = [
        Likeness(incident, likeness(description, incident.description), grid is not None and incident.grid_id == grid)
        for incident in seen.values()
    ]
    likely = [one for one in found if one.score >= ALIKE or one.is_same_grid]
    return sorted(likely, key=lambda one: (-one.score, -one.incident.pk))[:SHOWN]


def likeness(one: str, other: str) -> float:
    """Return the share of pairs of neighbouring characters that two texts have in common (Dice)."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(character for character in text if character.isalnum())
    return frozenset(plain[index : index + 2] for index in range(len(plain) - 1))
