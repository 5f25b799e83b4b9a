"""The Celery app. Beat only wakes; rows in the database decide what is due (DESIGN.md rule 6)."""

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery
from celery.signals import beat_init, worker_init

from config import embedded

embedded.start_if_wanted()

app = Celery("hemu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "build-due-reviews": {"task": "mediation.reviews.tasks.build_due_reviews", "schedule": 60.0},
    "draw-due-samples": {"task": "mediation.reviews.tasks.draw_due_samples", "schedule": 60.0},
    "build-corrections": {"task": "mediation.reviews.tasks.build_corrections", "schedule": 60.0},
    "send-mails": {"task": "mediation.reviews.tasks.send_mails", "schedule": 60.0},
    "tend-surges": {"task": "mediation.reviews.tasks.tend_surges", "schedule": 60.0},
    "tend-suggestions": {"task": "mediation.reviews.tasks.tend_suggestions", "schedule": 600.0},
    "relay-outbox": {"task": "cases.tasks.relay_outbox", "schedule": 5.0},
    "tend-deadlines": {"task": "cases.tasks.tend_deadlines", "schedule": 600.0},
    "sweep-files": {"task": "cases.tasks.sweep_files", "schedule": 6 * 3600.0},
}


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_kwargs: Any) -> None:
    """Stop a worker or beat whose database role could see past row-level security (RELIABILITY P6)."""
    from grid.rls import refuse_unsafe_start as refuse

    refuse()


@worker_init.connect
def share_memory(**_kwargs: Any) -> None:
    """Leave what is imported by now to all processes in common: looking for garbage in it would copy it to each."""
    gc.collect()
    gc.freeze()
