"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "cases"
    label = "cases"
    verbose_name = _("事件与纠纷")
