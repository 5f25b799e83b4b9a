"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediationConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "mediation"
    label = "mediation"
    verbose_name = _("调解")
