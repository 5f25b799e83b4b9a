"""Hand-over as an object with two ends: offered, accepted or objected to (FEATURES.md row 29)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.incident import Incident
from grid.models import Levels, Unit
from grid.scope import ScopedQuerySet


class HandOver(Levels):
    """One hop of an incident or case to a unit, and that unit's answer."""

    SCOPE_PARENTS = ("incident", "case")

    class Kind(models.TextChoices):
        """What the unit is asked to be."""

        LEAD = "lead", _("主办")
        ASSIST = "assist", _("协办")
        COMMITTEE = "committee", _("承办调委会")

    class State(models.TextChoices):
        """Where the hop stands."""

        OFFERED = "offered", _("待签收")
        ACCEPTED = "accepted", _("已签收")
        OBJECTED = "objected", _("有异议")
        SUSTAINED = "sustained", _("异议成立")
        OVERRULED = "overruled", _("异议不成立")
        WITHDRAWN = "withdrawn", _("已撤回")
        DONE = "done", _("已反馈")

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="hand_overs")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="hand_overs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["HandOver"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="handover_one_record",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(case__isnull=False, state="offered"), name="handover_one_open_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} -> {self.to_unit_id} {self.state}"
