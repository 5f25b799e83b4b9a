"""Nobody overwrites what somebody else just wrote: ETag and If-Match (FEATURES.md lesson 10)."""

from functools import partial

from cases.models import CalendarDay, Incident
from grid import rls
from tests.api.client import Caller, at_once
from tests.cast import Cast, case_in_mediation, report


def test_a_stale_verb_is_refused_with_both_values(cast: Cast) -> None:
    incident = report(cast)
    desk, other = Caller(cast.dispatcher), Caller(cast.clerk)
    read = desk.get(f"incidents/{incident.pk}/")
    assert read.etag == '"1"'
    assert other.post(f"incidents/{incident.pk}/verify/").status == 200
    refused = desk.post(f"incidents/{incident.pk}/reject/", {"reason": "not_true"}, If_Match=read.etag)
    assert refused.status == 412, refused
    body = refused.json
    assert body["yours"]["version"] == 1
    assert (body["yours"]["status"], body["yours"]["last_event"]["verb"]) == ("reported", "report_incident")
    assert body["stands"]["version"] == 2
    assert (body["stands"]["status"], body["stands"]["last_event"]["verb"]) == ("verified", "verify_incident")
    assert body["stands"]["last_event"]["by"] == cast.clerk.name
    with rls.system_scope():
        assert Incident.objects.get(pk=incident.pk).status == "verified"


def test_a_fresh_verb_passes_and_answers_the_next_version(cast: Cast) -> None:
    incident = report(cast)
    desk = Caller(cast.dispatcher)
    for tag in ('"1"', 'W/"2"', '"9", "3"', "*", ""):
        version = desk.get(f"incidents/{incident.pk}/").json["version"]
        headers = {"If_Match": tag} if tag else {}
        body = {"risk_level": "low", "remark": "双方平静"}
        answer = desk.post(f"incidents/{incident.pk}/set-risk/", body, **headers)
        assert answer.status == 200, answer
        assert answer.json["version"] == version + 1
        assert answer.etag == f'"{version + 1}"'
        assert answer.etag == desk.get(f"incidents/{incident.pk}/").etag


def test_an_invented_version_says_nothing_of_the_past(cast: Cast) -> None:
    incident = report(cast)
    for tag in ('"77"', '"x"', "nonsense", '"' + "9" * 40 + '"'):
        refused = Caller(cast.dispatcher).post(f"incidents/{incident.pk}/verify/", If_Match=tag)
        assert refused.status == 412
        assert "status" not in refused.json["yours"]


def test_whose_verb_it_is_not_learns_no_version(cast: Cast) -> None:
    incident = report(cast)
    assert Caller(cast.supervisor).post(f"incidents/{incident.pk}/verify/", If_Match='"77"').status == 403
    assert Caller(cast.stranger).post(f"incidents/{incident.pk}/verify/", If_Match='"77"').status == 404


def test_what_keeps_no_version_has_a_fingerprint(cast: Cast) -> None:
    case, _one, _other = case_in_mediation(cast)
    mediator = Caller(cast.mediator)
    body = {"planned_for": "2026-12-01T10:00:00+08:00", "venue": "第一调解室", "form": "joint"}
    session = mediator.post(f"cases/{case.pk}/sessions/", body)
    path = f"sessions/{session.json['id']}/"
    read = mediator.get(path)
    assert read.etag == session.etag
    assert mediator.post(f"{path}cancel/", If_Match=read.etag).status == 200
    assert mediator.get(path).etag != read.etag
    assert mediator.post(f"{path}cancel/", If_Match=read.etag).status == 412


def test_an_edit_needs_the_version_it_edits(cast: Cast) -> None:
    admin, path = Caller(cast.system_admin), "calendar-days/2026-01-01/"
    read = admin.get(path)
    assert admin.patch(path, {"is_workday": True}).status == 428
    assert admin.patch(path, {"is_workday": True, "name": "调休"}, If_Match=read.etag).status == 200
    stale = admin.patch(path, {"is_workday": False, "name": "元旦"}, If_Match=read.etag)
    assert stale.status == 412
    assert stale.json["stands"]["is_workday"] is True
    assert stale.json["stands"]["name"] == "调休"
    assert CalendarDay.objects.get(pk="2026-01-01").is_workday is True
    assert Caller(cast.worker).patch(path, {"is_workday": False}, If_Match="*").status == 403


def test_two_desks_with_one_version_one_wins(committed_cast: Cast) -> None:
    """Both read version 1 and act at once: one verb is done, the other hears 412 and what stands."""
    cast = committed_cast
    incident = report(cast)
    desks = [Caller(cast.dispatcher), Caller(cast.clerk)]
    verbs = [("verify", {}), ("reject", {"reason": "not_true"})]
    answers = at_once(
        [
            partial(desk.post, f"incidents/{incident.pk}/{verb}/", body, If_Match='"1"')
            for desk, (verb, body) in zip(desks, verbs, strict=True)
        ]
    )
    assert sorted(answer.status for answer in answers) == [200, 412], answers
    (stale,) = [answer for answer in answers if answer.status == 412]
    assert stale.json["stands"]["version"] == 2
    with rls.system_scope():
        assert Incident.objects.get(pk=incident.pk).version == 2
