"""Nil reports (零报告): a grid or unit says that nothing happened, so that silence and peace can be told apart."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.event import TimelineQuerySet
from grid.models import Placed
from grid.models.fields import TransactionIdField
from grid.scope import ROSTER


class NilReport(Placed):
    """A unit reported nothing for one day. Appended only; who says nothing at all is 未报 (DOMAIN.md 7.4 no. 14)."""

    SCOPE_NOUN = ROSTER

    on = models.DateField(_("日期"))
    at = models.DateTimeField(_("报告时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    txid = TransactionIdField()

    objects = TimelineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="nilreport_once_a_day")]
        indexes = [models.Index(fields=["city_id", "on"], name="nilreport_city_on")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what stands."""
        if not self._state.adding:
            raise TypeError("A nil report stands.")
        super().save(*args, **kwargs)
