"""A county with a past, committed, and the reviews built of it: what pages and API are tried on."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Incident
from grid import rls
from grid.models import Unit
from mediation.reviews import periods
from mediation.reviews.models import Review
from mediation.reviews.workflow import build_review
from mediation.workflow import open_studio
from tests.cast import SINCE, SYSTEM, Cast, build_cast
from tests.reviews.hand import Hand, Script
from tests.reviews.histories import random_scripts

QUARTER = periods.parse("quarterly", "2024-01-01")
BEFORE = periods.parse("quarterly", "2023-10-01")
ELSEWHERE = "140502001001"
FEBRUARY = periods.parse("monthly", "2024-02-01")


@dataclass
class Street:
    """Who is there, and the reviews by what they are of."""

    cast: Cast
    missing = periods.parse("monthly", "2024-03-01")
    reviews: dict[str, Review] = field(default_factory=dict)

    def restrict(self, incident: Incident) -> None:
        """Close an incident to wider eyes, as its category would."""
        with rls.system_scope():
            Incident.objects.filter(pk=incident.pk).update(restricted=True)

    def save_at(self, row: Any, unit: Unit) -> None:
        """Store a placed row at a unit."""
        with rls.system_scope():
            row.lie_at(unit)
            row.save(force_insert=True)

    def another_version(self, name: str) -> Review:
        """A second version of a review with the same figures."""
        with rls.system_scope():
            review = Review.objects.select_related("unit").get(pk=self.reviews[name].pk)
            review.pk, review.version, review._state.adding = None, review.version + 1, True
            review.save(force_insert=True)
        return review


def _moves(script: Script) -> bool:
    """Whether its place is ever corrected; then it may have left its readers' sight."""
    return any(step.what == "place" for act in script.acts[1:] for step in act.told)


def _build() -> Street:
    """Nothing ever moves, but one incident of the county next door that is found to belong to another city."""
    dice, hand = random.Random(7), Hand()
    with rls.system_scope():
        street = Street(build_cast())
        open_studio(place=street.cast.township, name="老王调解室", opened_on=SINCE, by=SYSTEM)
        for script in random_scripts(dice, hand, incidents=160, disputes=140):
            if not _moves(script):
                hand.do(script)
        leaver = hand.incident("2024-02-05 09:00", street.cast.strange_village.code)
        hand.do(hand.then(leaver, "place", "2024-05-01 09:00", ELSEWHERE))
    for name, unit, period in (
        ("city", "city", QUARTER),
        ("county", "county", QUARTER),
        ("township", "township", QUARTER),
        ("other_county", "other_county", QUARTER),
        ("before", "county", BEFORE),
        ("month", "county", FEBRUARY),
    ):
        street.reviews[name] = build_review(
            unit=street.cast.units[unit], period=period, as_of=period.end, at=timezone.now()
        )
    return street


@pytest.fixture(scope="module")
def built_street(committed_once: None) -> Street:
    """Built once for all tests of a module."""
    return _build()


@pytest.fixture
def street(built_street: Street, db: None) -> Street:
    """The street; what a test writes is rolled back."""
    return built_street
