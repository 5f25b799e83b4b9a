"""The life cycle of an incident as a table (DOMAIN.md 5.1)."""

from cases.models import Incident, IncidentEvent, Outbox, Remark
from cases.moves import Move, Noun
from cases.workflow.incident_moves.ending import ENDING, HISTORY
from cases.workflow.incident_moves.handling import ASSISTING, CLOCKS, HANDLING
from cases.workflow.incident_moves.inspecting import BELONGINGS, INSPECTING, REPORTING

INCIDENT_MOVES: dict[str, Move] = {
    **REPORTING,
    **INSPECTING,
    **HANDLING,
    **ASSISTING,
    **CLOCKS,
    **ENDING,
    **BELONGINGS,
    **HISTORY,
}


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
