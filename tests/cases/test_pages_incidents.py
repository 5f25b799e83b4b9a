"""The triage desk: queues, filters, pages of a long list, batches, and one incident with everything around it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Incident
from cases.queues import QUEUES
from cases.workflow import add_party, verify_incident
from grid import rls
from tests.cast import Cast, report
from tests.reading import forms, links, words
from tests.scene import Scene

LIST = "/incidents/"


def detail(incident: Incident) -> str:
    return reverse("cases:incident-detail", args=[incident.pk])


def numbers(answer: Any, incidents: dict[str, Incident]) -> set[str]:
    """Names of the scene's incidents that a page lists."""
    return {name for name, incident in incidents.items() if detail(incident) in links(answer)}


IN_QUEUE = {
    ("clerk", "inspect"): {"plain", "long", "solved"},
    ("dispatcher", "triage"): {"verified"},
    ("dispatcher", "assign"): {"triaged"},
    ("dispatcher", "objected"): {"objected"},
    ("dispatcher", "close"): {"handled"},
    ("supervisor", "requests"): {"working"},
    ("supervisor", "overdue"): {"late"},
    ("supervisor", "high"): {"late"},
    ("clerk", "returned"): {"returned"},
    ("handler", "sign"): {"assigned"},
    ("handler", "handling"): {"working", "late"},
    ("second_handler", "assist"): {"assigned", "objected", "working", "late", "handled"},
    ("handler", "overdue"): {"late"},
}
"""Who finds which of the scene's incidents where, written by hand."""


@pytest.mark.parametrize(("who", "queue"), sorted(IN_QUEUE))
def test_a_queue_lists_what_waits_there(scene: Scene, signed_in: Any, who: str, queue: str) -> None:
    page = signed_in(who).get(LIST, {"queue": queue})
    assert page.status_code == 200
    assert numbers(page, scene.incidents) == IN_QUEUE[who, queue]


def test_every_queue_is_offered_with_its_count(scene: Scene, signed_in: Any) -> None:
    page = words(signed_in("dispatcher").get(LIST))
    for said in ("待核实 3", "待分流 1", "待交办 1", "异议待裁定 1", "待办结 1", "已逾期 1", "单位办理中 3"):
        assert said in page


def test_a_queue_of_another_role_falls_back_to_ones_own(scene: Scene, signed_in: Any) -> None:
    page = signed_in("handler").get(LIST, {"queue": "inspect"})
    assert numbers(page, scene.incidents) == {"assigned"}


def test_neighbours_and_strangers_find_an_empty_desk(scene: Scene, signed_in: Any) -> None:
    for who in ("stranger", "strange_handler"):
        for queue in QUEUES:
            page = signed_in(who).get(LIST, {"queue": queue.key})
            assert numbers(page, scene.incidents) == set(), (who, queue.key)
        assert "这里都处理完了" in words(page)


@pytest.mark.parametrize("who", ["worker", "mediator", "director", "auditor", "system_admin", "security_admin"])
def test_other_roles_are_kept_out(signed_in: Any, who: str) -> None:
    assert signed_in(who).get(LIST).status_code == 403


def test_a_visitor_signs_in_first(client: Any, cast: Cast) -> None:
    assert client.get(LIST).url == "/sign-in/?next=/incidents/"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"category": "0201"}, {"returned"}),
        ({"category": "05"}, {"solved"}),
        ({"status": "merged_duplicate"}, {"twin"}),
        ({"due": "overdue"}, {"late"}),
        ({"source": "media"}, set()),
        ({"status": "no-such-state", "category": "0309"}, {"wrong"}),
    ],
)
def test_filters_narrow_the_list(scene: Scene, signed_in: Any, query: dict[str, str], found: set[str]) -> None:
    page = signed_in("dispatcher").get(LIST, {"queue": "all", **query})
    assert numbers(page, scene.incidents) == found


def test_a_number_is_found_wherever_it_stands(scene: Scene, signed_in: Any) -> None:
    incident = scene.incidents["closed"]
    page = signed_in("clerk").get(LIST, {"number": incident.number})
    assert numbers(page, scene.incidents) == {"closed"}


