"""A played year: exact totals, plausible insides, the rows that the verbs would have written."""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from random import Random

import psycopg
import pytest
from django.contrib.auth import hashers
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cases.models import Case, Category
from cases.workflow.history import whole_calendar
from grid import rls
from grid.models import Unit
from mediation.models import Committee, Mediator
from seeds.play import mix, phrases
from seeds.play.city import YearOfCity
from seeds.play.ground import plain_name, plan_grids, survey
from seeds.play.incidents import CLOSED, OPEN, Plan, draw_fates
from seeds.play.published import CITIES, scaled, totals_at
from seeds.play.rhythm import day_counts, days_of, shares
from seeds.play.roster import plan_roster
from tests.conftest import owner_url
from tests.seeds.snapshot import contents, fingerprint

pytestmark = pytest.mark.django_db
LULIANG = CITIES["luliang"]
START, END = datetime(2023, 12, 31, 16, tzinfo=UTC), datetime(2024, 12, 31, 16, tzinfo=UTC)


def play(scale="0.001", year=2024, seed=1, **options):
    with rls.system_scope():
        return YearOfCity(LULIANG, year, Decimal(scale), seed, this_year=2026, **options).play()


@contextmanager
def same_ids():
    """Let both ways draw the same ids: sequences do not roll back."""
    url = owner_url(connection.settings_dict["NAME"])
    with psycopg.connect(url) as owner:
        kept = owner.execute("select sequencename, last_value from pg_sequences").fetchall()
    yield
    with psycopg.connect(url) as owner:
        for name, last in kept:
            # A sequence that was never drawn from has no last value.
            owner.execute("select setval(%s::regclass, %s, %s)", [f'"{name}"', last or 1, last is not None])


def written_both_ways(write):
    """Return what every table says after each way of writing, undone after each."""
    found = {}
    for by_verbs in (True, False):
        with same_ids(), transaction.atomic():
            with rls.system_scope():
                write(by_verbs)
            found[by_verbs] = contents()
            transaction.set_rollback(True)
    return found


def assert_same(found):
    for table, rows in found[True].items():
        assert found[False][table] == rows, table


@pytest.fixture
def no_random_passwords(monkeypatch):
    """Unusable passwords are random; here they are told apart from usable ones alone."""
    monkeypatch.setattr(hashers, "get_random_string", lambda length: "x" * length)


def test_what_is_played_by_copy_is_what_the_verbs_write(no_random_passwords):
    found = written_both_ways(lambda by_verbs: play(by_verbs=by_verbs))
    assert sum(found[True]["cases_incident"].values()) > 658
    assert sum(found[True]["cases_caseevent"].values()) > 100
    assert sum(found[True]["cases_filecounter"].values()) > 0
    assert any('"prevented"' in row for row in found[True]["cases_caseevent"])
    assert_same(found)


def test_a_roster_entered_by_copy_is_what_the_verbs_enter(no_random_passwords):
    def write(by_verbs):
        year = YearOfCity(LULIANG, 2024, Decimal("0.04"), 1, this_year=2026, by_verbs=by_verbs)
        ground = survey(Unit.objects.get(code=LULIANG.code), year.scale, date(2024, 1, 1))
        year._people(ground, totals_at(LULIANG.totals, year.scale))

    found = written_both_ways(write)
    kinds = {row.split('"kind": "')[1].split('"')[0] for row in found[True]["mediation_rosterevent"]}
    assert kinds == {
        "mediator_full_time",
        "mediator_part_time",
        "committee_village",
        "committee_township",
        "committee_subdistrict",
        "studio",
    }
    assert_same(found)


@pytest.mark.parametrize(
    ("value", "scale", "expected"), [(5, "0.1", 1), (45, "0.1", 5), (44, "0.1", 4), (658194, "1", 658194)]
)
def test_rounding_is_half_up(value, scale, expected):
    assert scaled(value, Decimal(scale)) == expected


def test_the_whole_city_has_the_published_roster_and_two_full_time_mediators_in_every_township():
    with rls.system_scope():
        ground = survey(Unit.objects.get(code=LULIANG.code), Decimal(1), date(2024, 1, 1))
        roster = plan_roster(ground, LULIANG.totals, 2024, Random(1))
        grids = plan_grids(ground, Random(1))
    kinds = Counter(plan.kind for plan in roster.committees)
    assert kinds == {"township": 136, "subdistrict": 14, "village": 2346}
    members = [member for plan in roster.committees for member in plan.members]
    assert Counter(member.employment for member in members) == {"full_time": 566, "part_time": 6127}
    assert len({member.username for member in members}) == 6693
    for plan in roster.committees:
        assert [member.seat for member in plan.members].count("director") == 1
        if plan.kind != "village":
            assert sum(member.employment == "full_time" for member in plan.members) >= 2
    assert len(roster.studios) == len({studio.name for studio in roster.studios}) == 31
    assert len({plan.name for plan in roster.committees}) == len(roster.committees)
    assert 1.7 < len(grids) / 2453 < 2.1
    assert all(re.fullmatch(r"\d{12}[JZ]\d\d", grid.code) for grid in grids)


