"""Properties of figures over random histories: corrections, voidings undone, second agreements, facts entered late."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grid import rls
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.kinds import Kind
from tests.ledger import oracle
from tests.ledger.random_ledger import EDGES
from tests.reviews.hand import Hand, history_of
from tests.reviews.histories import random_scripts

UNITS = ["141100000000", "141102000000", "141102001000", "141121000000"]
RANDOMS = st.randoms(use_true_random=False)
many = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def hand(db):
    return Hand()


def some_look(dice):
    period = periods.containing(dice.choice(list(Kind)), dice.choice(EDGES).date())
    length = period.end - period.start
    as_of = dice.choice(
        [
            period.end,
            period.start + length * dice.random() + timedelta(seconds=1),
            period.end + timedelta(days=dice.randrange(1, 150)),
            max(dice.choice(EDGES).replace(tzinfo=SHANGHAI), period.end),
        ]
    )
    return dice.choice(UNITS), period, as_of


def naive(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


@contextmanager
def example():
    """A transaction of its own for one example, which leaves nothing."""
    with transaction.atomic():
        with rls.system_scope():
            yield
        transaction.set_rollback(True)


def assert_equals_the_oracle(hand, scripts, look):
    code, period, as_of = look
    found = compute(hand.unit(code), period, as_of=as_of, compare=False).as_json()
    wanted = oracle.review(history_of(scripts), code, naive(period.start), naive(period.end), naive(as_of))
    for key, value in wanted.items():
        assert found[key] == value, f"{code}, {period} as of {as_of}: {key}"
    return found


@many
@given(dice=RANDOMS)
def test_figures_equal_the_oracle(hand, dice):
    with example():
        scripts = random_scripts(dice, hand, incidents=8, disputes=6)
        for script in scripts:
            hand.do(script)
        for _number in range(8):
            assert_equals_the_oracle(hand, scripts, some_look(dice))


@many
@given(dice=RANDOMS)
def test_what_happens_at_or_after_t_changes_nothing_that_was_counted_at_t(hand, dice):
    """Corrections, reopenings and closings after T leave the past alone; facts of before T change it when learnt."""

    with example():
        scripts = random_scripts(dice, hand, incidents=8, disputes=6)
        look = some_look(dice)
        moment = naive(look[2])
        for script in scripts:
            hand.do(script, until=sum(act.at < moment for act in script.acts))
        before = assert_equals_the_oracle(hand, scripts, look)
        for script in scripts:
            hand.do(script)
        assert assert_equals_the_oracle(hand, scripts, look) == before


@many
@given(dice=RANDOMS)
def test_children_add_up_and_flows_balance(hand, dice):
    with example():
        for script in random_scripts(dice, hand, incidents=8, disputes=6):
            hand.do(script)
        code, period, as_of = some_look(dice)
        figures = compute(hand.unit(code), period, as_of=as_of, compare=False).as_json()
        (key,) = [key for key in figures if key.startswith("by_")]
        for name, figure in figures["measures"].items():
            for part in set(figure) - {"display"}:
                below = sum(float(child[name][part]) for child in figures[key].values())
                assert below == pytest.approx(float(figure[part])), (name, part)
        for flow in (figures["measures"], *figures[key].values()):
            start, new, reopened, closed, voided, end = (
                flow[f"flow_{name}"]["value"]
                for name in ("open_start", "new", "reopened", "closed", "voided", "open_end")
            )
            assert start + new + reopened - closed - voided == end
            assert min(start, end) >= 0


@many
@given(dice=RANDOMS)
def test_one_periods_end_is_the_next_ones_start(hand, dice):
    """Seen from one moment, what is open at the end of a period is open at the start of the next."""

    with example():
        for script in random_scripts(dice, hand, incidents=8, disputes=0):
            hand.do(script)
        code, period, _as_of = some_look(dice)
        following = periods.following(period)
        now = following.end + timedelta(days=60)
        ended, began = (
            compute(hand.unit(code), one, as_of=now, compare=False).as_json()["measures"] for one in (period, following)
        )
        assert ended["flow_open_end"] == began["flow_open_start"]
