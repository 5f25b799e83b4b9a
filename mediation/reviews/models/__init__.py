"""Reviews as they were built, the papers people make of them, what those set going, and what is inspected."""

from mediation.reviews.models.assessment import AssessmentRule
from mediation.reviews.models.inspection import InspectionItem, InspectionSample
from mediation.reviews.models.paper import (
    Correction,
    Objection,
    Paper,
    PaperEvent,
    Receipt,
    Section,
)
from mediation.reviews.models.review import DueReview, OutsideFigure, Population, Review, ReviewReader, Stated
from mediation.reviews.models.sending import Delivery, MailOut, NumberSeries, Organ, Recipient
from mediation.reviews.models.suggestion import Suggestion, SuggestionEvent
from mediation.reviews.models.surge import Surge, SurgeDay, SurgeDuty, SurgeEvent, SurgeReport, SurgeTask, SurgeUnit

__all__ = [
    "AssessmentRule",
    "Correction",
    "Delivery",
    "DueReview",
    "InspectionItem",
    "InspectionSample",
    "MailOut",
    "NumberSeries",
    "Objection",
    "Organ",
    "OutsideFigure",
    "Paper",
    "PaperEvent",
    "Population",
    "Receipt",
    "Recipient",
    "Review",
    "ReviewReader",
    "Section",
    "Stated",
    "Suggestion",
    "SuggestionEvent",
    "Surge",
    "SurgeDay",
    "SurgeDuty",
    "SurgeEvent",
    "SurgeReport",
    "SurgeTask",
    "SurgeUnit",
]
