"""The sample ledger and its expected results (tests/ledger/sample): every cell of every review."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from grid import rls
from grid.models import Unit
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.figures import compute
from tests.ledger import oracle
from tests.ledger.importing import import_folder
from tests.ledger.random_ledger import read_ledger

SAMPLE = Path(__file__).resolve().parents[1] / "ledger" / "sample"
REVIEWS = [
    ("expected_city_daily_2024-02-29", "daily", "2024-02-29", None),
    ("expected_city_weekly_2024-02-26", "weekly", "2024-02-26", None),
    ("expected_city_monthly_2023-12", "monthly", "2023-12-01", None),
    ("expected_city_monthly_2024-02", "monthly", "2024-02-01", None),
    ("expected_city_monthly_2024-02_seen_in_june", "monthly", "2024-02-01", "2024-06-01 00:00:00"),
    ("expected_city_quarterly_2024-01", "quarterly", "2024-01-01", None),
    ("expected_county_bimonthly_2024-01", "bimonthly", "2024-01-01", None),
]


def expected(name: str) -> dict[str, Any]:
    return json.loads((SAMPLE / f"{name}.json").read_text("utf-8"))


def assert_agrees(found: Any, wanted: Any, where: str = "") -> None:
    """Everything that is wanted is there and equal; more keys may stand beside it."""
    if isinstance(wanted, dict):
        assert set(wanted) <= set(found), f"{where}: {set(wanted) - set(found)} missing"
        for key, value in wanted.items():
            assert_agrees(found[key], value, f"{where}/{key}")
    else:
        assert found == wanted, f"{where}: {found!r} is not {wanted!r}"


def test_there_is_an_expected_file_for_each_review_tested():
    assert sorted(path.stem for path in SAMPLE.glob("expected_*.json")) == sorted(name for name, *_ in REVIEWS)


def test_the_sample_gives_its_expected_figures(db):
    import_folder(SAMPLE)
    with rls.system_scope():
        for name, kind, start, as_of in REVIEWS:
            wanted = expected(name)
            period = periods.parse(kind, start)
            moment = datetime.fromisoformat(as_of).replace(tzinfo=SHANGHAI) if as_of else period.end
            figures = compute(Unit.objects.get(code=wanted["unit"]), period, as_of=moment).as_json()
            assert_agrees(figures, wanted, name)
            # A break-down holds exactly what is wanted: no place and no category too many.
            for key in set(wanted) - {"measures", "unit"}:
                assert set(figures[key]) == set(wanted[key]), f"{name}/{key}"


@pytest.mark.parametrize(("name", "kind", "start", "as_of"), REVIEWS)
def test_the_oracle_agrees_with_the_sample(name, kind, start, as_of):
    """What the random ledgers are compared with must itself know the sample."""
    wanted = expected(name)
    unit = wanted.pop("unit")
    period = periods.parse(kind, start)
    edges = (period.start.replace(tzinfo=None), period.end.replace(tzinfo=None))
    moment = datetime.fromisoformat(as_of) if as_of else edges[1]
    assert_agrees(oracle.review(oracle.history_of(read_ledger(SAMPLE)), unit, *edges, moment), wanted, name)
