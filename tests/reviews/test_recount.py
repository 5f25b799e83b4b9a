"""Random ledgers and histories, every cadence, every measure, cell by cell against DuckDB over the raw events.

``HEMU_RECOUNT_SEEDS`` sets how many; seeds count from 1, so a failing one is named by its number.
"""

import os
import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from cases.models import NilReport
from grid import atlas, rls
from grid.models import Unit
from grid.scope import SHANGHAI, Role
from grid.workflow import open_unit
from mediation.models import RosterEvent
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.indicators import REGISTER
from mediation.reviews.kinds import Kind
from mediation.reviews.models import OutsideFigure, Population
from tests.ledger.importing import import_ledger
from tests.ledger.random_ledger import EDGES, random_ledger
from tests.reviews.hand import Hand
from tests.reviews.histories import FIRST, LAST, random_scripts
from tests.reviews.recount import Looked, recount

SEEDS = range(1, int(os.environ.get("HEMU_RECOUNT_SEEDS", "20")) + 1)
UNITS = ["141100000000", "141102000000", "141102001000", "141121000000", "141121100000"]
GRIDS = [("141102001001", "J01"), ("141102001001", "J02"), ("141102001002", "J01"), ("141121100016", "J01")]
ROSTER_PLACES = ["141100000000", "141102000000", "141102001000", "141102001001", "141121100000", "141121100016"]
LOOKS_PER_KIND = 2


@pytest.fixture(autouse=True)
def forget_places():
    """Grids are rolled back with their test; nothing may keep them."""
    yield
    atlas.forget()


def local(moment):
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def some_looks(dice, units):
    """For each kind some periods around the edges, and for each a moment to look from."""
    for kind in Kind:
        for _number in range(LOOKS_PER_KIND):
            period = periods.containing(kind, dice.choice(EDGES).date() + timedelta(days=dice.randrange(-2, 45)))
            length = period.end - period.start
            as_of = dice.choice(
                [
                    period.end,
                    period.end,
                    period.end + timedelta(days=dice.randrange(1, 200)),
                    period.start + length * dice.random() + timedelta(seconds=1),
                    max(period.end, dice.choice(EDGES).replace(tzinfo=SHANGHAI)),
                ]
            )
            yield units[dice.choice(UNITS)], period, as_of.replace(microsecond=0)


def fill(seed, folder):
    """A ledger, further histories with all that a ledger cannot tell, and what lies beside them."""
    dice = random.Random(f"recount {seed}")
    import_ledger(random_ledger(seed, incidents=45, disputes=30), folder)
    hand = Hand()
    with rls.system_scope():
        grids = [
            open_unit(
                parent=hand.unit(village),
                code=village + name,
                name="网格",
                kind="grid",
                valid_from=dice.choice([date(2022, 1, 1), date(2024, 2, 29)]),
            )
            for village, name in GRIDS
        ]
        for script in random_scripts(dice, hand, incidents=22, disputes=22, grids=[unit.code for unit in grids]):
            hand.do(script)
        _fill_roster(dice, hand)
        _fill_nil_reports(dice, grids)
        looks = list(some_looks(dice, {code: hand.unit(code) for code in UNITS}))
        _fill_stated(dice, looks)
    return looks


def _fill_roster(dice, hand):
    for subject in range(40):
        place, kind = hand.unit(dice.choice(ROSTER_PLACES)), dice.choice([*RosterEvent.Kind, "mediator_full_time"])
        at = FIRST + (LAST - FIRST) * dice.random()
        for delta in (1, -1)[: dice.choice([1, 1, 2])]:
            at += timedelta(days=dice.randrange(100))
            moment = dice.choice([at, dice.choice(EDGES)]) if delta == 1 else at
            row = RosterEvent(
                kind=kind,
                subject=subject,
                delta=delta,
                at=moment.replace(tzinfo=SHANGHAI),
                recorded_at=moment.replace(tzinfo=SHANGHAI),
                role=Role.SYSTEM,
            )
            row.lie_at(place)
            row.save()


def _fill_nil_reports(dice, grids):
    for unit in grids:
        for day in dice.sample(range(60), 8):
            on = date(2024, 1, 20) + timedelta(days=day)
            at = datetime.combine(on, datetime.min.time(), SHANGHAI) + timedelta(hours=dice.randrange(40))
            row = NilReport(on=on, at=at, recorded_at=at)
            row.lie_at(unit)
            row.save()


def _fill_stated(dice, looks):
    for place in Unit.objects.filter(kind="division", code__in=[*UNITS, "141102001001", "141121100016"]):
        for year in dice.sample([2021, 2022, 2023, 2023, 2024], 2):
            row = Population(year=year, people=dice.randrange(800, 90_000), source="统计公报", recorded_at=SOME_TIME)
            row.lie_at(place)
            row.save()
        for _unit, period, _as_of in dice.sample(looks, 6):
            suit = OutsideFigure(
                what="suits",
                start_on=period.start_on,
                end_on=period.end_on,
                number=dice.randrange(300),
                source="人民法院",
                recorded_at=SOME_TIME,
            )
            suit.lie_at(place)
            suit.save()


SOME_TIME = datetime(2025, 1, 1, tzinfo=SHANGHAI)
SEEN: Counter[tuple[str, str]] = Counter()
"""How often each part of a measure was more than nothing: a recount of zeros would prove nothing."""


def remember(measures):
    for name, figure in measures.items():
        for part, number in figure.items():
            if number not in (0, None, "—", "0.00"):
                SEEN[name, part] += 1


def assert_same(found, wanted, where):
    """Every cell, and no cell more or less."""
    keys = ["measures", *(key for key in wanted if key != "measures")]
    assert set(keys) <= set(found)
    for key in keys:
        if key.startswith("by_"):
            assert set(found[key]) == set(wanted[key]), f"{where}: {key}"
            cells = [(f"{key} {code}", found[key][code], wanted[key][code]) for code in wanted[key]]
        else:
            cells = [(key, found[key], wanted[key])]
        for name, ours, theirs in cells:
            wrong = {
                cell: (ours.get(cell), theirs.get(cell))
                for cell in {*ours, *theirs}
                if ours.get(cell) != theirs.get(cell)
            }
            assert not wrong, f"{where}: {name}: (found, recounted) {wrong}"
    remember(found["measures"])
    return sum(len(measures) for key in keys if key.startswith("by_") for measures in found[key].values())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_equals_the_recount(db, tmp_path, seed):
    looks = fill(seed, tmp_path)
    cells = 0
    with rls.system_scope():
        recounted = recount(
            [
                Looked(unit.code, unit.level, local(period.start), local(period.end), local(as_of))
                for unit, period, as_of in looks
            ],
            tmp_path,
        )
        for (unit, period, as_of), wanted in zip(looks, recounted, strict=True):
            found = compute(unit, period, as_of=as_of, compare=False).as_json()
            cells += assert_same(found, wanted, f"seed {seed}, {unit.code}, {period} as of {as_of}")
    assert cells > 5000
    assert {period.kind for _unit, period, _as_of in looks} == set(Kind)


def test_the_recount_has_seen_every_part_of_every_measure():
    """Runs after the seeds; with few of them it proves little and says nothing."""
    if len(SEEDS) < 20 or not SEEN:
        return
    parts = {
        (measure.id, part)
        for measure in REGISTER.values()
        for part in (("numerator", "denominator") if measure.bottom else ("value",))
    }
    assert {part: SEEN[part] for part in parts if SEEN[part] < 2} == {}
