"""Lists: keyset pages over every way of seeing, filters, capped counts (PERFORMANCE.md 5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Incident
from config import paging
from grid import rls
from tests.api.client import Caller, report_body
from tests.cast import NOW, Cast, case_in_mediation, report


def many(cast: Cast, count: int, **facts: Any) -> list[int]:
    """Incidents in the cast's grid; three share each moment, so that pages must break ties by id."""
    with rls.system_scope():
        made = Incident.objects.bulk_create(
            Incident(
                **{
                    "reporter": cast.worker,
                    "source": "grid_report",
                    "category_id": "0102",
                    "description": f"第{number}件：楼上漏水，两家争吵",
                    "reported_at": NOW + timedelta(minutes=number // 3),
                    "last_event_at": NOW,
                    "status": "reported",
                    "unit": cast.grid,
                    **cast.grid.levels,
                    **facts,
                }
            )
            for number in range(count)
        )
    return [incident.pk for incident in made]


def ids(answer: Any) -> list[int]:
    """What is on a page."""
    assert answer.status == 200, answer
    return [row["id"] for row in answer.json["results"]]


def walk(caller: Caller, path: str) -> list[int]:
    """Every id of every page."""
    found: list[int] = []
    while path:
        answer = caller.get(path)
        found += ids(answer)
        path = (answer.json["next"] or "").replace("http://testserver", "")
    return found


@pytest.mark.parametrize("who", ["worker", "village_leader", "clerk", "dispatcher", "city_dispatcher"])
@pytest.mark.parametrize("size", [1, 4, 7, 50])
def test_pages_give_every_row_once_newest_first(cast: Cast, who: str, size: int) -> None:
    made = many(cast, 14)
    assert walk(Caller(cast.users[who]), f"incidents/?page_size={size}") == made[::-1]


def test_a_row_seen_in_two_ways_comes_once(cast: Cast) -> None:
    """Reported by the dispatcher, at their place, and opened to their unit."""
    made = many(cast, 5, reporter=cast.dispatcher)
    with rls.system_scope():
        for incident in Incident.objects.filter(pk__in=made):
            incident.access.create(unit=cast.centre, reason="assist", granted_at=NOW, **incident.levels)
    caller = Caller(cast.dispatcher)
    assert walk(caller, "incidents/?page_size=2") == made[::-1]
    assert caller.get("incidents/?count=1").json["count"] == {"value": 5, "is_capped": False}


def test_rows_that_come_while_paging_move_nothing(cast: Cast) -> None:
    """OFFSET would show the last row of a page again."""
    made = many(cast, 6)
    caller = Caller(cast.dispatcher)
    first = caller.get("incidents/?page_size=3")
    many(cast, 3, reported_at=NOW + timedelta(days=1))
    second = caller.get(first.json["next"].replace("http://testserver", ""))
    assert ids(first) + ids(second) == made[::-1]


def test_what_was_assigned_lies_in_the_list_wherever_it_is(cast: Cast) -> None:
    mine = report(cast, by="strange_worker", place="strange_grid")
    many(cast, 3)
    with rls.system_scope():
        mine.access.create(unit=cast.department, reason="lead", granted_at=NOW, **mine.levels)
        mine.access.create(
            unit=cast.second_department, reason="lead", granted_at=NOW, until=timezone.now(), **mine.levels
        )
    assert ids(Caller(cast.handler).get("incidents/")) == [mine.pk]
    assert ids(Caller(cast.second_handler).get("incidents/")) == []


def test_a_restricted_matter_is_in_no_list_of_those_who_may_not_see_it(cast: Cast) -> None:
    (hidden,) = many(cast, 1, restricted=True, reporter=cast.sibling_worker)
    (shown,) = many(cast, 1)
    for who in ("village_leader", "clerk", "supervisor"):
        assert ids(Caller(cast.users[who]).get("incidents/")) == [shown]
        assert ids(Caller(cast.users[who]).get(f"incidents/?q=SJ20261118-{hidden}")) == []
    assert set(ids(Caller(cast.dispatcher).get("incidents/"))) == {hidden, shown}


def test_counts_stop_at_the_cap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNT_CAP", 5)
    caller = Caller(cast.dispatcher)
    many(cast, 5)
    assert caller.get("incidents/?count=1").json["count"] == {"value": 5, "is_capped": False}
    many(cast, 1)
    assert caller.get("incidents/?count=1").json["count"] == {"value": 5, "is_capped": True}
    assert "count" not in caller.get("incidents/").json


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=201",
        "page_size=x",
        "cursor=x",
        "cursor=W10",
        "cursor=WzEsMl0",
        "cursor=WyIyMDI2LTAxLTAxIixudWxsXQ",
        "status=no",
        "due=never",
        "begun_from=yesterday",
        "place=x",
        "open=perhaps-",
    ],
)
def test_a_query_that_cannot_be_read_is_refused(cast: Cast, query: str) -> None:
    answer = Caller(cast.dispatcher).get(f"incidents/?{query}")
    assert answer.status == (200 if query.startswith("open") else 400), answer


