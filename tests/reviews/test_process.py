"""Real workers and beats: killed, doubled, stopped for days, and their broker emptied (RELIABILITY K1 to K3, G3)."""

from datetime import timedelta
from functools import partial

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from grid import rls
from grid.scope import local_day
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.models import DueReview, Review
from mediation.reviews.workflow import missing_at
from tests.reviews.conftest import CITY, COUNTY, VILLAGE
from tests.reviews.hand import Hand
from tests.reviews.processes import Processes, Watch, eventually
from tests.reviews.test_due import expected, stand

pytestmark = pytest.mark.process
DAYS_DOWN = 3
NEIGHBOURS = ["141121000000", "141122000000", "141123000000", "141124000000", "141125000000", "141126000000"]


@pytest.fixture
def processes(committed, tmp_path):
    found = Processes(tmp_path)
    yield found
    found.end()
    watch = Watch()
    eventually(lambda: watch.others() == 0, "all sessions of killed processes are gone")
    watch.close()


@pytest.fixture
def watch(committed):
    found = Watch()
    yield found
    found.close()


@pytest.fixture
def wanted(committed):
    """Two readers who have had no beat for three days, and something to count on each of them."""
    since = last_day_due() - timedelta(days=DAYS_DOWN - 1)
    for place in (CITY, COUNTY):
        stand(place, since=since)
    hand = Hand()
    with rls.system_scope():
        for days in range(DAYS_DOWN):
            day = since + timedelta(days=days)
            hand.do(hand.incident(f"{day} 00:00:00", VILLAGE))
    now = timezone.localtime()
    return sorted(expected(CITY, since, now) + expected(COUNTY, since, now))


def last_day_due():
    """The last day whose review is due by now: yesterday's is at seven."""
    return local_day(timezone.now() - periods.DUE_AFTER) - timedelta(days=1)


def built():
    with rls.system_scope():
        found = Review.objects.select_related("unit")
        return sorted((review.unit.code, review.kind, local_day(review.start)) for review in found)


def is_built(place):
    return place in {unit for unit, *_rest in built()}


def assert_right():
    """Every stored figure is what is counted now: nothing was recorded meanwhile."""
    with rls.system_scope():
        for review in Review.objects.select_related("unit"):
            period = periods.beginning(review.kind, local_day(review.start))
            figures = compute(review.unit, period, as_of=review.as_of).as_json()
            assert review.figures["measures"] == figures["measures"]
            assert review.version == 1
        assert not missing_at(timezone.now()).exists()
        assert not DueReview.objects.filter(failures__gt=0).exists()


def test_a_worker_and_two_beats_build_what_fell_due_while_they_were_down(processes, wanted):
    assert len(wanted) >= 2 * DAYS_DOWN
    processes.worker()
    processes.beat()
    processes.beat()
    eventually(lambda: built() == wanted, "everything due is built")
    assert_right()


def test_a_worker_killed_while_building_leaves_nothing_half(processes, watch, wanted):
    watch.hold_up()
    worker = processes.worker()
    beat = processes.beat()
    eventually(lambda: watch.held_up() > 0, "a builder is in the middle of its figures")
    processes.kill(worker)
    processes.kill(beat)
    watch.let_go()
    eventually(lambda: watch.others() == 0, "the killed builder's session is gone")
    assert built() == []
    with rls.system_scope():
        assert missing_at(timezone.now()).count() == len(wanted)

    processes.worker()
    processes.beat()
    eventually(lambda: built() == wanted, "everything due is built after the restart")
    assert_right()


def test_an_emptied_broker_loses_nothing(processes, watch, wanted):
    """Ticks wait in the queue, a builder is under way, and all of Redis is wiped; nobody restarts anything."""
    watch.hold_up()
    processes.worker()
    processes.beat()
    eventually(lambda: watch.held_up() > 0, "a builder is in the middle of its figures")
    with redis.Redis(unix_socket_path=str(processes.where.broker_socket)) as client:
        client.flushall()
    watch.let_go()
    eventually(lambda: built() == wanted, "everything due is built")
    assert_right()
    # And ticks arrive still: more of them are needed now than the worker can have had in hand.
    for place in NEIGHBOURS:
        stand(place, since=last_day_due())
        eventually(partial(is_built, place), f"{place} is built after the wipe")


def test_the_task_has_the_name_beat_calls():
    from config.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values() if "reviews" in entry["task"]} <= set(app.tasks)
    assert settings.CELERY_TASK_ACKS_LATE
