"""Agreements, what they oblige to, and whether it is done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from grid.models import Levels
from grid.scope import ScopedQuerySet


class Agreement(Levels):
    """A mediation agreement, written or oral (PML arts 28 to 31): it binds like a contract."""

    SCOPE_PARENTS = ("case",)

    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="agreements")
    number = models.CharField(_("协议编号"), max_length=90)
    form = models.CharField(_("形式"), max_length=8, choices=Case.Form.choices)
    made_at = models.DateTimeField(_("达成时间"))
    facts = models.TextField(_("主要事实、争议事项与各方责任"))
    content = models.TextField(_("协议内容"))
    manner = models.CharField(_("履行方式与地点"), max_length=200, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, default=0)
    limit_on = models.DateField(_("履行期限"))
    mediator_signed_at = models.DateTimeField(_("调解员签名时间"), null=True, blank=True)
    seal_affixed_at = models.DateTimeField(_("调委会盖章时间"), null=True, blank=True)
    performed_at = models.DateTimeField(_("履行完毕时间"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet["Agreement"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recorded_by", "client_uuid"], name="agreement_once_per_sender"),
            models.UniqueConstraint(fields=["city_id", "number"], name="agreement_number"),
            models.CheckConstraint(
                # Effective when every party has signed, the mediator has, and the seal is on it (PML art.29).
                condition=~Q(form="written") | Q(mediator_signed_at__isnull=False, seal_affixed_at__isnull=False),
                name="agreement_written_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Signature(Levels):
    """A party's signature, seal or fingerprint on an agreement."""

    SCOPE_PARENTS = ("agreement",)

    class Manner(models.TextChoices):
        """How it was given (PML art.29)."""

        SIGNATURE = "signature", _("签名")
        SEAL = "seal", _("盖章")
        FINGERPRINT = "fingerprint", _("按指印")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    manner = models.CharField(_("方式"), max_length=12, choices=Manner.choices)
    signed_at = models.DateTimeField()

    objects = ScopedQuerySet["Signature"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "party"], name="signature_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id}"


class Obligation(Levels):
    """One thing a party has to do under an agreement, by a day (FEATURES.md row 55)."""

    SCOPE_PARENTS = ("agreement",)

    class Kind(models.TextChoices):
        """Money or an act."""

        PAY = "pay", _("给付金钱")
        ACT = "act", _("履行行为")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="obligations")
    kind = models.CharField(_("种类"), max_length=4, choices=Kind.choices)
    debtor = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name=_("履行人"))
    creditor = models.ForeignKey(
        Party, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("权利人")
    )
    text = models.CharField(_("内容"), max_length=200)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, default=0)
    due_on = models.DateField(_("期限"))
    performed_amount = models.DecimalField(_("已履行金额"), max_digits=14, decimal_places=2, default=0)
    performed_at = models.DateTimeField(_("履行完毕时间"), null=True, blank=True)

    objects = ScopedQuerySet["Obligation"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="pay", amount__gt=0) | Q(kind="act", amount=0), name="obligation_amount_fits_kind"
            ),
            models.CheckConstraint(
                condition=Q(performed_amount__gte=0) & Q(performed_amount__lte=models.F("amount")),
                name="obligation_not_overpaid",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(performed_at__isnull=True), name="obligation_open_due"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.due_on}"


class Performance(Levels):
    """One payment or act towards an obligation, with its receipt. Appended only."""

    SCOPE_PARENTS = ("obligation",)

    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="performances")
    at = models.DateTimeField(_("履行时间"))
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, default=0)
    receipt = models.CharField(_("凭证"), max_length=100, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ScopedQuerySet["Performance"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recorded_by", "client_uuid"], name="performance_once_per_sender")
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.at:%F}"


class Confirmation(Levels):
    """An application for judicial confirmation of an agreement, and what the court did (DOMAIN.md 5.3)."""

    SCOPE_PARENTS = ("case",)

    case = models.ForeignKey(Case, models.CASCADE, related_name="confirmations")
    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="judicial_confirmation")
    court = models.CharField(_("法院"), max_length=60)
    applied_at = models.DateTimeField(_("申请时间"))
    court_accepted_at = models.DateTimeField(_("法院受理时间"), null=True, blank=True)
    court_number = models.CharField(_("法院案号"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("裁定时间"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=14, choices=Case.Confirmation.choices, blank=True)

    objects = ScopedQuerySet["Confirmation"].as_manager()

    class Meta:
        constraints = []

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.court}"


class FollowUp(Levels):
    """A visit to one party after the agreement (回访记录)."""

    SCOPE_PARENTS = ("case",)

    class Channel(models.TextChoices):
        """How the party was reached."""

        VISIT = "visit", _("上门")
        PHONE = "phone", _("电话")
        ONLINE = "online", _("线上")

    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("回访时间"))
    channel = models.CharField(_("方式"), max_length=8, choices=Channel.choices)
    satisfaction = models.CharField(_("满意度"), max_length=16, choices=Case.Satisfaction.choices, blank=True)
    findings = models.TextField(_("回访情况"), help_text="Performance, any suit, remaining risk, measures.")
    has_remaining_risk = models.BooleanField(_("仍有风险"), default=False)
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet["FollowUp"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visited_by", "client_uuid"], name="followup_once_per_sender")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%F}"
