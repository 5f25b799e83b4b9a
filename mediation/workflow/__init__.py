"""Everything that happens at the table and after it: one function per verb."""

from mediation.workflow.after import (
    advise_confirmation,
    apply_for_confirmation,
    confirmation_warning,
    record_court_acceptance,
    record_court_decision,
    record_visit,
)
from mediation.workflow.agreements import record_oral_agreement, record_performance, sign_agreement
from mediation.workflow.roster import (
    appoint_mediator,
    change_employment,
    close_studio,
    composition_warnings,
    dissolve_committee,
    end_mediator,
    found_committee,
    open_studio,
    renew_term,
)
from mediation.workflow.sessions import cancel_session, hold_session, schedule_session
from mediation.workflow.table import MEDIATION_MOVES
from mediation.workflow.terms import Duty, Terms

__all__ = [
    "MEDIATION_MOVES",
    "Duty",
    "Terms",
    "advise_confirmation",
    "apply_for_confirmation",
    "appoint_mediator",
    "cancel_session",
    "change_employment",
    "close_studio",
    "composition_warnings",
    "confirmation_warning",
    "dissolve_committee",
    "end_mediator",
    "found_committee",
    "hold_session",
    "open_studio",
    "record_court_acceptance",
    "record_court_decision",
    "record_oral_agreement",
    "record_performance",
    "record_visit",
    "renew_term",
    "schedule_session",
    "sign_agreement",
]
