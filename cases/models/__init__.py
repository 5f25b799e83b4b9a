"""Incidents, dispute cases, and what hangs on them."""

from cases.models.access import Access
from cases.models.attachment import Attachment
from cases.models.case import Case, CaseMediator, FileCounter
from cases.models.category import (
    DISPUTE_CLASS,
    INCIDENT_SOURCES,
    Category,
    HandlingLevel,
    RiskLevel,
    RiskTrigger,
    Source,
    Urgency,
)
from cases.models.clock import CalendarDay, CalendarYear, ClockEntry, ClockRequest, LimitSetting
from cases.models.event import CaseEvent, Event, IncidentEvent, Remark
from cases.models.handover import HandOver
from cases.models.incident import Incident
from cases.models.nil import NilReport
from cases.models.outbox import LedgerRow, Notice, Outbox, SentRequest
from cases.models.party import DataKey, Party, Reveal

__all__ = [
    "DISPUTE_CLASS",
    "INCIDENT_SOURCES",
    "Access",
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseEvent",
    "CaseMediator",
    "Category",
    "ClockEntry",
    "ClockRequest",
    "DataKey",
    "Event",
    "FileCounter",
    "HandOver",
    "HandlingLevel",
    "Incident",
    "IncidentEvent",
    "LedgerRow",
    "LimitSetting",
    "NilReport",
    "Notice",
    "Outbox",
    "Party",
    "Remark",
    "Reveal",
    "RiskLevel",
    "RiskTrigger",
    "SentRequest",
    "Source",
    "Urgency",
]
