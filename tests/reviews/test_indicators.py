"""The register: the measures of LEDGER.md section 4 and the variants of DOMAIN.md 7.3, and their arithmetic."""

import re
import statistics
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.reviews.figures.comparing import change
from mediation.reviews.findings.comparing import RANKED
from mediation.reviews.findings.ranking import Entry, stand
from mediation.reviews.indicators import (
    NOTHING,
    REGISTER,
    REGISTER_VERSION,
    Direction,
    Shape,
    figures_of,
    half_up,
    percentage,
    shares,
)

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


VARIANTS = {
    # DOMAIN.md 7.3, as far as LEDGER.md does not define the name: each under an id of its own.
    "reported_invalid",
    "reported_duplicate",
    "handling_rate",
    "extension_share",
    "village_resolution_share",
    "township_resolution_share",
    "self_handled_rate",
    "clearance",
    "active_grid_rate",
    "grids_unreported",
    "mediation_success_concluded",
    "amount_involved",
    "performance_rate_due",
    "performance_rate_signed",
    "confirmation_apply_rate",
    "confirm_rate",
    "follow_up_rate",
    "disputes_closed",
    "dispute_clearance",
    "handling_days_median",
    "handling_days_p90",
    "escalated_cases",
    "escalated_people",
    "cases_per_10k",
    "suits_per_10k",
    "staffing_compliance",
}


def test_the_register_holds_the_measures_of_the_ledger_and_the_variants_beside_them():
    assert not VARIANTS & set(ids_of_the_ledger())
    assert set(REGISTER) == {*ids_of_the_ledger(), *VARIANTS}


def test_every_entry_says_what_it_is():
    for measure in REGISTER.values():
        said = (measure.name, measure.formula, measure.basis, measure.unit, measure.owner)
        assert all(str(text).strip() for text in said), measure.id
        assert bool(measure.bottom) == (measure.shape in (Shape.RATE, Shape.PER_10K)), measure.id
        assert 1 <= measure.version <= REGISTER_VERSION
        assert set(measure.edges) <= set(range(1, 17)), measure.id
        assert {3, 5, 16} <= set(measure.edges), measure.id
        assert measure.listed_as == "" or REGISTER[measure.listed_as].shape is Shape.COUNT


def test_names_are_chinese_and_english_and_no_two_are_alike():
    for language in (0, 1):
        names = [measure.names[language] for measure in REGISTER.values()]
        assert len(set(names)) == len(names)
    for measure in REGISTER.values():
        chinese, english = measure.names
        assert re.search(r"[一-鿿]", chinese), measure.id
        assert english.isascii(), measure.id


def test_only_what_is_better_one_way_is_ranked_and_volumes_never_are():
    """Raw volume is never scored, and what is only watched is not either (DOMAIN.md 7.3, 7.5)."""
    for measure in REGISTER.values():
        assert not measure.is_ranked or measure.direction is not Direction.NEITHER, measure.id
        assert not measure.is_ranked or measure.shape is Shape.RATE, measure.id
    assert not REGISTER["self_handled_rate"].is_ranked
    assert not REGISTER["reported"].is_ranked
    assert REGISTER["reopen_rate"].direction is Direction.LOWER


def takes_part(measure, numerator, denominator):
    """Whether a unit with this figure gets a rank."""
    ranked = [one for one in RANKED if one.id == measure]
    return any(stand(one, [Entry("a", numerator, denominator)])[0].position for one in ranked)


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "may", "small"),
    [
        ("closure_rate", 20, 20, True, False),
        ("closure_rate", 19, 19, False, False),
        ("closure_rate", 0, 0, False, False),
        ("self_handled_rate", 50, 100, False, False),
        # 样本不足 under 30 answers; and none at all is a dash, not a small sample.
        ("satisfaction_rate", 29, 29, False, True),
        ("satisfaction_rate", 30, 30, True, False),
        ("satisfaction_rate", 0, 0, False, False),
        ("staffing_compliance", 1, 1, True, False),
    ],
)
def test_small_denominators_do_not_rank_and_few_answers_are_no_sample(measure, numerator, denominator, may, small):
    entry = REGISTER[measure]
    figure = {"numerator": numerator, "denominator": denominator}
    assert (takes_part(measure, numerator, denominator), entry.is_small(figure)) == (may, small)


