"""The category tree of incidents and disputes, and where a matter came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A class (``01``) or subcategory (``0101``) of DOMAIN.md 4.2; codes are stable and never reused."""

    code = models.CharField(_("代码"), max_length=4, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    slug = models.SlugField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    stat_code = models.CharField(
        _("统计归类"), max_length=4, blank=True, help_text="Row of the ministry's 15-type table it is counted under."
    )
    default_route = models.CharField(_("默认去向"), max_length=120, blank=True)
    is_written_only = models.BooleanField(
        _("须书面协议"),
        default=False,
        help_text="土地承包经营纠纷调解仲裁法 art.10, 劳动争议调解仲裁法 art.14, 医疗纠纷条例 art.39",
    )
    is_confirmable = models.BooleanField(
        _("可司法确认"), default=True, help_text="民诉法解释 art.355: status matters and title are not."
    )
    is_restricted = models.BooleanField(_("受限类别"), default=False, help_text="DOMAIN.md PV-06")
    screens_violence = models.BooleanField(_("须筛查家庭暴力"), default=False, help_text="反家庭暴力法 art.10")
    arbitration_days = models.PositiveSmallIntegerField(
        _("可仲裁日数"), null=True, blank=True, help_text="劳动争议调解仲裁法 art.14: 15 days from the application"
    )
    external_code_gbt31000 = models.CharField(_("GB/T 31000 代码"), max_length=20, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_class(self) -> bool:
        """Whether this is a top class; records carry subcategories only."""
        return len(self.code) == 2


DISPUTE_CLASS = "01"
"""Only matters of this class can become dispute cases (DOMAIN.md 4.2)."""


class Source(models.TextChoices):
    """Where a matter came from (LEDGER.md sections 2 and 3; DOMAIN.md 4.3)."""

    GRID_REPORT = "grid_report", _("网格上报")
    WALK_IN = "walk_in", _("来访")
    PHONE = "phone", _("电话")
    ONLINE = "online", _("网络")
    LINK_110 = "110_link", _("110联动")
    LINK_12345 = "12345_link", _("12345联动")
    PETITION_LINK = "petition_link", _("信访联动")
    COURT_REFERRAL = "court_referral", _("法院委派")
    PROCURATORATE_LINK = "procuratorate_link", _("检察移送")
    DEPARTMENT_TRANSFER = "department_transfer", _("部门移送")
    SUPERIOR_ASSIGN = "superior_assign", _("上级交办")
    SCREENING = "screening", _("排查")
    MEDIA = "media", _("媒体")
    COMMITTEE_INITIATED = "committee_initiated", _("主动调解")
    PARTY_APPLICATION = "party_application", _("当事人申请")


INCIDENT_SOURCES = tuple(
    source for source in Source if source not in (Source.COMMITTEE_INITIATED, Source.PARTY_APPLICATION)
)
"""The last two name how mediation began; an incident cannot come from them (LEDGER.md section 3)."""


class HandlingLevel(models.TextChoices):
    """The level at which a matter is or was handled (办结层级)."""

    GRID = "grid", _("网格")
    VILLAGE = "village", _("村")
    TOWNSHIP = "township", _("乡")
    COUNTY = "county", _("县")
    CITY = "city", _("市")


class RiskLevel(models.TextChoices):
    """Risk of a matter, set by a person with a reason (DOMAIN.md 4.3); never of a person."""

    HIGH = "high", _("高")
    MEDIUM = "medium", _("中")
    LOW = "low", _("低")


class RiskTrigger(models.TextChoices):
    """The objective triggers of high risk, each ticked by a human (DOMAIN.md 4.3)."""

    VIOLENCE = "violence", _("暴力或暴力威胁")
    REPEATED = "repeated", _("同一纠纷反复三次以上")
    MANY_PEOPLE = "many_people", _("涉及十人以上")
    DEATH_OR_INJURY = "death_or_injury", _("造成死亡或重伤")
    VULNERABLE = "vulnerable", _("涉未成年人或家庭暴力受害人")
    SENSITIVE_DATE = "sensitive_date", _("临近期限或敏感日期")


class Urgency(models.TextChoices):
    """How fast it must move (DOMAIN.md 4.3)."""

    ORDINARY = "ordinary", _("普通")
    URGENT = "urgent", _("加急")
    VERY_URGENT = "very_urgent", _("特急")
