"""The register: one entry per measure of LEDGER.md section 4, and its arithmetic."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.reviews.figures.comparing import change
from mediation.reviews.indicators import NOTHING, REGISTER, REGISTER_VERSION, Shape, figures_of, half_up, percentage

LEDGER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "LEDGER.md"


def ids_of_the_ledger():
    """The first column of the table of section 4; ``flow_open_start, _new, …`` is written short there."""
    section = LEDGER.read_text("utf-8").split("## 4.")[1]
    found = []
    for line in section.splitlines():
        cells = line.split("|")
        if len(cells) < 3 or cells[1].strip() in ("measure", "---"):
            continue
        for name in re.findall(r"\w+", cells[1]):
            found.append(f"flow{name}" if name.startswith("_") else name)
    return found


def test_the_register_holds_exactly_the_measures_of_the_ledger():
    assert sorted(REGISTER) == sorted(ids_of_the_ledger())


def test_every_entry_says_what_it_is():
    for measure in REGISTER.values():
        assert all(str(text).strip() for text in (measure.name, measure.formula, measure.basis, measure.unit))
        assert bool(measure.bottom) == (measure.shape is Shape.RATE)
        assert 1 <= measure.version <= REGISTER_VERSION


@pytest.mark.parametrize(
    ("numerator", "denominator", "display"),
    [
        # Published figures, recomputed (DOMAIN.md 8).
        (651788, 658194, "99.03%"),
        (29068, 30248, "96.10%"),
        (34509, 36045, "95.74%"),
        (12, 12, "100.00%"),
        (842, 869, "96.89%"),
        (0, 7, "0.00%"),
        # Exactly half a hundredth goes up.
        (1, 32, "3.13%"),
        (5, 32, "15.63%"),
        (0, 0, NOTHING),
        (3, 0, NOTHING),
    ],
)
def test_percentages(numerator, denominator, display):
    assert percentage(numerator, denominator) == display


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_percentages_equal_whole_number_arithmetic(numerator, denominator):
    hundredths = (numerator * 20000 + denominator) // (2 * denominator)
    assert percentage(numerator, denominator) == f"{hundredths // 100}.{hundredths % 100:02d}%"


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("-0.004", "0.00"), ("28.755", "28.76"), ("2", "2.00")],
)
def test_half_up_rounds_away_from_zero_and_knows_no_minus_zero(number, rounded):
    assert str(half_up(Decimal(number))) == rounded


def test_rates_without_denominator_are_null():
    figures = figures_of({})
    assert all(figure["display"] == NOTHING for figure in figures.values() if "display" in figure)
    assert figures["agreement_amount"] == {"value": "0.00"}
    assert figures["reported"] == {"value": 0}


@pytest.mark.parametrize(
    ("now", "then", "difference", "percent", "trend"),
    [
        # DOMAIN.md 8: unique bases found from published changes.
        (1958, 508, 1450, "285.43%", "up"),
        (869, 1028, -159, "-15.47%", "down"),
        (869, 840, 29, "3.45%", "up"),
        (5, 5, 0, "0.00%", "flat"),
        # Base 0: a dash and the difference; both 0: no change (7.4 no. 2).
        (4, 0, 4, NOTHING, "up"),
        (0, 0, 0, NOTHING, "flat"),
        (0, 4, -4, "-100.00%", "down"),
    ],
)
def test_changes_of_counts(now, then, difference, percent, trend):
    said = change(REGISTER["reported"], {"reported": now}, {"reported": then})
    assert said == {"base": {"value": then}, "difference": difference, "percent": percent, "trend": trend}


def test_amounts_change_by_amounts():
    said = change(REGISTER["agreement_amount"], {"amount": Decimal("100.50")}, {"amount": Decimal("67.00")})
    assert said == {"base": {"value": "67.00"}, "difference": "33.50", "percent": "50.00%", "trend": "up"}


@pytest.mark.parametrize(
    ("now", "then", "points", "trend"),
    [
        ((3, 4), (1, 2), "25.00", "up"),
        ((1, 3), (2, 3), "-33.33", "down"),
        # The difference of the exact rates, not of the rounded ones: 66.666… less 33.333….
        ((2, 3), (1, 3), "33.33", "up"),
        ((2, 4), (1, 2), "0.00", "flat"),
        ((10001, 20000), (1, 2), "0.01", "up"),
        ((0, 0), (1, 2), NOTHING, "unknown"),
        ((1, 2), (0, 0), NOTHING, "unknown"),
    ],
)
def test_changes_of_rates_are_percentage_points(now, then, points, trend):
    terms = [{"closed": closed, "valid": valid} for closed, valid in (now, then)]
    said = change(REGISTER["closure_rate"], *terms)
    assert (said["points"], said["trend"]) == (points, trend)
    assert "percent" not in said
