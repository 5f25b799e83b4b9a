"""The ground that tests stand on: what most of them begin with is made once, and each works in a savepoint above it.

A layer is a transaction that is never committed. Tests that ask for the same layers one after the other find them laid;
what a test writes is rolled back to them. Each gets copies of the objects, so what it does to those is its own too.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from grid import atlas


@dataclass(frozen=True)
class Layer:
    """Something made once, and the transaction it stands in."""

    name: str
    made: Any
    held: transaction.Atomic


class Ground:
    """The layers of this process, the deepest first."""

    def __init__(self) -> None:
        """Bare ground."""
        self.layers: list[Layer] = []

    def stand(self, wanted: dict[str, Callable[..., Any]]) -> None:
        """Lay what is wanted, name -> how it is made from the layer below, and take off everything else.

        Nothing happens while somebody else's transaction stands above: then tests make themselves what they need.
        """
        if connection.closed_in_transaction:
            self.clear()
        if len(connection.atomic_blocks) != len(self.layers):
            return
        names = list(wanted)
        kept = 0
        while kept < min(len(names), len(self.layers)) and self.layers[kept].name == names[kept]:
            kept += 1
        self.clear(kept)
        for name in names[kept:]:
            below = [layer.made for layer in self.layers]
            held = transaction.Atomic(using=None, savepoint=True, durable=False)
            # A transaction of tests: code that must be outermost may run above it.
            held._from_testcase = True  # type: ignore[attr-defined]
            held.__enter__()
            try:
                made = wanted[name](*below[-1:])
            except BaseException:
                _undo(held)
                raise
            self.layers.append(Layer(name, made, held))

    def copies(self) -> dict[str, Any]:
        """The objects of all layers, as they were made; what one knows of another's stays the same object."""
        # The same rows stand under every test: what one let the process keep of them is not the next one's.
        atlas.forget()
        cache.clear()
        return copy.deepcopy({layer.name: layer.made for layer in self.layers})

    def clear(self, down_to: int = 0) -> None:
        """Take off the layers above the first few."""
        while len(self.layers) > down_to:
            _undo(self.layers.pop().held)


def _undo(held: transaction.Atomic) -> None:
    if not connection.closed_in_transaction:
        transaction.set_rollback(True)
    held.__exit__(None, None, None)


GROUND = Ground()
