"""Drill-down: the records behind every figure of a stored review, whatever happened since it was built."""

import random
from datetime import date

import pytest
from django.utils import timezone

from cases.models import Incident
from cases.workflow import report_nothing
from grid import rls
from grid.workflow import close_unit, open_unit
from mediation.reviews import periods
from mediation.reviews.figures import BREAKDOWNS, NoFigures, compute
from mediation.reviews.figures.behind import LISTINGS, records_behind, stored_number
from mediation.reviews.indicators import REGISTER
from mediation.reviews.kinds import Kind
from mediation.reviews.tracing import Number
from mediation.reviews.workflow import build_review, state_population, state_suits
from mediation.workflow import appoint_mediator, change_employment, end_mediator, open_studio
from tests.cast import SINCE, SYSTEM, build_cast, report
from tests.reviews.conftest import local
from tests.reviews.hand import BY_HAND, Hand
from tests.reviews.histories import random_scripts

UNITS = ["141100000000", "141102000000", "141102001000"]


def parts_of(measure):
    return ("numerator", "denominator") if REGISTER[measure].bottom else (None,)


def assert_lists_match(review):
    """Under full rights, each list is as long as its figure is large, for the whole and for each child."""
    (key,) = [key for key in review.figures if key.startswith("by_")]
    not_empty = set()
    with rls.system_scope():
        assert_breakdowns_match(review)
        for measure in REGISTER:
            for part in parts_of(measure):
                for child in (None, *review.figures[key]):
                    wanted = stored_number(review, measure, child=child, part=part)
                    if child is not None and not wanted:
                        continue
                    found = records_behind(review, measure, child=child, part=part)
                    assert found.count() == wanted, (review, measure, part, child)
                    if wanted:
                        not_empty.add((measure, part))
    return not_empty


def assert_breakdowns_match(review):
    """So are the lists of every category and every source, and together they are the whole."""
    for breakdown in BREAKDOWNS:
        measure, _by, name = breakdown.rpartition("_by_")
        together: set[int] = set()
        for code, wanted in review.figures[breakdown].items():
            found = set(records_behind(review, measure, **{name: code}).values_list("pk", flat=True))
            assert len(found) == wanted == stored_number(review, measure, **{name: code}), (review, breakdown, code)
            assert not together & found
            together |= found
            if name == "category":
                assert_class_matches(review, measure, code[:2], review.figures[breakdown])
        assert together == set(records_behind(review, measure).values_list("pk", flat=True)), (review, breakdown)


def assert_class_matches(review, measure, code, counts):
    wanted = sum(count for known, count in counts.items() if known.startswith(code))
    assert records_behind(review, measure, category=code).count() == wanted
    assert stored_number(review, measure, category=code) == wanted


def in_good_time(hand):
    """An incident closed within its limit, which chance seldom brings about."""
    script = hand.incident("2023-05-01 09:00", "141102001001")
    hand.then(script, "verify", "2023-05-01 10:00")
    hand.then(script, "limit", "2023-05-01 11:00", "2023-05-09 11:00")
    return hand.then(script, "close", "2023-05-08 09:00", ("resolved", "village"))


def extended(hand):
    """An incident whose limit was extended and is over, which chance seldom brings about."""
    script = hand.incident("2023-05-01 09:00", "141102001001", self_handled=True)
    for step in ("verify", "triage", "assign", "sign"):
        hand.then(script, step, "2023-05-01 10:00")
    hand.then(script, "extend", "2023-05-02 11:00", "2023-05-20 11:00")
    hand.then(script, "handle", "2023-05-22 11:00")
    return hand.then(script, "close", "2023-05-23 09:00", ("handled", "township"))


def doubled(hand, master):
    """A second report of the same matter."""
    script = hand.incident("2023-05-01 09:00", "141102001001")
    return hand.then(script, "merge", "2023-05-01 10:00", master)


def confirmed(hand):
    """A dispute confirmed by the court, visited in time, closed, and turned criminal after all."""
    script = hand.dispute("2023-05-01 09:00", "141102001001", people=4)
    for step in ("accept", "assign", "mediate"):
        hand.then(script, step, "2023-05-01 10:00")
    hand.then(script, "agree", "2023-05-04 09:00", ("100", date(2023, 5, 20)))
    hand.then(script, "apply", "2023-05-10 09:00")
    hand.then(script, "decide", "2023-05-18 09:00", "confirmed")
    hand.then(script, "perform", "2023-05-19 09:00")
    hand.then(script, "visit", "2023-06-02 09:00", "satisfied")
    hand.then(script, "end", "2023-06-03 09:00")
    return hand.then(script, "police", "2023-06-20 09:00", True)


