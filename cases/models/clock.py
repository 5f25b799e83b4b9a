"""Deadlines are a log, not a column (DESIGN.md rule 8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.event import TimelineQuerySet
from cases.models.incident import Incident
from grid.models import Levels
from grid.scope import ScopedQuerySet


class ClockEntry(Levels):
    """One start, pause, resumption, extension, recomputation or stop of one clock, with who and why."""

    SCOPE_PARENTS = ("incident", "case")

    class Clock(models.TextChoices):
        """What is limited."""

        STEP = "step", _("环节时限")
        HANDLE = "handle", _("办理期限")
        MEDIATE = "mediate", _("调解期限")
        COURT = "court_referral", _("法院委派期限")
        CONFIRM = "confirm_apply", _("司法确认申请期限")
        ARBITRATE = "arbitrate", _("可申请仲裁日")

    class Action(models.TextChoices):
        """What was done to the clock."""

        START = "start", _("开始")
        PAUSE = "pause", _("中止")
        RESUME = "resume", _("恢复")
        EXTEND = "extend", _("延长")
        RECOMPUTE = "recompute", _("重算")
        STOP = "stop", _("停止")

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="clock_entries")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="clock_entries")
    clock = models.CharField(max_length=16, choices=Clock.choices)
    action = models.CharField(max_length=10, choices=Action.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(_("到期"), null=True, blank=True, help_text="In force after this entry.")
    is_provisional = models.BooleanField(_("暂定"), default=False)
    working_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Length in working days, kept so that a provisional date can be recomputed."
    )
    reason = models.CharField(max_length=32, blank=True)
    seq = models.PositiveIntegerField(help_text="Of the event it belongs to.")

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="clockentry_one_record",
            )
        ]
        # Few limits wait for a calendar; whoever recomputes them must not read all the others.
        indexes = [models.Index(fields=["due_at"], condition=Q(is_provisional=True), name="clockentry_provisional")]

    def __str__(self) -> str:
        return f"{self.clock} {self.action} {self.due_at}"

    @property
    def is_surge(self) -> bool:
        """Whether a surge shortened the limit."""
        return self.reason.startswith("surge:")

    @property
    def is_surge_end(self) -> bool:
        """Whether a surge gave the limit back."""
        return self.reason.startswith("surge_end:")


class ClockRequest(Levels):
    """A request to suspend or extend, and the supervisor's or director's answer (DOMAIN.md 5.1, 5.2)."""

    SCOPE_PARENTS = ("incident", "case")

    class Kind(models.TextChoices):
        """What is asked for."""

        SUSPEND = "suspend", _("挂起")
        EXTEND = "extend", _("延期")

    class State(models.TextChoices):
        """Where the request stands."""

        ASKED = "asked", _("待审批")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")
        LAPSED = "lapsed", _("已失效")

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="clock_requests")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="clock_requests")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=32)
    until = models.DateField(_("至"), help_text="Expected end of the suspension, or the new limit day.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["ClockRequest"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="clockrequest_one_record",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(state="asked", incident__isnull=False),
                name="clockrequest_one_per_incident",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="asked", case__isnull=False), name="clockrequest_one_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class CalendarDay(models.Model):
    """One day of the Chinese working calendar, make-up workdays (调休) included; editable by the administrator."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField(_("工作日"))
    name = models.CharField(_("名称"), max_length=40, blank=True)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarYear(models.Model):
    """A year whose calendar the State Council has published; days beyond are provisional."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)


class LimitSetting(models.Model):
    """A unit's own limit for a step, overriding the default for everything at or under it (DOMAIN.md 10.1)."""

    class Step(models.TextChoices):
        """Steps that have a limit."""

        TRIAGE = "triage", _("分流")
        ACCEPT_INCIDENT = "accept_incident", _("签收")
        SIMPLE = "simple", _("简单事项办理")
        ORDINARY = "ordinary", _("一般事项办理")
        COMPLEX = "complex", _("复杂事项办理")
        ACCEPT_CASE = "accept_case", _("纠纷受理")

    unit = models.ForeignKey("grid.Unit", models.CASCADE, related_name="+")
    step = models.CharField(max_length=16, choices=Step.choices)
    working_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "step"], name="limitsetting_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.step}: {self.working_days}"
