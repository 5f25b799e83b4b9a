"""Filters of the lists, read from the address: place, category, source, state, deadline, number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import queues
from cases.models import Category, Incident
from grid.models import Unit
from grid.scope import LEVELS, Held, outermost, standing_of, today

DUES = {
    "overdue": (_("已逾期"), queues.overdue),
    "today": (_("今天到期"), queues.due_today),
    "soon": (_("三日内到期"), queues.due_soon),
}


@dataclass(frozen=True)
class Filters:
    """What was asked for, checked: unknown words are dropped, not refused."""

    place: Unit | None
    category: str
    source: str
    status: str
    due: str
    number: str

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed down."""
        return any((self.place, self.category, self.source, self.status, self.due, self.number))


def read(query: QueryDict, user: Any, sources: Any, statuses: Any) -> Filters:
    """Read the filters; a place outside the user's own is none."""
    place = query.get("place", "")
    category = query.get("category", "")
    return Filters(
        place=_own_place(place, user) if place.isdigit() and len(place) < 18 else None,
        category=category if category.isdigit() and len(category) in (2, 4) else "",
        source=query.get("source", "") if query.get("source", "") in {str(value) for value in sources} else "",
        status=query.get("status", "") if query.get("status", "") in statuses else "",
        due=query.get("due", "") if query.get("due", "") in DUES else "",
        number=query.get("number", "").strip()[:80],
    )


def _own_place(pk: str, user: Any) -> Unit | None:
    unit = Unit.objects.divisions().filter(pk=int(pk)).first()
    if unit is None:
        return None
    inside = any(unit.path.startswith(held.path) for held in standing_of(user).posts)
    return unit if inside else None


def narrow(rows: QuerySet[Any], filters: Filters, user: Any, now: datetime) -> QuerySet[Any]:
    """Keep what fits the filters."""
    q = Q()
    if filters.place is not None:
        q &= Q(**{LEVELS[filters.place.level]: filters.place.pk})
    if len(filters.category) == 4:
        q &= Q(category_id=filters.category)
    elif filters.category:
        q &= Q(category__parent_id=filters.category)
    if filters.source:
        q &= Q(source=filters.source)
    if filters.status:
        q &= Q(status=filters.status)
    if filters.due:
        q &= DUES[filters.due][1](standing_of(user), now)
    if filters.number:
        q &= number_q(rows.model, filters.number)
    return rows.filter(q)


def number_q(model: Any, number: str) -> Q:
    """Records that bear the number: its own, the ledger's, or a file number."""
    q = Q(outside_number=number)
    if model is not Incident:
        q |= Q(file_number=number)
    tail = number.rpartition("-")[2]
    if tail.isdigit() and len(tail) < 18:
        q |= Q(pk=int(tail))
    return q


def place_choices(filters: Filters, user: Any) -> tuple[list[Unit], list[Unit]]:
    """The way down to the chosen place, and the places one level below it."""
    tops: list[Held] = outermost(standing_of(user).posts)
    if filters.place is None:
        if len(tops) > 1:
            return [], list(Unit.objects.filter(pk__in=[held.place_id for held in tops]).order_by("path"))
        base = tops[0].place_id if tops else None
        return [], _below(base)
    own = {held.place_id for held in tops}
    way = [pk for pk in (getattr(filters.place, column) for column in LEVELS.values()) if pk is not None]
    start = next((index for index, pk in enumerate(way) if pk in own), 0)
    ancestors = {unit.pk: unit for unit in Unit.objects.filter(pk__in=way[start:])}
    return [ancestors[pk] for pk in way[start:] if pk in ancestors], _below(filters.place.pk)


def _below(pk: int | None) -> list[Unit]:
    if pk is None:
        return []
    children = Unit.objects.divisions().valid_on(today()).filter(parent_id=pk, is_statistical_only=False)
    return list(children.order_by("code"))


def category_groups(classes: tuple[str, ...] = ()) -> list[tuple[Category, list[Category]]]:
    """Classes with their kinds, for a grouped list."""
    rows = list(Category.objects.order_by("code"))
    groups = [row for row in rows if row.is_class and (not classes or row.pk in classes)]
    return [(group, [row for row in rows if row.parent_id == group.pk]) for group in groups]


LABELS: dict[str, str | Promise] = {key: label for key, (label, _condition) in DUES.items()}
