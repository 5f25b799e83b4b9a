"""The demo city: everybody can sign in and finds work, everything is invented, and a second call changes nothing."""

import re
import stat
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, F, Max
from django.utils import timezone

from cases import queues as incident_queues
from cases.deadlines import day_of
from cases.masking import is_id_number, personal_numbers
from cases.models import Case, CaseEvent, Incident, IncidentEvent, Outbox, Party, Remark, Reveal
from cases.workflow.parties import open_field
from cases.workflow.reasons import Prevention
from grid import rls
from grid.models import Post, Unit, User
from grid.scope import Role
from mediation import queues as case_queues
from mediation.models import Agreement, Session
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview, Review
from mediation.reviews.workflow import build_due_reviews
from mediation.reviews.workflow.due import build_next
from seeds.demo import past
from seeds.demo.desks import CITY, COUNTY, TOWNSHIP, USERNAMES
from seeds.demo.logins import FILE
from tests.api.client import Caller
from tests.seeds.demo import PASSWORD, run, user
from tests.seeds.snapshot import fingerprint


@pytest.fixture(scope="module")
def demo(committed_once, data):
    """The filled city, committed once for all tests that only read; what the command said."""
    return run()


@pytest.fixture(scope="module")
def reviewed(demo):
    """The city with reviews built, as beat does, up to those of the last two-month period."""
    now = timezone.now()
    build_due_reviews(at=now, seconds=0)
    while _missing(Kind.BIMONTHLY):
        assert build_next(at=now) is not None


def _missing(kind):
    with rls.system_scope():
        return DueReview.objects.filter(kind=kind, review__isnull=True).exists()


# -- The command ------------------------------------------------------------------------------------------------------


def test_it_says_how_far_it_is_and_prints_every_login_with_its_role(demo, data):
    assert re.search(r"示范城市就绪：事件\d{4}件，纠纷\d{3}件", demo)
    assert demo.index("区划、网格") < demo.index("各岗位的待办事项") < demo.index("示范城市就绪")
    assert f"密码均为 {PASSWORD}" in demo
    for name in USERNAMES:
        assert re.search(rf"^  {name} +\S+ · \S+$", demo, re.MULTILINE), name
    kept = data / FILE
    assert kept.read_text("utf-8").strip() in demo
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_second_call_changes_nothing_and_says_so(demo):
    before = fingerprint()
    assert "没有改动" in run()
    assert fingerprint() == before


def test_the_planner_knows_what_was_written(demo):
    with rls.system_scope(), connection.cursor() as cursor:
        cursor.execute("select reltuples::bigint from pg_class where relname = 'cases_incident'")
        assert cursor.fetchone()[0] == Incident.objects.count()


def test_another_password_can_be_asked_for_later(demo, data, monkeypatch):
    monkeypatch.setenv("HEMU_DEMO_PASSWORD", "some-other-words-3")
    assert "some-other-words-3" in run()
    assert user("clerk").check_password("some-other-words-3")
    monkeypatch.setenv("HEMU_DEMO_PASSWORD", PASSWORD)
    assert PASSWORD in run()
    assert PASSWORD in (data / FILE).read_text("utf-8")


# -- Desks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", USERNAMES)
def test_everybody_can_sign_in(demo, name):
    answer = Caller().post("auth/login/", {"username": name, "password": PASSWORD, "device": "示范"})
    assert answer.status == 200


def test_nobody_else_can(demo):
    with rls.system_scope():
        others = User.objects.exclude(username__in=USERNAMES)
        assert others.count() > 200
        assert not any(other.has_usable_password() for other in others)


def test_there_is_somebody_in_every_role(demo):
    with rls.system_scope():
        held = set(Post.objects.filter(user__username__in=USERNAMES).values_list("role", flat=True))
    assert held == set(Role) - {Role.SYSTEM, Role.LEDGER_IMPORT}


INCIDENTS_AT = {
    "village": "returned working overdue",
    "town": "inspect triage assign objected close today overdue high working returned",
    "clerk": "inspect today overdue high working returned",
    "dispatcher": "inspect triage assign objected close today overdue high working returned",
    "handler": "sign handling suspended today overdue",
    "handler2": "sign assist handling",
    "county": "requests overdue high",
    "supervisor": "requests overdue high",
    "city": "inspect triage",
}
CASES_AT = {
    "clerk": "unassigned registered soon overdue",
    "dispatcher": "unassigned registered high",
    "county": "registered soon overdue high",
    "director": "accept offered appoint requests finish soon overdue confirm",
    "mediator": "today new mediating performing soon overdue confirm",
    "mediator2": "today new mediating",
}


@pytest.mark.parametrize(
    ("name", "keys", "queues"),
    [
        *((name, keys, incident_queues) for name, keys in INCIDENTS_AT.items()),
        *((name, keys, case_queues) for name, keys in CASES_AT.items()),
    ],
)
def test_work_waits_at_every_desk(demo, name, keys, queues):
    who, now = user(name), timezone.now()
    with rls.scope_of(who):
        waiting = queues.QUEUES.counts(queues.QUEUES.of(who), who, now)
    assert set(keys.split()) <= {key for key, count in waiting.items() if count}


