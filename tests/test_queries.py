"""What noise cannot touch: statements per warm request, and the indexes the lists read (PERFORMANCE.md T18, T5, T6).

Not counted, as T18 says: BEGIN and COMMIT with their savepoints, and the setting of the scope.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Case, Incident
from grid import rls
from tests.api.client import Caller, report_body
from tests.cast import NOW, Cast, build_cast, case_in_mediation, report
from tests.conftest import owner_url

NOT_COUNTED = re.compile(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)|set_config\(", re.IGNORECASE)
ROLES = ("worker", "village_leader", "clerk", "town_dispatcher", "dispatcher", "city_dispatcher", "handler", "mediator")


@contextmanager
def statements(most: int) -> Iterator[list[str]]:
    """Fail when the block needs more statements than ``most``."""
    counted: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield counted
    counted += [query["sql"] for query in captured if not NOT_COUNTED.search(query["sql"])]
    assert len(counted) <= most, "\n".join(f"{number}. {sql[:300]}" for number, sql in enumerate(counted, 1))


def warm(caller: Caller) -> Caller:
    """A caller whose token the process knows."""
    assert caller.get("users/me/").status == 200
    return caller


# -- Intake ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "village_leader", "clerk", "dispatcher"])
def test_a_report_takes_three_statements_at_most(cast: Cast, who: str) -> None:
    caller = warm(Caller(cast.users[who]))
    caller.post("incidents/", report_body(cast.village.pk))
    with statements(3) as counted:
        assert caller.post("incidents/", report_body(cast.village.pk, urgency="urgent")).status == 201
    assert sum("insert into cases_incident " in sql for sql in counted) == 1


def test_a_report_sent_again_takes_three_statements_at_most(cast: Cast) -> None:
    caller, body = warm(Caller(cast.worker)), report_body(cast.grid.pk)
    caller.post("incidents/", body)
    with statements(3):
        assert caller.post("incidents/", body).status == 200


def test_a_report_takes_one_statement_when_nothing_stands_in_its_way(cast: Cast) -> None:
    """The whole of it, timeline, limit and outbox included (PERFORMANCE.md 7.1)."""
    caller = warm(Caller(cast.worker))
    caller.post("incidents/", report_body(cast.grid.pk))
    with statements(1):
        assert caller.post("incidents/", report_body(cast.grid.pk)).status == 201


@pytest.mark.parametrize("size", [1, 5, 50])
def test_a_batch_takes_four_statements_at_most_whatever_its_size(cast: Cast, size: int) -> None:
    caller = warm(Caller(cast.worker))
    known = report_body(cast.grid.pk)
    caller.post("incidents/", known)
    items = [known, *(report_body(cast.grid.pk) for _ in range(size - 1))]
    with statements(4):
        assert caller.post("incidents/batch/", {"items": items}).status == 200


# -- Lists and details ---------------------------------------------------------------------------------------------


@pytest.fixture
def thirty(cast: Cast) -> Cast:
    """Thirty incidents and thirty cases, some of them opened to handler and mediator."""
    with rls.system_scope():
        Incident.objects.bulk_create(
            Incident(
                reporter=cast.worker,
                source="grid_report",
                category_id="0102",
                description="楼上漏水，两家争吵多日未能解决",
                reported_at=NOW + timedelta(minutes=number),
                last_event_at=NOW,
                status="assigned",
                lead_unit=cast.department,
                unit=cast.grid,
                **cast.grid.levels,
            )
            for number in range(30)
        )
        Case.objects.bulk_create(
            Case(
                registrar=cast.clerk,
                source="walk_in",
                category_id="0102",
                description="两户因排水沟走向多次争执，请求调解",
                registered_at=NOW + timedelta(minutes=number),
                last_event_at=NOW,
                status="registered",
                committee=cast.committee_unit,
                unit=cast.village,
                **cast.village.levels,
            )
            for number in range(30)
        )
        for incident in Incident.objects.all():
            incident.access.create(unit=cast.department, reason="lead", granted_at=NOW, **incident.levels)
        for case in Case.objects.all():
            case.access.create(unit=cast.committee_unit, reason="committee", granted_at=NOW, **case.levels)
            case.access.create(user=cast.mediator, reason="mediator", granted_at=NOW, **case.levels)
    return cast


@pytest.mark.parametrize("size", [5, 25])
@pytest.mark.parametrize("path", ["incidents/", "cases/"])
@pytest.mark.parametrize("who", [*ROLES, "director", "supervisor"])
def test_a_list_takes_three_statements_at_most_whatever_its_page(thirty: Cast, who: str, path: str, size: int) -> None:
    caller = warm(Caller(thirty.users[who]))
    caller.get(f"{path}?page_size=1")
    with statements(3):
        assert caller.get(f"{path}?page_size={size}").status == 200


@pytest.mark.parametrize("path", ["incidents/", "cases/"])
def test_filters_and_later_pages_cost_no_more(thirty: Cast, path: str) -> None:
    caller = warm(Caller(thirty.city_dispatcher))
    query = (
        f"?page_size=5&open=1&category=01&place={thirty.township.pk}&source=grid_report&source=walk_in&urgency=ordinary"
    )
    first = caller.get(path + query)
    assert first.json["next"]
    with statements(3):
        assert len(caller.get(first.json["next"].replace("http://testserver", "")).json["results"]) == 5


@pytest.mark.parametrize("size", [5, 25])
@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("units/", "worker"),
        ("users/", "dispatcher"),
        ("posts/", "security_admin"),
        ("grid-members/", "dispatcher"),
        ("committees/", "dispatcher"),
        ("mediators/", "dispatcher"),
        ("studios/", "dispatcher"),
        ("categories/", "worker"),
        ("calendar-days/", "worker"),
        ("notices/", "dispatcher"),
        ("hand-overs/", "handler"),
        ("devices/", "worker"),
    ],
)
def test_every_other_list_takes_few_statements_whatever_its_page(cast: Cast, path: str, who: str, size: int) -> None:
    caller = warm(Caller(cast.users[who]))
    with statements(4):
        assert caller.get(f"{path}?page_size={size}").status == 200


@pytest.mark.parametrize("who", ["worker", "clerk", "dispatcher", "supervisor", "handler"])
def test_an_incident_takes_ten_statements_at_most(cast: Cast, who: str) -> None:
    incident = _busy_incident(cast)
    caller = warm(Caller(cast.users[who]))
    caller.get(f"incidents/{incident.pk}/")
    with statements(10):
        assert caller.get(f"incidents/{incident.pk}/").status == 200


@pytest.mark.parametrize("who", ["clerk", "dispatcher", "supervisor", "mediator", "director"])
def test_a_case_takes_ten_statements_at_most(cast: Cast, who: str) -> None:
    case, _applicant, _respondent = case_in_mediation(cast)
    caller = warm(Caller(cast.users[who]))
    caller.get(f"cases/{case.pk}/")
    with statements(10):
        assert caller.get(f"cases/{case.pk}/").status == 200


def _busy_incident(cast: Cast) -> Incident:
    """One that was handed out, with an earlier one merged into it."""
    incident, other = report(cast), report(cast, by="sibling_worker", place="sibling_grid")
    desk = Caller(cast.dispatcher)
    for verb, body in (
        ("verify", {}),
        ("triage", {"path": "department", "complexity": "simple"}),
        ("assign", {"lead_unit": cast.department.pk, "assisting": [cast.second_department.pk]}),
    ):
        assert desk.post(f"incidents/{incident.pk}/{verb}/", body).status == 200
    assert desk.post(f"incidents/{other.pk}/merge/", {"master": incident.pk}).status == 200
    return incident


# -- Plans ---------------------------------------------------------------------------------------------

_FILL_SQL = """
insert into cases_incident (city_id, county_id, township_id, village_id, grid_id, unit_id, client_uuid, intake_digest,
    reporter_id, reporter_name, source, category_id, description, place_text, self_handled, reported_at, status,
    is_open, last_event_at, last_seq, version, urgency, complexity, risk_level, restricted, triage_path, handling_level,
    report_back, due_provisional, outcome, closed_level)
