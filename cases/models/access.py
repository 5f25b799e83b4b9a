"""What was opened to whom beyond their place: assignments, hand-overs, cases a leader answers for."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grid.models import Levels, Unit
from grid.scope import Role, ScopedQuerySet, Standing

if TYPE_CHECKING:
    from datetime import datetime


class AccessQuerySet(ScopedQuerySet["Access"]):
    """Access rows."""

    def live(self, now: "datetime | None" = None) -> "AccessQuerySet":
        """Keep the rows that have not ended."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=now or timezone.now()))

    def live_for(self, standing: Standing, now: "datetime | None" = None) -> "AccessQuerySet":
        """Keep the rows that open something to the user or to a unit where they hold a post."""
        return self.live(now).filter(Q(user_id=standing.user_id) | Q(unit_id__in=standing.unit_ids))


class Access(Levels):
    """One incident or case opened to one user or unit, wherever it lies, until a moment (DESIGN.md rule 3).

    Every lead, assisting, proposed hand-over and mediator assignment writes one. The level columns are the
    record's, so that whoever sees the record sees to whom it was opened.
    """

    SCOPE_PARENTS = ("incident", "case")

    class Reason(models.TextChoices):
        """Why it was opened."""

        LEAD = "lead", _("主办")
        ASSIST = "assist", _("协办")
        PROPOSED = "proposed", _("拟移交")
        COMMITTEE = "committee", _("承办调委会")
        MEDIATOR = "mediator", _("调解员")
        REPORTER = "reporter", _("上报人")
        LEADER = "leader", _("包案领导")
        REGISTRAR = "registrar", _("登记人")
        APPROVER = "approver", _("审批人")

    incident = models.ForeignKey("cases.Incident", models.CASCADE, null=True, blank=True, related_name="access")
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, blank=True, related_name="access")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    granted_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="access_one_record",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, unit__isnull=True) | Q(user__isnull=True, unit__isnull=False),
                name="access_one_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="access_by_user"),
            models.Index(fields=["unit"], condition=Q(unit__isnull=False), name="access_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.incident_id or self.case_id}"


def opened_to(standing: Standing, record: str) -> Q:
    """Records of the kind (``incident`` or ``case``) that are opened to the user now.

    What is opened to a committee is opened to its mediators, but a restricted matter only to those it was given to:
    the director decides who that is (DOMAIN.md PV-05, PV-06).
    """
    live = Access.objects.live().filter(**{f"{record}__isnull": False})
    answering = {post.unit_id for post in standing.posts if post.role != Role.MEDIATOR}
    mine = live.filter(Q(user_id=standing.user_id) | Q(unit_id__in=sorted(answering)))
    q = Q(pk__in=mine.values(f"{record}_id"))
    colleagues = sorted(set(standing.unit_ids) - answering)
    if colleagues:
        q |= Q(pk__in=live.filter(unit_id__in=colleagues).values(f"{record}_id"), restricted=False)
    return q
