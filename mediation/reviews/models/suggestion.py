"""Suggestions of a review (工作建议): proposed, accepted with an owner and a day, and what became of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grid.models import Unit
from grid.scope import REVIEWS, Held, ScopedQuerySet, Standing
from mediation.reviews.models.moving import Happened, Moving, Timeline, addressed_ids, addresses
from mediation.reviews.models.review import Review


class Suggestion(Moving):
    """One suggestion drawn from a review; the next review of the unit and kind says what became of it."""

    SCOPE_NOUN = REVIEWS

    class Status(models.TextChoices):
        """The life of a suggestion."""

        PROPOSED = "proposed", _("拟议")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("未采纳")
        OVERDUE = "overdue", _("逾期未落实")
        DONE = "done", _("已落实")

    OPEN = frozenset({Status.PROPOSED, Status.ACCEPTED, Status.OVERDUE})
    OWED = frozenset({Status.ACCEPTED, Status.OVERDUE})

    review = models.ForeignKey(Review, models.PROTECT, related_name="suggestions")
    status = models.CharField(_("状态"), max_length=16, choices=Status.choices)
    text = models.TextField(_("建议"))
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("责任单位"))
    due_on = models.DateField(_("完成期限"), null=True)

    objects = ScopedQuerySet["Suggestion"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "declined"]) | Q(owner__isnull=False, due_on__isnull=False),
                name="suggestion_accepted_has_owner",
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(status="accepted"), name="suggestion_owed")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.pk} {self.status}"

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Suggestions a unit of the user's owes."""
        return Q(owner_id__in=addressed_ids(standing))

    def is_addressed_to(self, held: Held) -> bool:
        """Whether the unit a post is held at, or the place it stands for, owes it."""
        return self.owner_id in addresses(held)


class SuggestionEvent(Happened):
    """One move of a suggestion."""

    SCOPE_PARENTS = ("suggestion",)
    STANDING = ("due_on",)

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="events", db_index=False)
    due_on = models.DateField(null=True)

    objects = Timeline.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "seq"], name="suggestionevent_seq")]

    def __str__(self) -> str:
        return f"{self.suggestion_id}#{self.seq} {self.verb}"
