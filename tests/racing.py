"""Several at once: real threads with connections of their own, on a committed database, begun at one barrier."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(*acts: Callable[[], Any], refused: tuple[type[Exception], ...] = ()) -> list[Any]:
    """Run all at the same moment and return, in their order, what each returned or with what it was refused.

    Any other exception is raised again here.
    """
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(30)
            return act()
        except refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
