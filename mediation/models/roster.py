"""Committees, mediators and named studios: profiles of units and users (DOMAIN.md 2.2, 2.3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grid.models import Placed
from grid.models.fields import TransactionIdField
from grid.scope import ROSTER, Role, ScopedQuerySet


class Committee(Placed):
    """A people's mediation committee (人民调解委员会, PML art.7); ``unit`` is its own."""

    SCOPE_NOUN = ROSTER

    class Kind(models.TextChoices):
        """Who set it up (PML arts 8 and 34; industry committees by local rules)."""

        VILLAGE = "village", _("村（居）调委会")
        TOWNSHIP = "township", _("乡镇调委会")
        SUBDISTRICT = "subdistrict", _("街道调委会")
        ENTERPRISE = "enterprise", _("企事业单位调委会")
        INDUSTRY = "industry", _("行业性专业性调委会")

    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    field = models.CharField(_("专业领域"), max_length=40, blank=True)
    founded_on = models.DateField(_("设立日期"))
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True)
    elected_on = models.DateField(_("本届推选日期"), null=True, blank=True)
    term_ends_on = models.DateField(
        _("任期届满"), null=True, blank=True, help_text="Three years, re-election allowed (PML art.9)."
    )
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    is_multi_ethnic = models.BooleanField(_("多民族居住地区"), default=False)

    objects = ScopedQuerySet["Committee"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="committee_one_per_unit")]

    def __str__(self) -> str:
        return self.unit.name


class Studio(Placed):
    """A named mediation studio (个人品牌调解室), run by a well-known mediator."""

    SCOPE_NOUN = ROSTER

    name = models.CharField(_("名称"), max_length=60)
    specialty = models.CharField(_("专长"), max_length=60, blank=True)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = ScopedQuerySet["Studio"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="studio_one_per_unit")]

    def __str__(self) -> str:
        return self.name


class Mediator(Placed):
    """A user as mediator of one committee: elected member or engaged person (PML art.13)."""

    SCOPE_NOUN = ROSTER

    class Employment(models.TextChoices):
        """Full-time or part-time (S000: 566 and 6,127)."""

        FULL_TIME = "full_time", _("专职")
        PART_TIME = "part_time", _("兼职")

    class Seat(models.TextChoices):
        """Place in the committee; engaged persons are mediators without being members."""

        DIRECTOR = "director", _("主任")
        DEPUTY = "deputy", _("副主任")
        MEMBER = "member", _("委员")
        ENGAGED = "engaged", _("聘任调解员")

    class Gender(models.TextChoices):
        """Asked for the composition check alone (PML art.8: at least one woman)."""

        FEMALE = "female", _("女")
        MALE = "male", _("男")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mediator_profiles")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="mediators")
    employment = models.CharField(_("专职或兼职"), max_length=10, choices=Employment.choices)
    seat = models.CharField(_("职务"), max_length=10, choices=Seat.choices, default=Seat.ENGAGED)
    gender = models.CharField(_("性别"), max_length=6, choices=Gender.choices, blank=True)
    is_minority = models.BooleanField(_("少数民族"), default=False)
    specialties = models.JSONField(_("擅长类别"), default=list, blank=True, help_text="Category codes.")
    languages = models.JSONField(_("语言、方言"), default=list, blank=True)
    studio = models.ForeignKey(Studio, models.SET_NULL, null=True, blank=True, related_name="mediators")
    appointed_on = models.DateField(_("任职日期"))
    ended_on = models.DateField(_("离任日期"), null=True, blank=True)

    objects = ScopedQuerySet["Mediator"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "committee"], condition=Q(ended_on__isnull=True), name="mediator_once_per_committee"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("appointed_on")),
                name="mediator_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["committee"], condition=Q(ended_on__isnull=True), name="mediator_in_office")]

    def __str__(self) -> str:
        return f"{self.user.name} · {self.committee}"


class RosterEvent(Placed):
    """Somebody or something entered or left office: what reviews count mediators, committees and studios by."""

    SCOPE_NOUN = ROSTER

    class Kind(models.TextChoices):
        """What is counted."""

        MEDIATOR_FULL_TIME = "mediator_full_time", _("专职调解员")
        MEDIATOR_PART_TIME = "mediator_part_time", _("兼职调解员")
        COMMITTEE_VILLAGE = "committee_village", _("村（居）调委会")
        COMMITTEE_TOWNSHIP = "committee_township", _("乡镇调委会")
        COMMITTEE_SUBDISTRICT = "committee_subdistrict", _("街道调委会")
        COMMITTEE_ENTERPRISE = "committee_enterprise", _("企事业单位调委会")
        COMMITTEE_INDUSTRY = "committee_industry", _("行业性专业性调委会")
        STUDIO = "studio", _("个人品牌调解室")

    kind = models.CharField(max_length=24, choices=Kind.choices)
    subject = models.BigIntegerField(help_text="Id of the mediator, committee or studio.")
    delta = models.SmallIntegerField(help_text="+1 in office, -1 out of office.")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    txid = TransactionIdField()

    objects = ScopedQuerySet["RosterEvent"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(delta__in=[1, -1]), name="rosterevent_delta"),
        ]
        indexes = [models.Index(fields=["city_id", "at"], name="rosterevent_city_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.delta:+d}"
