"""An outline as JSON and back: how an issued paper is kept word for word."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from mediation.reviews.outline import (
    Chart,
    ChartKind,
    Column,
    Figure,
    Form,
    Heading,
    Listing,
    Outline,
    Paragraph,
    Series,
    Table,
)

KINDS = {
    kind.__name__.lower(): kind for kind in (Chart, Column, Figure, Heading, Listing, Outline, Paragraph, Series, Table)
}
WORDS = {"form": Form, "kind": ChartKind}


def frozen(outline: Outline) -> dict[str, Any]:
    """Return the outline as the database keeps it."""
    said: dict[str, Any] = _frozen(outline)
    return said


def thawed(kept: dict[str, Any]) -> Outline:
    """Return the outline that was kept; the very same as was frozen."""
    outline = _thawed(kept)
    assert isinstance(outline, Outline)
    return outline


def _frozen(part: Any) -> Any:
    if is_dataclass(part) and not isinstance(part, type):
        said = {field.name: _frozen(getattr(part, field.name)) for field in fields(part)}
        return {"is": type(part).__name__.lower(), **said}
    if isinstance(part, tuple):
        return [_frozen(one) for one in part]
    if isinstance(part, StrEnum):
        return part.value
    if isinstance(part, date):
        return part.isoformat()
    return part


def _thawed(kept: Any) -> Any:
    if isinstance(kept, list):
        return tuple(_thawed(one) for one in kept)
    if not isinstance(kept, dict):
        return kept
    said = {name: _thawed(value) for name, value in kept.items() if name != "is"}
    for name, words in WORDS.items():
        if name in said:
            said[name] = words(said[name])
    if said.get("issued_on"):
        said["issued_on"] = date.fromisoformat(said["issued_on"])
    return KINDS[kept["is"]](**said)
