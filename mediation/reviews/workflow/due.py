"""What is due, and building it exactly once (DESIGN.md rule 6).

Beat only wakes. A row per (unit, kind, period) decides what is due, and which rows there are follows from posts and the
calendar alone, never from which ticks came: a night without ticks, or a tick that comes twice, changes nothing.

A review is due when its period was not over on the reader's ``reviews_from`` and somebody stood there to read it at
07:00 after the period.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from grid import rls
from grid.models import Post, Unit
from grid.scope import LEVELS, Role, ScopedQuerySet, local_day
from mediation.reviews import periods
from mediation.reviews.figures.places import CHILDREN
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, Review, ReviewReader
from mediation.reviews.periods import DUE_AFTER, Period
from mediation.reviews.workflow.building import figures_for, one_state, retried, store

logger = logging.getLogger("hemu.reviews")

READING = (Role.CENTRE_SUPERVISOR, Role.LEADER)
"""Whose post makes a place one whose reviews are read."""

READERS_AT_ONCE = 100
RETRY_FIRST = timedelta(minutes=5)
RETRY_LAST = timedelta(hours=6)


@dataclass(frozen=True)
class Span:
    """A time during which one post of a reader stood: from its first day and confirmation, to its last day."""

    since: datetime
    until: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether the post stood at the moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


def build_due_reviews(*, at: datetime, seconds: float | None = None) -> int:
    """List what fell due by ``at`` and build what is missing; return how many were built.

    Safe at any time and in any number of processes at once: whoever comes second finds the rows taken or done. After
    ``seconds`` no further one is begun, and the next tick goes on.
    """
    list_due(at=at)
    began = time.monotonic()
    built = 0
    while seconds is None or time.monotonic() - began < seconds:
        due = build_next(at=at)
        if due is None:
            break
        built += due.review_id is not None
    return built


def build_next(*, at: datetime) -> DueReview | None:
    """Build one review that is due, the one that fell due last, and return its row; None when nothing is left to do.

    Whoever catches up, after an outage or on the first day, gives people yesterday's first; what is old has waited.
    Claim, figures and result are one transaction, so a builder killed at any point leaves nothing but a row that is
    still due. A review that cannot be built is noted on its row and tried again later: it must not hold up the others.
    """
    claimed: list[DueReview] = []
    try:
        return retried(lambda: _build_next(at, claimed))
    except Exception as error:
        if not claimed:
            raise
        logger.exception("review not built: due=%s", claimed[-1].pk)
        return _note_failure(claimed[-1], error, at)


def _build_next(at: datetime, claimed: list[DueReview]) -> DueReview | None:
    claimed.clear()
    with one_state() as snapshot:
        due = (
            missing_at(at)
            .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=at))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("unit")
            .order_by("-due_at", "pk")
            .first()
        )
        if due is None:
            return None
        claimed.append(due)
        period = periods.beginning(due.kind, local_day(due.start))
        known = Review.objects.filter(unit=due.unit, kind=due.kind, start=due.start).order_by("version").first()
        # Built by command already: beat builds version 1 only (LEDGER.md section 4).
        due.review = known or store(
            due.unit,
            period,
            period.end,
            figures_for(due.unit, period, period.end),
            snapshot,
            1,
            Review.Reason.DUE,
            at,
        )
        due.save(update_fields=["review"])
        return due


def missing_at(moment: datetime) -> ScopedQuerySet[DueReview]:
    """Return what was due at ``moment`` and is not built, the longest due first; health checks ask it, too."""
    return DueReview.objects.filter(review__isnull=True, due_at__lte=moment).order_by("due_at", "pk")


def _note_failure(due: DueReview, error: Exception, at: datetime) -> DueReview:
    wait = min(RETRY_FIRST * 2 ** min(due.failures, 10), RETRY_LAST)
    with rls.system_scope():
        DueReview.objects.filter(pk=due.pk, review__isnull=True).update(
            failures=F("failures") + 1, retry_at=at + wait, error=type(error).__name__[:100]
        )
    due.review = None
    return due


def list_due(*, at: datetime) -> None:
    """Give everything that fell due by ``at`` its row."""
    with rls.system_scope():
        _enter_readers(at)
    newest = _last_seven(at)
    while _list_some(newest):
        pass


def set_reviews_from(*, unit: Unit, day: date) -> ReviewReader:
    """Have the unit's reviews built from another day on: earlier than the first post, or later.

    Rows of periods that were over by then and are not built go; what is built stays. Call it in a scope that sees
    the unit.
    """
    reader, _made = ReviewReader.objects.update_or_create(
        unit=unit,
        defaults={"reviews_from": day, "listed_to": None},
        create_defaults={"reviews_from": day, **unit.levels},
    )
    for due in DueReview.objects.filter(unit=unit, review__isnull=True):
        if periods.beginning(due.kind, local_day(due.start)).end <= periods.midnight(day):
            due.delete()
    return reader


_READERS_SQL = f"""
insert into reviews_reviewreader (unit_id, {", ".join(LEVELS.values())}, reviews_from)
select place.id, {", ".join(f"place.{column}" for column in LEVELS.values())}, min(stood.since)
from grid_post p
cross join lateral (
    -- A post counts from its first day, but not before a second person confirmed it.
    select greatest(p.starts_on, (p.confirmed_at at time zone 'Asia/Shanghai')::date) as since
) stood
join grid_unit u on u.id = p.unit_id
join grid_unit place on place.id = coalesce(u.place_id, u.id)
where p.role = any (%(roles)s) and p.confirmed_at is not null
  and stood.since <= %(today)s and (p.ends_on is null or p.ends_on > stood.since)
  and place.kind = 'division' and place.level = any (%(levels)s)
  and not exists (select from reviews_reviewreader r where r.unit_id = place.id)
