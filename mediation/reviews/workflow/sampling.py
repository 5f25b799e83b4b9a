"""Samples of daily inspection that draw themselves: beat wakes, the rows of what is due decide (DESIGN.md rule 6).

A daily review that is due says that the place keeps the daily rhythm; its sample is drawn at the same hour, when an
inspector stood there to look at it. Everybody else has the button.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from grid import rls
from grid.models import Post
from grid.scope import SHANGHAI, local_day
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, InspectionSample
from mediation.reviews.workflow.due import AT_PLACE, list_due
from mediation.reviews.workflow.inspecting import INSPECTORS, drawn

logger = logging.getLogger("hemu.reviews")

CATCH_UP = timedelta(days=31)
"""How far back samples are made up for; nobody inspects what was reported longer ago."""


def draw_due_samples(*, at: datetime, seconds: float | None = None) -> int:
    """Draw the samples that fell due by ``at`` and nobody has drawn, the newest first; return how many.

    Safe at any time and in any number of processes at once: of a unit and a day there is one sample, whoever draws it.
    After ``seconds`` no further one is begun. One that cannot be drawn is logged and left for the next time.
    """
    list_due(at=at)
    began = time.monotonic()
    drawn_now = 0
    failed: list[int] = []
    while seconds is None or time.monotonic() - began < seconds:
        with rls.system_scope():
            due = _undrawn(at, failed)
        if due is None:
            break
        try:
            with rls.system_scope():
                drawn(unit=due.unit, day=local_day(due.start), by=None, at=at)
            drawn_now += 1
        except Exception:
            # One that is broken must not keep the others waiting.
            logger.exception("sample not drawn: due=%s", due.pk)
            failed.append(due.pk)
    return drawn_now


def _undrawn(moment: datetime, failed: list[int]) -> DueReview | None:
    """The newest day whose sample was due at ``moment`` and is not drawn."""
    sample = InspectionSample.objects.filter(unit=OuterRef("unit_id"), day=OuterRef("day"))
    inspector = Post.objects.filter(
        AT_PLACE,
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("due_on")),
        role__in=INSPECTORS,
        starts_on__lte=OuterRef("due_on"),
        confirmed_at__lte=OuterRef("due_at"),
    )
    daily = DueReview.objects.filter(kind=Kind.DAILY, due_at__lte=moment, due_at__gt=moment - CATCH_UP)
    due = daily.annotate(day=TruncDate("start", tzinfo=SHANGHAI), due_on=TruncDate("due_at", tzinfo=SHANGHAI))
    undrawn = due.filter(~Exists(sample), Exists(inspector)).exclude(pk__in=failed)
    return undrawn.select_related("unit").order_by("-due_at", "pk").first()
