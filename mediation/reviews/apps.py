"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "mediation.reviews"
    label = "reviews"
    verbose_name = _("研判报告")
