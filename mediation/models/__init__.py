"""Committees, mediators, sessions, agreements and what follows them."""

from mediation.models.agreement import Agreement, Confirmation, FollowUp, Obligation, Performance, Signature
from mediation.models.roster import Committee, Mediator, RosterEvent, Studio
from mediation.models.session import Session

__all__ = [
    "Agreement",
    "Committee",
    "Confirmation",
    "FollowUp",
    "Mediator",
    "Obligation",
    "Performance",
    "RosterEvent",
    "Session",
    "Signature",
    "Studio",
]
