"""Incidents over the API: from report to dispute case, verb by verb as the detail offers them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.models import Case, Incident
from grid import rls
from tests.api.client import Caller, report_body
from tests.cast import Cast, report


def offered(caller: Caller, path: str) -> list[str]:
    """The verbs a detail offers, the main one first."""
    return [move["verb"] for move in caller.get(path).json["allowed_moves"]]


def test_from_report_to_closing_each_by_their_own_verb(cast: Cast) -> None:
    worker, clerk, desk, unit = (Caller(cast.users[who]) for who in ("worker", "clerk", "dispatcher", "handler"))
    pk = worker.post("incidents/", report_body(cast.grid.pk)).json["id"]
    path = f"incidents/{pk}/"
    steps: list[tuple[Caller, str, dict[str, Any], str]] = [
        (clerk, "verify_incident", {}, "verified"),
        (desk, "triage_incident", {"path": "department", "complexity": "ordinary"}, "triaged"),
        (
            desk,
            "assign_incident",
            {"lead_unit": cast.department.pk, "assisting": [cast.second_department.pk]},
            "assigned",
        ),
        (unit, "accept_incident", {}, "accepted"),
        (unit, "start_incident", {}, "in_progress"),
        (unit, "handle_incident", {"remark": "已上门维修并化解"}, "handled"),
        (
            desk,
            "close_incident",
            {"outcome": "resolved", "level": "county", "evidence": "none_declared", "remark": "验收合格"},
            "closed",
        ),
        (clerk, "revisit_incident", {"satisfaction": "satisfied"}, "revisited"),
    ]
    for caller, verb, body, status in steps:
        detail = caller.get(path)
        (move,) = [move for move in detail.json["allowed_moves"] if move["verb"] == verb]
        assert {need["name"] for need in move["needs"] if need["is_required"]} <= set(body)
        done = caller.post(move["address"], body, If_Match=detail.etag)
        assert (done.status, done.json["status"]) == (200, status), done
        assert [move["verb"] for move in done.json["allowed_moves"]] == offered(caller, path)
    timeline = worker.get(f"{path}timeline/").json
    assert [event["verb"] for event in timeline] == ["report_incident", *(verb for _caller, verb, _body, _s in steps)]
    assert [event["seq"] for event in timeline] == list(range(1, 10))
    assert timeline[6]["remarks"]["remark"] == "已上门维修并化解"
    hops = desk.get(f"{path}hand-overs/").json
    assert {(hop["to_unit"]["id"], hop["kind"]) for hop in hops} == {
        (cast.department.pk, "lead"),
        (cast.second_department.pk, "assist"),
    }
    assert [entry["action"] for entry in desk.get(f"{path}clock/").json] == ["start", "stop"]


def test_a_dispute_becomes_a_case_and_both_name_each_other(cast: Cast) -> None:
    incident = report(cast)
    desk, path = Caller(cast.dispatcher), f"incidents/{incident.pk}/"
    desk.post(f"{path}verify/")
    assert desk.post(f"{path}open-case/").status == 409
    desk.post(f"{path}triage/", {"path": "mediation"})
    assert "open_case_from_incident" in offered(desk, path)
    opened = desk.post(f"{path}open-case/", {"committee": cast.committee_unit.pk, "remark": "同意转调解"})
    assert opened.status == 201, opened
    case = desk.get(f"cases/{opened.json['id']}/").json
    assert case["incident"] == {"id": incident.pk, "number": incident.number}
    detail = desk.get(path).json
    assert (detail["status"], detail["outcome"]) == ("closed", "converted")
    assert detail["case"] == opened.json
    # The reporter sees the end of their report, not the case that came of it (PV-05).
    assert Caller(cast.worker).get(path).json["case"] is None
    assert Caller(cast.clerk).post(f"{path}open-case/").status == 403
    with rls.system_scope():
        assert Case.objects.filter(incident=incident).count() == 1


def test_a_detail_tells_the_choices_of_each_input(cast: Cast) -> None:
    incident = report(cast)
    desk, path = Caller(cast.dispatcher), f"incidents/{incident.pk}/"
    desk.post(f"{path}verify/")
    desk.post(f"{path}triage/", {"path": "department"})
    units = desk.get(f"{path}choices/assign_incident/lead_unit/").json
    assert str(cast.department.pk) in {row["id"] for row in units}
    assert str(cast.strange_department.pk) not in {row["id"] for row in units}
    found = desk.get(f"{path}choices/assign_incident/lead_unit/?q=住房").json
    assert [row["id"] for row in found] == [str(cast.department.pk)]
    for wrong in ("choices/assign_incident/remark/", "choices/nothing/at-all/", "choices/assign_incident/nothing/"):
        assert desk.get(path + wrong).status == 404
    assert Caller(cast.clerk).get(f"{path}choices/assign_incident/lead_unit/").status == 403
    assert Caller(cast.stranger).get(f"{path}choices/assign_incident/lead_unit/").status == 404


def test_people_to_pick_are_named_without_their_login(cast: Cast) -> None:
    with rls.system_scope():
        incident = report(cast)
    desk = Caller(cast.dispatcher)
    desk.post(f"incidents/{incident.pk}/verify/")
    desk.post(f"incidents/{incident.pk}/triage/", {"path": "mediation"})
    case = desk.post(f"incidents/{incident.pk}/open-case/", {"committee": cast.committee_unit.pk}).json["id"]
    answer = Caller(cast.director).get(f"cases/{case}/choices/assign_mediator/mediator/")
    assert {row["label"] for row in answer.json} == {cast.mediator.name, cast.second_mediator.name}
    assert cast.mediator.username not in answer.content.decode()


def test_a_verb_takes_nothing_from_outside_the_users_places(cast: Cast) -> None:
    """Every id in a body answers like one that never was (P2)."""
    mine, foreign = report(cast), report(cast, by="strange_worker", place="strange_grid")
    desk, path = Caller(cast.dispatcher), f"incidents/{mine.pk}/"
    desk.post(f"{path}verify/")
    desk.post(f"{path}triage/", {"path": "department"})
    for verb, name, other in (
        ("assign", "lead_unit", cast.strange_department.pk),
        ("assign", "lead_unit", cast.village.pk),
        ("merge", "master", foreign.pk),
        ("correct-place", "place", cast.strange_grid.pk),
    ):
        theirs = desk.post(f"{path}{verb}/", {name: other})
        unused = desk.post(f"{path}{verb}/", {name: 2**40})
        assert (theirs.status, theirs.content) == (400, unused.content), verb
    several = desk.post(
        f"{path}assign/", {"lead_unit": cast.department.pk, "assisting": [cast.second_department.pk, 2**40]}
    )
    theirs = desk.post(
        f"{path}assign/",
        {"lead_unit": cast.department.pk, "assisting": [cast.second_department.pk, cast.strange_department.pk]},
    )
    assert (theirs.status, theirs.content) == (400, several.content)


def test_similar_reports_are_shown_before_one_more_is_sent(cast: Cast) -> None:
    desk = Caller(cast.clerk)
    same = report(cast, at=timezone.now(), description="楼上漏水导致天花板脱落，两家争吵")
    report(cast, at=timezone.now(), description="小区门口夜间烧烤噪声大，影响休息", place="village")
    report(cast, at=timezone.now(), category="0103", description="楼上漏水导致天花板脱落，两家争吵")
    foreign = report(
        cast,
        at=timezone.now(),
        by="strange_worker",
        place="strange_grid",
        description="楼上漏水导致天花板脱落，两家争吵",
    )
    asked = {"place": cast.sibling_grid.pk, "category": "0102", "description": "楼上漏水，天花板脱落，邻里争吵"}
    found = desk.post("incidents/similar/", asked)
    assert [one["incident"]["id"] for one in found.json] == [same.pk]
    assert found.json[0]["score"] > 0.3
    assert desk.post("incidents/similar/", asked | {"place": cast.strange_grid.pk}).json == []
    assert desk.post("incidents/similar/", asked | {"place": 2**40}).json == []
    # A grid worker learns of their own reports alone, whatever the words (RELIABILITY.md 3).
    assert [one["incident"]["id"] for one in Caller(cast.worker).post("incidents/similar/", asked).json] == [same.pk]
    assert Caller(cast.sibling_worker).post("incidents/similar/", asked).json == []
    assert foreign.pk != same.pk


def test_a_void_or_old_report_is_not_suggested(cast: Cast) -> None:
    void, old = report(cast, at=timezone.now()), report(cast)
    with rls.system_scope():
        Incident.objects.filter(pk=void.pk).update(status="rejected_invalid", is_open=False)
        Incident.objects.filter(pk=old.pk).update(reported_at=timezone.now() - timedelta(days=30))
    asked = {"place": cast.grid.pk, "category": "0102", "description": "楼上漏水，两家争吵多日未能解决"}
    assert Caller(cast.clerk).post("incidents/similar/", asked).json == []


def test_a_merged_report_names_its_master_to_those_who_see_it(cast: Cast) -> None:
    master = report(cast, by="sibling_worker", place="sibling_grid")
    other = report(cast)
    desk = Caller(cast.dispatcher)
    merged = desk.post(f"incidents/{other.pk}/merge/", {"master": master.pk})
    assert merged.status == 200, merged
    assert desk.get(f"incidents/{other.pk}/").json["duplicate_of"] == master.pk
    assert Caller(cast.worker).get(f"incidents/{other.pk}/").json["duplicate_of"] is None


def test_a_record_that_leaves_ones_sight_offers_nothing_more(cast: Cast) -> None:
    """The handler objects with success: the verb was theirs, what follows is not."""
    incident = report(cast)
    desk, unit, path = Caller(cast.dispatcher), Caller(cast.handler), f"incidents/{incident.pk}/"
    desk.post(f"{path}verify/")
    desk.post(f"{path}triage/", {"path": "department"})
    desk.post(f"{path}assign/", {"lead_unit": cast.department.pk})
    assert unit.get(path).status == 200
    assert unit.get("hand-overs/").json["results"][0]["incident"] == incident.pk
    unit.post(f"{path}object/", {"reason": "not_competent", "remark": "属于物业职责"})
    assert desk.post(f"{path}sustain-objection/").status == 200
    assert unit.get(path).status == 404
    assert unit.get("incidents/").json["results"] == []
    assert unit.get("hand-overs/").json["results"] == []
