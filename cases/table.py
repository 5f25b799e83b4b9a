"""Moves as data: what a row of a MOVES table says (DESIGN.md rule 2). ``cases.moves`` performs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from grid.scope import Role

Text = str | Promise


class Tie(Enum):
    """How a role must be tied to the record for a verb."""

    PLACE = "holds the post at or above the record's place"
    LEAD = "holds the post at the lead unit"
    VILLAGE = "holds the post at a grid of the record's village"
    REPORTER = "reported it"
    COMMITTEE = "holds the post at the record's committee"
    MEDIATOR = "is a mediator of the case"
    OFFERED = "holds the post at the unit it is offered to"
    ASSIST = "holds the post at a unit asked to assist"
    WORK = "holds the post at the lead unit or at one asked to assist"
    ADDRESSED = "holds the post at a unit, or stands at a place, the record is addressed to"
    PLACE_OR_ADDRESSED = "holds the post at or above the record's place, or is addressed"
    MACHINE = "is the machine itself"


MOST_PEOPLE = 1_000_000
"""The largest number of people an input takes; a slip of the finger is refused."""


@dataclass(frozen=True)
class Need:
    """One input of a verb. Forms, serializers, documents and tests are made from it; its kinds are shapes only."""

    name: str
    kind: str
    label: Text
    required: bool = True
    choices: Any = None
    help: Text = ""
    min_length: int = 0
    initial: Any = None
    """What forms begin with: a value, or a function of the record."""


@dataclass(frozen=True)
class Move:
    """One row of a MOVES table."""

    verb: str
    label: Text
    sources: frozenset[str]
    target: str | None
    who: Mapping[Role, Tie]
    needs: tuple[Need, ...] = ()
    why: str = ""
    notify: tuple[str, ...] = ()
    is_inner: bool = False
    """Called by another verb, never offered as a button or operation of its own."""
    is_primary: bool = False
    """The usual next step: shown as the main button."""
    is_grave: bool = False
    """Asks once more before it is done."""
    when: Callable[[Any], bool] | None = None
    """Whether the record has what the move is about (a request to answer, an offer to take back): buttons ask this,
    the verb's own guard decides."""

    @property
    def is_history(self) -> bool:
        """Whether it records what happened before the system was in use."""
        return Role.LEDGER_IMPORT in self.who

    @property
    def is_live(self) -> bool:
        """Whether people use it through a door of its own."""
        return not self.is_inner and not self.is_history and Role.SYSTEM not in self.who


def says(label: Text, *, required: bool = True, min_length: int = 0) -> Need:
    """The words that go with a move, kept as a remark."""
    return Need("remark", "text", label, required=required, min_length=min_length)


def table(*moves: Move) -> dict[str, Move]:
    """Index moves by their verb."""
    return {move.verb: move for move in moves}
