"""Queues as data: what waits for whom, a table per kind of record. Lists, counts and "my day" read its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from cases.table import Text
from grid.keyset import counted
from grid.scope import Role, ScopedQuerySet, Standing, standing_of

Record = TypeVar("Record", bound=Any)
Condition = Callable[[Standing, datetime], Q]


@dataclass(frozen=True)
class Queue:
    """One list of records: for whom, which, in what order."""

    key: str
    label: Text
    roles: frozenset[Role]
    q: Condition
    order: tuple[str, ...] = ("pk",)
    hint: Text = ""
    tone: str = "info"
    is_mine: bool = False
    """Whether it waits for the holder of one of the roles; "my day" shows these."""
    batch: str = ""
    """A verb that may be done to many at once."""
    is_counted: bool = True


@dataclass(frozen=True)
class Queues(Generic[Record]):
    """The queues of one kind of record, in the order in which desks show them."""

    model: type[Record]
    table: tuple[Queue, ...]

    def __iter__(self) -> Iterator[Queue]:
        """Walk the queues."""
        return iter(self.table)

    def __getitem__(self, key: str) -> Queue:
        """Return the queue of that key. Raises KeyError."""
        return {queue.key: queue for queue in self.table}[key]

    def of(self, user: Any) -> list[Queue]:
        """Return the queues of the user's roles."""
        roles = standing_of(user).roles
        return [queue for queue in self.table if queue.roles & roles]

    def rows(self, queue: Queue, user: Any, now: datetime) -> QuerySet[Record]:
        """Return the records of a queue that the user may see."""
        rows: QuerySet[Record] = self._all().visible_to(user).filter(queue.q(standing_of(user), now))
        return rows

    def parts(self, queue: Queue, user: Any, now: datetime) -> list[QuerySet[Record]]:
        """Return the same rows in overlapping parts that an index can each read in order (``visible_parts``)."""
        return [part.filter(queue.q(standing_of(user), now)) for part in self._all().visible_parts(user)]

    def counts(self, queues: list[Queue], user: Any, now: datetime) -> dict[str, int]:
        """Say how many wait in each queue, counted no further than the cap; the whole list is never counted."""
        return {queue.key: counted(self.rows(queue, user, now)) for queue in queues if queue.is_counted}

    def _all(self) -> ScopedQuerySet[Any]:
        found: ScopedQuerySet[Any] = self.model.objects.all()
        return found
