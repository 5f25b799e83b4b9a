"""What the table tests of both nouns say in the same words."""

from datetime import datetime
from typing import Any

from cases.moves import Machine, Move, Noun, Tie
from grid.scope import Role
from tests.cases.inputs import ACTORS
from tests.cases.stage import Stage


def name_of(value: Any) -> str:
    """Readable test ids."""
    return str(getattr(value, "verb", "") or getattr(getattr(value, "noun", None), "name", value))


def actor_for(stage: Stage, role: Role, tie: Tie) -> Any:
    """Somebody of the role who is tied to the stage's records, or the machine."""
    return Machine(role) if tie is Tie.MACHINE else stage.actor(ACTORS[role, tie])


def timeline(noun: Noun[Any], pk: int) -> list[Any]:
    """The events of a record in order."""
    return list(noun.event_model.objects.filter(**{noun.name: pk}).order_by("seq"))


def assert_one_event(noun: Noun[Any], move: Move, before: Any, actor: Any, seen: int, moment: datetime) -> None:
    """Exactly one event was appended since ``before``, and it says what happened and what stands."""
    record = noun.model._base_manager.get(pk=before.pk)
    assert record.status == (move.target or before.status)
    assert record.is_open == (record.status in noun.open_statuses)
    events = timeline(noun, record.pk)
    assert len(events) == seen + 1
    event = events[-1]
    assert (event.seq, event.verb, event.status) == (before.last_seq + 1, move.verb, record.status)
    assert (event.at, record.last_event_at, record.last_seq) == (moment, moment, event.seq)
    assert event.by_id == actor.pk
    assert event.role in move.who
    assert (event.unit_id, event.category_id) == (record.unit_id, record.category_id)
    assert event.levels == record.levels
    if noun.counts_open:
        assert event.delta == int(record.is_open) - int(before.is_open)
    for fact in noun.event_model.STANDING:
        assert getattr(event, fact) == getattr(record, fact), fact
    assert event.txid is not None
    assert record.version == before.version + 1
