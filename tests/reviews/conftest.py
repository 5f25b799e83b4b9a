"""Fixtures of the reviews' tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from grid import rls
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.figures import compute
from tests.pages import english
from tests.reviews.hand import Hand
from tests.reviews.street import built_street, street

__all__ = ["built_street", "english", "street"]

CITY, COUNTY, TOWNSHIP, VILLAGE = "141100000000", "141102000000", "141102001000", "141102001001"
OTHER_VILLAGE, OTHER_TOWNSHIP = "141102001002", "141102002000"
OTHER_COUNTY, VILLAGE_THERE = "141121000000", "141121100016"


def local(text: str) -> datetime:
    """A local time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def chinese_again() -> Any:
    """A request in English leaves its language with the thread; the next test speaks Chinese."""
    yield
    translation.activate("zh-hans")


@pytest.fixture
def hand(db: None) -> Any:
    """A hand in a system scope that is rolled back after the test."""
    with rls.system_scope():
        yield Hand()


@pytest.fixture
def figures(hand: Hand) -> Callable[..., dict[str, Any]]:
    """Compute figures by words: unit, kind, first day, and when to look from."""

    def look(unit: str, kind: str, start: str, as_of: str | None = None, *, compare: bool = False) -> dict[str, Any]:
        period = periods.parse(kind, start)
        moment = local(as_of) if as_of else period.end
        return compute(hand.unit(unit), period, as_of=moment, compare=compare).as_json()

    return look


@pytest.fixture
def measures(figures: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The measures of some figures as plain numbers: a value, or ``numerator/denominator``."""

    def look(*where: Any, child: str | None = None) -> dict[str, Any]:
        found = figures(*where)
        if child is not None:
            (key,) = [key for key in found if key.startswith("by_")]
            found = {"measures": found[key][child]}
        return {
            name: figure["value"] if "value" in figure else f"{figure['numerator']}/{figure['denominator']}"
            for name, figure in found["measures"].items()
        }

    return look


@pytest.fixture
def desk(cast: Any) -> Any:
    """A desk in a system scope that is rolled back after the test."""
    from tests.reviews.desk import Desk

    with rls.system_scope():
        yield Desk(cast)