def test_whoever_has_no_queue_has_something_to_read(reviewed):
    seen = {}
    for name, what in (("grid", Incident), ("leader", Case), ("county-leader", Case), ("sysadmin", User)):
        with rls.scope_of(user(name)):
            seen[name] = what.objects.visible_to(user(name)).count()
    for name in ("leader", "county-leader", "supervisor", "township"):
        with rls.scope_of(user(name)):
            seen[f"{name} reviews"] = Review.objects.visible_to(user(name)).count()
    with rls.system_scope():
        # The auditor's list of looks at sealed fields.
        seen["auditor"] = Reveal.objects.filter(city_id=Unit.objects.get(code=CITY).pk).count()
    assert all(seen.values()), seen


def test_every_state_of_incidents_and_cases_can_be_seen_in_the_demos_county(demo):
    with rls.system_scope():
        county = Unit.objects.get(code=COUNTY).pk
        incidents = set(Incident.objects.filter(county_id=county).values_list("status", flat=True))
        cases = set(Case.objects.filter(county_id=county).values_list("status", flat=True))
        assert Session.objects.filter(state="planned").count() >= 3
        assert set(Case.Confirmation.values) - {"rejected", "withdrawn"} <= set(
            Case.objects.values_list("confirmation", flat=True)
        )
    assert incidents == set(Incident.Status)
    assert cases == set(Case.Status)


def test_some_matters_are_concentrated(demo):
    with rls.system_scope():
        recent = Incident.objects.filter(reported_at__gte=timezone.now() - timedelta(days=14), unit__kind="grid")
        villages = recent.filter(category_id="0510").values("village_id").annotate(times=Count("pk"))
        assert villages.filter(times__gte=3).exists()


# -- History ----------------------------------------------------------------------------------------------------------


def test_history_leads_up_to_yesterday_and_nothing_lies_ahead(demo):
    now = timezone.now()
    with rls.system_scope():
        for events in (IncidentEvent.objects, CaseEvent.objects):
            assert events.aggregate(last=Max("at"))["last"] <= now
            assert not events.exclude(recorded_at=F("at")).exists()
        assert Outbox.objects.aggregate(last=Max("created_at"))["last"] <= now
        for days in (1, 30, 80):
            day = day_of(now) - timedelta(days=days)
            assert Incident.objects.filter(reported_at__date=day).count() > 10


def test_reviews_are_built_or_due_for_city_counties_and_townships(reviewed):
    with rls.system_scope():
        city = Unit.objects.get(code=CITY)
        levels = DueReview.objects.values_list("unit__level", "unit_id").distinct()
        assert {level: sum(1 for found, _pk in levels if found == level) for level, _pk in levels} == {
            "city": 1,
            "county": 3,
            "township": 2,
        }
        for kind in (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY, Kind.BIMONTHLY):
            last = periods.last_before(kind, timezone.now() - periods.DUE_AFTER)
            found = DueReview.objects.filter(kind=kind, start=last.start).values_list("unit__code", flat=True)
            assert {CITY, COUNTY, TOWNSHIP} <= set(found), kind
        review = Review.objects.filter(unit=city, kind=Kind.BIMONTHLY).latest("start")
    measures = review.figures["measures"]
    assert sum(measures[f"prevented_{kind}_cases"]["value"] for kind in Prevention) > 1
    assert measures["reported_valid"]["value"] > 1000
    assert measures["disputes_found"]["value"] > 100
    assert measures["agreement_amount"]["value"] != "0.00"
    assert measures["mediators_full_time"]["value"] == past.MEMBERS_FULL_TIME


# -- Nobody -----------------------------------------------------------------------------------------------------------


def test_parties_are_nobody(demo):
    with rls.system_scope():
        parties = list(Party.objects.all())
        numbers = [open_field(party, "id_number") for party in parties]
        phones = [open_field(party, "phone") for party in parties]
    assert len(parties) > 60
    for number in numbers:
        assert re.fullmatch(r"\d{18}", number)
        assert not is_id_number(number)
    for phone in [*phones, *User.objects.exclude(work_phone="").values_list("work_phone", flat=True)]:
        assert re.fullmatch(r"10\d{9}", phone)


def test_no_text_holds_a_number_of_somebody(demo):
    with rls.system_scope():
        texts = [
            text
            for rows in (
                Incident.objects.values_list("description", "reporter_name"),
                Case.objects.values_list("description", "committee_name"),
                Remark.objects.values_list("text", flat=False),
                Session.objects.values_list("record", "agreed_points"),
                Agreement.objects.values_list("facts", "content"),
            )
            for row in rows
            for text in row
        ]
    assert len(texts) > 5000
    assert not [text for text in texts if personal_numbers(text)]
