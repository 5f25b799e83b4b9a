"""What the machinery of moves needs of a record and of its timeline (``cases.moves``), for what reviews set going."""

from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.event import TimelineQuerySet
from grid.models import Levels, Placed, Unit
from grid.scope import REACH, REVIEWS, Held, Reach, Role, Standing

Timeline = TimelineQuerySet


class Moving(Placed):
    """A placed record that moves through a MOVES table."""

    restricted: ClassVar[bool] = False
    category_id: ClassVar[None] = None

    is_open = models.BooleanField(default=True)
    last_event_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Happened(Levels):
    """What every row of such a timeline says: one move, who made it, and what stood after it."""

    STANDING: ClassVar[tuple[str, ...]] = ()

    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=32)
    at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    status = models.CharField(max_length=16)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    words = models.TextField(blank=True, help_text="Why; about papers and work, never about people.")
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that stands."""
        if not self._state.adding:
            raise TypeError("A timeline is append-only.")
        super().save(*args, **kwargs)


def addresses(held: Held) -> tuple[int, ...]:
    """The units by which the holder of a post is addressed.

    Centres stand for their place; a department and a committee for themselves alone, and other posts for nobody.
    """
    reach = REACH.get(held.role, {}).get(REVIEWS)
    if reach is None:
        return ()
    return (held.unit_id,) if reach is Reach.ADDRESSED else (held.unit_id, held.place_id)


def addressed_ids(standing: Standing) -> list[int]:
    """The units by which somebody is addressed, over all posts."""
    return sorted({unit for held in standing.posts for unit in addresses(held)})


def delivered(column: str, standing: Standing) -> Any:
    """Ids, from a column of the deliveries, of what lies before somebody's units.

    Issued, or open to their objections: a bulletin that was taken back to be changed is nobody else's meanwhile.
    """
    deliveries = apps.get_model("reviews", "Delivery").objects
    lies = Q(purpose="issued") | Q(paper__objections_until__isnull=False)
    return deliveries.filter(lies, to_unit_id__in=addressed_ids(standing)).values(column)
