"""Parties on pages: sealed on the way in, masked on the page, opened one by one with a reason (PV-01 to PV-08)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Party, Reveal
from grid import rls
from tests.cast import Cast, case_with_parties
from tests.reading import error_of, links, value_of, words
from tests.scene import Scene

PERSON = {
    "side": "applicant",
    "kind": "person",
    "name": "李某某",
    "phone": "10098765432",
    "id_number": "141102198802021230",
    "address": "滨河街道东关社区五号楼",
}


def parties(**where: Any) -> list[Party]:
    with rls.system_scope():
        return list(Party.objects.filter(**where).order_by("pk"))


def looks() -> list[Reveal]:
    with rls.system_scope():
        return list(Reveal.objects.order_by("pk"))


def test_a_party_of_an_incident_is_sealed_and_masked(scene: Scene, signed_in: Any) -> None:
    incident, client = scene.incidents["plain"], signed_in("clerk")
    url = reverse("cases:party-add", args=[incident.pk])
    assert url in links(client.get(reverse("cases:incident-detail", args=[incident.pk])))
    answer = client.post(url, PERSON, follow=True)
    page = words(answer)
    assert "身份信息已加密保存" in page
    assert "李**" in page
    assert "100****5432" in page
    for secret in ("李某某", PERSON["phone"], PERSON["id_number"], PERSON["address"]):
        assert secret not in answer.text
    (party,) = parties(incident=incident)
    assert PERSON["name"].encode() not in bytes(party.name_sealed)


def test_a_bad_party_keeps_what_was_typed_and_names_the_input(scene: Scene, signed_in: Any) -> None:
    url = reverse("cases:party-add", args=[scene.incidents["plain"].pk])
    answer = signed_in("clerk").post(url, {**PERSON, "name": ""})
    assert answer.status_code == 422
    assert error_of(answer, "name")
    assert value_of(answer, "phone") == PERSON["phone"]
    assert parties(incident=scene.incidents["plain"]) == []
    answer = signed_in("clerk").post(url, PERSON | {"phone": "没有电话"})
    assert answer.status_code == 422
    assert "请填写电话号码" in words(answer)


def test_the_same_person_is_registered_once(scene: Scene, signed_in: Any) -> None:
    url, client = reverse("cases:party-add", args=[scene.incidents["plain"].pk]), signed_in("clerk")
    assert client.post(url, PERSON).status_code == 302
    answer = client.post(url, PERSON)
    assert answer.status_code == 422
    assert "该当事人已登记" in words(answer)
    assert len(parties(incident=scene.incidents["plain"])) == 1


def test_a_case_wants_the_notice_of_rights_first(signed_in: Any, cast: Cast) -> None:
    case, _first, _second = case_with_parties(cast, at=timezone.now() - timedelta(hours=1))
    url, client = reverse("mediation:party-add", args=[case.pk]), signed_in("director")
    given = {**PERSON, "id_number": "141102197003031230"}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "请先告知当事人权利义务" in error_of(answer, "notice_given")
    assert client.post(url, {**given, "notice_given": "on"}).status_code == 302
    assert len(parties(case=case)) == 3


def test_a_minor_needs_a_guardian(signed_in: Any, cast: Cast) -> None:
    case, guardian, _second = case_with_parties(cast, at=timezone.now() - timedelta(hours=1))
    url, client = reverse("mediation:party-add", args=[case.pk]), signed_in("director")
    child = {**PERSON, "side": "third", "name": "王某某", "notice_given": "on", "is_minor": "on"}
    answer = client.post(url, child)
    assert answer.status_code == 422
    assert "须登记监护人" in words(answer)
    assert client.post(url, {**child, "guardian": guardian.pk}).status_code == 302
    page = words(client.get(reverse("mediation:case-detail", args=[case.pk]), {"tab": "parties"}))
    assert "未成年人某" in page
    assert "王" not in page.split("未成年人某", 1)[1][:40]


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("leader", 404), ("stranger", 404), ("worker", 200)])
def test_whoever_has_no_part_in_it_adds_nobody(scene: Scene, signed_in: Any, who: str, status: int) -> None:
    url = reverse("cases:party-add", args=[scene.incidents["plain"].pk])
    assert signed_in(who).get(url).status_code == status


# -- One look -------------------------------------------------------------------------------------------------------


def reveal(party: Party, field: str = "phone") -> str:
    return reverse("cases:party-reveal", args=[party.pk, field])


def test_a_field_is_shown_once_with_a_reason_and_logged(scene: Scene, signed_in: Any, cast: Cast) -> None:
    assert scene.party is not None
    client = signed_in("clerk")
    asked = client.get(reveal(scene.party))
    assert "10012345678" not in asked.text
    shown = client.post(reveal(scene.party), {"reason": "电话核实上门时间"})
    assert "10012345678" in words(shown)
    assert "no-store" in shown["Cache-Control"]
    (look,) = looks()
    assert (look.by_id, look.field, look.reason, look.incident_id) == (
        cast.clerk.pk,
        "phone",
        "电话核实上门时间",
        scene.incidents["long"].pk,
    )
    assert "10012345678" not in client.get(reveal(scene.party)).text, "the next look needs a reason again"


@pytest.mark.parametrize("reason", ["", "看"])
def test_without_a_reason_nothing_is_shown_and_nothing_logged(scene: Scene, signed_in: Any, reason: str) -> None:
    assert scene.party is not None
    answer = signed_in("clerk").post(reveal(scene.party), {"reason": reason})
    assert answer.status_code == 422
    assert error_of(answer, "reason")
    assert "10012345678" not in answer.text
    assert looks() == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("supervisor", 403), ("village_leader", 403), ("worker", 403), ("stranger", 404), ("auditor", 404)],
)
def test_those_who_do_not_work_on_it_see_masks_alone(scene: Scene, signed_in: Any, who: str, status: int) -> None:
    assert scene.party is not None
    client = signed_in(who)
    assert client.get(reveal(scene.party)).status_code == status
    assert client.post(reveal(scene.party), {"reason": "想看一看电话"}).status_code == status
    assert looks() == []
    if status == 403:
        page = client.get(reverse("cases:incident-detail", args=[scene.incidents["long"].pk]))
        assert "100****5678" in words(page)
        assert "/reveal/" not in page.text


def test_there_is_no_field_but_the_sealed_ones(scene: Scene, signed_in: Any) -> None:
    assert scene.party is not None
    assert signed_in("clerk").get(reveal(scene.party, "uid")).status_code == 404


def test_a_look_opens_in_a_dialog(scene: Scene, signed_in: Any) -> None:
    assert scene.party is not None
    part = signed_in("clerk").post(reveal(scene.party), {"reason": "电话核实上门时间"}, headers={"HX-Request": "true"})
    assert "10012345678" in part.text
    assert "<html" not in part.text


# -- Putting right, telling, removing -------------------------------------------------------------------------


def test_a_wrong_phone_is_put_right_and_the_rest_stays(scene: Scene, signed_in: Any) -> None:
    assert scene.party is not None
    client = signed_in("clerk")
    answer = client.post(reverse("cases:party-correct", args=[scene.party.pk]), {"phone": "10000000001"}, follow=True)
    assert "100****0001" in words(answer)
    assert "欧阳**" in words(answer)
    nothing = client.post(reverse("cases:party-correct", args=[scene.party.pk]), {})
    assert nothing.status_code == 422
    assert "内容没有变化" in words(nothing)


def test_somebody_registered_by_mistake_is_removed_for_good(scene: Scene, signed_in: Any) -> None:
    assert scene.party is not None
    client, url = signed_in("clerk"), reverse("cases:party-remove", args=[scene.party.pk])
    assert client.post(url, {"remark": "登记错人"}).status_code == 422
    answer = client.post(url, {"remark": "登记错人", "sure": "on"}, follow=True)
    assert "其信息已删除" in words(answer)
    assert parties(incident=scene.incidents["long"]) == []
    assert signed_in("supervisor").get(url).status_code == 404


def test_a_respondent_is_told_later(signed_in: Any, cast: Cast) -> None:
    case, _first, _second = case_with_parties(cast, at=timezone.now() - timedelta(hours=1))
    client = signed_in("director")
    other = {**PERSON, "side": "third", "id_number": "141102197003031230"}
    client.post(reverse("mediation:party-add", args=[case.pk]), other)
    party = parties(case=case)[-1]
    assert party.notice_given_at is None
    page = client.get(reverse("mediation:case-detail", args=[case.pk]), {"tab": "parties"})
    assert reverse("cases:party-notice", args=[party.pk]) in page.text
    assert client.post(reverse("cases:party-notice", args=[party.pk])).status_code == 302
    assert parties(case=case)[-1].notice_given_at is not None


def test_notice_belongs_to_cases_alone(scene: Scene, signed_in: Any) -> None:
    assert scene.party is not None
    assert signed_in("clerk").post(reverse("cases:party-notice", args=[scene.party.pk])).status_code == 404


# -- The same person in two matters ---------------------------------------------------------------------------------


def test_a_dispatcher_learns_that_a_person_has_an_open_matter_and_no_more(
    scene: Scene, signed_in: Any, cast: Cast
) -> None:
    url, client = reverse("cases:person-check"), signed_in("dispatcher")
    page = words(client.post(url, {"id_number": "141102199001011230"}))
    assert scene.incidents["long"].number in page
    assert "欧阳" not in page
    assert [look.field for look in looks()] == ["conflict"]
    none = words(client.post(url, {"id_number": "141102199001011231"}))
    assert "没有在办事项" in none
    for part in ("1411021990", ""):
        assert scene.incidents["long"].number not in words(client.post(url, {"id_number": part}))


def test_the_check_is_the_dispatchers_alone(signed_in: Any, cast: Cast) -> None:
    for who in ("clerk", "supervisor", "mediator", "worker"):
        assert signed_in(who).get(reverse("cases:person-check")).status_code == 403
