"""The reporter's desk: one screen, one number, nothing lost, nothing twice."""

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cases.models import Incident
from grid import rls
from tests.cast import Cast, report
from tests.reading import error_of, links, value_of, words

REPORT = "/report/"
TEXT = "楼道堆放杂物挡住出入，邻居之间发生争吵"


def said(cast: Cast, **more: Any) -> dict[str, Any]:
    """What a grid worker types and taps."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "place": cast.grid.pk,
        "category": "0102",
        "description": TEXT,
        "urgency": "ordinary",
        "source": "grid_report",
        **more,
    }


def stored() -> list[Incident]:
    with rls.system_scope():
        return list(Incident.objects.order_by("pk"))


def photo(colour: str = "teal", size: tuple[int, int] = (80, 60)) -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return SimpleUploadedFile("现场.jpg", data.getvalue(), "image/jpeg")


def test_the_form_offers_the_workers_own_grid_first(signed_in: Any, cast: Cast) -> None:
    page = signed_in("worker").get(REPORT)
    places = re.findall(r'name="place" value="(\d+)"( checked)?', page.text)
    assert places[0] == (str(cast.grid.pk), " checked")
    assert {int(pk) for pk, _checked in places} >= {cast.grid.pk, cast.village.pk, cast.sibling_grid.pk}
    assert str(cast.other_village.pk) not in {pk for pk, _checked in places}


def test_a_report_gets_a_number_and_is_on_the_list(signed_in: Any, cast: Cast) -> None:
    client = signed_in("worker")
    answer = client.post(REPORT, said(cast, place_text="二号楼", self_handled="on", people_count="3"))
    (incident,) = stored()
    assert answer.url == reverse("cases:report-receipt", args=[incident.pk])
    assert (incident.reporter_id, incident.unit_id, incident.category_id) == (cast.worker.pk, cast.grid.pk, "0102")
    assert (incident.place_text, incident.self_handled, incident.people_count) == ("二号楼", True, 3)
    assert incident.number in words(client.get(answer.url))
    assert incident.number in words(client.get("/reports/"))


def test_tapping_twice_reports_once(signed_in: Any, cast: Cast) -> None:
    client, once = signed_in("worker"), said(cast)
    first, second = client.post(REPORT, once), client.post(REPORT, once)
    assert first.url == second.url
    assert len(stored()) == 1


def test_the_same_key_with_other_words_is_refused_and_gets_a_fresh_key(signed_in: Any, cast: Cast) -> None:
    client, once = signed_in("worker"), said(cast)
    client.post(REPORT, once)
    answer = client.post(REPORT, {**once, "description": "另外一件完全不同的事情，需要重新上报"})
    assert answer.status_code == 422
    assert "该编号已用于另一条上报" in words(answer)
    assert value_of(answer, "client_uuid") != once["client_uuid"]
    again = {
        **once,
        "description": "另外一件完全不同的事情，需要重新上报",
        "client_uuid": value_of(answer, "client_uuid"),
    }
    assert client.post(REPORT, again).status_code == 302
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"description": "太短了"}, "description", "至少10个字"),
        ({"category": "01"}, "category", "请选择具体类别"),
        ({"category": ""}, "category", "请选择是什么事"),
        ({"people_count": "-1"}, "people_count", "不能小于1。"),
        ({"people_count": "9" * 30}, "people_count", "不能大于100000。"),
        ({"place_text": "长" * 201}, "place_text", "最多200个字，现有201个。"),
        ({"urgency": "x"}, "urgency", "请从列出的选项中选择。"),
        ({"limit_on": "2020-01-01"}, "limit_on", "办结时限不能早于今天"),
    ],
)
def test_a_bad_report_keeps_what_was_typed_and_names_the_input(
    signed_in: Any, cast: Cast, wrong: dict[str, str], field: str, says: str
) -> None:
    given = said(cast, **{"place_text": "三单元二〇一室"} | wrong)
    answer = signed_in("worker").post(REPORT, given)
    assert answer.status_code == 422
    assert "您填写的都还在" in words(answer)
    assert says in words(answer)
    assert "bad" in answer.text.split(f'name="{field}"', 1)[0].rsplit('class="field', 1)[1].split(">", 1)[0]
    assert given["description"] in answer.text
    assert value_of(answer, "place_text") == given["place_text"]
    assert value_of(answer, "client_uuid") == given["client_uuid"]
    assert stored() == []


def test_a_place_outside_ones_own_is_no_choice(signed_in: Any, cast: Cast) -> None:
    answer = signed_in("worker").post(REPORT, said(cast, place=cast.strange_grid.pk))
    assert answer.status_code == 422
    assert stored() == []


def test_numbers_of_people_in_the_text_are_pointed_out(signed_in: Any, cast: Cast) -> None:
    client = signed_in("worker")
    # Eleven digits in an assigned range: what the check must find. It belongs to nobody known to us.
    given = said(cast, description=f"双方争吵，联系电话 1{'3' * 2}0000{'1' * 4}，请尽快到场处理")
    answer = client.post(REPORT, given)
    assert answer.status_code == 422
    assert "似有身份证号或手机号" in error_of(answer, "description")
    assert client.post(REPORT, {**given, "keep_numbers": "1"}).status_code == 302
    again = {**given, "client_uuid": str(uuid.uuid4()), "remove_numbers": "1"}
    assert client.post(REPORT, again).status_code == 302
    without = "双方争吵，联系电话 〔电话已隐去〕，请尽快到场处理"
    assert [incident.description for incident in stored()] == [given["description"], without]


def test_a_supervisor_does_not_report(signed_in: Any, cast: Cast) -> None:
    client = signed_in("supervisor")
    assert client.get(REPORT).status_code == 403
    assert client.post(REPORT, said(cast)).status_code == 403
    assert stored() == []


def test_a_stranger_must_sign_in_first(client: Any, cast: Cast) -> None:
    assert client.post(REPORT, said(cast)).url == "/sign-in/?next=/"


def test_a_desk_reports_for_people_who_came(signed_in: Any, cast: Cast) -> None:
    client = signed_in("clerk")
    page = client.get(REPORT)
    assert '<option value="walk_in" selected>' in page.text
    client.post(REPORT, said(cast, place=cast.village.pk, source="phone"))
    (incident,) = stored()
    assert (incident.source, incident.unit_id) == ("phone", cast.village.pk)


def test_a_desk_finds_a_place_without_a_script_and_keeps_the_rest(signed_in: Any, cast: Cast) -> None:
    answer = signed_in("clerk").post(
        REPORT, {**said(cast, place=""), "place_q": cast.other_village.name, "find": "place"}
    )
    assert answer.status_code == 200
    assert f'name="place" value="{cast.other_village.pk}"' in answer.text
    assert TEXT in answer.text
    assert stored() == []


# -- Photos ---------------------------------------------------------------------------------------------------------


def test_photos_are_kept_with_the_report(signed_in: Any, cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in("worker")
    answer = client.post(REPORT, said(cast, photos=[photo("teal"), photo("red")]), follow=True)
    assert "已上报" in words(answer)
    (incident,) = stored()
    page = client.get(reverse("cases:incident-detail", args=[incident.pk]))
    shown = {url for url in links(page) if url.startswith("/files/")}
    assert len(shown) == 2
    for url in shown:
        picture = client.get(url)
        assert picture["Content-Type"] == "image/jpeg"
        Image.open(io.BytesIO(picture.getvalue())).verify()
    assert signed_in("strange_worker").get(shown.pop()).status_code == 404


def test_a_file_that_is_no_photo_does_not_lose_the_report(
    signed_in: Any, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    fake = SimpleUploadedFile("现场.jpg", b"MZ this is a program", "image/jpeg")
    answer = signed_in("worker").post(REPORT, said(cast, photos=[fake, photo()]), follow=True)
    assert "只接受 JPEG、PNG、WebP 图片和 PDF 文件" in words(answer)
    (incident,) = stored()
    with rls.system_scope():
        assert incident.attachments.count() == 1


def test_a_photo_follows_later(signed_in: Any, cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    incident = report(cast, at=timezone.now())
    client, url = signed_in("worker"), reverse("cases:file-add", args=[incident.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"uploads": [photo()], "kind": "photo"}).url == reverse(
        "cases:incident-detail", args=[incident.pk]
    )
    assert client.post(url, {"kind": "photo"}).status_code == 422
    with rls.system_scope():
        assert incident.attachments.count() == 1
    assert signed_in("strange_worker").get(url).status_code == 404
    assert signed_in("supervisor").get(url).status_code == 403


# -- What may be the same ---------------------------------------------------------------------------------------


def test_reports_of_the_same_kind_nearby_are_shown_before_sending(signed_in: Any, cast: Cast) -> None:
    same = report(cast, at=timezone.now() - timedelta(days=2))
    old = report(cast, at=timezone.now() - timedelta(days=30))
    other = report(cast, at=timezone.now(), category="0503", description="两车抢占同一车位引发争吵")
    query = {"place": cast.grid.pk, "category": "0102"}
    page = words(signed_in("clerk").get("/report/similar/", query))
    assert same.number in page
    assert old.number not in page
    assert other.number not in page


def test_a_worker_is_shown_only_their_own_similar_reports(signed_in: Any, cast: Cast) -> None:
    mine = report(cast, at=timezone.now())
    query = {"place": cast.grid.pk, "category": "0102"}
    assert mine.number in words(signed_in("worker").get("/report/similar/", query))
    assert mine.number not in words(signed_in("sibling_worker").get("/report/similar/", query))


@pytest.mark.parametrize("query", [{}, {"place": "x", "category": "0102"}, {"place": "9" * 30, "category": "0102"}])
def test_an_unfinished_question_shows_nothing(signed_in: Any, cast: Cast, query: dict[str, str]) -> None:
    answer = signed_in("worker").get("/report/similar/", query)
    assert answer.status_code == 200
    assert answer.text.strip() == ""


# -- My reports -----------------------------------------------------------------------------------------------------


def test_a_returned_report_says_what_to_correct_and_is_sent_again(signed_in: Any, cast: Cast) -> None:
    from cases.workflow import return_incident

    incident = report(cast, at=timezone.now() - timedelta(hours=3))
    with cast.acting("clerk"):
        return_incident(
            pk=incident.pk, by=cast.clerk, at=timezone.now(), reason="place_unclear", remark="请写明是几号楼"
        )
    client = signed_in("worker")
    page = client.get("/reports/")
    assert "需要您补正" in words(page)
    assert "请写明是几号楼" in words(page)
    move = reverse("cases:incident-move", args=[incident.pk, "resubmit_incident"])
    assert move in links(page)
    form = client.get(move)
    assert incident.description in form.text
    answer = client.post(move, {"description": f"二号楼一单元：{incident.description}", "place_text": "二号楼一单元"})
    assert answer.status_code == 302
    (now,) = stored()
    assert (now.status, now.place_text) == ("reported", "二号楼一单元")
    assert "需要您补正" not in words(client.get("/reports/"))


def test_only_ones_own_reports_are_listed(signed_in: Any, cast: Cast) -> None:
    mine, other = report(cast, at=timezone.now()), report(cast, at=timezone.now(), by="sibling_worker")
    page = words(signed_in("worker").get("/reports/"))
    assert mine.number in page
    assert other.number not in page


def test_somebody_elses_receipt_is_not_found(signed_in: Any, cast: Cast) -> None:
    incident = report(cast, at=timezone.now(), by="sibling_worker")
    assert signed_in("worker").get(reverse("cases:report-receipt", args=[incident.pk])).status_code == 404
    assert signed_in("clerk").get(reverse("cases:report-receipt", args=[incident.pk])).status_code == 404
