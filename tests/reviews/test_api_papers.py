"""Papers and suggestions over the API: the same life as on the pages, from the same tables and the same snapshot."""

from typing import Any

import pytest

from grid import rls
from mediation.reviews.models import Paper, Suggestion
from mediation.reviews.outline import plain
from mediation.reviews.quoting import Quoter
from mediation.reviews.workflow import as_object
from tests.api.client import Caller
from tests.cast import Cast
from tests.reviews.desk import CAUSES, Desk


@pytest.fixture
def office(cast: Cast) -> Desk:
    """A desk outside any scope, with an organ that issues."""
    desk = Desk(cast)
    with rls.system_scope():
        desk.organ(cast.county)
    return desk


def caller(desk: Desk, who: str) -> Caller:
    return Caller(desk.cast.users[who])


def verbs(answer: Any) -> set[str]:
    return {move["verb"] for move in answer.json["allowed_moves"]}


def quoted(part: Any) -> list[tuple[str, str]]:
    """Every figure in an outline as JSON."""
    if isinstance(part, list):
        return [found for one in part for found in quoted(one)]
    if not isinstance(part, dict):
        return []
    if part.get("is") == "figure":
        return [(part["ref"], part["text"])]
    return [found for one in part.values() for found in quoted(one)]


def test_a_paper_lives_from_draft_to_issue_over_the_api(office: Desk) -> None:
    with rls.system_scope():
        review = office.review()
        office.recipient("county", "monthly", to_unit=office.cast.township)
    supervisor, leader = caller(office, "supervisor"), caller(office, "leader")
    before = supervisor.get(f"reviews/{review.pk}/")
    assert (before.json["paper"], verbs(before)) == (None, {"draft_paper"})
    assert caller(office, "clerk").post(f"reviews/{review.pk}/draft/").status == 403
    drafted = supervisor.post(before.json["allowed_moves"][0]["address"])
    assert (drafted.status, drafted.json["status"]) == (201, "drafted")
    path = f"papers/{drafted.json['id']}/"
    assert supervisor.get(f"reviews/{review.pk}/").json["paper"]["id"] == drafted.json["id"]

    read = supervisor.get(path)
    assert read.etag == drafted.etag
    causes = next(one for one in read.json["sections"] if one["key"] == "causes")
    assert (causes["is_required"], causes["written"]) == (True, "")
    edit = {"section": "causes", "written": "受季节影响，{nosuch}件", "base": causes["version"]}
    unknown = supervisor.post(f"{path}edit-section/", edit)
    assert unknown.status == 409
    assert "{nosuch}" in unknown.json["errors"]["written"][0]
    edit["written"] = CAUSES + "，约9999件"
    edited = supervisor.post(f"{path}edit-section/", edit, If_Match=read.etag)
    assert edited.status == 200, edited
    stale = supervisor.post(f"{path}submit/", If_Match=read.etag)
    assert stale.status == 412
    assert (stale.json["yours"]["status"], stale.json["stands"]["last_event"]["verb"]) == ("drafted", "edit_section")
    assert supervisor.post(f"{path}edit-section/", edit).json["errors"].keys() == {"written"}
    assert supervisor.get(path).json["hand_typed"] == {causes["heading"]: ["9999"]}

    assert supervisor.post(f"{path}submit/").status == 200
    assert supervisor.post(f"{path}check/").status == 403
    assert leader.post(f"{path}return/", {"remark": "请补充原因分析"}).json["status"] == "drafted"
    supervisor.post(f"{path}submit/")
    assert leader.post(f"{path}check/").status == 409
    assert verbs(leader.post(f"{path}check/", {"confirmed": True})) >= {"issue_paper", "return_paper"}
    issued = leader.post(f"{path}issue/")
    assert (issued.status, issued.json["is_open"]) == (200, False), issued

    whole = leader.get(path).json
    assert whole["number"] == whole["outline"]["number"] != ""
    assert [row["name"] for row in whole["waiting"]] == [office.cast.township.name]
    kept = supervisor.get("reviews/rhythm/?year=2026").json
    monthly = next(row for row in kept["kinds"] if row["kind"] == "monthly")
    assert (kept["unit"]["id"], monthly["built"], monthly["issued"]) == (office.cast.county.pk, 1, 1)
    assert [period["start"] for period in monthly["slow"]] == ["2026-02-01"]
    assert supervisor.get("reviews/rhythm/?year=12").status == 400
    assert supervisor.get(f"reviews/rhythm/?unit={office.cast.other_county.pk}").status == 404
    steps = [step["verb"] for step in supervisor.get(f"{path}timeline/").json]
    assert steps[:3] == ["draft_paper", "edit_section", "submit_paper"]
    assert steps[-1] == "issue_paper"
    assert supervisor.get(f"{path}timeline/").json[3]["words"] == "请补充原因分析"


