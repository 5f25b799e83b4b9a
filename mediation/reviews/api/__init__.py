"""Reviews, and what people make of them, in the API."""

from mediation.reviews.api.papers import PaperDoor
from mediation.reviews.api.reviews import MeasureDoor, ReviewDoor
from mediation.reviews.api.suggestions import SuggestionDoor

__all__ = ["MeasureDoor", "PaperDoor", "ReviewDoor", "SuggestionDoor"]
