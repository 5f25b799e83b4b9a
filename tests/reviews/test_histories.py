"""Properties of figures over random histories: corrections, voidings undone, second agreements, facts entered late."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grid import atlas, rls
from grid.scope import SHANGHAI
from grid.workflow import open_unit
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.indicators import REGISTER, Shape
from mediation.reviews.kinds import Kind
from tests.ledger import oracle
from tests.ledger.random_ledger import EDGES
from tests.reviews.hand import Hand, history_of
from tests.reviews.histories import random_scripts

UNITS = ["141100000000", "141102000000", "141102001000", "141121000000"]
FIRST_DAY = date(2023, 1, 1)
RANDOMS = st.randoms(use_true_random=False)
many = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def hand(db):
    return Hand()


@pytest.fixture(autouse=True)
def forget_places():
    """Grids of an example are rolled back with it; nothing may keep them."""
    yield
    atlas.forget()


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
    assert not oracle.differences(found, wanted), f"{code}, {period} as of {as_of}"
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
            # What a closing prevented counts with the closing whenever it is put right: learnt after T, not done.
            script.acts = [act for act in script.acts if act.verb != "correct_prevention" or act.at < moment]
            hand.do(script, until=sum(act.at < moment for act in script.acts))
        before = assert_equals_the_oracle(hand, scripts, look)
        for script in scripts:
            hand.do(script)
        assert assert_equals_the_oracle(hand, scripts, look) == before


def parts_that_add_up(measure, level):
    """The parts of a stored figure that are sums over places: not rates, not medians, not facts of one place."""
    if measure.shape is Shape.DAYS:
        return ["count"]
    if measure.shape is Shape.PER_10K:
        return [] if measure.id == "suits_per_10k" else ["numerator"]
    if measure.id == "staffing_compliance" and level == "village":
        return []
    return ["numerator", "denominator"] if measure.bottom else ["value"]


def assert_adds_up(figures, key):
    """The children of a table sum to its whole; money in ten thousands is rounded in every cell by itself."""
    for measure in REGISTER.values():
        for part in parts_that_add_up(measure, key.removeprefix("by_")):
            below = [Decimal(child[measure.id][part]) for child in figures[key].values()]
            slack = Decimal("0.005") * (len(below) + 1) if measure.id == "amount_involved" else 0
            assert abs(sum(below) - Decimal(figures["measures"][measure.id][part])) <= slack, (measure.id, part)


def assert_balances(measures):
    start, new, reopened, closed, voided, end = (
        measures[f"flow_{name}"]["value"] for name in ("open_start", "new", "reopened", "closed", "voided", "open_end")
    )
    assert start + new + reopened - closed - voided == end
    assert min(start, end) >= 0
    assert measures["grassroots_resolution_rate"]["numerator"] == sum(
        measures[f"{level}_resolution_share"]["numerator"] for level in ("village", "township")
    )


@many
@given(dice=RANDOMS)
def test_children_add_up_and_flows_balance_in_every_table(hand, dice):
    """By place, by category, by source, and in the figures compared with."""
    with example():
        hand = Hand()
        grids = open_grids(hand)
        for script in random_scripts(dice, hand, incidents=8, disputes=6, grids=grids):
            hand.do(script)
        code, period, as_of = some_look(dice)
        figures = compute(hand.unit(code), period, as_of=as_of).as_json()
        (key,) = [key for key in figures if key.startswith("by_")]
        assert_adds_up(figures, key)
        for measures in (figures["measures"], *figures[key].values()):
            assert_balances(measures)
        for whole in ("reported_valid", "disputes_found"):
            for column in ("category", "source"):
                parts = figures[f"{whole}_by_{column}"]
                assert sum(parts.values()) == figures["measures"][whole]["value"]
                said = figures["shares"][f"{whole}_by_{column}"]
                assert sum(Decimal(share) for share in said.values()) == (100 if parts else 0)
                assert set(said) == set(parts)
        for base in figures["comparisons"].values():
            if "measures" in base and "flow_open_start" in base["measures"]:
                assert_balances({name: said["base"] for name, said in base["measures"].items()})


def open_grids(hand):
    """Three grids in two villages, so that grids have something to be counted of."""
    return [
        open_unit(
            parent=hand.unit(village), code=f"{village}J{number:02d}", name="网格", kind="grid", valid_from=FIRST_DAY
        ).code
        for number, village in enumerate(("141102001001", "141102001001", "141121100016"))
    ]


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