def state(hand):
    """A grid that says nothing and one that says so; populations and suits."""
    quiet, silent = (
        open_unit(
            parent=hand.unit("141102001001"), code=f"141102001001J0{n}", name="网格", kind="grid", valid_from=SINCE
        )
        for n in (1, 2)
    )
    report_nothing(unit=quiet, on=date(2023, 5, 5), by=BY_HAND, at=local("2023-05-05 18:00:00"))
    for code in UNITS:
        state_population(unit=hand.unit(code), year=2022, people=9000, source="统计公报", by=BY_HAND, at=timezone.now())
        for start, end in ((2023, 2024), (2024, 2025)):
            state_suits(
                unit=hand.unit(code),
                start_on=date(start, 1, 1),
                end_on=date(end, 1, 1),
                number=7,
                source="人民法院",
                by=BY_HAND,
                at=timezone.now(),
            )
    return silent


def test_every_part_of_every_measure_has_a_listing():
    for measure in REGISTER.values():
        assert measure.top in LISTINGS
        assert not measure.bottom or measure.bottom in LISTINGS


def test_lists_stay_as_long_as_their_figures_whatever_is_recorded_later(committed):
    """Corrections of place and category, reopenings, voidings, closings and facts entered late: after the review."""
    dice = random.Random(20)
    hand = Hand()
    with rls.system_scope():
        scripts = random_scripts(dice, hand, incidents=60, disputes=70)
        hand.do(scripts[0])
        for plain in (in_good_time, extended, confirmed):
            hand.do(plain(hand))
        hand.do(doubled(hand, scripts[0]))
        silent = state(hand)
        for script in scripts[1:]:
            hand.do(script, until=dice.randrange(len(script.acts) + 1) if dice.random() < 0.6 else None)
    reviews = [
        build_review(unit=hand.unit(unit), period=periods.parse(kind, start), as_of=local(as_of), at=timezone.now())
        for unit in UNITS
        for kind, start, as_of in (
            ("annual", "2023-01-01", "2024-01-01 00:00:00"),
            ("annual", "2024-01-01", "2024-03-01 00:00:00"),
            ("monthly", "2024-02-01", "2024-02-29 12:00:00"),
        )
    ]
    before = set().union(*(assert_lists_match(review) for review in reviews))
    with rls.system_scope():
        for script in scripts:
            hand.do(script)
        # Closed, opened and stated later, all with dates from before the reviews were built.
        close_unit(unit=silent, on=date(2023, 6, 1))
        open_unit(parent=hand.unit("141102001001"), code="141102001001J09", name="网格", kind="grid", valid_from=SINCE)
        report_nothing(unit=silent, on=date(2023, 5, 6), by=BY_HAND, at=local("2023-05-06 18:00:00"))
        for code in UNITS:
            state_population(unit=hand.unit(code), year=2022, people=8000, source="更正", by=BY_HAND, at=timezone.now())
    after = set().union(*(assert_lists_match(review) for review in reviews))
    # The test has looked at every part of every measure but the roster's.
    seen = {(measure, part) for measure in REGISTER for part in parts_of(measure)}
    roster = {(measure, part) for measure, part in seen if measure.startswith(("mediators", "committees", "named"))}
    roster.add(("staffing_compliance", "numerator"))
    assert before == after == seen - roster


def test_rebuilding_after_late_facts_gives_other_figures(committed):
    """Or the test above would prove nothing."""
    dice = random.Random(20)
    hand = Hand()
    city, period = hand.unit(UNITS[0]), periods.parse("annual", "2023-01-01")
    with rls.system_scope():
        scripts = random_scripts(dice, hand, incidents=60, disputes=40)
        for script in scripts:
            hand.do(script, until=2)
    first = build_review(unit=city, period=period, as_of=period.end, at=timezone.now())
    with rls.system_scope():
        for script in scripts:
            hand.do(script)
    second = build_review(unit=city, period=period, as_of=period.end, at=timezone.now())
    assert (first.version, second.version) == (1, 2)
    changed = {name for name in REGISTER if first.figures["measures"][name] != second.figures["measures"][name]}
    assert len(changed) > 10
    assert assert_lists_match(first)
    assert assert_lists_match(second)