@pytest.mark.parametrize(
    ("lengths", "median", "p90"),
    [
        ([], None, None),
        ([7], "7.0", "7.0"),
        ([3, 4], "3.5", "4.0"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 99], "0.0", "0.0"),
        ([*range(1, 12)], "6.0", "10.0"),
        ([30, 1, 1, 2], "1.5", "30.0"),
    ],
)
def test_days_are_said_by_median_and_by_what_nine_in_ten_did_not_exceed(lengths, median, p90):
    figures = figures_of({"handling_days": Counter(lengths)})
    for measure, wanted in (("handling_days_median", median), ("handling_days_p90", p90)):
        assert figures[measure] == {"value": wanted, "count": len(lengths), "display": wanted or NOTHING}


@given(st.lists(st.integers(0, 400), min_size=1))
def test_quantiles_equal_counting_them_off(lengths):
    figures = figures_of({"handling_days": Counter(lengths)})
    assert Decimal(figures["handling_days_median"]["value"]) == Decimal(str(statistics.median(lengths)))
    p90 = int(Decimal(figures["handling_days_p90"]["value"]))
    assert sum(days <= p90 for days in lengths) * 10 >= 9 * len(lengths)
    assert sum(days < p90 for days in lengths) * 10 < 9 * len(lengths)


def test_amounts_are_said_in_yuan_and_in_ten_thousands():
    figures = figures_of({"amount": Decimal("1234550.00")})
    assert figures["agreement_amount"] == {"value": "1234550.00"}
    assert figures["amount_involved"] == {"value": "123.46"}


@pytest.mark.parametrize(
    ("cases", "people", "display"), [(869, 3_398_431, "2.56"), (0, 10_000, "0.00"), (5, 0, NOTHING)]
)
def test_numbers_to_ten_thousand_people_need_a_population(cases, people, display):
    figure = figures_of({"accepted": cases, "population": people})["cases_per_10k"]
    assert figure == {"numerator": cases, "denominator": people, "display": display}


@pytest.mark.parametrize("terms", [{}, {"closed": 2, "valid": 3, "handling_days": Counter([3, 4]), "population": 7}])
def test_stored_figures_give_back_the_number_that_was_counted(terms):
    for measure in REGISTER.values():
        exact, number = measure.exact(terms), measure.number(measure.figure(terms))
        assert (exact is None) == (number is None), measure.id
        if exact is not None and number is not None:
            assert abs(exact - number) < Decimal("0.05"), measure.id


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 10**6), max_size=30), st.integers(0, 2))
def test_shares_add_up_to_exactly_one_hundred(parts, places):
    found = {name: Decimal(share) for name, share in shares(parts, places).items()}
    whole = sum(parts.values())
    assert sum(found.values()) == (100 if whole else 0)
    for name, share in found.items():
        exact = Decimal(parts[name]) * 100 / whole if whole else Decimal(0)
        assert abs(share - exact) < Decimal(1).scaleb(-places), name
        assert share == share.quantize(Decimal(1).scaleb(-places))


def test_shares_of_three_thirds():
    assert shares({"a": 1, "b": 1, "c": 1}) == {"a": "33.4", "b": "33.3", "c": "33.3"}
    assert shares({"a": 0, "b": 5}) == {"a": "0.0", "b": "100.0"}
    assert shares({"a": 2, "b": 1}, places=2) == {"a": "66.67", "b": "33.33"}


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
    said = change(REGISTER["closure_rate"], terms[0], terms[1])
    assert (said["points"], said["trend"]) == (points, trend)
    assert "percent" not in said


def test_days_and_numbers_to_ten_thousand_change_like_numbers():
    days = change(REGISTER["handling_days_median"], {"handling_days": Counter([6])}, {"handling_days": Counter([8])})
    assert (days["difference"], days["percent"], days["trend"]) == ("-2.00", "-25.00%", "down")
    now, then = ({"accepted": number, "population": 10_000} for number in (3, 2))
    assert change(REGISTER["cases_per_10k"], now, then)["percent"] == "50.00%"
    nobody = change(REGISTER["cases_per_10k"], now, {"accepted": 2})
    assert (nobody["difference"], nobody["percent"], nobody["trend"]) == (NOTHING, NOTHING, "unknown")


def test_a_mean_of_years_halves_counts_and_pools_rates():
    """Counts: the mean of the years; rates: all years together, never a mean of rates."""
    said = change(REGISTER["reported"], {"reported": 12}, {"reported": 50}, years=5)
    assert said == {"base": {"value": "10.00"}, "difference": "2.00", "percent": "20.00%", "trend": "up"}
    rate = change(REGISTER["closure_rate"], {"closed": 1, "valid": 2}, {"closed": 3, "valid": 12}, years=5)
    assert (rate["base"]["display"], rate["points"]) == ("25.00%", "25.00")
