"""What beat wakes is what there is to wake."""

from config.celery import app


def test_what_beat_wakes_exists_and_nothing_is_left_asleep() -> None:
    app.loader.import_default_modules()
    woken = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert woken <= set(app.tasks)
    assert {"cases.tasks.relay_outbox", "cases.tasks.tend_deadlines", "cases.tasks.sweep_files"} <= woken
