"""Histories on their way in: a record as it was reported, and the steps that befell it.

A history is replayed in one of two ways that leave the same rows behind: through the verbs, one by one, or in memory
and then by COPY (``seeds.bulk``). The tests compare them row by row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.models import Incident
from cases.moves import Machine, NotPossible, begin, perform, rehearse
from cases.workflow.case_moves import CASES
from cases.workflow.incident_moves import INCIDENTS

Change = Callable[[Any, Any], None]


@dataclass(slots=True)
class PastStep:
    """One move of the past. ``column`` names the ledger's column it was read from, for refusals."""

    verb: str
    at: datetime
    change: Change | None = None
    column: str = ""


@dataclass(slots=True)
class Past:
    """One record and its steps in order of time; the first step of a new record makes it."""

    record: Any
    steps: list[PastStep]
    is_known: bool = False


@dataclass(frozen=True)
class Refusal(Exception):
    """A step that the rules refuse, and why."""

    past: Past
    step: PastStep
    cause: NotPossible


@dataclass(order=True)
class _Turn:
    """One step in the order of everything that happened; what makes a record comes before what refers to it."""

    at: datetime
    is_later: bool
    serial: int
    index: int
    past: Past = field(compare=False)


def noun_of(record: Any) -> Any:
    """Return what ``cases.moves`` must know of the record's kind."""
    return INCIDENTS if isinstance(record, Incident) else CASES


def replay_by_verbs(pasts: Iterable[Past], by: Machine) -> None:
    """Replay histories through the verbs, all steps of all records in order of their times.

    Raises Refusal for the first step that does not fit.
    """
    turns = sorted(
        _Turn(step.at, past.is_known or index > 0, serial, index, past)
        for serial, past in enumerate(pasts)
        for index, step in enumerate(past.steps)
    )
    for turn in turns:
        past, step = turn.past, turn.past.steps[turn.index]
        noun = noun_of(past.record)
        try:
            if turn.index == 0 and not past.is_known:
                begin(noun, step.verb, past.record, by=by, at=step.at, change=step.change)
            else:
                perform(noun, step.verb, pk=past.record.pk, by=by, at=step.at, change=step.change)
        except NotPossible as cause:
            raise Refusal(past, step, cause) from cause


def rehearse_past(past: Past, by: Machine) -> None:
    """Run a history's rules on its record in memory, and write nothing.

    Raises Refusal for the first step that does not fit.
    """
    noun = noun_of(past.record)
    for step in past.steps:
        try:
            rehearse(noun, step.verb, past.record, by=by, at=step.at, change=step.change)
        except NotPossible as cause:
            raise Refusal(past, step, cause) from cause
