"""Pages of long lists without OFFSET and without COUNT (PERFORMANCE.md 5): the next page starts after a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

PAGE_SIZE = 50
COUNTED_AT_MOST = 999

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """The rows of one page and where its neighbours begin; an empty mark means there is none."""

    rows: list[Row]
    next: str
    previous: str

    def __iter__(self) -> Any:
        """Walk the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many rows are on this page."""
        return len(self.rows)


def keyset_page(
    queryset: QuerySet[Row],
    query: Mapping[str, str],
    order: tuple[str, ...],
    *,
    size: int = PAGE_SIZE,
    parts: Sequence[QuerySet[Row]] = (),
) -> KeysetPage[Row]:
    """Return the page after ``query["after"]`` or before ``query["before"]``, in ``order``.

    ``order`` names columns, "-" for descending; it must end in the primary key, and its columns must not be null in
    the queryset. A mark that cannot be read starts from the beginning: links age, and an old one is no error.

    ``parts`` are overlapping querysets that hold the same rows together (``ScopedQuerySet.visible_parts``): each is
    read in order by an index of its own, where PostgreSQL would read and sort everything under one OR.
    """
    after, before = query.get("after", ""), query.get("before", "")
    backwards = bool(before) and not after
    direction = tuple(_turned(name) for name in order) if backwards else order
    mark = _read(queryset, order, before if backwards else after)
    beyond = Q() if mark is None else _beyond(direction, mark)
    found = _first(queryset, parts, direction, beyond, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return KeysetPage([], "", "")
    first, last = _mark(found[0], order), _mark(found[-1], order)
    has_previous = more if backwards else mark is not None
    has_next = True if backwards and mark is not None else more
    return KeysetPage(found, last if has_next else "", first if has_previous else "")


def _first(
    queryset: QuerySet[Row], parts: Sequence[QuerySet[Row]], order: tuple[str, ...], beyond: Q, size: int
) -> list[Row]:
    """Return the first rows beyond the mark; of several parts their keys are merged before any row is read whole."""
    if len(parts) < 2:
        return list(queryset.filter(beyond).order_by(*order)[:size])
    key = queryset.model._meta.pk.attname
    named = tuple(name.replace("pk", key) if name.lstrip("-") == "pk" else name for name in order)
    columns = [name.lstrip("-") for name in named]
    first, *others = [part.filter(beyond).order_by(*named).values_list(*columns)[:size] for part in parts]
    ids = [row[-1] for row in first.union(*others).order_by(*named)[:size]]
    found = {row.pk: row for row in queryset.filter(pk__in=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def counted(queryset: QuerySet[Any]) -> int:
    """Count no further than the cap; one more than the cap means "more than that"."""
    return queryset.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _mark(row: Any, order: tuple[str, ...]) -> str:
    values = []
    for name in order:
        value = getattr(row, name.lstrip("-"))
        values.append(value.isoformat() if isinstance(value, date | datetime) else str(value))
    return "~".join(values)


def _read(queryset: QuerySet[Any], order: tuple[str, ...], mark: str) -> list[Any] | None:
    parts = mark.split("~")
    if not mark or len(parts) != len(order):
        return None
    values: list[Any] = []
    for name, text in zip(order, parts, strict=True):
        kind = queryset.model._meta.pk if name.lstrip("-") == "pk" else queryset.model._meta.get_field(name.lstrip("-"))
        try:
            value = _value(kind, text)
        except ValueError:
            return None
        if value is None:
            return None
        values.append(value)
    return values


def _value(kind: Any, text: str) -> Any:
    internal = kind.get_internal_type()
    if internal == "DateTimeField":
        return parse_datetime(text)
    if internal == "DateField":
        return parse_date(text)
    if internal in ("BigAutoField", "AutoField", "BigIntegerField", "IntegerField", "PositiveIntegerField"):
        return int(text)
    return text


def _beyond(order: tuple[str, ...], mark: list[Any]) -> Q:
    """Rows after the mark: (a, b) > (x, y), written out so that the first column's index is used."""
    first = order[0]
    q = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": mark[0]})
    alternatives = Q(pk__in=[])
    equal = Q()
    for name, value in zip(order, mark, strict=True):
        column = name.lstrip("-")
        alternatives |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return q & alternatives