def test_a_place_narrows_and_leads_further_down(scene: Scene, signed_in: Any, cast: Cast) -> None:
    client = signed_in("dispatcher")
    below = client.get(LIST, {"queue": "all", "place": cast.village.pk})
    assert "plain" in numbers(below, scene.incidents)
    assert f'<option value="{cast.grid.pk}"' in below.text
    beside = client.get(LIST, {"queue": "all", "place": cast.other_village.pk})
    assert numbers(beside, scene.incidents) == set()
    outside = client.get(LIST, {"queue": "all", "place": cast.strange_village.pk})
    assert "plain" in numbers(outside, scene.incidents), "a place that is not one's own is no filter"


def test_a_long_list_is_read_page_by_page_without_a_gap(signed_in: Any, cast: Cast) -> None:
    now = timezone.now()
    made = [report(cast, at=now - timedelta(hours=120 - index)) for index in range(120)]
    client, url, seen = signed_in("clerk"), f"{LIST}?queue=all", []
    pages = 0
    while url:
        page = client.get(url)
        seen += [pk for pk in (incident.pk for incident in reversed(made)) if detail(Incident(pk=pk)) in links(page)]
        forward = [link for link in links(page) if "after=" in link]
        url = f"{LIST}{forward[0]}" if forward else ""
        pages += 1
    assert pages == 3
    assert seen == [incident.pk for incident in reversed(made)]
    back = [link for link in links(page) if "before=" in link]
    assert detail(made[40]) in links(client.get(f"{LIST}{back[0]}"))


# -- Batch ----------------------------------------------------------------------------------------------------------


def test_many_are_found_valid_at_once_and_each_stands_alone(scene: Scene, signed_in: Any, cast: Cast) -> None:
    own = report(cast, at=timezone.now(), by="clerk", place="village", source="walk_in")
    good = [scene.incidents["plain"], scene.incidents["long"]]
    hidden = report(cast, at=timezone.now(), by="strange_worker", place="strange_grid")
    pks = [incident.pk for incident in (*good, own, hidden)]
    answer = signed_in("clerk").post(reverse("cases:incident-verify-many"), {"pk": pks}, follow=True)
    assert "已核实有效2件" in words(answer)
    assert f"{own.number}：" in words(answer)
    with rls.system_scope():
        status = dict(Incident.objects.filter(pk__in=pks).values_list("pk", "status"))
    assert [status[pk] for pk in pks] == ["verified", "verified", "reported", "reported"]


def test_a_batch_of_nothing_says_so(signed_in: Any, cast: Cast) -> None:
    answer = signed_in("clerk").post(reverse("cases:incident-verify-many"), {}, follow=True)
    assert "请先勾选要核实的事件" in words(answer)


def test_only_the_desk_verifies_in_batches(scene: Scene, signed_in: Any) -> None:
    url = reverse("cases:incident-verify-many")
    assert signed_in("supervisor").post(url, {"pk": scene.incidents["plain"].pk}).status_code == 403
    assert signed_in("clerk").get(url).status_code == 405


# -- One incident -----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_matter_and_hides_the_person(scene: Scene, signed_in: Any) -> None:
    page = signed_in("clerk").get(detail(scene.incidents["long"]))
    text = words(page)
    for said in ("三单元四楼卫生间", "房屋宅基地", "东关社区", "网格员甲", "加急", "欧阳**", "100****5678"):
        assert said in text
    for secret in ("欧阳某某", "10012345678", "141102199001011230", "三单元二〇一室"):
        assert secret not in page.text


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("clerk", "plain", 200),
        ("worker", "plain", 200),
        ("sibling_worker", "plain", 404),
        ("stranger", "plain", 404),
        ("mediator", "plain", 404),
        ("auditor", "plain", 404),
        ("system_admin", "plain", 404),
        ("handler", "plain", 404),
        ("handler", "assigned", 200),
        ("second_handler", "assigned", 200),
        ("strange_handler", "assigned", 404),
    ],
)
def test_an_incident_opens_for_those_it_concerns(
    scene: Scene, signed_in: Any, who: str, name: str, status: int
) -> None:
    assert signed_in(who).get(detail(scene.incidents[name])).status_code == status


BUTTONS = {
    ("clerk", "plain"): {"verify_incident", "return_incident", "reject_incident", "merge_incident"},
    ("worker", "returned"): {"resubmit_incident"},
    ("dispatcher", "verified"): {"triage_incident"},
    ("dispatcher", "triaged"): {"assign_incident", "triage_incident"},
    ("handler", "assigned"): {"accept_incident", "object_incident"},
    ("dispatcher", "objected"): {"sustain_objection", "overrule_objection"},
    ("supervisor", "working"): {"grant_extension", "refuse_request"},
    ("dispatcher", "handled"): {"close_incident", "rework_incident"},
    ("clerk", "wrong"): {"undo_void"},
}