def test_every_number_of_an_issued_paper_is_the_snapshot_s_in_every_form(office: Desk) -> None:
    with rls.system_scope():
        paper = office.issued()
    supervisor = caller(office, "supervisor")
    read = supervisor.get(f"papers/{paper.pk}/").json
    with rls.system_scope():
        assert read["figures"] == as_object(paper.review)
    quoter, found = Quoter(read["figures"]), quoted(read["outline"])
    assert len(found) > 20
    assert [plain(quoter(ref)) for ref, _text in found] == [text for _ref, text in found]
    for of in (f"papers/{paper.pk}", f"reviews/{paper.review_id}"):
        for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
            file = supervisor.get(f"{of}/file/{ending}/")
            assert (file.status, file.content[: len(begins)]) == (200, begins)
            assert file.header("Content-Disposition").endswith(f".{ending}")
        assert supervisor.get(f"{of}/file/html/").status == 404
    # Nothing of the desk's invented figures was ever recorded, so all of it would come out differently.
    differs = {
        row["measure"]: row for row in supervisor.get(f"papers/{paper.pk}/differences/").json if not row["place"]
    }
    assert (differs["reported_valid"]["issued"], differs["reported_valid"]["now"]) == ("84", "0")
    asked = supervisor.post(f"papers/{paper.pk}/correct/", {"remark": "核实后发现重复计入"})
    assert asked.status == 200
    assert supervisor.get(f"papers/{paper.pk}/").json["correction"]["built_at"] is None
    (version,) = read["versions"]
    assert (version["paper"], version["number"]) == (paper.pk, paper.number)


def test_an_addressed_unit_reads_acknowledges_and_sees_its_own_receipt_alone(office: Desk) -> None:
    with rls.system_scope():
        for unit in ("township", "other_township"):
            office.recipient("county", "monthly", to_unit=office.cast.units[unit])
        paper = office.issued()
    town, supervisor, path = caller(office, "town_dispatcher"), caller(office, "supervisor"), f"papers/{paper.pk}/"
    assert town.get("papers/?received=true").json["results"][0]["id"] == paper.pk
    assert supervisor.get("papers/?received=true").json["results"] == []
    read = town.get(path)
    assert verbs(read) == {"acknowledge_receipt"}
    assert [row["acknowledged_at"] for row in read.json["receipts"]] == [None]
    assert (read.json["waiting"], read.json["sections"], town.get(f"{path}timeline/").json) == ([], [], [])
    assert town.get(f"{path}differences/").status == 404
    assert town.post(f"{path}acknowledge-receipt/").status == 200
    assert town.post(f"{path}acknowledge-receipt/").status == 409
    there = supervisor.get(path).json
    assert [(row["of_unit"]["id"], bool(row["acknowledged_at"])) for row in there["receipts"]] == [
        (office.cast.township.pk, True)
    ]
    assert [row["id"] for row in there["waiting"]] == [office.cast.other_township.pk]
    assert caller(office, "worker").get(path).status == 404


def test_objections_are_picked_and_answered(office: Desk) -> None:
    with rls.system_scope():
        office.recipient("county", "bimonthly", to_unit=office.cast.township)
        paper = office.checked(office.review("bimonthly", "2026-01-01"))
    supervisor, town, path = caller(office, "supervisor"), caller(office, "town_dispatcher"), f"papers/{paper.pk}/"
    assert "until" in supervisor.post(f"{path}open-objections/", {"until": "2020-01-01"}).json["errors"]
    assert supervisor.post(f"{path}open-objections/", {"until": "2099-01-01"}).status == 200
    assert town.post(f"{path}object/", {"remark": "本街道数据有误，请复核"}).status == 200
    (offered,) = supervisor.get(f"{path}choices/answer_objection/objection/").json
    assert offered["label"] == "本街道数据有误，请复核"
    assert town.get(f"{path}choices/answer_objection/objection/").status == 403
    assert supervisor.post(f"{path}answer-objection/", {"objection": 10**9, "remark": "不采纳"}).status == 400
    answer = {"objection": offered["id"], "remark": "经复核无误", "adopted": False}
    assert supervisor.post(f"{path}answer-objection/", answer).status == 200
    (kept,) = town.get(path).json["objections"]
    assert (kept["answer"], kept["adopted"]) == ("经复核无误", False)


