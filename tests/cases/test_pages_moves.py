"""The one view behind every button: its form, its refusals, its dialog; and where every button leads."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Incident
from cases.moves import allowed_moves
from cases.workflow import CASE_MOVES, CASE_VERBS, INCIDENT_MOVES, INCIDENT_VERBS
from grid import rls
from grid.scope import forget_standing
from tests.cases.stage import Stage
from tests.cast import Cast, report
from tests.reading import error_of, forms, links, value_of, words
from tests.scene import Scene


def move(incident: Incident, verb: str) -> str:
    return reverse("cases:incident-move", args=[incident.pk, verb])


def status(incident: Incident) -> str:
    with rls.system_scope():
        return Incident.objects.get(pk=incident.pk).status


def test_one_tap_finds_a_report_valid(scene: Scene, signed_in: Any) -> None:
    incident = scene.incidents["plain"]
    client = signed_in("clerk")
    page = client.get(reverse("cases:incident-detail", args=[incident.pk]))
    assert move(incident, "verify_incident") in forms(page)
    answer = client.post(move(incident, "verify_incident"), follow=True)
    assert answer.redirect_chain == [(reverse("cases:incident-detail", args=[incident.pk]), 302)]
    assert f"{incident.number}：“核实有效”已记录" in words(answer)
    assert status(incident) == "verified"


def test_tapping_twice_is_once(scene: Scene, signed_in: Any) -> None:
    incident, client = scene.incidents["plain"], signed_in("clerk")
    assert client.post(move(incident, "verify_incident")).status_code == 302
    assert client.post(move(incident, "verify_incident")).status_code == 302
    with rls.system_scope():
        assert incident.events.filter(verb="verify_incident").count() == 1


def test_a_colleague_who_comes_second_is_told_how_it_stands(scene: Scene, signed_in: Any) -> None:
    incident = scene.incidents["plain"]
    signed_in("clerk").post(move(incident, "verify_incident"))
    answer = signed_in("dispatcher").post(move(incident, "verify_incident"))
    assert answer.status_code == 422
    assert "当前状态为“已核实”，不能核实有效" in words(answer)


def test_a_form_is_made_from_the_needs_of_the_move(scene: Scene, signed_in: Any) -> None:
    page = words(signed_in("clerk").get(move(scene.incidents["plain"], "return_incident")))
    for said in ("退回理由", "位置不清", "事实不清", "请补正的内容"):
        assert said in page


def test_a_bad_form_keeps_what_was_typed_and_names_the_input(scene: Scene, signed_in: Any) -> None:
    incident = scene.incidents["plain"]
    answer = signed_in("clerk").post(move(incident, "return_incident"), {"remark": "请写明楼号单元"})
    assert answer.status_code == 422
    assert error_of(answer, "reason")
    assert not error_of(answer, "remark")
    assert "请写明楼号单元" in answer.text
    assert status(incident) == "reported"


def test_what_the_verb_refuses_stands_beside_the_input(scene: Scene, signed_in: Any, cast: Cast) -> None:
    incident = scene.incidents["triaged"]
    given = {"lead_unit": cast.department.pk, "limit_on": "2020-01-01"}
    answer = signed_in("dispatcher").post(move(incident, "assign_incident"), given)
    assert answer.status_code == 422
    assert "办结时限不能早于今天" in error_of(answer, "limit_on")
    assert value_of(answer, "limit_on") == "2020-01-01"
    assert f'value="{cast.department.pk}" checked' in answer.text
    assert status(incident) == "triaged"


def test_assigning_names_lead_and_helpers(scene: Scene, signed_in: Any, cast: Cast) -> None:
    incident = scene.incidents["triaged"]
    given = {"lead_unit": cast.department.pk, "assisting": [cast.second_department.pk], "report_back": "on"}
    assert signed_in("dispatcher").post(move(incident, "assign_incident"), given).status_code == 302
    with rls.system_scope():
        now = Incident.objects.get(pk=incident.pk)
        assert (now.status, now.lead_unit_id, now.report_back) == ("assigned", cast.department.pk, True)
        assert set(now.hand_overs.values_list("to_unit_id", "kind")) == {
            (cast.department.pk, "lead"),
            (cast.second_department.pk, "assist"),
        }


def test_only_units_of_ones_own_places_are_offered_and_taken(scene: Scene, signed_in: Any, cast: Cast) -> None:
    incident, client = scene.incidents["triaged"], signed_in("dispatcher")
    page = client.get(move(incident, "assign_incident"))
    assert "离石区住房和城乡建设局" in page.text
    assert "文水县住房和城乡建设局" not in page.text
    answer = client.post(move(incident, "assign_incident"), {"lead_unit": cast.strange_department.pk})
    assert answer.status_code == 422
    assert status(incident) == "triaged"


def test_a_grave_move_asks_once_more(scene: Scene, signed_in: Any) -> None:
    incident, client = scene.incidents["long"], signed_in("clerk")
    given = {"reason": "not_true"}
    answer = client.post(move(incident, "reject_incident"), given)
    assert answer.status_code == 422
    assert "请勾选确认后再提交" in error_of(answer, "sure")
    assert status(incident) == "reported"
    done = client.post(move(incident, "reject_incident"), {**given, "sure": "on"}, follow=True)
    assert status(incident) == "rejected_invalid"
    assert move(incident, "undo_void") in links(done), "a slip can be taken back at once"
    assert client.post(move(incident, "undo_void"), {"remark": "误判，恢复核实"}).status_code == 302
    assert status(incident) == "reported"


def test_a_place_is_searched_while_typing_and_without_a_script(scene: Scene, signed_in: Any, cast: Cast) -> None:
    incident, client = scene.incidents["plain"], signed_in("clerk")
    url = move(incident, "correct_place")
    part = client.get(url, {"pick": "place", "place_q": cast.other_village.name}, headers={"HX-Request": "true"})
    assert f'name="place" value="{cast.other_village.pk}"' in part.text
    assert "<html" not in part.text
    page = client.post(url, {"find": "place", "place_q": cast.other_village.name, "remark": "门牌登记错了"})
    assert page.status_code == 200
    assert f'name="place" value="{cast.other_village.pk}"' in page.text
    assert "门牌登记错了" in page.text
    nothing = client.get(url, {"pick": "place", "place_q": cast.strange_village.name})
    assert f'value="{cast.strange_village.pk}"' not in nothing.text


def test_what_was_picked_stays_while_one_searches_on(scene: Scene, signed_in: Any, cast: Cast) -> None:
    url = move(scene.incidents["plain"], "correct_place")
    query = {"pick": "place", "place_q": "不存在的地方", "place": cast.other_village.pk}
    part = signed_in("clerk").get(url, query, headers={"HX-Request": "true"})
    assert f'value="{cast.other_village.pk}" checked' in part.text


def test_a_duplicate_is_found_by_its_number(scene: Scene, signed_in: Any) -> None:
    url, master = move(scene.incidents["long"], "merge_incident"), scene.incidents["closed"]
    part = signed_in("clerk").get(url, {"pick": "master", "master_q": master.number})
    assert f'name="master" value="{master.pk}"' in part.text


@pytest.mark.parametrize("pick", ["reason", "nothing", "category"])
def test_only_inputs_that_are_picked_can_be_searched(scene: Scene, signed_in: Any, pick: str) -> None:
    url = move(scene.incidents["plain"], "return_incident")
    assert signed_in("clerk").get(url, {"pick": pick}).status_code == 404


def test_a_dialog_is_a_part_and_goes_on_as_a_whole_page(scene: Scene, signed_in: Any) -> None:
    incident, client, part = scene.incidents["plain"], signed_in("clerk"), {"HX-Request": "true"}
    url = move(incident, "return_incident")
    opened = client.get(url, headers=part)
    assert "<html" not in opened.text
    assert url in forms(opened)
    wrong = client.post(url, {}, headers=part)
    assert wrong.status_code == 422
    assert "<html" not in wrong.text
    done = client.post(url, {"reason": "other", "remark": "请补充照片"}, headers=part)
    assert done["HX-Redirect"] == reverse("cases:incident-detail", args=[incident.pk])


def test_the_wrong_role_is_refused_and_the_stranger_finds_nothing(scene: Scene, signed_in: Any) -> None:
    url = move(scene.incidents["plain"], "verify_incident")
    for who in ("supervisor", "village_leader"):
        assert signed_in(who).get(url).status_code == 403, who
        assert signed_in(who).post(url).status_code == 403, who
    assert signed_in("worker").post(url).status_code == 403, "the reporter sees it and may not"
    for who in ("stranger", "sibling_worker", "mediator", "auditor"):
        assert signed_in(who).post(url).status_code == 404, who
    assert Client().post(url).status_code == 302
    assert status(scene.incidents["plain"]) == "reported"


@pytest.mark.parametrize(
    "verb", ["report_incident", "record_closure", "convert_incident", "recompute_limit", "nonsense"]
)
def test_verbs_that_are_no_buttons_have_no_page(scene: Scene, signed_in: Any, verb: str) -> None:
    url = move(scene.incidents["plain"], verb)
    assert signed_in("dispatcher").get(url).status_code == 404
    assert signed_in("dispatcher").post(url).status_code == 404


def test_a_form_that_does_not_fit_the_state_says_how_it_stands(scene: Scene, signed_in: Any) -> None:
    answer = signed_in("dispatcher").get(move(scene.incidents["closed"], "verify_incident"))
    assert answer.status_code == 409
    assert "当前状态为“已办结”" in words(answer)


def test_ones_own_report_is_not_inspected_by_oneself(signed_in: Any, cast: Cast) -> None:
    incident = report(cast, at=timezone.now(), by="clerk", place="village", source="walk_in")
    answer = signed_in("clerk").post(move(incident, "verify_incident"))
    assert answer.status_code == 422
    assert "不能核实自己的事件" in words(answer)
    assert status(incident) == "reported"


# -- Every button of every state --------------------------------------------------------------------------------


def doors(record: Any, name: str, user: Any) -> list[str]:
    """Addresses of the moves offered to a user."""
    table, verbs = (INCIDENT_MOVES, INCIDENT_VERBS) if name == "cases:incident-move" else (CASE_MOVES, CASE_VERBS)
    return [
        reverse(name, args=[record.pk, found.verb])
        for found in allowed_moves(record, user, table)
        if found.verb in verbs
    ]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """A record in every status, from the tests of the tables."""
    made = Stage(cast)
    with rls.system_scope():
        made.master = made.report()
    return made


def test_every_button_of_every_incident_state_opens_a_form(stage: Stage, cast: Cast, signed_in: Any) -> None:
    opened = set()
    for state in Incident.Status.values:
        with rls.system_scope():
            pk = stage.incident(state)
        for who in ("worker", "clerk", "dispatcher", "city_dispatcher", "handler", "second_handler", "supervisor"):
            opened |= _open_all(signed_in(who), cast, who, Incident, pk, "cases:incident-move", state)
    assert opened == {verb for verb, found in INCIDENT_MOVES.items() if found.is_live and verb in INCIDENT_VERBS} - {
        "grant_suspension",
        "grant_extension",
        "refuse_request",
    }, "the three that answer a request are opened in the scene"


def test_every_button_of_every_case_state_opens_a_form(stage: Stage, cast: Cast, signed_in: Any) -> None:
    opened = set()
    for state in Case.Status.values:
        with rls.system_scope():
            pk = stage.case(state)
        for who in ("clerk", "dispatcher", "director", "mediator", "supervisor"):
            opened |= _open_all(signed_in(who), cast, who, Case, pk, "mediation:case-move", state)
    offered = {verb for verb, found in CASE_MOVES.items() if found.is_live and verb in CASE_VERBS}
    waiting = {"grant_case_suspension", "grant_case_extension", "refuse_case_request", "resume_case", "unflag_violence"}
    assert opened == offered - waiting - {"accept_hand_over", "object_to_hand_over", "withdraw_hand_over"}


def _open_all(client: Any, cast: Cast, who: str, model: Any, pk: int, name: str, state: str) -> set[str]:
    user = cast.users[who]
    forget_standing(user)
    with transaction.atomic(), rls.system_scope():
        urls = doors(model._base_manager.get(pk=pk), name, user)
    for url in urls:
        assert client.get(url).status_code == 200, (who, state, url)
    return {url.split("/")[-2] for url in urls}
