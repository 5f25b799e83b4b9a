"""Parties: people exist only inside an incident or a case (DESIGN.md rule 10)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.incident import Incident
from grid.models import Levels
from grid.scope import ScopedQuerySet


class Party(Levels):
    """One side of a matter. Identity is sealed (``cases.envelope``); only the masks are plain text (PV-02, PV-03)."""

    SCOPE_PARENTS = ("incident", "case")
    SEALED: ClassVar[tuple[str, ...]] = ("name", "id_number", "phone", "address")

    class Side(models.TextChoices):
        """On which side the party stands."""

        APPLICANT = "applicant", _("申请人")
        RESPONDENT = "respondent", _("被申请人")
        THIRD = "third", _("第三人")
        AGENT = "agent", _("代理人")
        GUARDIAN = "guardian", _("监护人")

    class Kind(models.TextChoices):
        """A person or an organisation."""

        PERSON = "person", _("个人")
        ORGANISATION = "organisation", _("单位")

    class Consent(models.TextChoices):
        """Voluntariness: one clear refusal stops mediation (PML art.17)."""

        PENDING = "pending", _("待答复")
        GIVEN = "given", _("同意调解")
        REFUSED = "refused", _("拒绝调解")
        WITHDRAWN = "withdrawn", _("撤回同意")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="parties")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="parties")
    side = models.CharField(_("身份"), max_length=10, choices=Side.choices)
    kind = models.CharField(_("性质"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name_sealed = models.BinaryField(default=bytes, editable=False)
    name_masked = models.CharField(_("姓名"), max_length=60)
    id_number_sealed = models.BinaryField(default=bytes, editable=False)
    id_number_masked = models.CharField(_("证件号码"), max_length=40, blank=True)
    id_number_index = models.BinaryField(max_length=16, default=bytes, editable=False)
    phone_sealed = models.BinaryField(default=bytes, editable=False)
    phone_masked = models.CharField(_("联系电话"), max_length=20, blank=True)
    phone_index = models.BinaryField(max_length=16, default=bytes, editable=False)
    address_sealed = models.BinaryField(default=bytes, editable=False)
    is_minor = models.BooleanField(_("未成年人"), default=False)
    is_under_14 = models.BooleanField(
        _("未满十四周岁"),
        default=False,
        db_default=False,
        help_text="Everything about them is sensitive (个人信息保护法 arts 28, 31).",
    )
    guardian = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="wards")
    guardian_exception = models.CharField(
        _("无监护人参加的理由"), max_length=200, blank=True, help_text="The guardian is the suspected harmer (PV-07)."
    )
    represents = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="agents")
    consent = models.CharField(_("调解意愿"), max_length=10, choices=Consent.choices, default=Consent.PENDING)
    consent_at = models.DateTimeField(null=True, blank=True)
    notice_given_at = models.DateTimeField(
        _("告知权利义务时间"), null=True, blank=True, help_text="Notice before the first data is saved (PV-08)."
    )
    notice_version = models.CharField(
        _("告知书版本"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="Which template of the notice was given (PV-08).",
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    objects = ScopedQuerySet["Party"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_under_14=False) | Q(is_minor=True), name="party_under_14_is_minor"),
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="party_one_record",
            ),
        ]
        indexes = [
            models.Index(fields=["id_number_index"], condition=~Q(id_number_index=b""), name="party_id_number"),
            models.Index(fields=["phone_index"], condition=~Q(phone_index=b""), name="party_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name_masked}"


class Reveal(Levels):
    """One look at a sealed field: who, which, why (PV-04). Appended only."""

    SCOPE_PARENTS = ("party",)

    # The log of looks outlives the party: nothing here cascades, and no key forbids erasing a person.
    party = models.ForeignKey(Party, models.DO_NOTHING, related_name="reveals", db_constraint=False)
    incident_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    field = models.CharField(max_length=12)
    reason = models.CharField(_("查看理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedQuerySet["Reveal"].as_manager()

    class Meta:
        constraints = []
        indexes = [models.Index(fields=["by", "at"], name="reveal_by_at")]

    def __str__(self) -> str:
        return f"{self.party_id}.{self.field} {self.at:%F}"


class DataKey(models.Model):
    """A key that seals fields, itself sealed by a key-encrypting key from outside the database."""

    wrapped = models.BinaryField(editable=False)
    kek_id = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="datakey_one_current")
        ]

    def __str__(self) -> str:
        return f"{self.pk} under {self.kek_id}"
