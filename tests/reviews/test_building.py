"""Building on command: versions, what is frozen, what one state means, and the command's contract (LEDGER.md 1, 4)."""

import json
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from grid import rls
from mediation.reviews import periods
from mediation.reviews.figures import NoFigures, compute
from mediation.reviews.figures.behind import records_behind
from mediation.reviews.indicators import REGISTER_VERSION
from mediation.reviews.models import Review
from mediation.reviews.workflow import as_object, build_review
from mediation.reviews.workflow.building import one_state
from tests.racing import at_once
from tests.reviews.conftest import CITY, COUNTY, VILLAGE, local
from tests.reviews.hand import Hand

FEBRUARY = periods.parse("monthly", "2024-02-01")
JUNE = local("2024-06-01 00:00:00")


@pytest.fixture
def hand(committed):
    return Hand()


def tell(hand, at="2024-02-05 09:00", place=VILLAGE):
    with rls.system_scope():
        return hand.do(hand.incident(at, place))


def build(hand, unit=CITY, period=FEBRUARY, as_of=None):
    return build_review(unit=hand.unit(unit), period=period, as_of=as_of or period.end, at=timezone.now())


def stored():
    with rls.system_scope():
        return list(Review.objects.order_by("pk"))


def test_the_same_figures_as_of_the_same_moment_are_the_stored_version(hand):
    tell(hand)
    first = build(hand)
    assert (first.version, first.reason, first.register_version) == (1, "command", REGISTER_VERSION)
    assert build(hand).pk == first.pk
    assert len(stored()) == 1


def test_another_moment_or_other_figures_are_the_next_version(hand):
    tell(hand)
    first = build(hand)
    second = build(hand, as_of=JUNE)
    assert (second.version, second.as_of) == (2, JUNE)
    # Recorded late: the figures of the first moment are others now, and what stands stays as it is.
    tell(hand, "2024-02-06 09:00")
    third = build(hand)
    assert third.version == 3
    values = [review.figures["measures"]["reported"]["value"] for review in stored()]
    assert values == [1, 1, 2]
    # Each is found again by its moment and figures, not only the newest.
    assert build(hand).pk == third.pk
    assert build(hand, as_of=JUNE).version == 4
    assert [review.pk for review in stored()][:1] == [first.pk]


def test_versions_count_per_unit_kind_and_period(hand):
    for unit in (CITY, COUNTY):
        for kind, start in (("monthly", "2024-02-01"), ("monthly", "2024-03-01"), ("quarterly", "2024-01-01")):
            assert build(hand, unit, periods.parse(kind, start)).version == 1


