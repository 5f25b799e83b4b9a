"""Posts: who stands where, in which role."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grid.models.placed import Placed
from grid.models.user import User
from grid.scope import Role, ScopedQuerySet


class PostQuerySet(ScopedQuerySet["Post"]):
    """Posts, with their dates."""

    def active_on(self, day: date) -> "PostQuerySet":
        """Keep confirmed posts held on ``day`` (starts_on inclusive, ends_on exclusive)."""
        return self.filter(
            Q(confirmed_at__isnull=False, starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        )


class Post(Placed):
    """A user's role at a unit for a time. The only source of rights.

    A post begins to count when a second person has confirmed it (DOMAIN.md PV-12).
    """

    SCOPE_NOUN = "roster"

    user = models.ForeignKey(User, models.CASCADE, related_name="posts")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("confirmed_by")), name="post_second_person"
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")), name="post_not_granted_to_oneself"
            ),
            # Importing and the machine itself act in roles of their own; nobody can be appointed to them.
            models.CheckConstraint(condition=~Q(role__in=["ledger_import", "system"]), name="post_role_is_human"),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="post_unit_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"
