"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeedsConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "seeds"
    label = "seeds"
    verbose_name = _("种子数据")
