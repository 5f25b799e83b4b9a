"""Reviews, and what people make of them, in the API."""

from mediation.reviews.api.inspections import ItemDoor, SampleDoor
from mediation.reviews.api.papers import PaperDoor
from mediation.reviews.api.reviews import MeasureDoor, ReviewDoor
from mediation.reviews.api.sending import OrganDoor, RecipientDoor
from mediation.reviews.api.suggestions import SuggestionDoor
from mediation.reviews.api.surges import SurgeDoor

__all__ = [
    "ItemDoor",
    "MeasureDoor",
    "OrganDoor",
    "PaperDoor",
    "RecipientDoor",
    "ReviewDoor",
    "SampleDoor",
    "SuggestionDoor",
    "SurgeDoor",
]