def test_roster_lists_hold_those_in_office_then(committed):
    with rls.system_scope():
        cast = build_cast()
        mediators = {
            name: appoint_mediator(
                user=cast.users[name], committee=cast.committee, employment="part_time", appointed_on=SINCE, by=SYSTEM
            )
            for name in ("director", "clerk")
        }
        open_studio(place=cast.township, name="老王调解室", opened_on=SINCE, by=SYSTEM)
    period = periods.parse(Kind.MONTHLY, "2026-10-01")
    review = build_review(unit=cast.township, period=period, as_of=period.end, at=timezone.now())
    with rls.system_scope():
        end_mediator(mediator=mediators["clerk"], on=date(2026, 10, 5), by=SYSTEM)
        change_employment(mediator=mediators["director"], employment="full_time", on=date(2026, 10, 6), by=SYSTEM)
        later = build_of(review)
    wanted = {"mediators_full_time": 2, "mediators_part_time": 2, "committees_subdistrict": 1, "named_studios": 1}
    assert {name: review.figures["measures"][name]["value"] for name in wanted} == wanted
    assert later == {**wanted, "mediators_full_time": 3, "mediators_part_time": 0}
    standing = {"active_grid_rate", "grids_unreported", "staffing_compliance"}
    assert {measure for measure, _part in assert_lists_match(review)} == {*wanted, *standing}
    with rls.system_scope():
        part_timers = records_behind(review, "mediators_part_time")
        assert [mediator.pk for mediator in part_timers] == sorted(row.pk for row in mediators.values())


def build_of(review):
    """The roster as it would be counted now."""
    figures = compute(review.unit, periods.parse(review.kind, "2026-10-01"), as_of=review.as_of).as_json()
    return {
        name: figures["measures"][name]["value"]
        for name in ("mediators_full_time", "mediators_part_time", "committees_subdistrict", "named_studios")
    }


@pytest.fixture
def october(committed_cast):
    """A review of the county over three incidents of October, one of them in the cast's neighbouring village."""
    cast = committed_cast
    for day, place in ((5, "grid"), (6, "grid"), (7, "other_village")):
        report(cast, at=local(f"2026-10-{day:02d} 09:00:00"), by="dispatcher", place=place, source="walk_in")
    period = periods.parse(Kind.MONTHLY, "2026-10-01")
    return cast, build_review(unit=cast.county, period=period, as_of=period.end, at=timezone.now())


def test_a_number_tells_what_one_may_see_and_what_there_is(october):
    cast, review = october
    reported = Number("reported")
    for name, seen in (
        ("supervisor", 3),
        ("city_supervisor", 3),
        ("village_leader", 2),
        ("leader", 0),
        ("stranger", 0),
    ):
        with cast.acting(name):
            found = reported.records_in(review, cast.users[name])
            assert (found.count(), reported.stored_in(review)) == (seen, 3), name


def test_lists_page_by_id(october):
    cast, review = october
    with cast.acting("supervisor"):
        found = records_behind(review, "reported").visible_to(cast.supervisor)
        first = list(found[:2])
        rest = list(found.filter(pk__gt=first[-1].pk)[:2])
        assert [incident.pk for incident in first + rest] == sorted(Incident.objects.values_list("pk", flat=True))


def test_lists_of_a_child_hold_what_lay_there(october):
    cast, review = october
    with rls.system_scope():
        assert records_behind(review, "reported", child=cast.township.code).count() == 3
        assert records_behind(review, "reported", child=cast.other_township.code).count() == 0
        assert records_behind(review, "reported", child="direct").count() == 0


@pytest.mark.parametrize(
    ("measure", "options"),
    [
        ("happiness", {}),
        ("reported", {"part": "denominator"}),
        ("closure_rate", {"part": "display"}),
        ("reported", {"child": "141121100000"}),
        # Only what is stored by category or source can be listed so: the valid ones of the whole, none of 0103.
        ("reported", {"category": "0102"}),
        ("reported_valid", {"category": "0103"}),
        ("reported_valid", {"category": "02"}),
        ("reported_valid", {"category": "0"}),
        ("reported_valid", {"category": "0102", "child": "141102001000"}),
        ("reported_valid", {"category": "0102", "source": "walk_in"}),
        ("reported_valid", {"source": "telepathy"}),
    ],
)
def test_lists_refuse_what_the_review_does_not_have(october, measure, options):
    _cast, review = october
    with rls.system_scope(), pytest.raises(NoFigures):
        records_behind(review, measure, **options)