group by place.id
on conflict (unit_id) do nothing
"""


def _enter_readers(at: datetime) -> None:
    """Enter the places that have got their first reader."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READERS_SQL,
            {
                "roles": [role.value for role in READING],
                "levels": [level.value for level in CHILDREN],
                "today": local_day(at),
            },
        )


def _last_seven(moment: datetime) -> datetime:
    """The last time at or before ``moment`` that reviews fell due."""
    return periods.midnight(local_day(moment - DUE_AFTER)) + DUE_AFTER


def _list_some(newest: datetime) -> int:
    """List what is due for some readers that are behind; return how many readers those were."""
    with rls.system_scope():
        readers = list(
            ReviewReader.objects.filter(Q(listed_to__isnull=True) | Q(listed_to__lt=newest))
            # Without a post there is nobody to read, and the day may yet come.
            .filter(Exists(_posts().filter(AT_PLACE)))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("unit")
            .order_by("pk")[:READERS_AT_ONCE]
        )
        spans = _spans([reader.unit_id for reader in readers])
        rows = [row for reader in readers for row in _rows(reader, spans[reader.unit_id], newest)]
        DueReview.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        for reader in readers:
            reader.listed_to = newest
        ReviewReader.objects.bulk_update(readers, ["listed_to"])
    return len(readers)


def _rows(reader: ReviewReader, spans: list[Span], newest: datetime) -> Iterator[DueReview]:
    for kind in Kind:
        for period in _fallen_due(reader, kind, newest):
            if _is_read(spans, period) and _stands(reader.unit, period):
                yield DueReview(
                    unit_id=reader.unit_id, kind=kind, start=period.start, due_at=period.due_at, **reader.levels
                )


def _fallen_due(reader: ReviewReader, kind: Kind, newest: datetime) -> Iterator[Period]:
    """The periods that fell due after what is listed already, and by ``newest``."""
    day = reader.reviews_from
    if reader.listed_to is not None:
        # Due at seven on a day, a period ends as that day begins; the next to list is one still under way then.
        day = max(day, local_day(reader.listed_to))
    for period in periods.since(kind, day):
        if period.due_at > newest:
            return
        yield period


def _is_read(spans: list[Span], period: Period) -> bool:
    """Whether somebody stood there when the review fell due; before the first post, ``reviews_from`` alone decides."""
    first = min(span.since for span in spans)
    return period.due_at < first or any(span.holds(period.due_at) for span in spans)


def _stands(unit: Unit, period: Period) -> bool:
    """Whether the division existed during the period."""
    return unit.valid_from < period.end_on and (unit.valid_to is None or unit.valid_to > period.start_on)


def _posts() -> QuerySet[Post]:
    """Confirmed posts of readers; a post stands at the place its unit hangs on, or at its unit if that is a place."""
    return Post.objects.filter(role__in=READING, confirmed_at__isnull=False)


AT_PLACE = Q(unit__place=OuterRef("unit_id")) | Q(unit__place__isnull=True, unit=OuterRef("unit_id"))


def _spans(places: list[int]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    standing = _posts().filter(Q(unit__place__in=places) | Q(unit__place__isnull=True, unit__in=places))
    for post in standing.select_related("unit"):
        assert post.confirmed_at is not None  # Asked for above.
        since = max(periods.midnight(post.starts_on), post.confirmed_at)
        spans[post.unit.place_id or post.unit_id].append(
            Span(since, periods.midnight(post.ends_on) if post.ends_on else None)
        )
    return spans
