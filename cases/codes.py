"""Categories by code, kept in the process for a minute (PERFORMANCE.md 7.1)."""

import time

from cases.models import Category

KEPT_SECONDS = 60.0

_kept: tuple[float, dict[str, Category]] = (0.0, {})


def categories() -> dict[str, Category]:
    """Return every category by its code."""
    global _kept
    if _kept[0] < time.monotonic():
        _kept = (time.monotonic() + KEPT_SECONDS, {category.pk: category for category in Category.objects.all()})
    return _kept[1]


def forget() -> None:
    """Drop what is kept: the tree of categories changed."""
    global _kept
    _kept = (0.0, {})
