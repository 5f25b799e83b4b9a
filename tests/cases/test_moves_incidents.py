"""Every row of INCIDENT_MOVES and every pair not in it, generated from the table."""

import pytest

from cases.models import Incident
from cases.moves import Machine, Move, NotAllowed, NotPossible, Tie, perform
from cases.workflow import INCIDENT_MOVES, INCIDENT_VERBS, INCIDENTS
from grid.scope import Role
from tests.cases.inputs import BEST_TIED, INCIDENT_ARRANGE, INCIDENT_CALLS, NEXT_DOOR
from tests.cases.rows import actor_for, assert_one_event, name_of, timeline
from tests.cases.stage import S, Stage, undone

BEGINNING = {"report_incident", "record_incident"}
ROWS = [move for move in INCIDENT_MOVES.values() if move.verb not in BEGINNING]


def ready(stage: Stage, status: str, move: Move, role: Role) -> int:
    """An incident in the status, with what the verb is about; one of the leader's own where the role must report."""
    own = move.who.get(role) is Tie.REPORTER and role is Role.VILLAGE_LEADER
    pk = stage.incident(status, by="village_leader") if own else stage.incidents[status]
    if move.verb in INCIDENT_ARRANGE:
        INCIDENT_ARRANGE[move.verb](stage, pk)
    return pk


def status_for(move: Move, role: Role) -> str:
    """A status of the row in which the role can be tied: a handler only once a unit has the matter."""
    with_unit = [status for status in (S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.HANDLED) if status in move.sources]
    return with_unit[0] if role is Role.HANDLER and with_unit else sorted(move.sources)[-1]


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_row_succeeds_from_each_of_its_states_and_appends_one_event(incidents: Stage, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    for status in sorted(move.sources):
        with undone():
            pk = ready(incidents, status, move, role)
            before, seen = incidents.incident_now(pk), len(timeline(INCIDENTS, pk))
            actor = actor_for(incidents, role, tie)
            INCIDENT_CALLS[move.verb](incidents, pk, actor, incidents.now())
            assert_one_event(INCIDENTS, move, before, actor, seen, incidents.moment)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_every_role_of_a_row_may_do_it(incidents: Stage, move: Move) -> None:
    for role, tie in move.who.items():
        with undone():
            pk = ready(incidents, status_for(move, role), move, role)
            before, seen = incidents.incident_now(pk), len(timeline(INCIDENTS, pk))
            actor = actor_for(incidents, role, tie)
            INCIDENT_CALLS[move.verb](incidents, pk, actor, incidents.now())
            assert_one_event(INCIDENTS, move, before, actor, seen, incidents.moment)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_pair_not_in_the_table_is_not_possible(incidents: Stage, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    actor = actor_for(incidents, role, tie)
    for status in set(Incident.Status) - move.sources:
        pk = incidents.incidents[status]
        before, events = incidents.incident_now(pk), timeline(INCIDENTS, pk)
        if (events[-1].verb, events[-1].by_id) == (move.verb, actor.pk):
            # One's own last move again: nothing happens, and nothing is said to be wrong.
            assert INCIDENT_CALLS[move.verb](incidents, pk, actor, incidents.now()).version == before.version
        else:
            with pytest.raises(NotPossible):
                INCIDENT_CALLS[move.verb](incidents, pk, actor, incidents.now())
        assert len(timeline(INCIDENTS, pk)) == len(events), status
        assert incidents.incident_now(pk).version == before.version, status


@pytest.mark.parametrize("verb", sorted(BEGINNING))
def test_what_begins_an_incident_never_fits_one_that_stands(incidents: Stage, verb: str) -> None:
    role, tie = next(iter(INCIDENT_MOVES[verb].who.items()))
    for pk in incidents.incidents.values():
        with pytest.raises(NotPossible):
            perform(INCIDENTS, verb, pk=pk, by=actor_for(incidents, role, tie), at=incidents.now())


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_role_not_in_the_row_is_not_allowed(incidents: Stage, move: Move) -> None:
    status = sorted(move.sources)[-1]
    pk = ready(incidents, status, move, next(iter(move.who)))
    seen = len(timeline(INCIDENTS, pk))
    others = [incidents.actor(name) for role, name in BEST_TIED.items() if role not in move.who]
    others += [Machine(role) for role in (Role.LEDGER_IMPORT, Role.SYSTEM) if role not in move.who]
    for other in others:
        with pytest.raises(NotAllowed):
            INCIDENT_CALLS[move.verb](incidents, pk, other, incidents.now())
    assert len(timeline(INCIDENTS, pk)) == seen


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_the_same_role_next_door_is_not_allowed(incidents: Stage, move: Move) -> None:
    status = sorted(move.sources)[-1]
    pk = ready(incidents, status, move, next(iter(move.who)))
    seen = len(timeline(INCIDENTS, pk))
    for role, tie in move.who.items():
        names = NEXT_DOOR.get(role, ())
        if tie is Tie.REPORTER:
            names += ("sibling_worker",) if role is Role.GRID_WORKER else ("village_leader",)
        if tie in (Tie.LEAD, Tie.ASSIST):
            names += ("second_handler",) if tie is Tie.LEAD else ("handler",)
        for name in names:
            with pytest.raises(NotAllowed):
                INCIDENT_CALLS[move.verb](incidents, pk, incidents.actor(name), incidents.now())
    assert len(timeline(INCIDENTS, pk)) == seen


def test_live_rows_have_a_function_of_their_name() -> None:
    for move in ROWS:
        if move.is_live:
            assert INCIDENT_VERBS[move.verb].__name__ == move.verb


def test_every_row_has_inputs_here() -> None:
    assert set(INCIDENT_CALLS) >= {move.verb for move in ROWS}
