"""The life cycle of a dispute case as a table (DOMAIN.md 5.2 and 5.3)."""

from cases.models import Case, CaseEvent, Outbox, Remark
from cases.moves import Move, Noun
from cases.workflow.case_moves.ending import AT_ANY_TIME, CLOCKS, ENDING, HISTORY
from cases.workflow.case_moves.mediating import CONFIRMING, MEDIATING, PERFORMING
from cases.workflow.case_moves.opening import BELONGINGS, HANDING_OVER, REGISTERING

CASE_MOVES: dict[str, Move] = {
    **REGISTERING,
    **BELONGINGS,
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
