"""Surges over the API: asked for by one, approved by another, reported on, given tasks in, ended and summed up."""

from types import SimpleNamespace
from typing import Any

import pytest

from mediation.reviews.workflow import build_surge_days
from tests.api.client import Caller
from tests.cast import Cast
from tests.reviews.conftest import local
from tests.reviews.desk import Desk


@pytest.fixture
def desk(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The doors act at the desk's hour, so no test depends on the hour it runs at."""
    found = Desk(committed_cast)
    for door in ("grid.api.doors", "mediation.reviews.serializers.surges"):
        monkeypatch.setattr(f"{door}.timezone", SimpleNamespace(now=found.now))
    return found


def verbs(answer: Any) -> set[str]:
    return {move["verb"] for move in answer.json["allowed_moves"]}


def test_a_surge_from_proposal_to_closing_report(desk: Desk) -> None:
    cast = desk.cast
    supervisor, leader = Caller(cast.supervisor), Caller(cast.leader)
    town, worker = Caller(cast.town_dispatcher), Caller(cast.worker)
    body = {
        "reason": "重大节日期间维护稳定",
        "authority": "区委政法委会议决定",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-04",
        "units": [cast.township.pk, cast.other_township.pk],
        "categories": ["0102"],
        "limits_factor": "0.5",
        "step_hours": {"triage": 4},
    }
    assert leader.post("surges/", body).status == 403
    assert supervisor.post("surges/", body | {"units": [cast.other_county.pk]}).json["errors"].keys() == {"units"}
    assert supervisor.post("surges/", body | {"ends_on": "2026-06-30"}).json["errors"].keys() == {"ends_on"}
    asked = supervisor.post("surges/", body)
    assert (asked.status, asked.json["status"], asked.json["unit"]["id"]) == (201, "proposed", cast.county.pk), asked
    path = f"surges/{asked.json['id']}/"
    assert verbs(leader.get(path)) == {"approve_surge", "decline_surge"}
    assert supervisor.post(f"{path}approve/").status == 403
    approved = leader.post(f"{path}approve/", If_Match=asked.etag)
    assert (approved.status, approved.json["status"]) == (200, "active")

    # It goes on for longer once a second person agrees; until then its end stands.
    for wrong in ("2026-03-04", "2026-04-04"):
        refused = supervisor.post(f"{path}extend/", {"ends_on": wrong, "remark": "形势仍不平稳"})
        assert (refused.status, refused.json["errors"].keys()) == (409, {"ends_on"})
    assert town.post(f"{path}extend/", {"ends_on": "2026-03-05", "remark": "形势仍不平稳"}).status == 403
    assert supervisor.post(f"{path}extend/", {"ends_on": "2026-03-05", "remark": "形势仍不平稳"}).status == 200
    whole = leader.get(path).json
    assert (whole["ends_on"], whole["latest_end"]) == ("2026-03-04", "2026-04-03")
    assert (whole["extension"]["ends_on"], whole["extension"]["reason"]) == ("2026-03-05", "形势仍不平稳")
    assert {"approve_extension", "decline_extension"} <= verbs(leader.get(path))
    assert supervisor.post(f"{path}approve-extension/").status == 403
    assert "approve_extension" not in verbs(leader.post(f"{path}approve-extension/"))
    whole = leader.get(path).json
    assert (whole["ends_on"], whole["extension"]) == ("2026-03-05", None)

    # Silence is missing, nothing is reported as nothing; a unit sees its own day and its own tasks.
    assert {row["state"] for row in supervisor.get(path).json["reports"]} == {"missing"}
    assert town.post(f"{path}report-day/", {"is_nil": True}).status == 200
    assert town.post(f"{path}report-day/", {"is_nil": True}).status == 409
    states = {row["unit"]["id"]: row["state"] for row in supervisor.get(path).json["reports"]}
    assert states == {cast.township.pk: "nil", cast.other_township.pk: "missing"}
    duty = {"of_unit": cast.township.pk, "day": "2026-03-02", "until": "2026-03-03"}
    duty |= {"leader": "张某某", "leader_phone": "10012345678", "officer": "李某某", "officer_phone": "10087654321"}
    assert town.post(f"{path}set-duty/", duty | {"of_unit": cast.other_township.pk}).status in (400, 403)
    assert town.post(f"{path}set-duty/", duty).status == 200
    whole = supervisor.get(path).json
    assert whole["step_hours"] == {"triage": 4}
    assert [row["leader"] for row in whole["roster"] if row["state"] == "set"] == ["张某某"]
    assert [row["missing"] for row in whole["gaps"]] == [2, 2, 3, 3]
    offered = {row["id"] for row in supervisor.get(f"{path}choices/give_task/owner/").json}
    assert offered == {str(cast.township.pk), str(cast.other_township.pk)}
    for owner in (cast.township, cast.other_township):
        task = {"owner": owner.pk, "remark": "逐户走访并当日反馈结果", "due_at": "2026-03-02T18:00:00+08:00"}
        assert supervisor.post(f"{path}give-task/", task).status == 200
    theirs = {task["owner"]["id"]: task["id"] for task in supervisor.get(path).json["tasks"]}
    assert [task["id"] for task in town.get(path).json["tasks"]] == [theirs[cast.township.pk]]
    done = {"remark": "已走访四十户，均无异常"}
    assert town.post(f"{path}finish-task/", done | {"task": theirs[cast.other_township.pk]}).status == 400
    assert town.post(f"{path}finish-task/", done | {"task": theirs[cast.township.pk]}).status == 200
    assert worker.get(path).status == 404

    assert build_surge_days(at=local("2026-03-02 17:30")) == 1
    day, desk.moment = f"{path}days/2026-03-02/", local("2026-03-02 17:30")
    assert supervisor.get(path).json["days"] == ["2026-03-02"]
    assert (len(supervisor.get(day).json["papers"]), len(town.get(day).json["papers"])) == (3, 2)
    assert supervisor.get(f"{path}days/2026-03-03/").status == supervisor.get(f"{path}days/today/").status == 404
    assert supervisor.get(f"{path}closing/").status == 404
    for caller, product, ending, status in (
        (supervisor, "assessment", "pdf", 200),
        (town, "bulletin", "docx", 200),
        (town, "assessment", "pdf", 404),
        (supervisor, "bulletin", "xlsx", 404),
    ):
        assert caller.get(f"{day}{product}/file/{ending}/").status == status
    assert leader.post(f"{path}end/", {"remark": "形势平稳"}).json["is_open"] is False
    closing = supervisor.get(f"{path}closing/")
    assert closing.json["papers"][0]["blocks"]
    assert supervisor.get(f"{path}closing/file/docx/").status == 200
    assert town.get(f"{path}closing/").status == town.get(f"{path}closing/file/docx/").status == 404
    steps = [step["verb"] for step in supervisor.get(f"{path}timeline/").json]
    assert steps[:4] == ["propose_surge", "approve_surge", "extend_surge", "approve_extension"]
    assert [row["id"] for row in town.get("surges/?status=ended").json["results"]] == [asked.json["id"]]
    assert town.get("surges/?status=active").json["results"] == []
