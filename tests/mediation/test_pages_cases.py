"""The mediator's desk: lists, registration, parties and their will, sessions, agreement, performance, what follows."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Party
from grid import rls
from mediation.models import Agreement, Confirmation, FollowUp, Performance, Session
from tests.cast import Cast, case_in_mediation, case_with_parties
from tests.reading import error_of, forms, links, value_of, words
from tests.scene import Scene

LIST = "/cases/"


def at(name: str, *arguments: Any) -> str:
    return reverse(f"mediation:{name}", args=arguments)


def now_of(case: Case) -> Case:
    with rls.system_scope():
        return Case.objects.get(pk=case.pk)


def rows(model: Any, **where: Any) -> list[Any]:
    with rls.system_scope():
        return list(model.objects.filter(**where).order_by("pk"))


def minute(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def listed(answer: Any, cases: dict[str, Case]) -> set[str]:
    return {name for name, case in cases.items() if at("case-detail", case.pk) in links(answer)}


IN_QUEUE = {
    ("director", "accept"): {"registered"},
    ("director", "finish"): {"terminated"},
    ("director", "overdue"): {"late", "performing"},
    ("mediator", "new"): {"late"},
    ("mediator", "mediating"): {"mediating"},
    ("mediator", "performing"): {"performing"},
    ("mediator", "today"): {"mediating"},
    ("mediator", "overdue"): {"late", "performing"},
    ("dispatcher", "unassigned"): {"opened"},
    ("supervisor", "registered"): {"registered"},
    ("supervisor", "overdue"): {"late", "performing"},
}


@pytest.mark.parametrize(("who", "queue"), sorted(IN_QUEUE))
def test_a_queue_lists_what_waits_there(scene: Scene, signed_in: Any, who: str, queue: str) -> None:
    # A session three hours from now may fall on the next day; then nothing is on today.
    with rls.system_scope():
        Session.objects.filter(state="planned", case=scene.cases["mediating"]).update(planned_for=timezone.now())
    page = signed_in(who).get(LIST, {"queue": queue})
    assert listed(page, scene.cases) == IN_QUEUE[who, queue]


def test_strangers_find_an_empty_desk(scene: Scene, signed_in: Any) -> None:
    for who in ("stranger", "strange_mediator", "strange_director"):
        page = signed_in(who).get(LIST, {"queue": "all"})
        assert listed(page, scene.cases) == set()


@pytest.mark.parametrize("who", ["worker", "village_leader", "auditor", "system_admin"])
def test_other_roles_are_kept_out(signed_in: Any, who: str) -> None:
    assert signed_in(who).get(LIST).status_code == 403


def test_a_case_is_found_by_its_file_number(scene: Scene, signed_in: Any) -> None:
    case = now_of(scene.cases["closed"])
    page = signed_in("dispatcher").get(LIST, {"number": case.file_number})
    assert listed(page, scene.cases) == {"closed"}


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("mediator", "mediating", 200),
        ("second_mediator", "mediating", 200),
        ("director", "mediating", 200),
        ("dispatcher", "mediating", 200),
        ("supervisor", "mediating", 200),
        ("strange_mediator", "mediating", 404),
        ("strange_director", "mediating", 404),
        ("stranger", "mediating", 404),
        ("handler", "mediating", 404),
        ("leader", "mediating", 404),
        ("worker", "opened", 404),
    ],
)
def test_a_case_opens_for_those_it_concerns(scene: Scene, signed_in: Any, who: str, name: str, status: int) -> None:
    assert signed_in(who).get(at("case-detail", scene.cases[name].pk)).status_code == status


def test_the_stage_bar_says_where_it_stands(scene: Scene, signed_in: Any) -> None:
    client = signed_in("director")
    for name, said in (("registered", "登记"), ("mediating", "调处"), ("performing", "履行")):
        page = client.get(at("case-detail", scene.cases[name].pk)).text
        assert f'<li class="now" aria-current="step">{said}' in page, name
    page = client.get(at("case-detail", scene.cases["terminated"].pk)).text
    assert '<li class="stopped" aria-current="step">' in page


def test_what_stands_in_the_way_is_said_beforehand(scene: Scene, signed_in: Any) -> None:
    page = words(signed_in("dispatcher").get(at("case-detail", scene.cases["opened"].pk)))
    assert "尚未指定调委会" in page
    assert "受理前须登记申请人和被申请人" in page


# -- Registration ---------------------------------------------------------------------------------------------------


def dispute(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "source": "walk_in",
        "category": "0116",
        "place": cast.village.pk,
        "description": "借款三万元到期未还，双方来中心请求调解",
        "committee": cast.committee.unit.pk,
        **more,
    }


@pytest.mark.parametrize("who", ["clerk", "dispatcher", "director", "mediator"])
def test_a_dispute_is_registered_and_leads_to_its_parties(signed_in: Any, cast: Cast, who: str) -> None:
    place = cast.township if who in ("director", "mediator") else cast.village
    answer = signed_in(who).post(at("case-register"), dispute(cast, place=place.pk))
    (case,) = rows(Case)
    assert answer.url == f"{at('case-detail', case.pk)}?tab=parties"
    assert (case.category_id, case.committee_id, case.unit_id) == ("0116", cast.committee.unit.pk, place.pk)


def test_registering_twice_is_once(signed_in: Any, cast: Cast) -> None:
    client, once = signed_in("clerk"), dispute(cast)
    assert client.post(at("case-register"), once).url == client.post(at("case-register"), once).url
    assert len(rows(Case)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"description": "太短"}, "description"),
        ({"category": "0201"}, "category"),
        ({"source": "court_referral", "court_reference": ""}, "court_reference"),
        ({"place": ""}, "place"),
    ],
)
def test_a_bad_registration_keeps_what_was_typed_and_names_the_input(
    signed_in: Any, cast: Cast, wrong: dict[str, str], field: str
) -> None:
    given = dispute(cast, people_count="7", **wrong)
    answer = signed_in("clerk").post(at("case-register"), given)
    assert answer.status_code == 422
    assert value_of(answer, "people_count") == "7"
    assert given["description"] in answer.text
    at_fault = answer.text.split(f'name="{field}"', 1)[0].rsplit('class="field', 1)[1]
    assert at_fault.startswith(" bad"), field
    assert rows(Case) == []


def test_a_committee_is_found_by_typing(signed_in: Any, cast: Cast) -> None:
    given = {**dispute(cast, committee=""), "committee_q": "滨河街道", "find": "committee"}
    answer = signed_in("clerk").post(at("case-register"), given)
    assert f'name="committee" value="{cast.committee.unit.pk}"' in answer.text
    assert given["description"] in answer.text


@pytest.mark.parametrize("who", ["supervisor", "handler", "worker", "leader"])
def test_others_do_not_register(signed_in: Any, cast: Cast, who: str) -> None:
    assert signed_in(who).post(at("case-register"), dispute(cast)).status_code == 403
    assert rows(Case) == []


def test_an_incident_becomes_a_case(scene: Scene, signed_in: Any, cast: Cast) -> None:
    incident, client = scene.incidents["triaged"], signed_in("dispatcher")
    url = reverse("cases:incident-open-case", args=[incident.pk])
    assert url in links(client.get(reverse("cases:incident-detail", args=[incident.pk])))
    answer = client.post(url, {"committee": cast.committee.unit.pk})
    (case,) = rows(Case, incident=incident)
    assert answer.url == at("case-detail", case.pk)
    assert case.committee_id == cast.committee.unit.pk
    assert client.post(url, {}).status_code == 409
    assert signed_in("stranger").get(url).status_code == 404
    assert signed_in("clerk").get(url).status_code == 403, "not the clerk's, whatever it has become"


def test_only_the_dispatcher_opens_a_case(scene: Scene, signed_in: Any) -> None:
    url = reverse("cases:incident-open-case", args=[scene.incidents["triaged"].pk])
    assert signed_in("clerk").post(url).status_code == 403


# -- Consent --------------------------------------------------------------------------------------------------------


def test_a_refusal_stops_mediation_and_says_so(signed_in: Any, cast: Cast) -> None:
    case, _first, second = case_in_mediation(cast, at=timezone.now() - timedelta(hours=3))
    client = signed_in("mediator")
    url = at("party-consent", case.pk, second.pk)
    assert url in forms(client.get(at("case-detail", case.pk), {"tab": "parties"}))
    assert client.post(url, {"consent": "withdrawn"}).status_code == 302
    page = words(client.get(at("case-detail", case.pk)))
    assert "不得继续调解" in page
    refused = client.post(at("session-add", case.pk), session(cast))
    assert refused.status_code == 422
    assert "不得继续调解" in words(refused)


@pytest.mark.parametrize("consent", ["", "perhaps"])
def test_a_will_must_be_one_of_those_known(signed_in: Any, cast: Cast, consent: str) -> None:
    case, first, _second = case_with_parties(cast, at=timezone.now() - timedelta(hours=3))
    answer = signed_in("director").post(at("party-consent", case.pk, first.pk), {"consent": consent})
    assert answer.status_code == 409
    assert "请选择当事人的意愿" in words(answer)


def test_consent_is_recorded_by_those_who_may(signed_in: Any, cast: Cast) -> None:
    case, first, _second = case_with_parties(cast, at=timezone.now() - timedelta(hours=3))
    url = at("party-consent", case.pk, first.pk)
    assert signed_in("supervisor").post(url, {"consent": "withdrawn"}).status_code == 403
    assert signed_in("stranger").post(url, {"consent": "withdrawn"}).status_code == 404
    (party,) = rows(Party, pk=first.pk)
    assert party.consent == "given"


# -- Sessions -------------------------------------------------------------------------------------------------------


def session(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "planned_for": minute(timezone.now() + timedelta(days=1)),
        "venue": "滨河街道调解室",
        "session_form": "joint",
        **more,
    }


def test_the_first_session_begins_mediation(signed_in: Any, cast: Cast) -> None:
    case, _a, _b = case_in_mediation(cast, at=timezone.now() - timedelta(hours=3))
    client, once = signed_in("mediator"), session(cast)
    assert client.post(at("session-add", case.pk), once).url == f"{at('case-detail', case.pk)}?tab=sessions"
    assert client.post(at("session-add", case.pk), once).status_code == 302
    assert len(rows(Session, case=case)) == 1, "twice is once"
    assert now_of(case).status == "mediating"
    assert "滨河街道调解室" in words(client.get(at("case-detail", case.pk), {"tab": "sessions"}))


def test_a_session_without_a_place_keeps_the_time_typed(signed_in: Any, cast: Cast) -> None:
    case, _a, _b = case_in_mediation(cast, at=timezone.now() - timedelta(hours=3))
    given = session(cast, venue="")
    answer = signed_in("mediator").post(at("session-add", case.pk), given)
    assert answer.status_code == 422
    assert error_of(answer, "venue")
    assert value_of(answer, "planned_for") == given["planned_for"]


def test_no_face_to_face_where_violence_is_marked(signed_in: Any, cast: Cast) -> None:
    case, _a, _b = case_in_mediation(cast, at=timezone.now() - timedelta(hours=3))
    client = signed_in("mediator")
    flag = at("case-move", case.pk, "flag_violence")
    assert (
        client.post(flag, {"remark": "女方称曾被殴打，已告知可报警", "sure": "on", "police_told": "on"}).status_code
        == 302
    )
    page = client.get(at("session-add", case.pk))
    assert 'value="separate"' in page.text
    answer = client.post(at("session-add", case.pk), session(cast))
    assert answer.status_code == 422
    assert "不安排面对面调解" in error_of(answer, "session_form")


def test_a_session_is_held_with_its_record(scene: Scene, signed_in: Any) -> None:
    assert scene.session is not None
    case, client = scene.cases["mediating"], signed_in("mediator")
    url = at("session-hold", case.pk, scene.session.pk)
    given = {
        "began_at": minute(timezone.now() - timedelta(hours=2)),
        "minutes": "60",
        "attended": [party.pk for party in rows(Party, case=case)],
        "record": "双方就利息达成一致，愿意当场签订协议。",
        "result": "agreed",
        "agreed_points": "利息按一年期利率计算",
    }
    wrong = client.post(url, {**given, "record": ""})
    assert wrong.status_code == 422
    assert error_of(wrong, "record")
    assert "利息按一年期利率计算" in wrong.text
    assert client.post(url, given).status_code == 302
    page = words(client.get(at("case-detail", case.pk), {"tab": "sessions"}))
    assert "双方就利息达成一致" in page
    agreement = client.get(at("agreement-sign", case.pk))
    assert "利息按一年期利率计算" in agreement.text, "what was agreed at the table need not be typed again"


def test_a_session_is_cancelled(scene: Scene, signed_in: Any) -> None:
    assert scene.session is not None
    case, client = scene.cases["mediating"], signed_in("mediator")
    url = at("session-cancel", case.pk, scene.session.pk)
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert rows(Session, pk=scene.session.pk)[0].state == "cancelled"


def test_sessions_are_the_mediators_own(scene: Scene, signed_in: Any) -> None:
    assert scene.session is not None
    case = scene.cases["mediating"]
    for url in (at("session-add", case.pk), at("session-hold", case.pk, scene.session.pk)):
        assert signed_in("second_mediator").get(url).status_code == 403
        assert signed_in("supervisor").get(url).status_code == 403
        assert signed_in("strange_mediator").get(url).status_code == 404
    other = scene.cases["performing"]
    assert signed_in("mediator").get(at("session-hold", other.pk, scene.session.pk)).status_code == 404


# -- Agreement and performance --------------------------------------------------------------------------------------


def agreement(case: Case, **more: Any) -> dict[str, Any]:
    """A written agreement over two payments, signed by everybody."""
    first, second = rows(Party, case=case)[:2]
    soon = (timezone.localdate() + timedelta(days=7)).isoformat()
    return {
        "client_uuid": str(uuid.uuid4()),
        "at": minute(timezone.now()),
        "facts": "借款三万元，对本金无异议",
        "content": "分两期归还，第一期一万元，第二期二万元",
        "duty0-kind": "pay",
        "duty0-debtor": second.pk,
        "duty0-creditor": first.pk,
        "duty0-text": "第一期",
        "duty0-amount": "10000",
        "duty0-due_on": soon,
        "duty1-kind": "pay",
        "duty1-debtor": second.pk,
        "duty1-creditor": first.pk,
        "duty1-text": "第二期",
        "duty1-amount": "20000",
        "duty1-due_on": soon,
        f"signed_{first.pk}": "signature",
        f"signed_{second.pk}": "fingerprint",
        "mediator_signed": "on",
        "seal_affixed": "on",
        **more,
    }


def test_a_written_agreement_is_signed_and_performed_duty_by_duty(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["mediating"], signed_in("mediator")
    once = agreement(case)
    assert client.post(at("agreement-sign", case.pk), once).url == f"{at('case-detail', case.pk)}?tab=agreement"
    assert client.post(at("agreement-sign", case.pk), once).status_code in (302, 409)
    (made,) = rows(Agreement, case=case)
    assert (made.amount, made.form) == (30000, "written")
    page = client.get(at("case-detail", case.pk), {"tab": "agreement"})
    assert "30,000.00" in words(page)
    with rls.system_scope():
        first, second = made.obligations.order_by("pk")
    pay = {"client_uuid": str(uuid.uuid4()), "at": minute(timezone.now()), "amount": "4000", "receipt": "转账0001"}
    url = at("performance-add", case.pk, first.pk)
    assert url in links(page)
    assert client.post(url, pay).status_code == 302
    assert client.post(url, pay).status_code == 302
    assert len(rows(Performance)) == 2, "one of the scene, one of ours: twice is once"
    page = words(client.get(at("case-detail", case.pk), {"tab": "agreement"}))
    assert "4,000.00 / 10,000.00" in page
    too_much = client.post(url, {**pay, "client_uuid": str(uuid.uuid4()), "amount": "9000"})
    assert too_much.status_code == 422
    assert "不超过未履行的" in error_of(too_much, "amount")
    for duty in (first, second):
        rest = {"client_uuid": str(uuid.uuid4()), "at": minute(timezone.now()), "amount": ""}
        assert client.post(at("performance-add", case.pk, duty.pk), rest).status_code == 302
    done = now_of(case)
    assert done.status == "performed"
    assert done.resolved_at is not None
    assert "已全部履行" in words(client.get(at("case-detail", case.pk), {"tab": "agreement"}))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"mediator_signed": ""}, "缺少调解员签名"),
        ({"seal_affixed": ""}, "缺少调委会印章"),
        ({"content": ""}, "协议内容"),
        ({"duty0-text": ""}, "请填写"),
        ({"duty0-amount": "0"}, "须写明金额"),
        ({"duty1-due_on": ""}, "请填写期限，或勾选已当场履行"),
        ({"duty1-due_on": "2020-01-01"}, "履行期限不能早于协议达成之日"),
        ({"at": "2090-01-01T10:00"}, "时间不能晚于现在"),
    ],
)
def test_an_agreement_says_exactly_what_is_missing_and_keeps_the_rest(
    scene: Scene, signed_in: Any, wrong: dict[str, str], says: str
) -> None:
    case = scene.cases["mediating"]
    answer = signed_in("mediator").post(at("agreement-sign", case.pk), agreement(case, **wrong))
    assert answer.status_code == 422
    assert says in words(answer)
    assert "借款三万元，对本金无异议" in answer.text
    assert 'value="10000"' in answer.text or "duty0-amount" in wrong
    assert rows(Agreement, case=case) == []


def test_every_missing_signature_is_named_at_once(scene: Scene, signed_in: Any) -> None:
    case = scene.cases["mediating"]
    parties = rows(Party, case=case)
    unsigned = {f"signed_{party.pk}": "" for party in parties}
    answer = signed_in("mediator").post(
        at("agreement-sign", case.pk), agreement(case, **unsigned, mediator_signed="", seal_affixed="")
    )
    page = words(answer)
    for said in ("缺少当事人签名：甲**", "缺少当事人签名：乙**", "缺少调解员签名", "缺少调委会印章"):
        assert said in page


def test_an_oral_agreement_is_performed_on_the_spot(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["mediating"], signed_in("mediator")
    given = agreement(case, **{"duty1-text": "", "duty1-debtor": "", "duty1-creditor": "", "duty1-amount": ""})
    later = client.post(at("agreement-oral", case.pk), given)
    assert later.status_code == 422
    assert "应当订立书面协议" in words(later)
    assert client.post(at("agreement-oral", case.pk), {**given, "duty0-done": "on"}).status_code == 302
    assert now_of(case).status == "performed"


def test_the_agreement_is_the_mediators_own(scene: Scene, signed_in: Any) -> None:
    case = scene.cases["mediating"]
    for url in (at("agreement-sign", case.pk), at("agreement-oral", case.pk)):
        assert signed_in("director").get(url).status_code == 403
        assert signed_in("stranger").get(url).status_code == 404
        assert signed_in("mediator").get(url.replace(str(case.pk), str(scene.cases["late"].pk))).status_code == 409


# -- After ----------------------------------------------------------------------------------------------------------


def test_a_visit_is_recorded_once_per_tap(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["performing"], signed_in("mediator")
    party = rows(Party, case=case)[0]
    before = len(rows(FollowUp, case=case))
    given = {
        "client_uuid": str(uuid.uuid4()),
        "party": party.pk,
        "at": minute(timezone.now()),
        "channel": "visit",
        "findings": "已收到首期款，关系缓和",
        "satisfaction": "very_satisfied",
    }
    wrong = client.post(at("visit-add", case.pk), {**given, "findings": ""})
    assert wrong.status_code == 422
    assert error_of(wrong, "findings")
    for _tap in range(2):
        assert client.post(at("visit-add", case.pk), given).status_code == 302
    assert len(rows(FollowUp, case=case)) == before + 1
    assert "非常满意" in words(client.get(at("case-detail", case.pk), {"tab": "after"}))


def test_confirmation_is_advised_applied_for_docketed_and_decided(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["performing"], signed_in("mediator")
    page = client.get(at("case-detail", case.pk), {"tab": "after"})
    assert "天内可由双方共同申请" in words(page)
    apply = at("confirmation-apply", case.pk)
    assert apply in links(page)
    assert client.post(apply, {"at": minute(timezone.now()), "court": ""}).status_code == 422
    given = {"at": minute(timezone.now()), "court": "离石区人民法院"}
    assert client.post(apply, given).status_code == 302
    again = client.post(apply, given)
    assert again.status_code == 422
    assert len(rows(Confirmation, case=case)) == 1
    assert client.post(at("confirmation-docket", case.pk), {"court_number": "民特一号"}).status_code == 302
    assert client.post(at("confirmation-decide", case.pk), {"result": "confirmed"}).status_code == 302
    assert now_of(case).confirmation == "confirmed"
    assert "民特一号" in words(client.get(at("case-detail", case.pk), {"tab": "after"}))


def test_after_thirty_days_the_page_says_that_it_is_too_late(scene: Scene, signed_in: Any) -> None:
    case = scene.cases["performing"]
    with rls.system_scope():
        Case.objects.filter(pk=case.pk).update(confirm_apply_by=timezone.localdate() - timedelta(days=1))
    client = signed_in("mediator")
    page = client.get(at("case-detail", case.pk), {"tab": "after"})
    assert "不能再申请司法确认" in words(page)
    assert at("confirmation-apply", case.pk) not in links(page)
    late = client.post(at("confirmation-apply", case.pk), {"at": minute(timezone.now()), "court": "离石区人民法院"})
    assert late.status_code == 422
    assert "已超过司法确认申请期限" in words(late)


def test_telling_of_confirmation_is_one_tap(signed_in: Any, scene: Scene) -> None:
    case, client = scene.cases["closed"], signed_in("director")
    assert client.post(at("confirmation-advise", case.pk)).status_code == 409
    assert signed_in("supervisor").post(at("confirmation-advise", scene.cases["performing"].pk)).status_code == 403


# -- Moves of a case ------------------------------------------------------------------------------------------------


def test_a_case_is_accepted_with_a_file_number(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["registered"], signed_in("director")
    assert client.post(at("case-move", case.pk, "accept_case"), {}).status_code == 302
    assert "人调字第" in words(client.get(at("case-detail", case.pk)))


def test_mediators_of_the_committee_are_offered(scene: Scene, signed_in: Any, cast: Cast) -> None:
    client = signed_in("director")
    case = scene.cases["registered"]
    client.post(at("case-move", case.pk, "accept_case"), {})
    page = client.get(at("case-move", case.pk, "assign_mediator"))
    assert "调解员甲" in page.text
    assert "外县调解员" not in page.text
    given = {"mediator": cast.mediator.pk, "co_mediators": [cast.second_mediator.pk]}
    refused = client.post(at("case-move", case.pk, "assign_mediator"), given)
    assert refused.status_code == 422
    assert "请先核对调解员与当事人有无利害关系" in words(refused)
    assert client.post(at("case-move", case.pk, "assign_mediator"), {**given, "no_interest": "on"}).status_code == 302
    page = words(client.get(at("case-detail", case.pk)))
    assert "调解员甲" in page
    assert "调解员乙" in page


def test_ending_without_agreement_is_an_ordinary_result(scene: Scene, signed_in: Any) -> None:
    case, client = scene.cases["mediating"], signed_in("director")
    given = {"reason": "no_agreement", "remedies": ["litigation", "arbitration"], "remark": "分歧较大", "sure": "on"}
    missing = client.post(at("case-move", case.pk, "terminate_case"), {**given, "remedies": []})
    assert missing.status_code == 422
    assert error_of(missing, "remedies")
    assert client.post(at("case-move", case.pk, "terminate_case"), given).status_code == 302
    text = words(client.get(at("case-detail", case.pk), {"tab": "timeline"}))
    assert "无法达成协议" in text
    assert "已告知：仲裁、诉讼" in text or "已告知：诉讼、仲裁" in text


def test_a_case_is_handed_over_and_taken(scene: Scene, signed_in: Any, cast: Cast) -> None:
    case = scene.cases["mediating"]
    url = at("case-move", case.pk, "propose_hand_over")
    given = {"committee": cast.strange_committee.unit.pk, "remark": "当事人均住在文水县"}
    assert signed_in("director").post(url, given).status_code == 302
    other = signed_in("strange_director")
    assert listed(other.get(LIST, {"queue": "offered"}), scene.cases) == {"mediating"}
    assert other.post(at("case-move", case.pk, "accept_hand_over")).status_code == 302
    assert now_of(case).committee_id == cast.strange_committee.unit.pk
