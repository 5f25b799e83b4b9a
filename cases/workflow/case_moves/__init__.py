"""The life cycle of a dispute case as a table (DOMAIN.md 5.2 and 5.3)."""

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
from cases.workflow.case_moves.ending import AT_ANY_TIME, CLOCKS, ENDING, HISTORY
from cases.workflow.case_moves.mediating import CONFIRMING, MEDIATING, PERFORMING
from cases.workflow.case_moves.opening import HANDING_OVER, REGISTERING
from grid.scope import Role

CASE_MOVES: dict[str, Move] = {
    **REGISTERING,
    **HANDING_OVER,
    **MEDIATING,
    **PERFORMING,
    **CONFIRMING,
    **CLOCKS,
    **ENDING,
    **AT_ANY_TIME,
    **HISTORY,
}


CASES: Noun[Case] = Noun(
    name="case",
    model=Case,
    event_model=CaseEvent,
    remark_model=Remark,
    outbox_model=Outbox,
    moves=CASE_MOVES,
    open_statuses=Case.OPEN,
)
