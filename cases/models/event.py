"""Timelines: one row per move, appended and never changed (DESIGN.md rule 4).

Reviews count these rows. Each row therefore says not only what happened but what stood afterwards, so that the state
of a record at any moment is its last row before that moment. Rows hold ids and codes, never personal data; words go
to ``Remark``.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.category import Category, HandlingLevel
from cases.models.incident import Incident
from grid.models import Levels, Unit
from grid.models.fields import TransactionIdField
from grid.scope import Role, ScopedQuerySet


class TimelineQuerySet(ScopedQuerySet[Any]):
    """A queryset that appends only; the database refuses the rest as well (migration 0002)."""

    def update(self, **kwargs: Any) -> int:
        """Refuse."""
        raise TypeError("A timeline is append-only.")

    def delete(self) -> Any:
        """Refuse."""
        raise TypeError("A timeline is append-only.")


class Event(Levels):
    """What every timeline row says. The level columns are the record's present ones (kept so by a trigger);
    ``unit`` is the place that stood after this event and never changes.
    """

    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=32)
    at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    status = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=32, blank=True)
    data = models.JSONField(default=dict, blank=True)
    txid = TransactionIdField()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that stands."""
        if not self._state.adding:
            raise TypeError("A timeline is append-only.")
        super().save(*args, **kwargs)


class IncidentEvent(Event):
    """One move of an incident and what stood after it."""

    SCOPE_PARENTS = ("incident",)
    STANDING: ClassVar[tuple[str, ...]] = ("due_at", "closed_at", "outcome", "closed_level")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="events", db_index=False)
    delta = models.SmallIntegerField(
        default=0,
        help_text="Change of the number of open incidents: +1 reported, reopened, unvoided; -1 closed, voided.",
    )
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Incident.Outcome.choices, blank=True)
    closed_level = models.CharField(max_length=8, choices=HandlingLevel.choices, blank=True)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "seq"], name="incidentevent_seq")]
        indexes = [
            models.Index(fields=["city_id", "at"], name="incidentevent_city_at"),
            models.Index(fields=["township_id", "at"], name="incidentevent_town_at"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}#{self.seq} {self.verb}"


class CaseEvent(Event):
    """One move of a dispute case and what stood after it."""

    SCOPE_PARENTS = ("case",)
    STANDING: ClassVar[tuple[str, ...]] = ("accepted_at", "agreed_at", "performed_at", "resolved_at", "closed_at")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events", db_index=False)
    accepted_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    performed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, help_text="Of the agreement made, in yuan."
    )
    limit_on = models.DateField(null=True, help_text="Limit day of the agreement made: its last obligation's.")
    satisfaction = models.CharField(max_length=16, blank=True, help_text="The answer given at this visit.")

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="caseevent_seq")]
        indexes = [
            models.Index(fields=["city_id", "at"], name="caseevent_city_at"),
            models.Index(
                fields=["city_id", "limit_on"], condition=models.Q(limit_on__isnull=False), name="caseevent_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.verb}"


class Remark(Levels):
    """The words that go with a move: reasons, results, advice. May hold personal data, so it is no event."""

    SCOPE_PARENTS = ("incident", "case")

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="remarks")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="remarks")
    seq = models.PositiveIntegerField(help_text="Of the event it belongs to.")
    field = models.CharField(max_length=32)
    text = models.TextField()

    objects = ScopedQuerySet["Remark"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(incident__isnull=False, case__isnull=True)
                | models.Q(incident__isnull=True, case__isnull=False),
                name="remark_one_record",
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.incident_id or self.case_id}#{self.seq}"
