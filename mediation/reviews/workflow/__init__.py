"""Reviews are built here, on command or because they are due."""

from mediation.reviews.workflow.building import as_object, build_review
from mediation.reviews.workflow.due import build_due_reviews, build_next, list_due, missing_at, set_reviews_from

__all__ = [
    "as_object",
    "build_due_reviews",
    "build_next",
    "build_review",
    "list_due",
    "missing_at",
    "set_reviews_from",
]