def test_the_year_adds_up_at_full_scale_without_writing_it():
    plan = Plan(LULIANG.totals.incidents_valid, LULIANG.totals.incidents_closed)
    fates = draw_fates(plan, Random(1))
    assert (fates.count(CLOSED), fates.count(CLOSED) + fates.count(OPEN)) == (651_788, 658_194)
    counts = day_counts(days_of(2024), plan.reported, whole_calendar(), Random(1))
    assert (sum(counts), len(counts)) == (plan.reported, 366)
    by_day = dict(zip(days_of(2024), counts, strict=True))
    # The Spring Festival is quiet, its make-up Sunday is not, and July is busier than January.
    assert by_day[date(2024, 2, 12)] < 0.8 * by_day[date(2024, 3, 11)]
    assert by_day[date(2024, 2, 18)] > 1.2 * by_day[date(2024, 2, 25)]
    assert by_day[date(2024, 7, 17)] > by_day[date(2024, 1, 17)]


def test_shares_add_up():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(shares(7, [0.1, 5, 2.2, 0])) == 7


def test_every_category_can_happen_and_has_words():
    with rls.system_scope():
        codes = set(Category.objects.filter(parent__isnull=False).values_list("code", flat=True))
    assert set(phrases.MATTERS) == codes
    assert set(mix.categories(1).things) == codes
    assert all(len(phrases.report_text(Random(n), code)) >= 10 for n, code in enumerate(sorted(codes)))


def test_the_same_seed_plays_the_same_year_and_another_one_another(no_random_passwords):
    seen = {}
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        with same_ids(), transaction.atomic():
            play(seed=seed)
            seen[name] = contents()
            transaction.set_rollback(True)
    assert seen["first"] == seen["again"]
    assert seen["first"]["cases_incident"] != seen["other"]["cases_incident"]
    assert sum(seen["first"]["cases_case"].values()) == sum(seen["other"]["cases_case"].values())


def test_a_second_year_finds_the_people_standing():
    play(year=2023)
    with rls.system_scope():
        before = (Committee.objects.count(), Mediator.objects.count(), Unit.objects.count())
    play(year=2024)
    with rls.system_scope():
        assert (Committee.objects.count(), Mediator.objects.count(), Unit.objects.count()) == before
        assert Case.objects.count() == 60


def run(*args):
    out = StringIO()
    call_command("play_city", *args, stdout=out)
    return out.getvalue()


def test_the_command_plays_a_year_once():
    said = run("luliang", "--year", "2024", "--scale", "0.001")
    assert "有效658件，办结652件；纠纷30件，化解29件" in said
    before = fingerprint()
    with pytest.raises(CommandError, match="2024年已经演绎过"):
        run("luliang", "--year", "2024", "--scale", "0.001")
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["jincheng", "--year", "2024", "--scale", "0.01"], "没有“jincheng”的公布数据"),
        (["luliang", "--year", "2030", "--scale", "0.01"], "年份须在2016至"),
        (["luliang", "--year", "2015", "--scale", "0.01"], "年份须在2016至"),
        (["luliang", "--year", "2024", "--scale", "0"], "比例须大于0"),
        (["luliang", "--year", "2024", "--scale", "-0.5"], "比例须大于0"),
        (["luliang", "--year", "2024", "--scale", "1.01"], "比例须大于0"),
        (["luliang", "--year", "2024", "--scale", "NaN"], "比例须大于0"),
        (["luliang", "--year", "2024", "--scale", "0.0001"], "比例太小"),
        (["luliang", "--year", "2024", "--scale", "ten"], "“ten”不是数字"),
        (["luliang", "--scale", "0.01"], "--year"),
    ],
)
def test_what_cannot_be_played_is_refused_and_changes_nothing(args, says):
    before = fingerprint()
    with pytest.raises(CommandError, match=re.escape(says)):
        run(*args)
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("东关社区居委会", "东关社区"),
        ("西关居委会", "西关社区"),
        ("城内居民委员会", "城内社区"),
        ("上村村委会", "上村村"),
        ("某某村民委员会", "某某村"),
        ("滨河街道", "滨河街道"),
    ],
)
def test_places_are_named_without_their_committees(name, plain):
    assert plain_name(name) == plain
