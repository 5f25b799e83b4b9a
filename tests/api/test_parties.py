"""What is shown of people, to whom, and what it costs to see more (DOMAIN.md PV-01 to PV-07; P7 in spirit)."""

from typing import Any

import pytest
from django.utils import timezone

from cases.models import Case, Incident, Party, Reveal, SentRequest
from cases.workflow import PartyData, add_party
from grid import rls
from tests.api.client import Caller
from tests.cast import Cast, case_in_mediation, report

NAME, NUMBER, PHONE, ADDRESS = "欧阳某某", "141102199001010000", "10012345678", "滨河街道东关社区3号楼2单元"
PERSON = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "address": ADDRESS}
SECRETS = (NAME, NUMBER, PHONE, ADDRESS)


def a_case(cast: Cast) -> tuple[Case, Party]:
    """A case in mediation whose applicant is somebody with everything."""
    case, _one, _other = case_in_mediation(cast)
    with cast.acting("mediator"):
        party = add_party(
            record=case, by=cast.mediator, at=timezone.now(), side="third", data=PartyData(**PERSON), notice_given=True
        )
    return case, party


def an_incident(cast: Cast) -> tuple[Incident, Party]:
    """An incident that a unit handles, with somebody in it."""
    incident = report(cast)
    desk = Caller(cast.dispatcher)
    for verb, body in (
        ("verify", {}),
        ("triage", {"path": "department"}),
        ("assign", {"lead_unit": cast.department.pk}),
    ):
        assert desk.post(f"incidents/{incident.pk}/{verb}/", body).status == 200
    with cast.acting("dispatcher"):
        party = add_party(
            record=incident, by=cast.dispatcher, at=timezone.now(), side="respondent", data=PartyData(**PERSON)
        )
    return incident, party


def shown(caller: Caller, path: str, pk: int) -> Any:
    """One party of a record as it is shown; no answer holds any of the secrets."""
    detail, listed = caller.get(path), caller.get(f"{path}parties/")
    for answer in (detail, listed, caller.get(f"parties/{pk}/")):
        assert answer.status == 200, answer
        for secret in SECRETS:
            assert secret not in answer.content.decode()
    (one,) = [party for party in listed.json if party["id"] == pk]
    assert one in detail.json["parties"]
    assert one == caller.get(f"parties/{pk}/").json
    return one


STARS = "*" * 18
ENDS = "141102**********00"
OF_CASES = {
    # Who works on the case sees the ends of the number, all others stars (PV-03).
    "mediator": ("100****5678", ENDS),
    "director": ("100****5678", ENDS),
    "dispatcher": ("100****5678", STARS),
    "clerk": ("100****5678", STARS),
    "supervisor": ("100****5678", STARS),
    "city_dispatcher": ("100****5678", STARS),
}
OF_INCIDENTS = {
    # The reporter sees that somebody is involved, not how to reach them (PV-05).
    "worker": (None, None),
    "village_leader": (None, None),
    "handler": ("100****5678", ENDS),
    "dispatcher": ("100****5678", STARS),
    "clerk": ("100****5678", STARS),
    "supervisor": ("100****5678", STARS),
}


@pytest.mark.parametrize("who", OF_CASES)
def test_a_party_of_a_case_is_masked(cast: Cast, who: str) -> None:
    case, party = a_case(cast)
    one = shown(Caller(cast.users[who]), f"cases/{case.pk}/", party.pk)
    assert (one["name"], one["has_address"]) == ("欧阳**", True)
    assert (one["phone"], one["id_number"]) == OF_CASES[who]


@pytest.mark.parametrize("who", OF_INCIDENTS)
def test_a_party_of_an_incident_is_masked(cast: Cast, who: str) -> None:
    incident, party = an_incident(cast)
    one = shown(Caller(cast.users[who]), f"incidents/{incident.pk}/", party.pk)
    assert (one["name"], one["has_address"]) == ("欧阳**", True)
    assert (one["phone"], one["id_number"]) == OF_INCIDENTS[who]


