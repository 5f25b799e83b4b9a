"""Reviews are built here, on command or because they are due; and what only others can count is stated."""

from mediation.reviews.workflow.building import as_object, build_review
from mediation.reviews.workflow.due import build_due_reviews, build_next, list_due, missing_at, set_reviews_from
from mediation.reviews.workflow.stating import state_population, state_suits

__all__ = [
    "as_object",
    "build_due_reviews",
    "build_next",
    "build_review",
    "list_due",
    "missing_at",
    "set_reviews_from",
    "state_population",
    "state_suits",
]
