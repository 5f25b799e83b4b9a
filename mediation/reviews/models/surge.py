"""Surge mode (平战结合): for some days reviews are daily, and who has nothing to report says so (DOMAIN.md 7.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grid.models import Levels, Unit
from grid.scope import REVIEWS, Held, ScopedQuerySet, Standing
from mediation.reviews.models.moving import Happened, Moving, Timeline, addressed_ids, addresses


class Surge(Moving):
    """One activation: why, where, by whose authority, from when to when at the latest."""

    SCOPE_NOUN = REVIEWS

    class Status(models.TextChoices):
        """The life of an activation."""

        PROPOSED = "proposed", _("待批准")
        DECLINED = "declined", _("未批准")
        ACTIVE = "active", _("战时")
        ENDED = "ended", _("已结束")

    OPEN = frozenset({Status.PROPOSED, Status.ACTIVE})

    status = models.CharField(_("状态"), max_length=16, choices=Status.choices)
    reason = models.TextField(_("启动事由"))
    authority = models.CharField(_("批准依据"), max_length=200)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("计划结束日期"), help_text="The last day.")
    ended_at = models.DateTimeField(_("实际结束"), null=True)
    categories = models.JSONField(_("事件类别"), default=list, blank=True, help_text="Codes; empty means all.")
    limits_factor = models.DecimalField(_("时限系数"), max_digits=3, decimal_places=2, default=1)
    step_hours = models.JSONField(
        _("环节时限"),
        default=dict,
        blank=True,
        help_text="Step -> hours; others keep their day.",
    )
    limits_set_at = models.DateTimeField(null=True, help_text="When running limits were shortened.")
    limits_back_at = models.DateTimeField(null=True, help_text="When they were given back after the end.")
    cut_off = models.TimeField(_("每日截止"), help_text="Asia/Shanghai.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_ends_on = models.DateField(_("申请延至"), null=True, help_text="An extension that waits for approval.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_why = models.TextField(_("延长理由"), blank=True)

    objects = ScopedQuerySet["Surge"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="surge_ends_after_start"),
            models.CheckConstraint(
                condition=Q(limits_factor__gt=0) & Q(limits_factor__lte=1), name="surge_limits_never_longer"
            ),
            models.CheckConstraint(
                condition=Q(asked_ends_on=None, asked_by=None)
                | Q(asked_ends_on__isnull=False, asked_ends_on__gt=F("ends_on"), asked_by__isnull=False),
                name="surge_extended_only_later",
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], condition=Q(status="active"), name="surge_active")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.starts_on} {self.status}"

    def drop_request(self) -> None:
        """Forget an extension that was asked for; the timeline keeps it."""
        self.asked_ends_on, self.asked_by, self.asked_why = None, None, ""

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Activations in which a unit of the user's has to report, wherever they lie."""
        reporting = SurgeUnit.objects.filter(of_unit_id__in=addressed_ids(standing))
        return Q(pk__in=reporting.values("surge_id"))

    def is_addressed_to(self, held: Held) -> bool:
        """Whether the unit a post is held at, or the place it stands at, has to report."""
        return any(row.of_unit_id in addresses(held) for row in self.units.all())


class SurgeUnit(Levels):
    """A unit that has to report every day of a surge, be it that there is nothing."""

    SCOPE_NOUN = REVIEWS

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="units")
    of_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("报告单位"))

    objects = ScopedQuerySet["SurgeUnit"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["surge", "of_unit"], name="surgeunit_once")]

    def __str__(self) -> str:
        return f"{self.surge_id} {self.of_unit_id}"

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """The user's own units."""
        return Q(of_unit_id__in=addressed_ids(standing))


class SurgeEvent(Happened):
    """One move of an activation."""

    SCOPE_PARENTS = ("surge",)

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="events", db_index=False)

    objects = Timeline.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["surge", "seq"], name="surgeevent_seq")]

    def __str__(self) -> str:
        return f"{self.surge_id}#{self.seq} {self.verb}"


class SurgeReport(Levels):
    """What a unit reported for a day; ``is_nil`` says that there was nothing. No row at all means 未报, never 0."""

    SCOPE_PARENTS = ("surge",)

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="reports")
    of_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    is_nil = models.BooleanField(_("零报告"))
    words = models.TextField(_("情况"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = Timeline.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["surge", "of_unit", "day"], name="surgereport_once")]

    def __str__(self) -> str:
        return f"{self.surge_id} {self.of_unit_id} {self.day}"


class SurgeDuty(Levels):
    """Who is on duty in a unit on a day of a surge (值班表), with numbers to be called; no row means 未排."""

    SCOPE_PARENTS = ("surge",)

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="duties")
    of_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField(_("日期"))
    leader = models.CharField(_("带班领导"), max_length=40)
    leader_phone = models.CharField(_("带班电话"), max_length=20)
    officer = models.CharField(_("值班员"), max_length=40)
    officer_phone = models.CharField(_("值班电话"), max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedQuerySet["SurgeDuty"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["surge", "of_unit", "day"], name="surgeduty_once")]

    def __str__(self) -> str:
        return f"{self.surge_id} {self.of_unit_id} {self.day}"


class SurgeTask(Levels):
    """One task given out at the daily dispatch: who does what by when."""

    SCOPE_NOUN = REVIEWS

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    text = models.TextField(_("任务"))
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("完成时限"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    result = models.TextField(_("完成情况"), blank=True)

    objects = ScopedQuerySet["SurgeTask"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["surge", "due_at"], name="surgetask_due")]

    def __str__(self) -> str:
        return self.text[:60]

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Tasks given to a unit of the user's."""
        return Q(owner_id__in=addressed_ids(standing))


class SurgeDay(Levels):
    """The figures of one day of a surge, frozen at its cut-off; its three products are made of them."""

    SCOPE_PARENTS = ("surge",)

    surge = models.ForeignKey(Surge, models.PROTECT, related_name="days")
    day = models.DateField()
    as_of = models.DateTimeField()
    figures = models.JSONField()
    built_at = models.DateTimeField()

    objects = Timeline.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["surge", "day"], name="surgeday_once")]

    def __str__(self) -> str:
        return f"{self.surge_id} {self.day}"
