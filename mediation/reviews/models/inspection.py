"""Daily inspection (日巡查) as work: which of a day's reports are looked at, and what was found of each.

Codes and ids only: what a report lacks is said in the words of the verb that sends it back.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Incident
from cases.models.event import TimelineQuerySet
from grid.models import Levels, Placed, Unit
from grid.scope import REVIEWS, ScopedQuerySet


class InspectionSample(Placed):
    """What is inspected of one day at one place. Drawn once; its seed tells that nobody chose what is in it."""

    SCOPE_NOUN = REVIEWS

    day = models.DateField(_("日期"))
    seed = models.BigIntegerField(_("随机种子"), help_text="With the ids of the day's reports it gives the same draw.")
    reported = models.PositiveIntegerField(_("当日上报"), help_text="How many reports it was drawn from.")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField(_("抽取时间"))

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="inspectionsample_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to draw again."""
        if not self._state.adding:
            raise TypeError("A sample is drawn once.")
        super().save(*args, **kwargs)


class InspectionItem(Levels):
    """One report of a sample and what its inspector found. The level columns are the sample's."""

    SCOPE_PARENTS = ("sample",)

    class Reason(models.TextChoices):
        """Why it is in the sample."""

        RANDOM = "random", _("随机抽取")
        QUICK = "quick_closure", _("两分钟内办结")
        COPIED = "copied", _("描述雷同")
        SPLIT = "split", _("疑似一事拆报")

    class Finding(models.TextChoices):
        """What the inspector found (DOMAIN.md 7.1, 日巡查)."""

        PASSED = "passed", _("合格")
        INCOMPLETE = "incomplete", _("要素不全")
        WRONG_CATEGORY = "wrong_category", _("类别有误")
        WRONG_PLACE = "wrong_place", _("位置有误")
        REPEATED = "repeated", _("一事多报")
        UNTRUE = "untrue", _("情况不实")
        NOT_DONE = "not_done", _("办结不实")

    sample = models.ForeignKey(InspectionSample, models.PROTECT, related_name="items")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    reason = models.CharField(_("抽取原因"), max_length=16, choices=Reason.choices)
    reporting = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", help_text="The village, or other place, that answers for the report."
    )
    finding = models.CharField(_("巡查结果"), max_length=16, choices=Finding.choices, blank=True)
    is_returned = models.BooleanField(_("已退回补正"), default=False)
    inspected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    inspected_at = models.DateTimeField(_("巡查时间"), null=True, blank=True)

    objects = ScopedQuerySet["InspectionItem"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "incident"], name="inspectionitem_once"),
            models.CheckConstraint(
                condition=Q(finding="", inspected_at__isnull=True, is_returned=False)
                | (~Q(finding="") & Q(inspected_at__isnull=False)),
                name="inspectionitem_found_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.incident_id} {self.finding}"
