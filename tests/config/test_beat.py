"""What beat wakes is what there is to wake."""

from config.celery import app

OURS = ("cases.", "mediation.", "grid.", "seeds.")


def test_every_task_of_ours_is_woken_and_nothing_else() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if name.startswith(OURS)}
    woken = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "cases.tasks.sweep_files" in woken
    assert woken == tasks
