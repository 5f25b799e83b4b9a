"""Every row of both tables of moves and every pair not in them, generated from the tables."""

from typing import Any

import pytest

from cases.moves import Machine, Move, NotAllowed, NotPossible, perform
from grid.scope import Role
from tests.cases.inputs import BEST_TIED
from tests.cases.rows import actor_for, assert_one_event, name_of, timeline
from tests.cases.stage import Stage, undone
from tests.cases.tables import TABLES, Table

ALL_ROWS = [(table, move) for table in TABLES for move in table.rows]
of_each_row = pytest.mark.parametrize(("table", "move"), ALL_ROWS, ids=name_of)
of_each_table = pytest.mark.parametrize("table", TABLES, ids=name_of)


def do(stage: Stage, table: Table, move: Move, pk: int, actor: Any) -> Any:
    return table.calls[move.verb](stage, pk, actor, stage.now())


def refused(stage: Stage, table: Table, move: Move, pk: int, others: list[Any]) -> None:
    """Nobody of these may, and nothing is noted of their trying."""
    seen = len(timeline(table.noun, pk))
    for other in others:
        with pytest.raises(NotAllowed):
            do(stage, table, move, pk, other)
    assert len(timeline(table.noun, pk)) == seen


@of_each_row
def test_a_row_succeeds_from_each_of_its_states_and_appends_one_event(records: Stage, table: Table, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    for status in sorted(move.sources):
        with undone():
            pk = table.ready(records, status, move, role)
            before, seen = table.now(pk), len(timeline(table.noun, pk))
            actor = actor_for(records, role, tie)
            do(records, table, move, pk, actor)
            assert_one_event(table.noun, move, before, actor, seen, records.moment)


@of_each_row
def test_every_role_of_a_row_may_do_it(records: Stage, table: Table, move: Move) -> None:
    for role, tie in move.who.items():
        with undone():
            pk = table.ready(records, table.status_for(move, role), move, role)
            before, seen = table.now(pk), len(timeline(table.noun, pk))
            actor = actor_for(records, role, tie)
            do(records, table, move, pk, actor)
            assert_one_event(table.noun, move, before, actor, seen, records.moment)


@of_each_row
def test_a_pair_not_in_the_table_is_not_possible(records: Stage, table: Table, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    actor = actor_for(records, role, tie)
    for status in table.statuses - move.sources:
        pk = table.standing(records)[status]
        before, events = table.now(pk), timeline(table.noun, pk)
        if (events[-1].verb, events[-1].by_id) == (move.verb, actor.pk):
            # One's own last move again: nothing happens, and nothing is said to be wrong.
            assert do(records, table, move, pk, actor).version == before.version
        else:
            with pytest.raises(NotPossible):
                do(records, table, move, pk, actor)
        assert len(timeline(table.noun, pk)) == len(events), status
        assert table.now(pk).version == before.version, status


@of_each_table
def test_what_begins_a_record_never_fits_one_that_stands(records: Stage, table: Table) -> None:
    for verb in table.beginning:
        role, tie = next(iter(table.moves[verb].who.items()))
        for pk in table.standing(records).values():
            with pytest.raises(NotPossible):
                perform(table.noun, verb, pk=pk, by=actor_for(records, role, tie), at=records.now())


@of_each_row
def test_a_role_not_in_the_row_is_not_allowed(records: Stage, table: Table, move: Move) -> None:
    first = next(iter(move.who))
    pk = table.ready(records, table.status_for(move, first), move, first)
    others: list[Any] = [records.actor(name) for role, name in BEST_TIED.items() if role not in move.who]
    others += [Machine(role) for role in (Role.LEDGER_IMPORT, Role.SYSTEM) if role not in move.who]
    refused(records, table, move, pk, others)


@of_each_row
def test_the_same_role_next_door_is_not_allowed(records: Stage, table: Table, move: Move) -> None:
    first = next(iter(move.who))
    pk = table.ready(records, table.status_for(move, first), move, first)
    others = [records.actor(name) for role, tie in move.who.items() for name in table.next_door(role, tie)]
    refused(records, table, move, pk, others)


@of_each_table
def test_live_rows_have_a_function_of_their_name_and_all_have_inputs_here(table: Table) -> None:
    assert set(table.calls) >= {move.verb for move in table.rows}
    for move in table.rows:
        if move.is_live:
            assert table.verbs[move.verb].__name__ == move.verb
