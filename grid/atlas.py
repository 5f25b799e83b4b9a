"""Places by id, kept in the process for a minute: the intake path must not ask the database for what rarely changes."""

import time
from dataclasses import dataclass

from grid.models import Unit

KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """What a record copies from the place it lies at."""

    pk: int
    code: str
    name: str
    level: str
    path: str
    levels: dict[str, int | None]


_kept: dict[int, tuple[float, Place | None]] = {}


def place(pk: int) -> Place | None:
    """Return the division or grid ``pk`` that is valid today, or None."""
    now = time.monotonic()
    known = _kept.get(pk)
    if known is not None and known[0] > now:
        return known[1]
    unit = Unit.objects.divisions().filter(pk=pk, valid_to__isnull=True).first()
    found = Place(unit.pk, unit.code, unit.name, unit.level, unit.path, unit.levels) if unit else None
    _kept[pk] = (now + KEPT_SECONDS, found)
    return found


def forget() -> None:
    """Drop what is kept: the tree changed."""
    _kept.clear()