def test_filters(cast: Cast) -> None:
    caller = Caller(cast.city_dispatcher)
    (old,) = many(cast, 1, reported_at=NOW - timedelta(days=400), description="多年以前的宅基地争议")
    (urgent,) = many(cast, 1, urgency="urgent", category_id="0103", risk_level="high")
    (closed,) = many(cast, 1, status="closed", is_open=False, closed_at=NOW, outcome="resolved")
    (late,) = many(cast, 1, due_at=timezone.now() - timedelta(hours=1))
    (soon,) = many(cast, 1, due_at=timezone.now() + timedelta(days=2))
    (walk_in,) = many(cast, 1, source="walk_in", lead_unit=cast.department, description="门口噪声扰民问题反映")
    levels = cast.other_township.levels
    (elsewhere,) = many(cast, 1, unit=cast.other_township, **levels)
    everything = {old, urgent, closed, late, soon, walk_in, elsewhere}
    expected = {
        "": everything,
        "open=true": everything - {closed},
        "status=closed": {closed},
        "status=closed&status=reported": everything,
        "outcome=resolved": {closed},
        "urgency=urgent": {urgent},
        "risk_level=high": {urgent},
        "category=0103": {urgent},
        "category=0103,0102": everything,
        "category=01": everything,
        "category=02": set(),
        "source=walk_in": {walk_in},
        f"lead_unit={cast.department.pk}": {walk_in},
        "due=overdue": {late},
        "due=soon": {soon},
        f"place={cast.grid.pk}": everything - {elsewhere},
        f"place={cast.other_township.pk}": {elsewhere},
        f"place={cast.county.pk}": everything,
        f"place={cast.other_county.pk}": set(),
        f"place={2**60}": set(),
        f"place={2**70}": set(),
        "begun_from=2026-11-01": everything - {old},
        "begun_to=2026-01-01": {old},
        "q=噪声": {walk_in},
        "q=宅基地": set(),  # Words are sought in recent matters unless days are given.
        "q=宅基地&begun_from=2020-01-01": {old},
        f"q=SJ20261118-{late}": {late},
        "mine=true": set(),
    }
    for query, found in expected.items():
        assert set(ids(caller.get(f"incidents/?{query}"))) == found, query
    assert set(ids(Caller(cast.worker).get("incidents/?mine=true"))) == everything - {elsewhere}


def test_filters_of_cases(cast: Cast) -> None:
    case, _one, _other = case_in_mediation(cast)
    caller = Caller(cast.mediator)
    for query, found in {
        "": [case.pk],
        "mine=true": [case.pk],
        "mine=false": [],
        f"committee={cast.committee_unit.pk}": [case.pk],
        "status=mediator_assigned": [case.pk],
        "status=closed": [],
        "resolved=true": [],
        "resolved=false": [case.pk],
        "confirmation=none": [case.pk],
        f"q={case.file_number}": [case.pk],
        "q=排水沟": [case.pk],
    }.items():
        assert ids(caller.get(f"cases/?{query}")) == found, query
    # A committee's cases are open to its mediators (DESIGN.md rule 3), to nobody's of another.
    assert ids(Caller(cast.second_mediator).get("cases/?mine=true")) == []
    assert ids(Caller(cast.strange_mediator).get("cases/")) == []


def test_units_are_browsed_and_searched(cast: Cast) -> None:
    caller = Caller(cast.worker)
    children = caller.get(f"units/?parent={cast.village.pk}").json["results"]
    assert {unit["id"] for unit in children} == {cast.grid.pk, cast.sibling_grid.pk}
    below = walk(caller, f"units/?under={cast.township.pk}&page_size=5")
    assert {cast.township.pk, cast.village.pk, cast.grid.pk, cast.committee_unit.pk} <= set(below)
    assert cast.other_township.pk not in below
    found = caller.get("units/?q=离石&level=county&kind=division").json["results"]
    assert [unit["id"] for unit in found] == [cast.county.pk]
    assert caller.get("units/?q=14110200").json["results"][0]["code"].startswith("14110200")
    assert walk(caller, "units/?q=离石&page_size=3") == walk(caller, "units/?q=离石")


def test_the_first_page_of_a_long_tree_is_in_tree_order(cast: Cast) -> None:
    rows = Caller(cast.worker).get("units/?level=city&level=county&page_size=200").json["results"]
    places = {row["id"]: index for index, row in enumerate(rows)}
    for row in rows:
        if row["parent"] in places:
            assert places[row["parent"]] < places[row["id"]]


def test_a_report_is_at_the_top_of_its_list(cast: Cast) -> None:
    many(cast, 3)
    pk = Caller(cast.worker).post("incidents/", report_body(cast.grid.pk)).json["id"]
    assert ids(Caller(cast.clerk).get("incidents/?page_size=1")) == [pk]
