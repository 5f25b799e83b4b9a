"""Three-line tasks: Celery wakes, rows decide (DESIGN.md rules 5 and 6). Safe twice, and safe at once."""

from celery import shared_task
from django.utils import timezone

from cases.files import sweep_orphans
from cases.relay import relay_once
from cases.reminders import tend
from grid.rls import system_scope


@shared_task(name="cases.tasks.relay_outbox")
def relay_outbox() -> None:
    """Deliver what waits, batch by batch, until nothing more goes through."""
    while relay_once(timezone.now()):
        pass


@shared_task(name="cases.tasks.tend_deadlines")
def tend_deadlines() -> None:
    """Recompute limits whose calendar was published; remind of those that come near or have passed."""
    tend(timezone.now())


@shared_task(name="cases.tasks.sweep_files")
def sweep_files() -> None:
    """Delete files whose transaction was undone."""
    with system_scope():
        sweep_orphans(timezone.now())
