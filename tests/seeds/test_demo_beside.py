"""The demo city beside other data, and on other days than today."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError
from django.db.models import Count, F
from django.utils import timezone

from cases.deadlines import day_of
from cases.models import Case, Incident, IncidentEvent
from grid import rls
from grid.models import User
from grid.workflow import add_user
from mediation.models import RosterEvent
from seeds.demo import past
from seeds.demo.city import tell
from seeds.demo.desks import USERNAMES, find_desks
from seeds.demo.logins import hand_out
from tests.cast import report
from tests.seeds.demo import PASSWORD, run, user
from tests.seeds.snapshot import fingerprint
from tests.seeds.test_play_city import END, play

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "now",
    [
        # Half a minute into a year that begins with a holiday, and a leap day.
        datetime(2024, 12, 31, 16, 0, 30, tzinfo=UTC),
        datetime(2024, 2, 29, 2, 0, tzinfo=UTC),
    ],
)
def test_the_story_can_be_told_on_any_day(data, now):
    with rls.system_scope():
        days = past.days_until(day_of(now))
        past.enter_people(past.survey_demo(days[0]), days[0])
        hand_out(days[0])
        tell(find_desks(), now)
        assert set(Incident.objects.values_list("status", flat=True)) == set(Incident.Status)
        assert set(Case.objects.values_list("status", flat=True)) == set(Case.Status)
        assert not IncidentEvent.objects.filter(at__gt=now).exists()


def test_a_year_played_after_the_demo_has_its_totals_all_the_same(data):
    with rls.system_scope():
        days = past.days_until(day_of(timezone.now()))
        past.enter_people(past.survey_demo(days[0]), days[0])
        hand_out(days[0])
        later = RosterEvent.objects.count()
    play("0.01")
    with rls.system_scope():
        then = RosterEvent.objects.filter(at__lt=END).values_list("kind")
        assert dict(then.annotate(Count("pk"))) == {
            "mediator_full_time": 6,
            "mediator_part_time": 61,
            "committee_township": 1,
            "committee_village": 23,
        }
        assert RosterEvent.objects.filter(at__gte=END).count() == later > 100
        cases = Case.objects.select_related("committee")
        assert cases.count() == 302
        assert not cases.filter(committee__valid_from__gt=F("registered_at__date")).exists()


def test_play_city_leaves_the_demos_accounts_behind_and_its_totals_alone(data):
    said = run("play_city", "luliang", "--year", "2024", "--scale", "0.01")
    assert f"密码均为 {PASSWORD}" in said
    with rls.system_scope():
        assert User.objects.filter(username__in=USERNAMES).count() == len(USERNAMES)
        assert user("mediator").check_password(PASSWORD)
        assert RosterEvent.objects.filter(kind__startswith="mediator").count() == 67
        assert Incident.objects.filter(reporter__isnull=False).count() == 0
    said = run("play_city", "luliang", "--year", "2023", "--scale", "0.01")
    assert "示范账号" not in said


def test_a_database_with_records_of_its_own_gets_accounts_alone(data, cast):
    report(cast)
    with rls.system_scope():
        before = Incident.objects.count(), Case.objects.count()
    assert "未写入示范数据" in run()
    with rls.system_scope():
        assert (Incident.objects.count(), Case.objects.count()) == before
        assert user("dispatcher").check_password(PASSWORD)


def test_somebody_elses_account_is_never_taken(data):
    add_user(username="clerk", name="某某", password="my own words 7")
    before = fingerprint()
    with pytest.raises(CommandError, match="用户名“clerk”已被使用"):
        run()
    assert fingerprint() == before
    assert user("clerk").check_password("my own words 7")
