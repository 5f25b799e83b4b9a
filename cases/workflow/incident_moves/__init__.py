"""The life cycle of an incident as a table (DOMAIN.md 5.1)."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
    CaseEvent,
    HandlingLevel,
    Incident,
    IncidentEvent,
    Outbox,
    Party,
    Remark,
    RiskLevel,
    RiskTrigger,
    Urgency,
)
from cases.moves import Move, Need, Noun, Tie, says, table
from cases.workflow import reasons
from cases.workflow.incident_moves.ending import ENDING, HISTORY
from cases.workflow.incident_moves.handling import CLOCKS, HANDLING
from cases.workflow.incident_moves.inspecting import INSPECTING, REPORTING
from grid.scope import Role

INCIDENT_MOVES: dict[str, Move] = {**REPORTING, **INSPECTING, **HANDLING, **CLOCKS, **ENDING, **HISTORY}


INCIDENTS: Noun[Incident] = Noun(
    name="incident",
    model=Incident,
    event_model=IncidentEvent,
    remark_model=Remark,
    outbox_model=Outbox,
    moves=INCIDENT_MOVES,
    open_statuses=Incident.OPEN,
    counts_open=True,
)
