"""Texts of reviews: what a paper says, made of one stored review."""

from mediation.reviews.models import Review
from mediation.reviews.outline import Outline
from mediation.reviews.texts.general import general_outline

__all__ = ["outline_of"]


def outline_of(review: Review) -> Outline:
    """Return the paper of a review; call it in the reader's scope."""
    return general_outline(review)