def test_a_suggestion_is_accepted_with_an_owner_and_a_day_and_its_result_reported(office: Desk) -> None:
    with rls.system_scope():
        paper = office.draft(office.review())
        drafted = Suggestion.objects.filter(review=paper.review_id).order_by("pk").first()
    supervisor = caller(office, "supervisor")
    rows = supervisor.get(f"suggestions/?review={paper.review_id}&status=proposed").json["results"]
    assert drafted is not None
    assert drafted.pk in {row["id"] for row in rows}
    path = f"suggestions/{drafted.pk}/"
    read = supervisor.get(path)
    assert verbs(read) == {"accept_suggestion", "decline_suggestion"}
    owners = {row["id"] for row in supervisor.get(f"{path}choices/accept_suggestion/owner/").json}
    assert str(office.cast.township.pk) in owners
    body = {"owner": office.cast.township.pk, "due_on": "2099-12-31"}
    assert supervisor.post(f"{path}accept/", body | {"owner": office.cast.other_county.pk}).status == 400
    accepted = supervisor.post(f"{path}accept/", body, If_Match=read.etag)
    assert (accepted.status, verbs(accepted)) == (200, {"complete_suggestion"})
    town = caller(office, "town_dispatcher").get("suggestions/?owed=true").json["results"]
    assert [(row["id"], row["due_on"]) for row in town] == [(drafted.pk, "2099-12-31")]
    done = supervisor.post(f"{path}complete/", {"remark": "已组织排查三次"})
    assert done.json["status"] == "done"
    assert [step["words"] for step in supervisor.get(f"{path}timeline/").json][-1] == "已组织排查三次"


def test_a_keeper_says_who_issues_and_who_gets_papers(office: Desk) -> None:
    cast, supervisor = office.cast, caller(office, "supervisor")
    organ = {"unit": cast.county.pk, "name": "离石区综治中心", "code": "离综治"}
    assert caller(office, "clerk").post("organs/", organ).status == 403
    assert supervisor.post("organs/", organ | {"unit": cast.city.pk}).status == 400
    assert supervisor.post("organs/", organ | {"code": "离6"}).json["errors"].keys() == {"code"}
    assert supervisor.post("organs/", organ).json["code"] == "离综治"
    assert [row["name"] for row in supervisor.get(f"organs/?unit={cast.county.code}").json["results"]] == [
        organ["name"]
    ]
    body = {"unit": cast.county.pk, "kind": "monthly"}
    assert supervisor.post("recipients/", body).json["errors"].keys() == {"to_unit"}
    made = supervisor.post("recipients/", body | {"to_unit": cast.township.pk})
    assert (made.status, made.json["to_unit"]["id"], made.json["until"]) == (201, cast.township.pk, None)
    path = f"recipients/{made.json['id']}/"
    assert caller(office, "clerk").get(path).status == 404
    assert caller(office, "strange_supervisor").get(path).status == 404
    assert supervisor.post(f"{path}end/").json["until"] is not None
    assert supervisor.get("recipients/?kind=monthly&current=true").json["results"] == []


def test_nobody_edits_by_another_door_than_a_verb(office: Desk) -> None:
    with rls.system_scope():
        paper = office.draft(office.review())
    supervisor = caller(office, "supervisor")
    assert supervisor.post("papers/", {"status": "issued"}).status == 405
    assert supervisor.patch(f"papers/{paper.pk}/", {"status": "issued"}).status == 405
    assert supervisor.delete(f"papers/{paper.pk}/").status == 405
    with rls.system_scope():
        assert Paper.objects.get(pk=paper.pk).status == "drafted"