@pytest.mark.parametrize(("who", "name"), sorted(BUTTONS))
def test_the_buttons_are_the_moves_of_the_reader(scene: Scene, signed_in: Any, who: str, name: str) -> None:
    incident = scene.incidents[name]
    page = signed_in(who).get(detail(incident))
    offered = {url.split("/")[-2] for url in links(page) | forms(page) if f"/incidents/{incident.pk}/moves/" in url}
    assert offered >= BUTTONS[who, name]
    assert "grant_suspension" not in offered, "nobody asked for a suspension"


def test_a_reader_without_moves_has_no_buttons(scene: Scene, signed_in: Any) -> None:
    page = signed_in("leader").get(detail(scene.incidents["plain"]))
    assert page.status_code == 404
    page = signed_in("village_leader").get(detail(scene.incidents["triaged"]))
    assert "assign_incident" not in page.text


def test_the_timeline_tells_who_did_what_and_why(scene: Scene, signed_in: Any) -> None:
    text = words(signed_in("dispatcher").get(detail(scene.incidents["closed"])))
    for said in (
        "核实有效",
        "去向：部门办理",
        "主办：离石区住房和城乡建设局",
        "协办：离石区生态环境局",
        "请先入户了解情况",
        "已组织三方协商",
        "核实无误，同意办结",
        "化解",
    ):
        assert said in text
    reverse_order = text.index("核实无误，同意办结"), text.index("已组织三方协商"), text.index("去向：部门办理")
    assert list(reverse_order) == sorted(reverse_order)


def test_duplicates_and_their_master_point_at_each_other(scene: Scene, signed_in: Any) -> None:
    client = signed_in("clerk")
    assert detail(scene.incidents["plain"]) in links(client.get(detail(scene.incidents["twin"])))
    assert detail(scene.incidents["twin"]) in links(client.get(detail(scene.incidents["plain"])))


def test_what_may_be_the_same_is_shown_to_the_inspector(scene: Scene, signed_in: Any, cast: Cast) -> None:
    again = report(cast, at=timezone.now())
    page = signed_in("clerk").get(detail(again))
    assert "可能是同一件事" in words(page)
    merge = reverse("cases:incident-move", args=[again.pk, "merge_incident"])
    assert f"{merge}?master={scene.incidents['plain'].pk}" in links(page)
    form = signed_in("clerk").get(merge, {"master": scene.incidents["plain"].pk})
    assert f'name="master" value="{scene.incidents["plain"].pk}" checked' in form.text


def test_a_converted_incident_leads_to_its_case_only_where_that_is_visible(scene: Scene, signed_in: Any) -> None:
    case = scene.cases["opened"]
    page = signed_in("dispatcher").get(detail(scene.incidents["converted"]))
    assert reverse("mediation:case-detail", args=[case.pk]) in links(page)
    page = signed_in("worker").get(detail(scene.incidents["converted"]))
    assert reverse("mediation:case-detail", args=[case.pk]) not in links(page)


def test_the_reporter_may_add_a_party_but_never_see_one(signed_in: Any, cast: Cast) -> None:
    from cases.workflow import PartyData

    incident = report(cast, at=timezone.now() - timedelta(hours=1))
    with cast.acting("worker"):
        add_party(
            record=incident,
            by=cast.worker,
            at=timezone.now(),
            side="applicant",
            data=PartyData("张某某", phone="10012345678"),
        )
    page = signed_in("worker").get(detail(incident))
    assert "100****5678" in words(page)
    assert "/reveal/" not in page.text


def test_a_verified_report_leaves_the_queue_of_the_clerk(signed_in: Any, cast: Cast) -> None:
    incident = report(cast, at=timezone.now() - timedelta(hours=1))
    client = signed_in("clerk")
    assert detail(incident) in links(client.get(LIST, {"queue": "inspect"}))
    with cast.acting("clerk"):
        verify_incident(pk=incident.pk, by=cast.clerk, at=timezone.now())
    assert detail(incident) not in links(client.get(LIST, {"queue": "inspect"}))
