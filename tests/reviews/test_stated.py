"""What only others can count: populations and suits, with source and year, or not at all (DOMAIN.md 7.3)."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.moves import NotPossible
from grid import rls
from mediation.reviews.models import OutsideFigure, Population
from mediation.reviews.workflow import state_population, state_suits
from tests.reviews.conftest import CITY, COUNTY, VILLAGE
from tests.reviews.hand import BY_HAND


@pytest.fixture
def people(hand):
    """State a population."""

    def state(number, year=2023, place=CITY, source="统计公报"):
        return state_population(
            unit=hand.unit(place), year=year, people=number, source=source, by=BY_HAND, at=timezone.now()
        )

    return state


@pytest.fixture
def suits(hand):
    """State the suits of February 2024."""

    def state(number, place=CITY, start=date(2024, 2, 1), end=date(2024, 3, 1)):
        return state_suits(
            unit=hand.unit(place),
            start_on=start,
            end_on=end,
            number=number,
            source="中级人民法院",
            by=BY_HAND,
            at=timezone.now(),
        )

    return state


def accept(hand, number=1, place=VILLAGE):
    for day in range(number):
        script = hand.dispute(f"2024-02-{day + 1:02d} 09:00", place)
        hand.do(hand.then(script, "accept", f"2024-02-{day + 1:02d} 10:00"))


def test_without_a_population_there_is_no_number(hand, figures):
    accept(hand)
    found = figures(CITY, "monthly", "2024-02-01")
    assert found["measures"]["cases_per_10k"] == {"numerator": 1, "denominator": 0, "display": "—"}
    assert found["stated"] == []


def test_the_newest_year_up_to_the_periods_counts_and_is_named(hand, people, figures):
    accept(hand, 3)
    people(50_000, 2021)
    people(20_000, 2023)
    people(10_000, 2025)
    found = figures(CITY, "monthly", "2024-02-01")
    assert found["measures"]["cases_per_10k"] == {"numerator": 3, "denominator": 20_000, "display": "1.50"}
    assert found["stated"] == [
        {"term": "population", "code": CITY, "year": 2023, "number": 20_000, "source": "统计公报"}
    ]
    assert figures(CITY, "monthly", "2022-02-01")["measures"]["cases_per_10k"]["denominator"] == 50_000


def test_a_citys_population_is_not_the_sum_of_its_counties(hand, people, figures):
    """Published figures rarely add up; each place is set against its own."""
    accept(hand, 2)
    people(30_000)
    people(10_000, place=COUNTY)
    found = figures(CITY, "monthly", "2024-02-01")
    assert found["measures"]["cases_per_10k"]["display"] == "0.67"
    assert found["by_county"][COUNTY]["cases_per_10k"]["display"] == "2.00"
    others = {code: measures["cases_per_10k"]["display"] for code, measures in found["by_county"].items()}
    assert {display for code, display in others.items() if code != COUNTY} == {"—"}


def test_a_correction_counts_from_then_on(hand, people, figures):
    accept(hand)
    people(10_000)
    people(20_000, source="更正公报")
    found = figures(CITY, "monthly", "2024-02-01")
    assert found["measures"]["cases_per_10k"]["denominator"] == 20_000
    assert [row["source"] for row in found["stated"]] == ["更正公报"]


def test_suits_are_of_exactly_the_period_and_need_a_population(suits, people, figures):
    suits(13)
    assert figures(CITY, "monthly", "2024-02-01")["measures"]["suits_per_10k"]["display"] == "—"
    people(20_000)
    february = figures(CITY, "monthly", "2024-02-01")["measures"]["suits_per_10k"]
    assert february == {"numerator": 13, "denominator": 20_000, "display": "6.50"}
    # Another period has none stated, and neither has this one before it is over: no number, and not 0.
    assert figures(CITY, "quarterly", "2024-01-01")["measures"]["suits_per_10k"]["display"] == "—"
    early = figures(CITY, "monthly", "2024-02-01", "2024-02-20 00:00:00")["measures"]["suits_per_10k"]
    assert early["display"] == "—"
    # Nor is what was stated of a month that of a part of the year which happens to be as long.
    suits(7, start=date(2024, 1, 1), end=date(2024, 2, 1))
    part = figures(CITY, "annual", "2024-01-01", "2024-02-01 09:46:55")["measures"]["suits_per_10k"]
    assert part["display"] == "—"


def test_no_suits_at_all_are_a_number(suits, people, figures):
    suits(0)
    people(20_000)
    assert figures(CITY, "monthly", "2024-02-01")["measures"]["suits_per_10k"]["display"] == "0.00"


def test_what_makes_no_sense_is_refused(people, suits):
    for number, options in ((0, {}), (5, {"source": " "})):
        with pytest.raises(NotPossible):
            people(number, **options)
    for number, end in ((-1, date(2024, 3, 1)), (1, date(2024, 2, 1))):
        with pytest.raises(NotPossible):
            suits(number, end=end)


def test_what_was_stated_stands(people):
    row = people(10_000)
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        Population.objects.update(people=1)


def test_the_command_states_and_refuses(db):
    said = StringIO()
    call_command("state_figure", unit=CITY, source="统计公报", population=3_398_431, year=2023, stdout=said)
    call_command(
        "state_figure", unit=CITY, source="法院", suits=9, start=date(2024, 1, 1), end=date(2025, 1, 1), stdout=said
    )
    with rls.system_scope():
        assert (Population.objects.get().people, OutsideFigure.objects.get().number) == (3_398_431, 9)
    for wrong in ({"unit": "999999999999", "population": 1, "year": 2023}, {"unit": CITY, "population": 1}):
        with pytest.raises(CommandError):
            call_command("state_figure", source="统计公报", **wrong)
