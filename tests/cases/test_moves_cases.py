"""Every row of CASE_MOVES and every pair not in it, generated from the table."""

import pytest

from cases.models import Case
from cases.moves import Machine, Move, NotAllowed, NotPossible, Tie, perform
from cases.workflow import CASE_MOVES, CASE_VERBS, CASES
from grid.scope import Role
from tests.cases.inputs import BEST_TIED, CASE_ARRANGE, CASE_CALLS, NEXT_DOOR
from tests.cases.rows import actor_for, assert_one_event, name_of, timeline
from tests.cases.stage import C, Stage, undone

BEGINNING = {"register_case", "record_case"}
ROWS = [move for move in CASE_MOVES.values() if move.verb not in BEGINNING]
WITH_MEDIATOR = (C.MEDIATING, C.AGREED, C.BREACHED, C.PERFORMED, C.TERMINATED, C.CLOSED)


def arrange_mediator(stage: Stage, pk: int) -> None:
    """Before assignment there is no mediator; one who was there before a hand-over may still have asked."""
    case = stage.case_now(pk)
    if case.status == C.ACCEPTED:
        case.mediator_rows.create(user=stage.cast.mediator, is_lead=True, assigned_at=stage.moment, **case.levels)


def status_for(move: Move, role: Role) -> str:
    """A status of the row in which the role can be tied."""
    with_mediator = [status for status in WITH_MEDIATOR if status in move.sources]
    return with_mediator[0] if role is Role.MEDIATOR and with_mediator else sorted(move.sources)[-1]


def arrange(stage: Stage, move: Move, pk: int) -> None:
    """Give the case what the verb is about."""
    if move.verb in CASE_ARRANGE:
        CASE_ARRANGE[move.verb](stage, pk)
    if move.verb == "record_breach":
        stage.wait(days=30)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_row_succeeds_from_each_of_its_states_and_appends_one_event(cases: Stage, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    for status in sorted(move.sources):
        with undone():
            pk = cases.cases[status]
            arrange(cases, move, pk)
            arrange_mediator(cases, pk)
            before, seen = cases.case_now(pk), len(timeline(CASES, pk))
            actor = actor_for(cases, role, tie)
            CASE_CALLS[move.verb](cases, pk, actor, cases.now())
            assert_one_event(CASES, move, before, actor, seen, cases.moment)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_every_role_of_a_row_may_do_it(cases: Stage, move: Move) -> None:
    for role, tie in move.who.items():
        with undone():
            pk = cases.cases[status_for(move, role)]
            arrange(cases, move, pk)
            before, seen = cases.case_now(pk), len(timeline(CASES, pk))
            actor = actor_for(cases, role, tie)
            CASE_CALLS[move.verb](cases, pk, actor, cases.now())
            assert_one_event(CASES, move, before, actor, seen, cases.moment)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_pair_not_in_the_table_is_not_possible(cases: Stage, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    actor = actor_for(cases, role, tie)
    for status in set(Case.Status) - move.sources:
        pk = cases.cases[status]
        before, events = cases.case_now(pk), timeline(CASES, pk)
        if (events[-1].verb, events[-1].by_id) == (move.verb, actor.pk):
            # One's own last move again: nothing happens, and nothing is said to be wrong.
            assert CASE_CALLS[move.verb](cases, pk, actor, cases.now()).version == before.version
        else:
            with pytest.raises(NotPossible):
                CASE_CALLS[move.verb](cases, pk, actor, cases.now())
        assert len(timeline(CASES, pk)) == len(events), status
        assert cases.case_now(pk).version == before.version, status


@pytest.mark.parametrize("verb", sorted(BEGINNING))
def test_what_begins_a_case_never_fits_one_that_stands(cases: Stage, verb: str) -> None:
    role, tie = next(iter(CASE_MOVES[verb].who.items()))
    for pk in cases.cases.values():
        with pytest.raises(NotPossible):
            perform(CASES, verb, pk=pk, by=actor_for(cases, role, tie), at=cases.now())


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_role_not_in_the_row_is_not_allowed(cases: Stage, move: Move) -> None:
    pk = cases.cases[status_for(move, next(iter(move.who)))]
    arrange(cases, move, pk)
    seen = len(timeline(CASES, pk))
    others = [cases.actor(name) for role, name in BEST_TIED.items() if role not in move.who]
    others += [Machine(role) for role in (Role.LEDGER_IMPORT, Role.SYSTEM) if role not in move.who]
    for other in others:
        with pytest.raises(NotAllowed):
            CASE_CALLS[move.verb](cases, pk, other, cases.now())
    assert len(timeline(CASES, pk)) == seen


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_the_same_role_next_door_is_not_allowed(cases: Stage, move: Move) -> None:
    pk = cases.cases[status_for(move, next(iter(move.who)))]
    arrange(cases, move, pk)
    seen = len(timeline(CASES, pk))
    for role, tie in move.who.items():
        # An offer is answered by the committee it was made to, not by the one that made it.
        names = ("director",) if tie is Tie.OFFERED else NEXT_DOOR.get(role, ())
        for name in names:
            with pytest.raises(NotAllowed):
                CASE_CALLS[move.verb](cases, pk, cases.actor(name), cases.now())
    assert len(timeline(CASES, pk)) == seen


def test_live_rows_have_a_function_of_their_name() -> None:
    for move in ROWS:
        if move.is_live:
            assert CASE_VERBS[move.verb].__name__ == move.verb


def test_every_row_has_inputs_here() -> None:
    assert set(CASE_CALLS) >= {move.verb for move in ROWS}
