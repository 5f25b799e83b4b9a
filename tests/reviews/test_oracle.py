"""Random ledgers, every kind of review, cell by cell against a second computation in plain Python.

``HEMU_ORACLE_SEEDS`` sets how many ledgers; seeds count from 1, so a failing one is named by its number.
"""

import os
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from grid import rls
from grid.models import Unit
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.figures.agreements import LIMITS
from mediation.reviews.figures.disputes import ACCEPTED, FOUND, HAPPENED
from mediation.reviews.figures.incidents import COHORT, FLOW
from mediation.reviews.indicators import REGISTER
from mediation.reviews.kinds import Kind
from tests.ledger import oracle
from tests.ledger.importing import import_ledger
from tests.ledger.random_ledger import EDGES, random_ledger
from tests.reviews.test_indicators import ids_of_the_ledger

SEEDS = range(1, int(os.environ.get("HEMU_ORACLE_SEEDS", "4")) + 1)
UNITS = ["141100000000", "141102000000", "141102001000", "141121000000", "141121100000"]
LOOKS_PER_KIND = 6


def naive(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def some_looks(seed: int):
    """For each kind some periods around the edges, and for each a few moments to look from."""
    dice = random.Random(f"looks {seed}")
    for kind in Kind:
        for _number in range(LOOKS_PER_KIND):
            period = periods.containing(kind, dice.choice(EDGES).date() + timedelta(days=dice.randrange(-2, 3)))
            length = period.end - period.start
            as_of = dice.choice(
                [
                    period.end,
                    period.end + timedelta(hours=7),
                    period.start + length * dice.random(),
                    period.start + timedelta(seconds=1),
                    period.end - timedelta(days=1) + timedelta(hours=12),
                    period.end + timedelta(days=dice.randrange(1, 200)),
                    max(period.end, dice.choice(EDGES).replace(tzinfo=SHANGHAI)),
                ]
            )
            yield dice.choice(UNITS), period, as_of.replace(microsecond=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_a_random_ledger_equal_the_oracle(db, tmp_path, seed):
    ledger = random_ledger(seed)
    history = oracle.history_of(ledger)
    cells = 0
    import_ledger(ledger, tmp_path)
    with rls.system_scope():
        units = {unit.code: unit for unit in Unit.objects.filter(code__in=UNITS)}
        for code, period, as_of in some_looks(seed):
            found = compute(units[code], period, as_of=as_of, compare=False).as_json()
            wanted = oracle.review(history, code, naive(period.start), naive(period.end), naive(as_of))
            assert not oracle.differences(found, wanted), f"seed {seed}, {code}, {period} as of {as_of}"
            cells += sum(len(value) for value in wanted.values())
    assert cells > 500


def test_random_ledgers_reach_every_term():
    """A generator that never reopens or never closes late would let the oracle agree on nothing."""
    terms: Counter[str] = Counter()
    measures = [REGISTER[name] for name in ids_of_the_ledger()]
    ledger_terms = {term.lstrip("-") for measure in measures for term in (*measure.top, *measure.bottom)}
    start, end = datetime(2023, 1, 1), datetime(2024, 12, 31)
    for seed in SEEDS:
        history = oracle.history_of(random_ledger(seed))
        for incident in history.incidents:
            terms.update(oracle.incident_terms(incident, datetime(2024, 2, 29), end, end))
        for dispute in history.disputes:
            terms.update(oracle.dispute_terms(dispute, start, end, end))
    scarce = {
        name: terms[name]
        for name in (
            *COHORT,
            *FLOW,
            "closures_reopened",
            "open_start",
            "open_end",
            "cents",
            *FOUND,
            *ACCEPTED,
            *HAPPENED,
            *LIMITS,
        )
        # The further measures are recounted by other means (test_recount).
        if name in ledger_terms and terms[name] < 3
    }
    assert not scarce
