"""Reviews are built here, on command or because they are due; what is counted is inspected, or stated by others."""

from mediation.reviews.workflow.building import as_object, build_review
from mediation.reviews.workflow.due import build_due_reviews, build_next, list_due, missing_at, set_reviews_from
from mediation.reviews.workflow.inspecting import draw_sample, is_inspector, record_inspection, scores
from mediation.reviews.workflow.stating import state_population, state_suits

__all__ = [
    "as_object",
    "build_due_reviews",
    "build_next",
    "build_review",
    "draw_sample",
    "is_inspector",
    "list_due",
    "missing_at",
    "record_inspection",
    "scores",
    "set_reviews_from",
    "state_population",
    "state_suits",
]
