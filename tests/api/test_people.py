"""Units, people, posts and the inbox over the API."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.models import Notice
from grid import rls
from grid.models import GridMember, Post, Unit, User
from tests.api.client import Caller
from tests.cast import NOW, Cast, report

PASSWORD = "correct-horse-1234"


def day(offset: int) -> str:
    """A day from today, as the API reads it."""
    return str(timezone.localdate() + timedelta(days=offset))


def hired(cast: Cast) -> Any:
    """A new account, made by the system administrator."""
    body = {"username": "wang.hong", "name": "王某某", "password": PASSWORD, "work_phone": "10000000001"}
    return Caller(cast.system_admin).post("users/", body)


def test_two_administrators_make_a_worker(cast: Cast) -> None:
    """One opens the account and confirms the post, another proposes it; the new one sees nothing before (PV-12)."""
    made = hired(cast)
    assert made.status == 201, made
    stranger = Caller(User.objects.get(pk=made.json["id"]))
    assert stranger.get("incidents/").json["results"] == []
    security, system = Caller(cast.security_admin), Caller(cast.system_admin)
    post = {"username": "wang.hong", "unit": cast.sibling_grid.pk, "role": "grid_worker", "starts_on": day(0)}
    assert system.post("posts/", post).status == 403
    proposed = security.post("posts/", post)
    assert proposed.status == 201, proposed
    assert proposed.json["confirmed_at"] is None
    assert stranger.get("users/me/").json["posts"] == []
    path = f"posts/{proposed.json['id']}/"
    assert [row["id"] for row in system.get("posts/?waiting=true").json["results"]] == [proposed.json["id"]]
    assert security.post(f"{path}confirm/").status == 403
    assert system.post(f"{path}confirm/").status == 200
    assert [held["role"] for held in stranger.get("users/me/").json["posts"]] == ["grid_worker"]
    enrolled = system.post("grid-members/", {"user": made.json["id"], "kind": "part_time", "duties": "巡查"})
    assert enrolled.status == 201, enrolled
    assert GridMember.objects.get(user_id=made.json["id"]).kind == "part_time"
    assert security.post(f"{path}end/", {"on": day(0)}).status == 200
    assert stranger.get("users/me/").json["posts"] == []


def test_a_login_name_is_for_administrators_and_oneself(cast: Cast) -> None:
    path = f"users/{cast.mediator.pk}/"
    assert Caller(cast.system_admin).get(path).json["username"] == cast.mediator.username
    assert Caller(cast.mediator).get(path).json["username"] == cast.mediator.username
    assert Caller(cast.clerk).get(path).json["username"] is None
    assert cast.mediator.username not in Caller(cast.clerk).get("users/").content.decode()


def test_people_are_seen_by_their_posts(cast: Cast) -> None:
    clerk = Caller(cast.clerk)
    seen = {row["id"] for row in clerk.get("users/?page_size=200").json["results"]}
    assert {cast.worker.pk, cast.mediator.pk, cast.handler.pk, cast.clerk.pk} <= seen
    assert not {cast.stranger.pk, cast.strange_mediator.pk, cast.city_dispatcher.pk} & seen
    assert {row["id"] for row in Caller(cast.worker).get("users/").json["results"]} == {cast.worker.pk}
    assert [row["id"] for row in clerk.get("users/?q=登记员甲").json["results"]] == [cast.clerk.pk]
    mediators = clerk.get(f"users/?role=mediator&unit={cast.committee_unit.pk}").json["results"]
    assert {row["id"] for row in mediators} == {cast.mediator.pk, cast.second_mediator.pk}


def test_an_account_outside_ones_places_is_absent(cast: Cast) -> None:
    system = Caller(cast.system_admin)
    foreign = system.post(f"users/{cast.stranger.pk}/deactivate/")
    assert (foreign.status, foreign.content) == (404, system.post("users/999999/deactivate/").content)
    assert User.objects.get(pk=cast.stranger.pk).is_active
    assert system.post(f"users/{cast.handler.pk}/deactivate/").json["is_active"] is False


def test_a_post_is_given_within_ones_own_places_alone(cast: Cast) -> None:
    security = Caller(cast.security_admin)
    body = {"username": cast.mediator.username, "role": "centre_clerk", "starts_on": day(0)}
    foreign, unused = (security.post("posts/", body | {"unit": unit}) for unit in (cast.strange_centre.pk, 2**40))
    assert (foreign.status, foreign.content) == (400, unused.content)
    mine = {"unit": cast.centre.pk}
    assert security.post("posts/", body | mine | {"role": "system"}).status == 400
    assert security.post("posts/", body | mine | {"role": "ledger_import"}).status == 400
    assert security.post("posts/", body | mine | {"username": "nobody"}).status == 400
    assert security.post("posts/", body | mine | {"ends_on": day(-1)}).status == 409
    assert security.post("posts/", body | mine | {"username": cast.security_admin.username}).status == 409
    with rls.system_scope():
        assert not Post.objects.filter(confirmed_at=None).exists()


def test_a_user_name_is_taken_once_and_a_password_is_strong(cast: Cast) -> None:
    assert hired(cast).status == 201
    again = hired(cast)
    assert (again.status, list(again.json["errors"])) == (409, ["username"])
    system = Caller(cast.system_admin)
    weak = system.post("users/", {"username": "li.na", "name": "李某", "password": "12345678901"})
    assert (weak.status, list(weak.json["errors"])) == (409, ["password"])
    odd = system.post("users/", {"username": "no spaces", "name": "李某", "password": PASSWORD})
    assert (odd.status, list(odd.json["errors"])) == (400, ["username"])
    assert PASSWORD not in odd.content.decode()


def test_a_grid_is_opened_and_closed_by_its_administrator(cast: Cast) -> None:
    system = Caller(cast.system_admin)
    body = {
        "parent": cast.village.pk,
        "code": f"{cast.village.code}J77",
        "name": "东关社区专属网格",
        "kind": "grid",
        "grid_kind": "dedicated",
        "valid_from": day(-1),
    }
    made = system.post("units/", body)
    assert made.status == 201, made
    assert (made.json["level"], made.json["village_id"]) == ("grid", cast.village.pk)
    assert system.post("units/", body).status == 409
    assert system.post("units/", body | {"code": "x1", "parent": cast.township.pk}).status == 409
    assert system.post("units/", body | {"code": "x2", "kind": "mediation_committee"}).status == 409
    foreign, unused = (system.post("units/", body | {"parent": pk}) for pk in (cast.strange_village.pk, 2**40))
    assert (foreign.status, foreign.content) == (400, unused.content)
    path = f"units/{made.json['id']}/"
    assert Caller(cast.clerk).post(f"{path}close/", {"on": day(1)}).status == 403
    assert system.post(f"units/{cast.strange_grid.pk}/close/", {"on": day(1)}).status == 403
    assert system.post(f"{path}close/", {"on": day(-1)}).status == 409
    assert system.post(f"{path}close/", {"on": day(1)}).json["valid_to"] == day(1)
    assert Unit.objects.get(pk=made.json["id"]).valid_to is not None


def test_the_inbox_is_ones_own_and_follows_what_one_sees(cast: Cast) -> None:
    mine, theirs = report(cast), report(cast, by="strange_worker", place="strange_grid")
    with rls.system_scope():
        for number, (user, incident) in enumerate(
            ((cast.worker, mine), (cast.worker, theirs), (cast.sibling_worker, mine))
        ):
            Notice.objects.create(
                user=user,
                incident=incident,
                verb="return_incident",
                created_at=NOW,
                outbox_id=number,
                **incident.levels,
            )
    worker, clerk = Caller(cast.worker), Caller(cast.clerk)
    (notice,) = worker.get("notices/").json["results"]
    assert (notice["incident"], notice["label"], notice["read_at"]) == (mine.pk, "退回补正", None)
    assert clerk.get("notices/").json["results"] == []
    assert clerk.post(f"notices/{notice['id']}/read/").status == 404
    assert worker.post(f"notices/{notice['id']}/read/").json == {"read": 1}
    assert worker.post(f"notices/{notice['id']}/read/").json == {"read": 0}
    assert worker.get("notices/?unread=true").json["results"] == []
    with rls.system_scope():
        Notice.objects.filter(pk=notice["id"]).update(read_at=None, verb="due_soon")
        paper = Notice.objects.create(
            user=cast.worker, verb="review_issued", created_at=NOW, outbox_id=9, **mine.levels
        )
    told = {row["id"]: (row["incident"], row["label"]) for row in worker.get("notices/").json["results"]}
    assert told == {notice["id"]: (mine.pk, "时限将至"), paper.pk: (None, "收到一份已印发的研判报告")}
    assert worker.post("notices/read-all/").json["read"] >= 1
    assert worker.get("notices/?unread=true").json["results"] == []


def test_code_lists_are_complete_and_named(cast: Cast) -> None:
    lists = Caller(cast.worker).get("codes/").json["lists"]
    assert {"source", "incident_status", "case_status", "reject_reason", "evidence", "session_form"} <= set(lists)
    assert {"value": "grid_report", "label": "网格上报"} in lists["source"]
    assert all(choice["label"] for choices in lists.values() for choice in choices)
    categories = Caller(cast.worker).get("categories/?page_size=200").json["results"]
    assert {"01", "0102"} <= {row["code"] for row in categories}
    assert Caller(cast.worker).get("categories/0102/").json["parent"] == "01"
    assert Caller(cast.worker).get("categories/9999/").status == 404


def test_the_calendar_is_read_by_everybody(cast: Cast) -> None:
    worker = Caller(cast.worker)
    year = worker.get("calendar-days/?year=2026&page_size=200").json
    assert len(year["results"]) == 200
    assert year["results"][0] == {"day": "2026-01-01", "is_workday": False, "name": "元旦"}
    few = worker.get("calendar-days/?day_from=2026-02-01&day_to=2026-02-03").json["results"]
    assert [row["day"] for row in few] == ["2026-02-01", "2026-02-02", "2026-02-03"]
    for wrong in ("1900-01-01", "2026-02-30", "yesterday"):
        assert worker.get(f"calendar-days/{wrong}/").status == 404
