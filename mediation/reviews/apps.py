"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """See docs/architecture.md for what this app is for."""

    name = "mediation.reviews"
    label = "reviews"
    verbose_name = _("研判报告")

    def ready(self) -> None:
        """Tell relay, inbox, clocks and choices what papers and surges bring; ``cases`` knows nothing of reviews."""
        from cases.notices import REMINDERS
        from mediation.reviews import choices
        from mediation.reviews.workflow import sending, surge_limits

        choices.register()
        sending.register()
        surge_limits.register()
        REMINDERS["review_issued"] = _("收到一份已印发的研判报告")
        REMINDERS["review_objections"] = _("有一份通报正在征求异议")
