"""Who may handle parties: add them, and see more of them than the masks (DOMAIN.md PV-04, PV-05).

Whoever works on the matter does; supervisors and leaders read masks, the reporter sees no contact data.
"""

from typing import Any

from cases.models import Case, Incident
from cases.moves import Move, Tie, acting_role
from cases.workflow.case_moves.ties import CASE_TEAM
from cases.workflow.incident_moves.ties import DESKS, HANDLER
from grid.scope import Role

_INCIDENT_TEAM = {**DESKS, **HANDLER}
_CASE_TEAM = {**CASE_TEAM, **DESKS}


def _row(who: dict[Role, Tie], statuses: frozenset[Any]) -> Move:
    return Move("party", "", statuses, None, who, is_inner=True)


HANDLES: dict[type[Any], Move] = {
    Incident: _row(_INCIDENT_TEAM, frozenset(Incident.Status)),
    Case: _row(_CASE_TEAM, frozenset(Case.Status)),
}


def may_reveal(record: Any, user: Any) -> bool:
    """Whether the user works on the record and so may, with a reason, see a sealed field."""
    return acting_role(HANDLES[type(record)], record, user) is not None


def may_add_party(record: Any, user: Any) -> bool:
    """Whether the user may add a party to the record as it stands."""
    return bool(record.is_open) and may_reveal(record, user)
