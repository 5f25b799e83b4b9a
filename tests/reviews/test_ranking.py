"""Fair comparison: properties of ranks and intervals that hold for any units, and the rules of DOMAIN.md 7.5."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.reviews.findings.comparing import RANKED
from mediation.reviews.findings.intervals import STRONGEST, band_of, beta_quantile, beta_upto, prior_of
from mediation.reviews.findings.ranking import (
    WEIGHTS,
    Entry,
    Ranked,
    commended_and_urged,
    composite,
    expected_ratio,
    row_of,
    stand,
)
from mediation.reviews.indicators import REGISTER, Shape

CLOSURE = Ranked("closure_rate")
REOPEN = Ranked("reopen_rate", higher_is_better=False)


def places(table):
    """Unit, rank, and between which places it lies, of those that take part."""
    return [
        (one.entry.place, one.position.rank, one.position.first, one.position.last)
        for one in table
        if one.position is not None
    ]


def fitted(entries):
    """The prior of units of which some have records."""
    prior = prior_of(entries)
    assert prior is not None
    return prior


@st.composite
def units(draw, most=400):
    bottoms = draw(st.lists(st.integers(0, most), min_size=1, max_size=14))
    return [
        Entry(f"{number:03d}", draw(st.integers(0, bottom)), bottom, draw(st.sampled_from([None, 0.8, 1.0, 1.15])))
        for number, bottom in enumerate(bottoms)
    ]


@settings(max_examples=150)
@given(units(), st.sampled_from([CLOSURE, REOPEN]))
def test_ranks_are_competition_ranks_of_those_with_enough(entries, measure):
    table = stand(measure, entries)
    assert sorted(one.entry.place for one in table) == sorted(entry.place for entry in entries)
    ranked = [one.position for one in table if one.position is not None]
    assert len(ranked) == sum(entry.bottom >= measure.least for entry in entries)
    for one in ranked:
        # 1, 2, 2, 4: one more than there are better ones; equal rates share.
        if measure.higher_is_better:
            better = [other for other in ranked if other.compared > one.compared]
        else:
            better = [other for other in ranked if other.compared < one.compared]
        assert one.rank == 1 + len(better)
        assert 1 <= one.first <= one.last <= len(ranked)
        assert one.band.low <= one.band.rate <= one.band.high
    for standing in table:
        if standing.position is None:
            assert standing.entry.bottom < measure.least
            assert standing.versus == ("too_few" if standing.entry.bottom else "null")
            assert row_of(standing)["shrunken"] == "—"


@settings(max_examples=100)
@given(units())
def test_who_surely_beats_somebody_ranks_before_them(entries):
    table = stand(CLOSURE, [Entry(e.place, e.top, e.bottom) for e in entries])
    ranked = [one.position for one in table if one.position is not None]
    for one in ranked:
        for other in ranked:
            if one.band.low > other.band.high:
                assert one.first < other.last
                assert one.compared > other.compared


@settings(max_examples=100)
@given(units())
def test_the_order_of_the_list_and_the_volume_do_not_matter(entries):
    def ranks(given):
        return sorted(places(stand(CLOSURE, given)))

    assert ranks(entries) == ranks(list(reversed(entries)))


def test_more_of_the_same_is_no_better_rank():
    small, large = Entry("a", 19, 20), Entry("b", 1900, 2000)
    assert [rank for _place, rank, *_ends in places(stand(CLOSURE, [small, large]))] == [1, 1]


def test_small_units_are_not_told_apart_and_large_ones_are():
    small = stand(CLOSURE, [Entry("a", 30, 30), Entry("b", 28, 30), Entry("c", 27, 30)])
    assert {(first, last) for _place, _rank, first, last in places(small)} == {(1, 3)}
    assert not any(row_of(one)["is_apart"] for one in small)
    large = stand(CLOSURE, [Entry("a", 9900, 10000), Entry("b", 9500, 10000), Entry("c", 9000, 10000)])
    assert places(large) == [("a", 1, 1, 1), ("b", 2, 2, 2), ("c", 3, 3, 3)]
    assert all(row_of(one)["is_apart"] for one in large)


def test_nothing_is_null_and_never_ranks():
    table = stand(CLOSURE, [Entry("a", 0, 0), Entry("b", 18, 19), Entry("c", 20, 20)])
    assert [(one.entry.place, one.position is not None) for one in table] == [("c", True), ("a", False), ("b", False)]
    assert [one.versus for one in table[1:]] == ["null", "too_few"]
    assert row_of(table[1])["value"] == "—"
    assert stand(CLOSURE, []) == []
    assert stand(CLOSURE, [Entry("a", 0, 0)])[0].position is None


def test_of_a_share_that_should_be_low_the_lowest_leads():
    table = stand(REOPEN, [Entry("a", 300, 1000), Entry("b", 10, 1000)])
    assert [(one.entry.place, one.versus) for one in table] == [("b", "above"), ("a", "below")]
    assert [rank for _place, rank, *_ends in places(table)] == [1, 2]


# -- Like with like ---------------------------------------------------------------------------------------------------


def test_a_unit_with_the_harder_mix_is_measured_by_it():
    """Both close nine of ten easy matters and half of the hard ones; one of them has mostly hard ones."""
    easy, hard = {"e": (810, 900), "h": (50, 100)}, {"e": (90, 100), "h": (450, 900)}
    whole = {"e": (900, 1000), "h": (500, 1000)}
    entries = [
        Entry("easy", 860, 1000, expected_ratio(easy, whole)),
        Entry("hard", 540, 1000, expected_ratio(hard, whole)),
    ]
    bare = [Entry(entry.place, entry.top, entry.bottom) for entry in entries]
    assert [rank for _place, rank, *_ends in places(stand(CLOSURE, entries))] == [1, 1]
    assert [rank for _place, rank, *_ends in places(stand(CLOSURE, bare))] == [1, 2]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=6))
def test_who_is_the_whole_is_as_expected(cells):
    mix = {str(number): (min(top, bottom), bottom) for number, (top, bottom) in enumerate(cells)}
    ratio = expected_ratio(mix, mix)
    assert ratio is None or ratio == pytest.approx(1)


# -- Intervals --------------------------------------------------------------------------------------------------------


def test_beta_distribution():
    assert beta_upto(0.5, 2, 3) == pytest.approx(0.6875)
    assert beta_upto(0.3, 1, 1) == pytest.approx(0.3)
    for share in (0.01, 0.2, 0.5, 0.9):
        for above, below in ((0.5, 0.5), (3, 40), (9000, 12), (0.5, 3000)):
            assert beta_upto(beta_quantile(share, above, below), above, below) == pytest.approx(share, abs=1e-6)


def test_units_that_differ_by_chance_alone_are_drawn_together_and_others_are_not():
    dice = Random(4)
    alike = [(sum(dice.random() < 0.9 for _ in range(200)), 200) for _unit in range(13)]
    apart = [(sum(dice.random() < rate for _ in range(200)), 200) for rate in (0.6, 0.7, 0.8, 0.9, 0.95) * 3]
    assert fitted(alike).weight > 300
    assert fitted(apart).weight < 60
    assert fitted([(5, 5), (9, 9)]).weight <= STRONGEST
    assert prior_of([(0, 0)]) is None


def test_a_small_unit_is_drawn_further_to_the_mean():
    entries = [(900, 1000), (850, 1000), (950, 1000), (880, 1000)]
    prior = fitted(entries)
    small, large = band_of(8, 20, prior), band_of(400, 1000, prior)
    assert 0.4 < large.rate < small.rate < prior.mean
    assert small.high - small.low > large.high - large.low


def test_two_equal_units_are_seldom_told_apart():
    """At most one pair in twenty, as the width promises; of unequal ones most."""
    dice = Random(6)

    def told_apart(one, other, size=300):
        tops = [sum(dice.random() < rate for _ in range(size)) for rate in (one, other)]
        pairs = [(top, size) for top in tops]
        prior = fitted(pairs)
        first, second = (band_of(top, size, prior) for top, size in pairs)
        return first.is_above(second) or second.is_above(first)

    assert sum(told_apart(0.9, 0.9) for _try in range(300)) <= 15 + 8
    assert sum(told_apart(0.95, 0.8) for _try in range(100)) >= 95


# -- Composite, commended, urged --------------------------------------------------------------------------------------


def tables(**rates):
    """The same size everywhere; a rate per unit, or None for a unit without."""
    return {
        name: stand(
            Ranked(name),
            [Entry(place, int((rate or 0) * 2000), 2000 if rate is not None else 0) for place, rate in rates.items()],
        )
        for name in WEIGHTS
    }


def test_the_composite_lies_between_0_and_100_and_ranks():
    scores = composite(tables(a=0.9, b=0.5, c=0.9, d=0.1))
    assert [(row["unit"], row["score"], row["rank"]) for row in scores] == [
        ("a", "90.0", 1),
        ("c", "90.0", 1),
        ("b", "50.0", 3),
        ("d", "10.0", 4),
    ]


def test_the_weight_of_what_is_missing_is_shared_out():
    mixed = tables(a=0.9, b=0.8)
    mixed["performance_rate"] = stand(Ranked("performance_rate"), [Entry("a", 0, 0), Entry("b", 1600, 2000)])
    first = composite(mixed)[0]
    assert (first["unit"], first["score"], first["left_out"]) == ("a", "90.0", ["performance_rate"])
    assert composite(tables(a=None)) == []


def test_who_takes_part_in_less_than_half_has_no_score_and_moves_nobodys():
    """One measure done to perfection is no first place (DOMAIN.md 7.5: like with like)."""
    few = tables(a=0.9, b=0.8, c=0.7)
    for name in ("staffing_compliance", "satisfaction_rate"):
        few[name] = stand(Ranked(name), [Entry(place, 2000, 2000) for place in "abcd"])
    scores = composite(few)
    assert [(row["unit"], row["rank"]) for row in scores] == [("a", 1), ("b", 2), ("c", 3), ("d", None)]
    assert (scores[-1]["score"], scores[-1]["measures"]) == ("—", ["satisfaction_rate", "staffing_compliance"])
    assert "d" not in {unit for named in commended_and_urged(scores) for unit in named}
    assert commended_and_urged(scores[-1:]) == ([], [])
    # Where nobody has more, what there is counts.
    assert [row["rank"] for row in composite({"staffing_compliance": few["staffing_compliance"]})] == [1, 1, 1, 1]


def test_those_surely_better_are_commended_and_those_surely_worse_urged():
    good, bad = commended_and_urged(composite(tables(a=0.99, b=0.9, c=0.9, d=0.9, e=0.7)))
    assert (good, bad) == (["a"], ["e"])


def test_nobody_is_named_where_all_are_alike():
    assert commended_and_urged(composite(tables(a=0.9, b=0.9, c=0.9))) == ([], [])
    assert commended_and_urged(composite(tables(a=0.903, b=0.9, c=0.897))) == ([], [])
    assert commended_and_urged([]) == ([], [])


def test_at_most_three_are_named():
    rates = {f"{number:02d}": 0.5 + number * 0.03 for number in range(13)}
    good, bad = commended_and_urged(composite(tables(**rates)))
    assert good == ["12", "11", "10"]
    assert bad == ["00", "01", "02"]


def test_only_rates_of_the_register_are_ranked_and_never_a_volume():
    for measure in RANKED:
        assert REGISTER[measure.id].shape is Shape.RATE
    assert set(WEIGHTS) <= {measure.id for measure in RANKED}
    assert sum(WEIGHTS.values()) == 100
