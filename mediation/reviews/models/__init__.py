"""Reviews as they were built, the papers people make of them, and what those set going."""

from mediation.reviews.models.paper import (
    Correction,
    Objection,
    Paper,
    PaperEvent,
    Receipt,
    Section,
)
from mediation.reviews.models.review import DueReview, Review, ReviewReader
from mediation.reviews.models.sending import Delivery, MailOut, NumberSeries, Organ, Recipient
from mediation.reviews.models.suggestion import Suggestion, SuggestionEvent
from mediation.reviews.models.surge import Surge, SurgeDay, SurgeEvent, SurgeReport, SurgeTask, SurgeUnit

__all__ = [
    "Correction",
    "Delivery",
    "DueReview",
    "MailOut",
    "NumberSeries",
    "Objection",
    "Organ",
    "Paper",
    "PaperEvent",
    "Receipt",
    "Recipient",
    "Review",
    "ReviewReader",
    "Section",
    "Suggestion",
    "SuggestionEvent",
    "Surge",
    "SurgeDay",
    "SurgeEvent",
    "SurgeReport",
    "SurgeTask",
    "SurgeUnit",
]
