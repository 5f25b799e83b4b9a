"""Incidents (事件): what a grid worker or a desk reports."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import opened_to
from cases.models.category import Category, HandlingLevel, RiskLevel, Source, Urgency
from grid.models import Placed, Unit
from grid.scope import INCIDENTS, ScopedQuerySet, Standing, local_day


class Incident(Placed):
    """One reported matter and where it stands (DOMAIN.md 5.1). History is in ``IncidentEvent``."""

    SCOPE_NOUN = INCIDENTS

    class Status(models.TextChoices):
        """The life cycle of DOMAIN.md 5.1; a draft lives on the reporter's device and is no incident yet."""

        REPORTED = "reported", _("待核实")
        RETURNED = "returned_for_correction", _("退回补正")
        INVALID = "rejected_invalid", _("无效")
        DUPLICATE = "merged_duplicate", _("重复")
        VERIFIED = "verified", _("已核实")
        TRIAGED = "triaged", _("已分流")
        ASSIGNED = "assigned", _("已交办")
        OBJECTED = "objected", _("有异议")
        ACCEPTED = "accepted", _("已签收")
        IN_PROGRESS = "in_progress", _("办理中")
        SUSPENDED = "suspended", _("挂起")
        ESCALATED = "escalated", _("已提级")
        SENT_DOWN = "sent_down", _("已交下级")
        HANDLED = "handled", _("待验结")
        CLOSED = "closed", _("已办结")
        REVISITED = "revisited", _("已回访")
        REOPENED = "reopened", _("已重开")
        ARCHIVED = "archived", _("已归档")

    class Outcome(models.TextChoices):
        """Typed results of closing: closed is not resolved (DESIGN.md rule 9)."""

        RESOLVED = "resolved", _("化解")
        HANDLED = "handled", _("处理完毕")
        EXPLAINED = "explained", _("解释疏导")
        TRANSFERRED = "transferred", _("转法定途径")
        CONVERTED = "converted", _("转调解")
        UNFOUNDED = "unfounded", _("查无此事")
        WITHDRAWN = "withdrawn", _("撤回")
        UNRESOLVED = "unresolved_closed", _("未化解终结")

    class Path(models.TextChoices):
        """Where triage sends a matter (DOMAIN.md 5.1)."""

        SELF_VILLAGE = "self_village", _("村（社区）自办")
        DEPARTMENT = "department", _("部门办理")
        MEDIATION = "mediation", _("人民调解")
        PETITION = "petition", _("信访渠道")
        POLICE = "police", _("公安处置")
        LITIGATION = "litigation_advice", _("引导诉讼")

    class Complexity(models.TextChoices):
        """Decides the default handling limit (DOMAIN.md 4.3)."""

        SIMPLE = "simple", _("简单")
        ORDINARY = "ordinary", _("一般")
        COMPLEX = "complex", _("复杂")

    PENDING = frozenset({Status.REPORTED, Status.RETURNED})
    VOID = frozenset({Status.INVALID, Status.DUPLICATE})
    DONE = frozenset({Status.CLOSED, Status.REVISITED, Status.ARCHIVED})
    OPEN = frozenset(Status) - VOID - DONE

    # What was reported.
    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    intake_digest = models.BinaryField(max_length=32, editable=False, default=bytes)
    outside_number = models.CharField(_("事件编号"), max_length=60, null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reporter_name = models.CharField(_("上报人"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=20, choices=Source.choices)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("类别"))
    description = models.TextField(_("事件描述"))
    place_text = models.CharField(_("具体位置"), max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    people_count = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    self_handled = models.BooleanField(_("即报即结"), default=False)
    device_at = models.DateTimeField(
        _("设备时间"), null=True, blank=True, help_text="What the phone's clock said: a claim, never counted."
    )
    reported_at = models.DateTimeField(_("上报时间"))

    # Where it stands.
    status = models.CharField(_("状态"), max_length=24, choices=Status.choices)
    is_open = models.BooleanField(default=True)
    last_event_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    urgency = models.CharField(_("紧急程度"), max_length=12, choices=Urgency.choices, default=Urgency.ORDINARY)
    complexity = models.CharField(_("复杂程度"), max_length=10, choices=Complexity.choices, blank=True)
    risk_level = models.CharField(_("风险等级"), max_length=8, choices=RiskLevel.choices, blank=True)
    restricted = models.BooleanField(_("受限"), default=False)
    triage_path = models.CharField(_("分流去向"), max_length=20, choices=Path.choices, blank=True)
    handling_level = models.CharField(_("现办层级"), max_length=8, choices=HandlingLevel.choices, blank=True)
    lead_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    report_back = models.BooleanField(_("须反馈"), default=False)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", help_text="New one after the window."
    )
    due_at = models.DateTimeField(_("办结时限"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    step_due_on = models.DateField(_("本环节时限"), null=True, blank=True)
    step_due_at = models.DateTimeField(
        _("本环节时限（时）"), null=True, blank=True, help_text="The hour, where a surge has shortened the day."
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    outcome = models.CharField(_("办结结果"), max_length=20, choices=Outcome.choices, blank=True)
    closed_level = models.CharField(_("办结层级"), max_length=8, choices=HandlingLevel.choices, blank=True)

    objects = ScopedQuerySet["Incident"].as_manager()

    class Meta:
        constraints = [
            # A phone resends until it is answered; the second insert finds the first (RELIABILITY.md I1-I3).
            models.UniqueConstraint(fields=["reporter", "client_uuid"], name="incident_once_per_reporter"),
            models.UniqueConstraint(
                fields=["outside_number"], condition=Q(outside_number__isnull=False), name="incident_outside_number"
            ),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="incident_no_duplicate_of_itself"),
            models.CheckConstraint(
                condition=Q(status="merged_duplicate", duplicate_of__isnull=False)
                | (~Q(status="merged_duplicate") & Q(duplicate_of__isnull=True)),
                name="incident_duplicate_has_master",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, status__in=["closed", "revisited", "archived"])
                | (Q(closed_at__isnull=True) & ~Q(status__in=["closed", "revisited", "archived"])),
                name="incident_closed_has_time",
            ),
        ]
        indexes = [
            # Lists: one equality on a level, newest first, at any depth (PERFORMANCE.md 5).
            models.Index(F("city_id"), F("reported_at").desc(), F("id").desc(), name="incident_city"),
            models.Index(F("county_id"), F("reported_at").desc(), F("id").desc(), name="incident_county"),
            models.Index(F("township_id"), F("reported_at").desc(), F("id").desc(), name="incident_township"),
            models.Index(F("village_id"), F("reported_at").desc(), F("id").desc(), name="incident_village"),
            models.Index(F("grid_id"), F("reported_at").desc(), F("id").desc(), name="incident_grid"),
            # One's own reports, newest first: what a phone shows.
            models.Index(F("reporter_id"), F("reported_at").desc(), F("id").desc(), name="incident_reporter"),
            # Queues of open work stay small however old the table grows.
            models.Index(
                F("county_id"),
                F("reported_at").desc(),
                F("id").desc(),
                condition=Q(is_open=True),
                name="incident_open_county",
            ),
            models.Index(
                F("township_id"),
                F("reported_at").desc(),
                F("id").desc(),
                condition=Q(is_open=True),
                name="incident_open_town",
            ),
            models.Index(
                F("city_id"),
                F("reported_at").desc(),
                F("id").desc(),
                condition=Q(is_open=True),
                name="incident_open_city",
            ),
            # Reminders ask for the open ones by their limit; most reports carry none.
            models.Index(fields=["due_at"], condition=Q(is_open=True, due_at__isnull=False), name="incident_open_due"),
            # A review asks what changed at or after a moment, and takes all else from the row.
            models.Index(fields=["city_id", "last_event_at"], name="incident_last_event"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.category_id}"

    @staticmethod
    def assigned_q(standing: Standing) -> Q:
        """Incidents opened to the user or a unit of theirs."""
        return opened_to(standing, "incident")

    @staticmethod
    def own_q(standing: Standing) -> Q:
        """Incidents the user reported."""
        return Q(reporter_id=standing.user_id)

    @property
    def number(self) -> str:
        """The number staff speak of: the ledger's own, or day and id."""
        return self.outside_number or f"SJ{local_day(self.reported_at):%Y%m%d}-{self.pk}"