select v.city_id, v.county_id, v.township_id, v.village_id, null, v.id, gen_random_uuid(), '', %(reporter)s, '',
    'grid_report', '0102', 'x', '', false, %(at)s - g * interval '7 minutes', 'reported', g %% 10 = 0, now(), 1, 1,
    'ordinary', '', '', g %% 50 = 0, '', '', false, false, '', ''
from generate_series(1, %(rows)s) g
join (select row_number() over (order by id) - 1 as number, count(*) over () as many, unit.*
      from grid_unit unit where level = 'village' and kind = 'division' and city_id = %(city)s) v
    on v.number = g %% v.many
"""


@pytest.fixture(scope="module")
def many(committed_once: None) -> Cast:
    """Thirty thousand incidents of one city besides one of the cast's, with the statistics a real house has."""
    with rls.system_scope(), connection.cursor() as cursor:
        cast = build_cast()
        given = {"reporter": cast.city_dispatcher.pk, "at": timezone.now(), "rows": 30_000, "city": cast.city.pk}
        cursor.execute(_FILL_SQL, given)
        incident = report(cast)
        incident.access.create(unit=cast.department, reason="lead", granted_at=NOW, **incident.levels)
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("analyze cases_incident, cases_access, grid_unit")
    return cast


def plan_of(sql: str) -> str:
    """The plan of a statement that was just run."""
    with connection.cursor() as cursor:
        cursor.execute("explain " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())


