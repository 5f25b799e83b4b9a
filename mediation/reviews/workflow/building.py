"""Building one review: computed, compared and stored in one transaction that sees one state of the database."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import Error, connection, transaction
from django.db.models import Max, QuerySet

from grid import rls
from grid.models import Unit
from mediation.reviews.figures import compute, in_order
from mediation.reviews.figures.particulars import particulars
from mediation.reviews.findings import find
from mediation.reviews.findings.scheme import Scheme
from mediation.reviews.indicators import REGISTER_VERSION
from mediation.reviews.models import Paper, Review
from mediation.reviews.periods import Period
from mediation.reviews.workflow.suggestions import followed_up

Result = TypeVar("Result")

ATTEMPTS = 10
"""How often a builder that lost a race looks again before it gives up."""

LOST_RACES = frozenset({"40001", "40P01", "23505"})
"""Serialisation failure, deadlock, unique violation: somebody else was faster, so the next look finds their work."""


@contextmanager
def one_state() -> Iterator[str]:
    """Run a block in one REPEATABLE READ transaction that sees every city, and give its snapshot.

    All statements of the block see one state, which the snapshot names: with the transaction id on every event, it is
    the watermark of what was counted. Must be the outermost transaction.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
            # Compiling a statement costs more than these take.
            cursor.execute("set local jit = off")
        with rls.system_scope():
            with connection.cursor() as cursor:
                cursor.execute("select pg_current_snapshot()::text")
                snapshot: str = cursor.fetchone()[0]
            yield snapshot


def retried(build: Callable[[], Result]) -> Result:
    """Call ``build`` again whenever it lost a race; it must be one whole transaction."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return build()
        except Error as error:
            if attempt == ATTEMPTS or getattr(error.__cause__, "sqlstate", None) not in LOST_RACES:
                raise
    raise AssertionError("unreachable")


def build_review(*, unit: Unit, period: Period, as_of: datetime, at: datetime) -> Review:
    """Compute a review on command and return the stored version of it (LEDGER.md section 4).

    Figures that were stored before with the same ``as_of`` are that version; anything else becomes the next one. Once
    the newest is issued nothing is stored on command any more: what comes back then is unsaved and has no version.
    ``at`` is now. Raises NoFigures when ``as_of`` is at or before the start, or the unit has no reviews.
    """

    def build() -> Review:
        with one_state() as snapshot:
            figures = figures_for(unit, period, as_of)
            versions = Review.objects.filter(unit=unit, kind=period.kind, start=period.start)
            for stored in versions.filter(as_of=as_of, register_version=REGISTER_VERSION).order_by("-version"):
                if stored.figures == figures:
                    return stored
            newest = versions.aggregate(newest=Max("version"))["newest"] or 0
            if _is_issued(versions, newest):
                return review_of(unit, period, as_of, figures, snapshot, None, Review.Reason.COMMAND, at)
            return store(unit, period, as_of, figures, snapshot, newest + 1, Review.Reason.COMMAND, at)

    return retried(build)


def _is_issued(versions: QuerySet[Review], newest: int) -> bool:
    """Whether the newest version is issued. Its paper is locked: it is not issued while a newer version is stored."""
    paper = Paper.objects.filter(review__in=versions.filter(version=newest)).select_for_update(of=("self",)).first()
    return paper is not None and paper.is_out


def figures_for(unit: Unit, period: Period, as_of: datetime, scheme: Scheme | None = None) -> dict[str, Any]:
    """Compute figures, findings and what stands beside them in the very form the database gives them back.

    Units are assessed by ``scheme``, or by what the place has set for the period.
    """
    counted = compute(unit, period, as_of=as_of).as_json()
    counted |= find(unit, period, as_of=as_of, figures=counted, scheme=scheme)
    counted |= {name: value for name, value in beside(unit, period, as_of).items() if value}
    figures: dict[str, Any] = json.loads(json.dumps(counted))
    return figures


def beside(unit: Unit, period: Period, as_of: datetime) -> dict[str, Any]:
    """What a review keeps beside its measures, from the same state of the database; empty ones are not kept."""
    return {
        "particulars": particulars(unit, period, as_of),
        "suggestions": followed_up(unit, period, as_of),
    }


def store(
    unit: Unit,
    period: Period,
    as_of: datetime,
    figures: dict[str, Any],
    snapshot: str,
    version: int,
    reason: str,
    at: datetime,
) -> Review:
    """Insert one version."""
    review = review_of(unit, period, as_of, figures, snapshot, version, reason, at)
    review.save(force_insert=True)
    return review


def review_of(
    unit: Unit,
    period: Period,
    as_of: datetime,
    figures: dict[str, Any],
    snapshot: str,
    version: int | None,
    reason: str,
    at: datetime,
) -> Review:
    """Return an unsaved review; without a version it is one that must not be stored."""
    review = Review(
        kind=period.kind,
        start=period.start,
        end=period.end,
        as_of=as_of,
        version=version,  # type: ignore[misc]
        reason=reason,
        figures=figures,
        register_version=REGISTER_VERSION,
        snapshot=snapshot,
        built_at=at,
    )
    review.lie_at(unit)
    return review


def as_object(review: Review) -> dict[str, Any]:
    """Return the review object of LEDGER.md section 4, version included, in the order it is read in."""
    return in_order({**review.figures, "version": review.version})