def test_a_minor_has_no_name(cast: Cast) -> None:
    incident, _party = an_incident(cast)
    body = {**PERSON, "side": "third", "is_minor": True, "guardian_exception": "监护人为被申请人"}
    made = Caller(cast.dispatcher).post(f"incidents/{incident.pk}/parties/", body)
    assert (made.status, made.json["name"]) == (201, "未成年人某")
    for who in OF_INCIDENTS:
        one = shown(Caller(cast.users[who]), f"incidents/{incident.pk}/", made.json["id"])
        assert one["name"] == "未成年人某"


# -- Adding and correcting -------------------------------------------------------------------------------------------


def test_a_party_is_sealed_on_its_way_in(cast: Cast) -> None:
    case, _party = a_case(cast)
    body = {**PERSON, "name": "另一某某", "id_number": "", "side": "third", "notice_given": True}
    made = Caller(cast.mediator).post(f"cases/{case.pk}/parties/", body)
    assert made.status == 201, made
    with rls.system_scope():
        row = Party.objects.filter(pk=made.json["id"]).values().get()
    assert "另一某某".encode() not in bytes(row["name_sealed"])
    assert row["added_by_id"] == cast.mediator.pk
    assert row["case_id"] == case.pk


def test_a_guardian_is_a_party_of_the_same_record(cast: Cast) -> None:
    case, party = a_case(cast)
    incident, other = an_incident(cast)
    body = {"name": "某小某", "side": "third", "is_minor": True, "notice_given": True}
    caller = Caller(cast.mediator)
    foreign = caller.post(f"cases/{case.pk}/parties/", body | {"guardian": other.pk})
    unused = caller.post(f"cases/{case.pk}/parties/", body | {"guardian": 2**40})
    assert (foreign.status, foreign.content) == (400, unused.content)
    made = caller.post(f"cases/{case.pk}/parties/", body | {"guardian": party.pk})
    assert (made.status, made.json["guardian"]) == (201, party.pk)
    assert incident.pk


def test_correcting_needs_the_version_and_keeps_the_rest(cast: Cast) -> None:
    case, party = a_case(cast)
    caller, path = Caller(cast.mediator), f"parties/{party.pk}/"
    read = caller.get(path)
    assert caller.patch(path, {"phone": "10087654321"}).status == 428
    changed = caller.patch(path, {"phone": "10087654321"}, If_Match=read.etag)
    assert changed.status == 200, changed
    assert changed.json["phone"] == "100****4321"
    assert changed.json["id_number"] == ENDS
    stale = caller.patch(path, {"phone": "10011111111"}, If_Match=read.etag)
    assert stale.status == 412
    assert stale.json["stands"]["phone"] == "100****4321"
    assert "10087654321" not in stale.content.decode()
    assert caller.get(f"cases/{case.pk}/timeline/").json[-1]["verb"] == "correct_party"


@pytest.mark.parametrize(
    "field", ["consent", "consent_at", "case", "incident", "added_by", "uid", "name_masked", "side", "is_minor"]
)
def test_nothing_but_the_identity_can_be_corrected(cast: Cast, field: str) -> None:
    _case, party = a_case(cast)
    caller, path = Caller(cast.mediator), f"parties/{party.pk}/"
    before = caller.get(path).json
    body = {"phone": "10087654321", field: "withdrawn" if field == "consent" else 1}
    assert caller.patch(path, body, If_Match="*").status == 200
    after = caller.get(path).json
    assert {key: value for key, value in after.items() if key != "phone"} == {
        key: value for key, value in before.items() if key != "phone"
    }


def test_somebody_registered_by_mistake_is_taken_out(cast: Cast) -> None:
    incident, party = an_incident(cast)
    desk = Caller(cast.dispatcher)
    assert Caller(cast.handler).post(f"parties/{party.pk}/remove/", {"remark": "登记有误"}).status == 403
    assert desk.post(f"parties/{party.pk}/remove/", {"remark": "登记有误"}).status == 204
    assert desk.get(f"parties/{party.pk}/").status == 404
    assert desk.get(f"incidents/{incident.pk}/parties/").json == []