INDEXES = {
    "city_dispatcher": "incident_city",
    "dispatcher": "incident_county",
    "clerk": "incident_county",
    "town_dispatcher": "incident_township",
    "village_leader": "incident_village",
    "worker": "incident_reporter",
    "handler": "cases_incident_pkey",
    "mediator": "cases_incident_pkey",
}


@pytest.mark.parametrize("who", INDEXES)
def test_every_list_of_incidents_is_read_by_its_index(many: Cast, who: str) -> None:
    caller = warm(Caller(many.users[who]))
    for query in ("", "?open=1", "?status=reported", f"?place={many.township.pk}"):
        with CaptureQueriesContext(connection) as captured:
            answer = caller.get(f"incidents/{query}")
        assert answer.status == 200
        read = [row["sql"] for row in captured if 'FROM "cases_incident"' in row["sql"]]
        assert read
        with rls.scope_of(many.users[who]):
            plans = "\n".join(plan_of(sql) for sql in read)
        assert "Seq Scan on cases_incident" not in plans, plans
        if not query:
            assert INDEXES[who] in plans, plans


def later_pages(caller: Caller, path: str) -> Any:
    """Where the third page is."""
    for _page in range(2):
        path = caller.get(path).json["next"].replace("http://testserver", "")
    return path


@pytest.mark.parametrize("who", ["city_dispatcher", "dispatcher"])
def test_a_page_reads_as_few_rows_at_any_depth(many: Cast, who: str) -> None:
    """Rows that the scan throws away would grow with the table (PERFORMANCE.md, gate in CI)."""
    caller = warm(Caller(many.users[who]))
    deep = later_pages(caller, "/api/v1/incidents/?page_size=200")
    for path in ("incidents/", deep):
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(path).json["results"]
        read = [row["sql"] for row in captured if 'FROM "cases_incident"' in row["sql"]]
        with rls.scope_of(many.users[who]), connection.cursor() as cursor:
            for sql in read:
                cursor.execute("explain (analyze, timing off, summary off) " + sql)
                text = "\n".join(line for (line,) in cursor.fetchall())
                thrown = [int(number) for number in re.findall(r"Rows Removed by Filter: (\d+)", text)]
                assert sum(thrown) <= 250, text
