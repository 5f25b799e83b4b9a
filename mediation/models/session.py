"""Sessions: the table the parties sit at."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from grid.models import Levels
from grid.scope import ScopedQuerySet


class Session(Levels):
    """One meeting of a case: planned, then held or cancelled (DOMAIN.md 6, 调解记录)."""

    SCOPE_PARENTS = ("case",)

    class Form(models.TextChoices):
        """Who sits together."""

        JOINT = "joint", _("面对面")
        SEPARATE = "separate", _("背靠背")
        REMOTE = "remote", _("线上")

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("已安排")
        HELD = "held", _("已举行")
        CANCELLED = "cancelled", _("已取消")

    class Result(models.TextChoices):
        """What came of it."""

        AGREED = "agreed", _("达成一致")
        NOT_AGREED = "not_agreed", _("未达成一致")
        TO_CONTINUE = "to_continue", _("择期再调")

    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="sessions")
    form = models.CharField(_("方式"), max_length=10, choices=Form.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    planned_for = models.DateTimeField(_("时间"))
    venue = models.CharField(_("地点"), max_length=100)
    is_open = models.BooleanField(
        _("允许旁听"), default=False, help_text="Closed unless nobody objects (人民调解工作若干规定 art.29; default D)."
    )
    mediators = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    attended = models.ManyToManyField(Party, related_name="+", blank=True)
    others_present = models.CharField(_("其他到场人员"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), null=True, blank=True)
    record = models.TextField(_("调解记录"), blank=True)
    agreed_points = models.TextField(_("一致意见"), blank=True)
    disputed_points = models.TextField(_("争议焦点"), blank=True)
    result = models.CharField(_("结果"), max_length=12, choices=Result.choices, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet["Session"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["planned_by", "client_uuid"], name="session_once_per_sender"),
        ]
        indexes = [models.Index(fields=["case", "planned_for"], name="session_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.planned_for:%F %H:%M}"
