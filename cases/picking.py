"""Finding the row to pick for a verb's input: a few likely ones first, then what the words typed find.

Everything comes out of ``choices.pickable``, so nobody is offered what lies outside their own scope.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case as When
from django.db.models import IntegerField, Q, QuerySet, Value
from django.db.models import When as If
from django.utils import timezone

from cases.choices import MANY_KINDS, pickable
from cases.models import Category, Incident, Party
from cases.moves import Need
from cases.words import named
from grid.models import Unit, User

SHOWN = 12
"""As many as fit a phone's screen twice; more are found by typing."""


@dataclass(frozen=True)
class Option:
    """One row that can be picked."""

    pk: str
    label: str
    note: str = ""


def options(need: Need, record: Any, user: Any, *, text: str = "", chosen: Iterable[str] = ()) -> list[Option]:
    """Return the chosen rows, then up to ``SHOWN`` that fit ``text`` or, without one, are likely."""
    rows = pickable(need, record, user)
    kept = [str(pk) for pk in chosen if str(pk).strip().isdigit()]
    first = list(rows.filter(pk__in=kept)) if kept else []
    fitting = _fitting(need.kind, rows, record, text.strip()) if text.strip() else _likely(need.kind, rows, record)
    found = first + [row for row in fitting[: SHOWN + len(first)] if row not in first]
    return [option_of(row) for row in found[: SHOWN + len(first)]]


def is_long(need: Need, record: Any, user: Any) -> bool:
    """Whether there are more rows than are shown at once."""
    return pickable(need, record, user).order_by().values("pk")[: SHOWN + 1].count() > SHOWN


def is_many(need: Need) -> bool:
    """Whether several rows may be picked."""
    return need.kind in MANY_KINDS


def _fitting(kind: str, rows: QuerySet[Any], record: Any, text: str) -> QuerySet[Any]:
    if kind == "incident":
        # A number is looked for everywhere in one's scope, not only among the likely ones.
        tail = text.rpartition("-")[2]
        by_number = Q(outside_number=text)
        found = rows.filter(by_number | Q(pk=int(tail)) if tail.isdigit() and len(tail) < 18 else by_number)
        return found.select_related("unit").order_by("-reported_at", "-pk")
    ordered = _likely(kind, rows, record)
    if issubclass(rows.model, Unit):
        return ordered.filter(Q(name__icontains=text) | Q(code__startswith=text))
    if issubclass(rows.model, User):
        return ordered.filter(name__icontains=text)
    return ordered


def _likely(kind: str, rows: QuerySet[Any], record: Any) -> QuerySet[Any]:
    if kind == "incident":
        return similar_to(rows, record)
    if issubclass(rows.model, Unit):
        near = When(
            If(grid_id=record.grid_id, grid_id__isnull=False, then=Value(0)),
            If(village_id=record.village_id, village_id__isnull=False, then=Value(1)),
            If(township_id=record.township_id, township_id__isnull=False, then=Value(2)),
            If(county_id=record.county_id, county_id__isnull=False, then=Value(3)),
            default=Value(4),
            output_field=IntegerField(),
        )
        return rows.select_related("parent").order_by(near, "path")
    if issubclass(rows.model, User):
        return rows.order_by("name", "pk")
    return rows.order_by("pk")


DAYS_BACK = 14


def similar_to(rows: QuerySet[Incident], record: Any, *, days: int = DAYS_BACK) -> QuerySet[Incident]:
    """Incidents that may be the same matter: same village, same category, reported within days of it.

    An unsaved incident asks about now. Nearest in time first; the newest first among equals.
    """
    at = getattr(record, "reported_at", None) or timezone.now()
    near = rows.filter(
        category_id=record.category_id, reported_at__gte=at - timedelta(days=days), reported_at__lte=timezone.now()
    )
    if record.village_id is not None:
        near = near.filter(village_id=record.village_id)
    elif record.township_id is not None:
        near = near.filter(township_id=record.township_id)
    return near.select_related("unit", "category").order_by("-reported_at", "-pk")


def option_of(row: Any) -> Option:
    """Word one row."""
    if isinstance(row, Unit):
        return Option(str(row.pk), row.name, row.parent.name if row.parent else "")
    if isinstance(row, User):
        return Option(str(row.pk), row.name)
    if isinstance(row, Incident):
        day = timezone.localtime(row.reported_at)
        return Option(str(row.pk), f"{row.number} {_short(row.description)}", f"{day:%m-%d %H:%M} {row.unit.name}")
    if isinstance(row, Party):
        return Option(str(row.pk), row.name_masked, row.get_side_display())
    if isinstance(row, Category):
        return Option(str(row.pk), named(row))
    raise LookupError(f"no words for {row!r}")


def _short(text: str, length: int = 24) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
