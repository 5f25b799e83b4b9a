"""Who issues, under which numbers, who gets it, and what is on its way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grid.models import Levels, Placed, Unit
from grid.scope import REVIEWS, ScopedQuerySet, Standing
from mediation.reviews.kinds import Kind
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.models.paper import Paper
from mediation.reviews.models.review import Review


class Organ(Placed):
    """Who issues the papers of a place: the name under them and the code in their numbers (DOMAIN.md 6.1)."""

    SCOPE_NOUN = REVIEWS

    name = models.CharField(_("发文机关"), max_length=60)
    code = models.CharField(_("机关代字"), max_length=20)

    objects = ScopedQuerySet["Organ"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], name="organ_once"),
            # Two organs of a city that gave out the same number could not be told apart.
            models.UniqueConstraint(fields=["city_id", "code"], name="organ_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class NumberSeries(Levels):
    """The last number given out under a code in a year. Taken at issue, under lock: no gaps and no doubles."""

    SCOPE_PARENTS = ("organ",)

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="series")
    code = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet["NumberSeries"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "code", "year"], name="numberseries_once")]

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.last}"


class Recipient(Placed):
    """Somebody who gets the papers of a place, of one cadence: a unit in the house, an e-mail address, or both."""

    SCOPE_NOUN = REVIEWS

    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("收文单位")
    )
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_copy = models.BooleanField(_("抄送"), default=False)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True, help_text="Exclusive.")

    objects = ScopedQuerySet["Recipient"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_unit__isnull=False) | ~Q(email=""), name="recipient_is_somebody"),
            models.UniqueConstraint(
                fields=["unit", "kind", "to_unit", "email"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="recipient_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.to_unit_id or self.email}"


class Delivery(Levels):
    """That a paper was laid before a unit: to object to, or issued. It opens paper and review to that unit."""

    SCOPE_NOUN = REVIEWS

    class Purpose(models.TextChoices):
        """What it was laid before them for."""

        OBJECTIONS = "objections", _("征求意见")
        ISSUED = "issued", _("印发")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="deliveries")
    review = models.ForeignKey(Review, models.PROTECT, related_name="deliveries")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    is_copy = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = ScopedQuerySet["Delivery"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "to_unit", "purpose"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.to_unit_id} {self.purpose}"

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """What was delivered to a unit of the user's."""
        return Q(to_unit_id__in=addressed_ids(standing))


class MailOut(Levels):
    """One e-mail to be sent, written with the issue it tells of. A task sends it; a second one finds it sent."""

    SCOPE_PARENTS = ("paper",)

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="mails")
    address = models.EmailField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=60, blank=True, help_text="What the last try failed with: a name, no text.")

    objects = ScopedQuerySet["MailOut"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "address"], name="mailout_once")]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="mailout_unsent")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.pk}"
