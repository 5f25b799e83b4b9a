"""Dispute cases (纠纷): what a mediation committee works on. Never the same row as an incident (DOMAIN.md 0.1)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import opened_to
from cases.models.category import Category, HandlingLevel, RiskLevel, Source, Urgency
from cases.models.incident import Incident
from grid.models import Levels, Placed, Unit
from grid.scope import CASES, ScopedQuerySet, Standing, local_day


class Case(Placed):
    """One dispute and where it stands (DOMAIN.md 5.2). History is in ``CaseEvent``.

    Facts of agreement, performance and confirmation that moves and figures need are set here by the verbs of this
    app, which ``mediation`` calls (DESIGN.md section 2).
    """

    SCOPE_NOUN = CASES

    class Status(models.TextChoices):
        """The life cycle of DOMAIN.md 5.2."""

        REGISTERED = "registered", _("已登记")
        CONSENT_PENDING = "consent_pending", _("待同意")
        DECLINED = "declined", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回登记")
        ACCEPTED = "accepted", _("已受理")
        MEDIATOR_ASSIGNED = "mediator_assigned", _("已指派")
        INVESTIGATING = "investigating", _("调查中")
        MEDIATING = "mediating", _("调解中")
        AGREED = "agreed", _("已达成协议")
        PERFORMING = "performing", _("履行中")
        PERFORMED = "performed", _("已履行")
        BREACHED = "breached", _("未按期履行")
        URGED = "urged", _("已督促")
        REFERRED = "referred_to_court", _("已转司法途径")
        TERMINATED = "terminated", _("已终止")
        CLOSED = "closed", _("已结案")
        ARCHIVED = "archived", _("已归档")

    class Form(models.TextChoices):
        """How the agreement was made (PML arts 28 to 30)."""

        WRITTEN = "written", _("书面")
        ORAL = "oral", _("口头")

    class TerminationReason(models.TextChoices):
        """LEDGER.md section 3; DOMAIN.md 5.2."""

        REFUSED = "refused", _("当事人拒绝")
        NO_AGREEMENT = "no_agreement", _("无法达成协议")
        WITHDRAWN = "withdrawn", _("当事人撤回")
        UNREACHABLE = "unreachable", _("失去联系")
        OTHER_ROUTE = "other_route", _("转其他途径")
        EXPIRED = "expired", _("超过期限")
        OTHER = "other", _("其他")

    class Confirmation(models.TextChoices):
        """Where judicial confirmation stands (DOMAIN.md 5.3)."""

        NONE = "none", _("未涉及")
        ADVISED = "advised", _("已告知")
        APPLIED = "applied", _("已申请")
        COURT_ACCEPTED = "court_accepted", _("法院已受理")
        CONFIRMED = "confirmed", _("确认")
        REJECTED = "rejected", _("驳回")
        WITHDRAWN = "withdrawn", _("撤回")

    class Satisfaction(models.TextChoices):
        """The answer of a visited party; none is no answer (LEDGER.md section 3)."""

        VERY_SATISFIED = "very_satisfied", _("非常满意")
        SATISFIED = "satisfied", _("满意")
        FAIR = "fair", _("一般")
        DISSATISFIED = "dissatisfied", _("不满意")

    DONE = frozenset({Status.DECLINED, Status.WITHDRAWN, Status.CLOSED, Status.ARCHIVED})
    OPEN = frozenset(Status) - DONE
    BEFORE_AGREEMENT = frozenset({Status.ACCEPTED, Status.MEDIATOR_ASSIGNED, Status.INVESTIGATING, Status.MEDIATING})
    STATING = ("close_case", "record_case_closure", "correct_prevention")
    """The verbs whose events say what mediation prevented."""
    AFTER_AGREEMENT = frozenset({Status.AGREED, Status.PERFORMING, Status.BREACHED, Status.URGED})

    # What was registered.
    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    outside_number = models.CharField(_("外部编号"), max_length=60, null=True, blank=True)
    registrar = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    incident = models.OneToOneField(
        Incident, models.PROTECT, null=True, blank=True, related_name="case", help_text="The incident it came from."
    )
    source = models.CharField(_("来源"), max_length=20, choices=Source.choices)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("类别"))
    description = models.TextField(_("纠纷简述"))
    people_count = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    registered_at = models.DateTimeField(_("登记时间"))
    committee_name = models.CharField(
        _("调解组织"), max_length=100, blank=True, help_text="As a ledger names it; a live case has a committee."
    )
    court_reference = models.CharField(_("委派案号"), max_length=60, blank=True)

    # Where it stands.
    status = models.CharField(_("状态"), max_length=24, choices=Status.choices)
    is_open = models.BooleanField(default=True)
    last_event_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    urgency = models.CharField(_("紧急程度"), max_length=12, choices=Urgency.choices, default=Urgency.ORDINARY)
    risk_level = models.CharField(_("风险等级"), max_length=8, choices=RiskLevel.choices, blank=True)
    restricted = models.BooleanField(_("受限"), default=False)
    violence_flag = models.BooleanField(
        _("涉家庭暴力"), default=False, help_text="No joint session, restricted access (DOMAIN.md 5.7)."
    )
    committee = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    handling_level = models.CharField(_("现办层级"), max_length=8, choices=HandlingLevel.choices, blank=True)
    mediators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="CaseMediator", related_name="mediated_cases", blank=True
    )
    file_number = models.CharField(_("卷号"), max_length=80, blank=True)
    due_at = models.DateTimeField(_("调解期限"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    step_due_on = models.DateField(_("本环节时限"), null=True, blank=True)
    step_due_at = models.DateTimeField(
        _("本环节时限（时）"), null=True, blank=True, help_text="The hour, where a surge has shortened the day."
    )
    suspended_at = models.DateTimeField(_("中止计时"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("协议时间"), null=True, blank=True)
    agreement_form = models.CharField(_("协议形式"), max_length=8, choices=Form.choices, blank=True)
    agreement_amount = models.DecimalField(_("协议金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    agreement_limit_on = models.DateField(_("履行期限"), null=True, blank=True)
    is_obliging = models.BooleanField(default=False, help_text="The agreement leaves something to be performed.")
    next_due_on = models.DateField(
        _("下一履行期限"), null=True, blank=True, help_text="Day of the earliest obligation not yet performed."
    )
    performed_at = models.DateTimeField(_("履行完毕时间"), null=True, blank=True)
    breached_at = models.DateTimeField(_("违约时间"), null=True, blank=True)
    terminated_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    termination_reason = models.CharField(_("终止原因"), max_length=14, choices=TerminationReason.choices, blank=True)
    resolved_at = models.DateTimeField(_("化解时间"), null=True, blank=True)
    resolved_level = models.CharField(_("化解层级"), max_length=8, choices=HandlingLevel.choices, blank=True)
    confirmation = models.CharField(
        _("司法确认"), max_length=14, choices=Confirmation.choices, default=Confirmation.NONE
    )
    confirm_apply_by = models.DateField(_("司法确认申请截止"), null=True, blank=True)
    confirmation_applied_at = models.DateTimeField(_("司法确认申请时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)

    objects = ScopedQuerySet["Case"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registrar", "client_uuid"], name="case_once_per_registrar"),
            models.UniqueConstraint(
                fields=["outside_number"], condition=Q(outside_number__isnull=False), name="case_outside_number"
            ),
            # Each city stands alone; two of them may well have a committee of the same name.
            models.UniqueConstraint(
                fields=["city_id", "file_number"], condition=~Q(file_number=""), name="case_file_number"
            ),
            models.CheckConstraint(
                # A declined case is archived without ever having been closed.
                condition=Q(status="archived")
                | Q(closed_at__isnull=False, status="closed")
                | (Q(closed_at__isnull=True) & ~Q(status="closed")),
                name="case_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(F("city_id"), F("registered_at").desc(), F("id").desc(), name="case_city"),
            models.Index(F("county_id"), F("registered_at").desc(), F("id").desc(), name="case_county"),
            models.Index(F("township_id"), F("registered_at").desc(), F("id").desc(), name="case_township"),
            models.Index(F("village_id"), F("registered_at").desc(), F("id").desc(), name="case_village"),
            models.Index(fields=["committee", "is_open"], name="case_committee_open"),
            models.Index(fields=["city_id", "last_event_at"], name="case_last_event"),
            # Reminders ask for the open ones by their limit.
            models.Index(fields=["due_at"], condition=Q(is_open=True, due_at__isnull=False), name="case_open_due"),
            models.Index(
                fields=["next_due_on"], condition=Q(is_open=True, next_due_on__isnull=False), name="case_next_due"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def assigned_q(standing: Standing) -> Q:
        """Cases opened to the user or a unit of theirs."""
        return opened_to(standing, "case")

    @property
    def number(self) -> str:
        """The number staff speak of: file number, the ledger's own, or day and id until acceptance."""
        return self.file_number or self.outside_number or f"JF{local_day(self.registered_at):%Y%m%d}-{self.pk}"

    @property
    def prevented(self) -> dict[str, int]:
        """What mediation prevented, kind -> people, as the last closing stated it or a correction after that did."""
        said = self.events.filter(verb__in=self.STATING).order_by("-seq").values_list("data", flat=True).first()
        return (said or {}).get("prevented", {})


class CaseMediator(Levels):
    """A mediator of a case (PML art.19: one or several)."""

    SCOPE_PARENTS = ("case",)

    case = models.ForeignKey(Case, models.CASCADE, related_name="mediator_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_lead = models.BooleanField(_("主持"), default=False)
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["CaseMediator"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(released_at__isnull=True), name="casemediator_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class FileCounter(Levels):
    """The last file number given by a committee in a year; locked by the accepting transaction, so no gaps."""

    committee = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    label = models.CharField(
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="The committee's short name in this year's numbers, unlike any other's.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "year"], name="filecounter_once"),
            models.UniqueConstraint(
                fields=["city_id", "year", "label"], condition=~Q(label=""), name="filecounter_label_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id} {self.year}: {self.last}"
