"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "grid"
    label = "grid"
    verbose_name = _("网格")
