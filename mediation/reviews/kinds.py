"""The cadences of reviews (DOMAIN.md 7.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """How long a period is, and what its review is called."""

    DAILY = "daily", _("日巡查")
    WEEKLY = "weekly", _("周分析")
    MONTHLY = "monthly", _("月研判")
    BIMONTHLY = "bimonthly", _("双月通报")
    QUARTERLY = "quarterly", _("季通报")
    ANNUAL = "annual", _("年考核")
