"""What a state means, as one of seven tones. Colour never speaks alone: the word stands beside it.

info: new, somebody should look; active: under way; wait: somebody else must answer, or care is due; good: done well;
bad: late, refused or broken; grave: restricted; neutral: over, put away.
"""

from cases.models import Case, HandOver, Incident, Party, RiskLevel
from mediation.models import Session
from mediation.reviews.models import Paper

Reported, C = Incident.Status, Case.Status

INCIDENT_TONES: dict[str, str] = {
    Reported.REPORTED: "info",
    Reported.RETURNED: "wait",
    Reported.INVALID: "neutral",
    Reported.DUPLICATE: "neutral",
    Reported.VERIFIED: "info",
    Reported.TRIAGED: "info",
    Reported.ASSIGNED: "active",
    Reported.OBJECTED: "wait",
    Reported.ACCEPTED: "active",
    Reported.IN_PROGRESS: "active",
    Reported.SUSPENDED: "wait",
    Reported.ESCALATED: "wait",
    Reported.SENT_DOWN: "info",
    Reported.HANDLED: "wait",
    Reported.CLOSED: "good",
    Reported.REVISITED: "good",
    Reported.REOPENED: "bad",
    Reported.ARCHIVED: "neutral",
}

CASE_TONES: dict[str, str] = {
    C.REGISTERED: "info",
    C.CONSENT_PENDING: "wait",
    C.DECLINED: "neutral",
    C.WITHDRAWN: "neutral",
    C.ACCEPTED: "active",
    C.MEDIATOR_ASSIGNED: "active",
    C.INVESTIGATING: "active",
    C.MEDIATING: "active",
    C.AGREED: "good",
    C.PERFORMING: "active",
    C.PERFORMED: "good",
    C.BREACHED: "bad",
    C.URGED: "bad",
    C.REFERRED: "neutral",
    C.TERMINATED: "neutral",
    C.CLOSED: "good",
    C.ARCHIVED: "neutral",
}

CONFIRMATION_TONES: dict[str, str] = {
    Case.Confirmation.ADVISED: "info",
    Case.Confirmation.APPLIED: "active",
    Case.Confirmation.COURT_ACCEPTED: "active",
    Case.Confirmation.CONFIRMED: "good",
    Case.Confirmation.REJECTED: "bad",
}

CONSENT_TONES: dict[str, str] = {
    Party.Consent.PENDING: "wait",
    Party.Consent.GIVEN: "good",
    Party.Consent.REFUSED: "bad",
    Party.Consent.WITHDRAWN: "bad",
}

HAND_OVER_TONES: dict[str, str] = {
    HandOver.State.OFFERED: "wait",
    HandOver.State.ACCEPTED: "good",
    HandOver.State.OBJECTED: "bad",
    HandOver.State.SUSTAINED: "neutral",
    HandOver.State.OVERRULED: "wait",
    HandOver.State.WITHDRAWN: "neutral",
}

SESSION_TONES: dict[str, str] = {
    Session.State.PLANNED: "info",
    Session.State.HELD: "good",
    Session.State.CANCELLED: "neutral",
}

PAPER_TONES: dict[str, str] = {
    Paper.Status.BUILT: "info",
    Paper.Status.DRAFTED: "active",
    Paper.Status.SUBMITTED: "wait",
    Paper.Status.CHECKED: "wait",
    Paper.Status.ISSUED: "good",
    Paper.Status.ARCHIVED: "neutral",
}

RISK_TONES: dict[str, str] = {RiskLevel.HIGH: "bad", RiskLevel.MEDIUM: "wait", RiskLevel.LOW: "neutral"}
URGENCY_TONES: dict[str, str] = {"urgent": "wait", "very_urgent": "bad"}

TONES: dict[str, dict[str, str]] = {
    "incident": INCIDENT_TONES,
    "case": CASE_TONES,
    "confirmation": CONFIRMATION_TONES,
    "consent": CONSENT_TONES,
    "hand_over": HAND_OVER_TONES,
    "session": SESSION_TONES,
    "paper": PAPER_TONES,
    "risk": RISK_TONES,
    "urgency": URGENCY_TONES,
}
