"""Mediation in the API."""

from mediation.api.roster import CommitteeDoor, MediatorDoor, StudioDoor
from mediation.api.table import AgreementDoor, CaseDoor, MediationCodesDoor, ObligationDoor, SessionDoor

__all__ = [
    "AgreementDoor",
    "CaseDoor",
    "CommitteeDoor",
    "MediationCodesDoor",
    "MediatorDoor",
    "ObligationDoor",
    "SessionDoor",
    "StudioDoor",
]
