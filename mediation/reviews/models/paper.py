"""The paper people make of a review: written, checked, objected to, issued, acknowledged, corrected, archived."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grid.models import Levels, Unit
from grid.scope import REVIEWS, Held, ScopedQuerySet, Standing
from mediation.reviews.kinds import Kind
from mediation.reviews.models.moving import Happened, Moving, Timeline, addresses, delivered
from mediation.reviews.models.review import Review


class Paper(Moving):
    """A review on its way from figures to an issued paper; one per review that people work on.

    Once issued, ``outline`` holds it word for word, and the database lets nothing of it change any more
    (migration 0005); a correction is another review with a paper of its own.
    """

    SCOPE_NOUN = REVIEWS

    class Status(models.TextChoices):
        """The life of a paper."""

        BUILT = "built", _("已编制")
        DRAFTED = "drafted", _("起草中")
        SUBMITTED = "submitted", _("待审核")
        CHECKED = "checked", _("已审核")
        ISSUED = "issued", _("已印发")
        ARCHIVED = "archived", _("已归档")

    OUT = frozenset({Status.ISSUED, Status.ARCHIVED})
    """Seen by those it is addressed to, and frozen."""
    OPEN = frozenset(Status) - OUT

    review = models.OneToOneField(Review, models.PROTECT, related_name="paper")
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    status = models.CharField(_("状态"), max_length=16, choices=Status.choices)
    addressee = models.CharField(_("主送"), max_length=200, blank=True)
    copies_to = models.JSONField(_("抄送"), default=list, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    objections_until = models.DateTimeField(_("异议截止"), null=True, help_text="Exclusive.")
    number = models.CharField(_("发文字号"), max_length=60, blank=True)
    issued_at = models.DateTimeField(_("印发时间"), null=True)
    outline = models.JSONField(null=True, help_text="The paper as issued; before that it is made when looked at.")

    objects = ScopedQuerySet["Paper"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "number"], condition=~Q(number=""), name="paper_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=["issued", "archived"], issued_at__isnull=False, outline__isnull=False)
                | (~Q(status__in=["issued", "archived"]) & Q(issued_at__isnull=True, outline__isnull=True)),
                name="paper_issued_is_kept",
            ),
        ]
        indexes = [
            models.Index(F("city_id"), F("id").desc(), name="paper_city"),
            models.Index(F("county_id"), F("id").desc(), name="paper_county"),
            models.Index(F("township_id"), F("id").desc(), name="paper_township"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.status}"

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Papers delivered to a unit of the user's: issued ones, and those open to their objections."""
        return Q(pk__in=delivered("paper_id", standing))

    @property
    def is_out(self) -> bool:
        """Whether it was issued."""
        return self.status in self.OUT

    @property
    def is_laid(self) -> bool:
        """Whether it lies before the units it will go to, for them to object."""
        return self.status == self.Status.CHECKED and self.objections_until is not None

    def is_addressed_to(self, held: Held) -> bool:
        """Whether it was laid before the unit a post is held at, or the place it stands at."""
        if self.pk is None:
            return False
        return any(row.to_unit_id in addresses(held) for row in self.deliveries.all())


class Section(Levels):
    """One section of a paper: what was made of the figures, and beside it what a person wrote in its stead.

    Both hold addresses of figures in braces (``mediation.reviews.quoting``), never typed numbers of the review.
    """

    SCOPE_PARENTS = ("paper",)

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="sections")
    key = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(_("标题"), max_length=100)
    generated = models.TextField(_("自动生成"), blank=True)
    written = models.TextField(_("人工撰写"), blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Section"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "key"], name="section_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.key}"


class PaperEvent(Happened):
    """One move of a paper."""

    SCOPE_PARENTS = ("paper",)

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="events", db_index=False)

    objects = Timeline.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "seq"], name="paperevent_seq")]

    def __str__(self) -> str:
        return f"{self.paper_id}#{self.seq} {self.verb}"


class Objection(Levels):
    """What a unit has to say against a bulletin before it is issued, and the answer (DOMAIN.md 7.5)."""

    SCOPE_PARENTS = ("paper",)

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="objections")
    of_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("提出单位"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(_("异议"))
    adopted = models.BooleanField(_("是否采纳"), null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Objection"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(adopted__isnull=True, answered_at__isnull=True)
                | Q(adopted__isnull=False, answered_at__isnull=False),
                name="objection_answered_whole",
            )
        ]

    def __str__(self) -> str:
        return self.words[:60]


class Receipt(Levels):
    """That somebody of an addressed unit has read an issued paper, and when they acknowledged it for the unit."""

    SCOPE_PARENTS = ("paper",)

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="receipts")
    of_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("阅读时间"))
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)

    objects = ScopedQuerySet["Receipt"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "of_unit", "user"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.of_unit_id}"


class Correction(Levels):
    """That an issued review is to be corrected, why, and, once it is counted anew, what differs.

    ``review`` is the new version. Every difference is ``{measure, place, issued, now}``: a measure's id or the address
    of a break-down, the code of a place ("" for the whole), and how both numbers are written.
    """

    SCOPE_PARENTS = ("corrects",)

    corrects = models.ForeignKey(Review, models.PROTECT, related_name="corrections")
    reason = models.TextField(_("更正原因"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    review = models.OneToOneField(Review, models.PROTECT, null=True, related_name="correction")
    differences = models.JSONField(default=list)
    built_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Correction"].as_manager()

    class Meta:
        constraints = [
            # Each issued paper is corrected once; a further correction corrects the paper of that one.
            models.UniqueConstraint(fields=["corrects"], name="correction_once"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(review__isnull=True), name="correction_to_build")]

    def __str__(self) -> str:
        return f"{self.corrects_id} -> {self.review_id}"
