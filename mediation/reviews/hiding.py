"""What of a stored review may leave the unit: all but figures that tell of one or two people (DOMAIN.md 7.4 no. 15),
and but one or two matters of a restricted category (PV-06).

Papers and files leave it whoever draws them; pages and API do for those before whom a paper was laid from elsewhere,
for that opens its review to them (DESIGN.md rule 3). Who stands at the unit or above may see the records themselves,
restricted ones only with the right to them.
"""

from collections.abc import Mapping
from typing import Any

from cases.codes import categories
from grid.models import Unit
from grid.scope import INCIDENTS, REVIEWS, Reach, standing_of
from mediation.reviews.indicators import HIDDEN, MERGED, REGISTER, SMALL, hide_small, merge_small, shares
from mediation.reviews.models import Review

GONE: Mapping[str, Any] = {"hidden": True}
"""What stands instead of a figure."""
GONE_FROM_RANKS: Mapping[str, Any] = {
    "numerator": None,
    "denominator": None,
    **dict.fromkeys(("value", "standardised", "shrunken", "low", "high"), HIDDEN),
}
"""What stands instead of the keys of a ranking's row from which a rate's counts could be read; its rank stays."""


def for_outside(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the figures of a review without small cells: of people, by places below and in rankings; and of
    restricted categories.

    The whole of the unit is told. Done again it changes nothing.
    """
    return _without_small_people(without_restricted(figures))


def without_restricted(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the figures of a review without one or two matters of a restricted category: see ``merge_small``.

    A single incident that is listed loses its category.
    """
    told = {key: counts for key, counts in figures.items() if key.endswith("_by_category")}
    oldest = (figures.get("particulars") or {}).get("oldest_open", ())
    if not oldest and not any(0 < count < SMALL for counts in told.values() for count in counts.values()):
        return figures
    restricted = {code for code, category in categories().items() if category.is_restricted}
    merged = {key: merge_small(counts, restricted) for key, counts in told.items()}
    kept: dict[str, Any] = {**figures, **merged}
    if "shares" in figures:
        kept["shares"] = {**figures["shares"], **{key: shares(counts) for key, counts in merged.items()}}
    if oldest:
        listed = [{**row, "category": MERGED} if row["category"] in restricted else row for row in oldest]
        kept["particulars"] = {**figures["particulars"], "oldest_open": listed}
    return kept


def _without_small_people(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    below = next((key for key in figures if key.startswith("by_")), "")
    places: Mapping[str, Mapping[str, Any]] = figures.get(below, {})
    hidden = {}
    for id, measure in REGISTER.items():
        if measure.is_personal:
            column = {code: measures[id] for code, measures in places.items() if id in measures}
            hidden[id] = hide_small(measure, column)
    if not any(hidden.values()):
        return figures
    told = {
        code: {id: GONE if code in hidden.get(id, ()) else figure for id, figure in measures.items()}
        for code, measures in places.items()
    }
    ranking = {
        id: [{**row, **GONE_FROM_RANKS} if row.get("unit") in hidden.get(id, ()) else row for row in rows]
        for id, rows in (figures.get("ranking") or {}).items()
    }
    return {**figures, below: told, **({"ranking": ranking} if ranking else {})}


def may_hide(measure: str, place: str) -> bool:
    """Whether outside the unit a number is one that small cells are hidden among."""
    return "_by_category." in measure or bool(place and measure in REGISTER and REGISTER[measure].is_personal)


def stands_over(user: Any, unit: Unit) -> bool:
    """Whether the user reads reviews at a place or above it: its own people, who may see what is counted of it."""
    posts = standing_of(user).reaching(REVIEWS, Reach.SUBTREE)
    return any(unit.path.startswith(post.path) for post in posts)


def as_seen_by(user: Any, review: Review) -> Review:
    """Return the review, its figures as the user may see them; call it where a page or the API fetches one."""
    if not stands_over(user, review.unit):
        review.figures = for_outside(review.figures)
    elif not _may_see_restricted(user, review.unit):
        review.figures = without_restricted(review.figures)
    return review


def _may_see_restricted(user: Any, unit: Unit) -> bool:
    posts = standing_of(user).reaching(INCIDENTS, Reach.SUBTREE)
    return any(unit.path.startswith(post.path) for post in posts)