def test_a_review_is_frozen(hand):
    review = build(hand)
    review.figures = {}
    with pytest.raises(TypeError):
        review.save()
    with pytest.raises(TypeError):
        Review.objects.filter(pk=review.pk).update(version=9)
    with pytest.raises(TypeError):
        Review.objects.filter(pk=review.pk).delete()
    for sql in ("update reviews_review set figures = '{}'", "delete from reviews_review", "truncate reviews_review"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            rls.system_scope(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_a_review_sees_one_state_whatever_is_committed_meanwhile(hand):
    tell(hand)
    with one_state() as snapshot:

        def tell_more():
            tell(Hand(), "2024-02-06 09:00")
            connection.close()

        meanwhile = threading.Thread(target=tell_more)
        meanwhile.start()
        meanwhile.join()
        found = compute(hand.unit(CITY), FEBRUARY, as_of=FEBRUARY.end).as_json()
        assert found["measures"]["reported"] == {"value": 1}
        assert found["by_county"][COUNTY]["flow_open_end"] == {"value": 1}
    review = build(hand)
    assert review.figures["measures"]["reported"] == {"value": 2}
    assert review.snapshot != snapshot


def test_a_record_that_committed_late_is_not_behind_a_review_that_did_not_see_it(hand):
    """Its events bear a lower transaction id than the review's snapshot, but were committed after it was taken."""
    tell(hand)
    written, built = threading.Event(), threading.Event()

    def slowly():
        with rls.system_scope():
            other = Hand()
            other.do(other.incident("2024-02-06 09:00", VILLAGE))
            written.set()
            built.wait(30)
        connection.close()

    writer = threading.Thread(target=slowly)
    writer.start()
    assert written.wait(30)
    review = build(hand)
    built.set()
    writer.join()
    with rls.system_scope():
        assert records_behind(review, "reported").count() == review.figures["measures"]["reported"]["value"] == 1
        assert records_behind(review, "flow_open_end").count() == 1
    assert build(hand).figures["measures"]["reported"]["value"] == 2


def test_two_builders_at_once_store_one_version(hand):
    tell(hand)

    def racer():
        return build_review(unit=Hand().unit(CITY), period=FEBRUARY, as_of=FEBRUARY.end, at=timezone.now()).pk

    found = at_once(*[racer] * 4)
    assert len(set(found)) == 1
    assert len(stored()) == 1


def test_building_is_its_own_transaction(hand):
    """Inside another one it could neither see one state nor be undone alone."""
    with pytest.raises(RuntimeError), transaction.atomic():
        build(hand)


# -- The command ----------------------------------------------------------------------------------------------------


def command(*words):
    said = StringIO()
    call_command("build_review", *words, stdout=said)
    return said.getvalue()


WHICH = ("--unit", CITY, "--kind", "monthly", "--start", "2024-02-01")


def test_the_command_prints_the_object_and_nothing_else(hand):
    tell(hand)
    found = json.loads(command(*WHICH, "--json"))
    assert list(found)[:7] == ["unit", "kind", "start", "end", "as_of", "version", "measures"]
    assert {key: found[key] for key in ("unit", "kind", "start", "end", "as_of", "version")} == {
        "unit": CITY,
        "kind": "monthly",
        "start": "2024-02-01",
        "end": "2024-03-01",
        "as_of": "2024-03-01T00:00:00+08:00",
        "version": 1,
    }
    assert found["measures"]["reported"] == {"value": 1}
    assert found["measures"]["closure_rate"] == {"numerator": 0, "denominator": 0, "display": "—"}
    assert len(found["by_county"]) == 13
    assert set(found["comparisons"]) == {"yoy", "pop", "avg5"}
    (review,) = stored()
    assert found == as_object(review)
    assert json.loads(command(*WHICH, "--json")) == found


def test_the_command_takes_local_times(hand):
    found = json.loads(command(*WHICH, "--as-of", "2024-06-01 00:00:00", "--json"))
    assert (found["as_of"], found["version"]) == ("2024-06-01T00:00:00+08:00", 1)
    early = json.loads(command(*WHICH, "--as-of", "2024-02-10 12:30", "--json"))
    assert (early["as_of"], early["end"], early["version"]) == ("2024-02-10T12:30:00+08:00", "2024-03-01", 2)


def test_the_command_looks_from_now_when_the_period_is_not_over(hand):
    today = timezone.localdate()
    start = today.replace(month=1, day=1)
    before = timezone.now()
    command("--unit", CITY, "--kind", "annual", "--start", str(start))
    (review,) = stored()
    assert before <= review.as_of <= timezone.now()


def test_without_json_the_command_prints_the_measures_for_people(hand):
    tell(hand)
    said = command(*WHICH)
    assert said.splitlines()[0] == "吕梁市 2024年2月，截至2024-03-01 00:00:00，第1版"
    assert "上报事件  1" in said
    assert "办结率  —  0/0" in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--unit", "999999999999", *WHICH[2:]), "999999999999"),
        (("--unit", VILLAGE, *WHICH[2:]), "不是市、县或乡级区划"),
        ((*WHICH[:2], "--kind", "hourly", *WHICH[4:]), "hourly"),
        ((*WHICH[:4], "--start", "2024-02-02"), "2024-02-01"),
        ((*WHICH[:2], "--kind", "bimonthly", "--start", "2024-02-01"), "2024-01-01"),
        ((*WHICH[:4], "--start", "yesterday"), "yesterday"),
        ((*WHICH, "--as-of", "2024-02-01 00:00:00"), "2024-02-01 00:00:00"),
        ((*WHICH, "--as-of", "soon"), "soon"),
    ],
)
def test_the_command_refuses_with_a_sentence_and_stores_nothing(hand, words, reason):
    with pytest.raises(CommandError, match=reason) as refused:
        command(*words, "--json")
    assert refused.value.returncode == 1
    assert stored() == []


def test_there_is_nothing_to_build_before_the_start(hand):
    with pytest.raises(NoFigures):
        build(hand, as_of=FEBRUARY.start)
