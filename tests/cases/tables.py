"""The two tables of moves, and how the tests bring a record to where a row of one begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Case, Incident
from cases.moves import Move, Noun, Tie
from cases.workflow import CASE_MOVES, CASE_VERBS, CASES, INCIDENT_MOVES, INCIDENT_VERBS, INCIDENTS
from grid.scope import Role
from tests.cases.inputs import CASE_ARRANGE, CASE_CALLS, INCIDENT_ARRANGE, INCIDENT_CALLS, NEXT_DOOR
from tests.cases.stage import C, S, Stage


@dataclass(frozen=True)
class Table:
    """One table of moves."""

    noun: Noun[Any]
    moves: Mapping[str, Move]
    verbs: Mapping[str, Callable[..., Any]]
    calls: Mapping[str, Callable[..., Any]]
    """Verb -> a call of it with everything it needs: stage, key, actor, moment."""
    beginning: frozenset[str]
    statuses: frozenset[str]
    standing: Callable[[Stage], Mapping[str, int]]
    """Status -> a record of the stage that stands in it."""
    ready: Callable[[Stage, str, Move, Role], int]
    """A record in the status, with what the verb is about."""
    tied_from: Mapping[Role, tuple[str, ...]]
    """Roles that are tied to a record only from some statuses on."""
    next_door: Callable[[Role, Tie], tuple[str, ...]]
    """People of the role whose record it is not."""

    @property
    def rows(self) -> list[Move]:
        """The moves of records that stand."""
        return [move for move in self.moves.values() if move.verb not in self.beginning]

    def status_for(self, move: Move, role: Role) -> str:
        """A status of the row in which the role can be tied."""
        tied = [status for status in self.tied_from.get(role, ()) if status in move.sources]
        return tied[0] if tied else sorted(move.sources)[-1]

    def now(self, pk: int) -> Any:
        """The record as it stands."""
        return self.noun.model._base_manager.get(pk=pk)


def _ready_incident(stage: Stage, status: str, move: Move, role: Role) -> int:
    # One of the leader's own where the role must have reported it.
    own = move.who.get(role) is Tie.REPORTER and role is Role.VILLAGE_LEADER
    pk = stage.incident(status, by="village_leader") if own else stage.incidents[status]
    if move.verb in INCIDENT_ARRANGE:
        INCIDENT_ARRANGE[move.verb](stage, pk)
    return pk


def _next_to_incident(role: Role, tie: Tie) -> tuple[str, ...]:
    names = NEXT_DOOR.get(role, ())
    if tie is Tie.REPORTER:
        names += ("sibling_worker",) if role is Role.GRID_WORKER else ("village_leader",)
    if tie in (Tie.LEAD, Tie.ASSIST):
        names += ("second_handler",) if tie is Tie.LEAD else ("handler",)
    return names


def _ready_case(stage: Stage, status: str, move: Move, _role: Role) -> int:
    pk = stage.cases[status]
    if move.verb in CASE_ARRANGE:
        CASE_ARRANGE[move.verb](stage, pk)
    if move.verb == "record_breach":
        stage.wait(days=30)
    case = stage.case_now(pk)
    if case.status == C.ACCEPTED:
        # Before assignment there is no mediator; one who was there before a hand-over may still have asked.
        case.mediator_rows.create(user=stage.cast.mediator, is_lead=True, assigned_at=stage.moment, **case.levels)
    return pk


def _next_to_case(role: Role, tie: Tie) -> tuple[str, ...]:
    # An offer is answered by the committee it was made to, not by the one that made it.
    return ("director",) if tie is Tie.OFFERED else NEXT_DOOR.get(role, ())


TABLES = (
    Table(
        INCIDENTS,
        INCIDENT_MOVES,
        INCIDENT_VERBS,
        INCIDENT_CALLS,
        frozenset({"report_incident", "record_incident"}),
        frozenset(Incident.Status),
        lambda stage: stage.incidents,
        _ready_incident,
        {Role.HANDLER: (S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.HANDLED)},
        _next_to_incident,
    ),
    Table(
        CASES,
        CASE_MOVES,
        CASE_VERBS,
        CASE_CALLS,
        frozenset({"register_case", "record_case"}),
        frozenset(Case.Status),
        lambda stage: stage.cases,
        _ready_case,
        {Role.MEDIATOR: (C.MEDIATING, C.AGREED, C.BREACHED, C.PERFORMED, C.TERMINATED, C.CLOSED)},
        _next_to_case,
    ),
)
