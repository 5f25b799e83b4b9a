"""What leaves the transaction: outbox rows, the notices they become, and answers kept for resends."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.incident import Incident
from grid.models import Levels
from grid.scope import ScopedQuerySet, visible_q


class Outbox(models.Model):
    """A side effect to come, written with the change that causes it (DESIGN.md rule 5). Ids and codes only."""

    topic = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="What the last try failed with: a name, no text.",
    )
    key = models.CharField(
        max_length=80, null=True, blank=True, help_text="Of a reminder: the same one is never written twice."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], condition=Q(key__isnull=False), name="outbox_key_once")]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="outbox_unsent")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    """Notices: each for one user alone, and only while they may see what it is about."""

    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """Keep the user's own: about records they may still see, or about no record at all."""
        about_nothing = Q(incident__isnull=True, case__isnull=True)
        return self.filter(Q(user_id=user.pk) & (visible_q(self.model, user) | about_nothing))

    def one_visible(self, user: Any, pk: Any) -> "Notice | None":
        """Return the user's own notice ``pk``, or None."""
        return self.visible_to(user).filter(pk=pk).first()


class Notice(Levels):
    """One line in a user's inbox: a record moved, and they should know."""

    SCOPE_PARENTS = ("incident", "case")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+")
    verb = models.CharField(_("事由"), max_length=32)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    outbox_id = models.BigIntegerField(help_text="The row it came from: a second delivery changes nothing.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outbox_id", "user"], name="notice_once")]
        indexes = [models.Index(fields=["user", "-id"], name="notice_inbox")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.verb}"


class SentRequest(models.Model):
    """A request that a phone may resend, and the answer it got (RELIABILITY.md I1 to I5, rule 10)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="sentrequest_once")]
        indexes = [models.Index(fields=["created_at"], name="sentrequest_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"


class LedgerRow(models.Model):
    """What an imported ledger row said, cell by cell as hashes, so that the same file twice changes nothing.

    A later file may fill cells that were empty; any other difference is refused and named (LEDGER.md section 1).
    """

    kind = models.CharField(max_length=10)
    number = models.CharField(max_length=60)
    cells = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="ledgerrow_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