def test_notice_is_given_later(cast: Cast) -> None:
    case, _party = a_case(cast)
    mediator = Caller(cast.mediator)
    late = mediator.post(f"cases/{case.pk}/parties/", {"name": "某乙某", "side": "third"})
    assert (late.status, late.json["notice_given_at"]) == (201, None)
    given = mediator.post(f"parties/{late.json['id']}/give-notice/")
    assert given.status == 200
    assert given.json["notice_given_at"]
    _incident, other = an_incident(cast)
    assert Caller(cast.dispatcher).post(f"parties/{other.pk}/give-notice/").status == 403


# -- Seeing more -------------------------------------------------------------------------------------------------------


def test_a_look_costs_a_reason_and_is_logged(cast: Cast) -> None:
    _case, party = a_case(cast)
    mediator = Caller(cast.mediator)
    path = f"parties/{party.pk}/reveal/"
    assert mediator.post(path, {"field": "phone"}).status == 400
    assert mediator.post(path, {"field": "phone", "reason": "看"}).status == 409
    assert mediator.post(path, {"field": "name_sealed", "reason": "需要通知当事人"}).status == 400
    with rls.system_scope():
        assert not Reveal.objects.exists()
    seen = mediator.post(path, {"field": "phone", "reason": "需要通知当事人"}, Idempotency_Key="0" * 32)
    assert (seen.status, seen.json) == (200, {"field": "phone", "value": PHONE})
    assert seen.header("Cache-Control") == "no-store"
    with rls.system_scope():
        look = Reveal.objects.get()
    assert (look.by_id, look.field, look.party_id) == (cast.mediator.pk, "phone", party.pk)
    # Plain text is kept nowhere, not even for a resend.
    assert not SentRequest.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mediator", 200),
        ("director", 200),
        ("dispatcher", 200),
        ("clerk", 200),
        ("supervisor", 403),
        ("worker", 404),
        ("handler", 404),
        ("leader", 404),
        ("auditor", 404),
        ("system_admin", 404),
        ("stranger", 404),
    ],
)
def test_who_may_look_in_a_case(cast: Cast, who: str, status: int) -> None:
    _case, party = a_case(cast)
    answer = Caller(cast.users[who]).post(f"parties/{party.pk}/reveal/", {"field": "name", "reason": "核对身份"})
    assert answer.status == status, answer


@pytest.mark.parametrize(
    ("who", "status"),
    [("handler", 200), ("dispatcher", 200), ("worker", 403), ("village_leader", 403), ("supervisor", 403)],
)
def test_who_may_look_in_an_incident(cast: Cast, who: str, status: int) -> None:
    _incident, party = an_incident(cast)
    answer = Caller(cast.users[who]).post(f"parties/{party.pk}/reveal/", {"field": "name", "reason": "核对身份"})
    assert answer.status == status, answer


def test_the_same_person_is_found_by_exact_number_and_only_where(cast: Cast) -> None:
    case, _party = a_case(cast)
    incident, _other = an_incident(cast)
    with rls.system_scope():
        numbers = {Case.objects.get(pk=case.pk).number, incident.number}
    found = Caller(cast.dispatcher).post("parties/same-person/", {"id_number": NUMBER})
    assert {one["number"] for one in found.json} == numbers
    assert NAME not in found.content.decode()
    assert Caller(cast.dispatcher).post("parties/same-person/", {"id_number": NUMBER[:-1]}).json == []
    assert Caller(cast.stranger).post("parties/same-person/", {"id_number": NUMBER}).json == []
    assert Caller(cast.clerk).post("parties/same-person/", {"id_number": NUMBER}).status == 403


def test_there_is_no_list_of_people(cast: Cast) -> None:
    assert Caller(cast.city_dispatcher).get("parties/").status == 404
