"""Reviews as they were built, and which are due.

``Review`` is frozen: figures once stored are never recomputed, and the database refuses to change or delete them.
What is done with a review later (issuing, texts, findings) goes into tables of its own.

``Population`` and ``OutsideFigure`` hold what only others can say: reviews set their own counts against it.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.event import TimelineQuerySet
from grid.models import Placed
from grid.models.fields import TransactionIdField
from grid.scope import REVIEWS, ScopedQuerySet, Standing
from mediation.reviews.kinds import Kind
from mediation.reviews.models.moving import delivered


class Review(Placed):
    """What was counted of a unit (a city, county or township) in a period, as it stood at ``as_of``.

    ``snapshot`` is what the building transaction saw (``pg_current_snapshot()``): with the transaction id on every
    event it tells exactly which events were counted, so the records behind any figure can be listed at any later time.
    A correction is the next version, with a reason.
    """

    SCOPE_NOUN = REVIEWS

    class Reason(models.TextChoices):
        """Why this version was built."""

        DUE = "due", _("到期编制")
        COMMAND = "command", _("按命令编制")
        CORRECTION = "correction", _("印发后更正")

    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    start = models.DateTimeField(_("期初"))
    end = models.DateTimeField(_("期末"), help_text="Exclusive.")
    as_of = models.DateTimeField(_("统计时点"), help_text="Exclusive, like the end.")
    version = models.PositiveIntegerField(_("版本"))
    reason = models.CharField(_("编制原因"), max_length=12, choices=Reason.choices)
    figures = models.JSONField(_("数据"), help_text="The object of LEDGER.md section 4, without the version.")
    register_version = models.PositiveIntegerField(_("指标口径版本"))
    snapshot = models.TextField(editable=False)
    built_at = models.DateTimeField(_("编制时间"))

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "start", "version"], name="review_version_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="review_end_after_start"),
            models.CheckConstraint(condition=Q(as_of__gt=F("start")), name="review_as_of_after_start"),
        ]
        indexes = [
            # Lists: the newest of a place first, like all lists (PERFORMANCE.md 5).
            models.Index(F("city_id"), F("start").desc(), F("id").desc(), name="review_city"),
            models.Index(F("county_id"), F("start").desc(), F("id").desc(), name="review_county"),
            models.Index(F("township_id"), F("start").desc(), F("id").desc(), name="review_township"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.start:%F} v{self.version}"

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Reviews whose paper was laid before a unit of the user's, wherever they lie (DESIGN.md rule 3)."""
        return Q(pk__in=delivered("review_id", standing))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what stands."""
        if not self._state.adding:
            raise TypeError("A review is frozen; a correction is the next version.")
        super().save(*args, **kwargs)


class ReviewReader(Placed):
    """A unit that has, or once had, somebody to read its reviews: a supervisor or leader standing at the place."""

    SCOPE_NOUN = REVIEWS

    reviews_from = models.DateField(
        _("自何日起编制"),
        help_text="Periods over when this day began are built by command only. At first the day of the first post.",
    )
    listed_to = models.DateTimeField(
        null=True, help_text="Everything that fell due up to here has its row in DueReview; None lists anew."
    )

    objects = ScopedQuerySet["ReviewReader"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="reviewreader_once")]
        indexes = [models.Index(fields=["listed_to"], name="reviewreader_listed_to")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.reviews_from}"


class DueReview(Placed):
    """One review that is due: built, or to be built with the next tick (DESIGN.md rule 6)."""

    SCOPE_NOUN = REVIEWS

    kind = models.CharField(max_length=12, choices=Kind.choices)
    start = models.DateTimeField()
    due_at = models.DateTimeField()
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="+")
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, help_text="Not tried again before, after a failure.")
    error = models.CharField(max_length=100, blank=True, help_text="Kind of the last failure; the log has the rest.")

    objects = ScopedQuerySet["DueReview"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "start"], name="duereview_once")]
        indexes = [
            # What is missing is found without reading what is done, however many years that is.
            models.Index(fields=["due_at", "id"], condition=Q(review__isnull=True), name="duereview_missing"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.start:%F}"


class Stated(Placed):
    """A figure of a place that somebody else counted, with where it is from. A correction is a further row."""

    SCOPE_NOUN = REVIEWS

    source = models.CharField(_("来源"), max_length=100, help_text="Printed beside every figure made with it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(_("录入时间"))
    txid = TransactionIdField()

    objects = TimelineQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what stands."""
        if not self._state.adding:
            raise TypeError("What was stated stands; a correction is a further row.")
        super().save(*args, **kwargs)


class Population(Stated):
    """People living in a place in a year (DOMAIN.md 7.3 cases_per_10k: with source and year, or not at all)."""

    year = models.PositiveSmallIntegerField(_("年份"))
    people = models.PositiveBigIntegerField(_("人口数"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(people__gt=0), name="population_somebody")]
        indexes = [models.Index(fields=["unit", "year"], name="population_unit_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}: {self.people}"


class OutsideFigure(Stated):
    """A number of one period that another body gave us, such as the court's suits (DOMAIN.md 7.3 suits_per_10k)."""

    class What(models.TextChoices):
        """What was counted."""

        SUITS = "suits", _("一审民事行政案件")

    what = models.CharField(_("指标"), max_length=12, choices=What.choices)
    start_on = models.DateField(_("期初"))
    end_on = models.DateField(_("期末"), help_text="Exclusive, like a period's.")
    number = models.PositiveBigIntegerField(_("数值"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="outsidefigure_period")]
        indexes = [models.Index(fields=["unit", "what", "start_on"], name="outsidefigure_unit_start")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.what} {self.start_on}: {self.number}"
