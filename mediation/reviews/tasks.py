"""What Celery runs. Tasks hold no rules: they read the clock and call the workflow."""

from celery import shared_task
from django.utils import timezone

from grid.rls import system_scope
from mediation.reviews import workflow

SECONDS_PER_RUN = 50.0
"""A run ends before the next tick, so that ticks do not pile up however much there is to catch up on."""


@shared_task
def build_due_reviews() -> None:
    """Build what is due and missing. Safe twice and at once; what is left over is built with the next tick."""
    workflow.build_due_reviews(at=timezone.now(), seconds=SECONDS_PER_RUN)


@shared_task
def draw_due_samples() -> None:
    """Draw the samples of daily inspection that are due. Safe twice and at once."""
    workflow.draw_due_samples(at=timezone.now(), seconds=SECONDS_PER_RUN)


@shared_task
def build_corrections() -> None:
    """Count anew what issued reviews are to be corrected to. Safe twice and at once."""
    workflow.build_corrections(at=timezone.now())


@shared_task
def send_mails() -> None:
    """Send the e-mails that wait. Safe twice and at once."""
    workflow.send_mails(at=timezone.now())


@shared_task
def tend_surges() -> None:
    """End surges whose planned end is over, freeze days whose cut-off has passed, change limits. Safe twice."""
    now = timezone.now()
    with system_scope():
        workflow.expire_surges(at=now)
    workflow.build_surge_days(at=now)
    workflow.tend_limits(at=timezone.now(), seconds=SECONDS_PER_RUN)


@shared_task
def tend_suggestions() -> None:
    """Mark suggestions whose day is over. Safe twice."""
    with system_scope():
        workflow.mark_overdue(at=timezone.now())
