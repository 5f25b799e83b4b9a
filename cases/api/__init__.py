"""Incidents, cases and what hangs on them in the API."""

from cases.api.cases import CaseDoor
from cases.api.children import AttachmentDoor, PartyDoor
from cases.api.codes import CalendarDayDoor, CategoryDoor, CodesDoor
from cases.api.inbox import HandOverDoor, NoticeDoor
from cases.api.incidents import IncidentDoor
from cases.api.nil import NilDoor

__all__ = [
    "AttachmentDoor",
    "CalendarDayDoor",
    "CaseDoor",
    "CategoryDoor",
    "CodesDoor",
    "HandOverDoor",
    "IncidentDoor",
    "NilDoor",
    "NoticeDoor",
    "PartyDoor",
]
