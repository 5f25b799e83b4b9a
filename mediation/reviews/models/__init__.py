"""Reviews as they were built, which are due, and the daily inspection of what they count."""

from mediation.reviews.models.inspection import InspectionItem, InspectionSample
from mediation.reviews.models.review import DueReview, OutsideFigure, Population, Review, ReviewReader, Stated

__all__ = [
    "DueReview",
    "InspectionItem",
    "InspectionSample",
    "OutsideFigure",
    "Population",
    "Review",
    "ReviewReader",
    "Stated",
]
