"""By what a place assesses those below it: weights, targets and time windows, each set from a day on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grid.models import Placed, Unit
from grid.scope import REVIEWS, Reach, ScopedQuerySet, Standing


class AssessmentRule(Placed):
    """What holds for the periods of a place that begin on ``since`` or later, until a later row (DOMAIN.md 7.5).

    It holds below as well, where nothing was set, and is read there. Appended only: a change is a further row with
    its reason, and the newest of a day holds. Reviews keep what they were built with, so no row changes a review that
    stands.
    """

    SCOPE_NOUN = REVIEWS

    since = models.DateField(_("执行日期"), help_text="Periods that begin on this day or later.")
    weights = models.JSONField(_("权重"), help_text="Measure -> points; together 100.")
    targets = models.JSONField(_("目标值"), help_text='Measure -> percent with two decimals, "95.00".')
    windows = models.JSONField(_("时限"), help_text='"objections" and kinds of review -> days.')
    reason = models.CharField(_("制定或调整理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_from = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", help_text="Whose supervisor set it, where not its own."
    )
    recorded_at = models.DateTimeField(_("录入时间"))

    objects = ScopedQuerySet["AssessmentRule"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "since"], name="assessmentrule_unit_since")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.since}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what stands."""
        if not self._state.adding:
            raise TypeError("An assessment rule stands; a change is a further row.")
        super().save(*args, **kwargs)

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """The rules of the places above: who reads the reviews of a place reads what they are assessed by.

        Row-level security says the same (migration 0012).
        """
        posts = standing.reaching(REVIEWS, Reach.SUBTREE)
        return Q(unit__in={int(pk) for post in posts for pk in post.path.rstrip(".").split(".")})
