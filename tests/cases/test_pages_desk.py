"""Notices, the working calendar, the auditor's log."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import CalendarDay, Notice
from cases.workflow import reveal_field
from grid import rls
from tests.cast import Cast
from tests.reading import error_of, words
from tests.scene import Scene


def test_the_bell_counts_and_the_inbox_tells(scene: Scene, signed_in: Any) -> None:
    client = signed_in("worker")
    assert '<span class="count">1</span>' in client.get("/").text
    page = words(client.get("/notices/"))
    assert "退回补正" in page
    assert scene.incidents["returned"].number in page


def test_opening_a_notice_marks_it_and_goes_to_the_matter(scene: Scene, signed_in: Any) -> None:
    assert scene.notice is not None
    client, url = signed_in("worker"), reverse("cases:notice-open", args=[scene.notice.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).url == reverse("cases:incident-detail", args=[scene.incidents["returned"].pk])
    with rls.system_scope():
        first = Notice.objects.get(pk=scene.notice.pk).read_at
    assert first is not None
    client.post(url)
    with rls.system_scope():
        assert Notice.objects.get(pk=scene.notice.pk).read_at == first
    assert '<span class="count">' not in client.get("/").text


def test_a_notice_about_a_case_leads_to_the_case(scene: Scene, signed_in: Any) -> None:
    with rls.system_scope():
        notice = Notice.objects.get(case__isnull=False)
    answer = signed_in("mediator").post(reverse("cases:notice-open", args=[notice.pk]))
    assert answer.url == reverse("mediation:case-detail", args=[notice.case_id])


def test_a_reminder_says_what_time_has_brought_about(scene: Scene, signed_in: Any) -> None:
    with rls.system_scope():
        Notice.objects.update(verb="due_today")
    page = words(signed_in("worker").get("/notices/"))
    assert "今日到期" in page
    assert "due_today" not in page


def test_a_notice_about_a_paper_leads_to_the_papers(scene: Scene, signed_in: Any) -> None:
    with rls.system_scope():
        kept = Notice.objects.get(case__isnull=False)
        Notice.objects.filter(pk=kept.pk).update(case=None, verb="review_issued")
    client = signed_in("mediator")
    assert "收到一份已印发的研判报告" in words(client.get("/notices/"))
    assert client.post(reverse("cases:notice-open", args=[kept.pk])).url == reverse("reviews:paper-list")


def test_somebody_elses_notice_is_not_found(scene: Scene, signed_in: Any) -> None:
    assert scene.notice is not None
    for who in ("clerk", "sibling_worker"):
        assert signed_in(who).post(reverse("cases:notice-open", args=[scene.notice.pk])).status_code == 404


def test_marking_all_as_read_touches_ones_own_alone(scene: Scene, signed_in: Any) -> None:
    signed_in("worker").post(reverse("cases:notice-read-all"))
    with rls.system_scope():
        assert Notice.objects.filter(read_at__isnull=True).count() == 1


def test_an_empty_inbox_says_so(signed_in: Any, cast: Cast) -> None:
    assert "没有通知" in words(signed_in("clerk").get("/notices/"))


# -- The calendar ---------------------------------------------------------------------------------------------------


def test_the_calendar_shows_make_up_days_and_holidays(signed_in: Any, cast: Cast) -> None:
    page = signed_in("system_admin").get("/calendar/?year=2024")
    assert "已发布" in words(page)
    # 14 September 2024 was a Saturday worked for the Mid-Autumn holiday.
    assert 'class=" special"' in page.text
    assert "14<small>班</small>" in page.text


def test_a_year_not_yet_published_says_so(signed_in: Any, cast: Cast) -> None:
    assert "尚未发布" in words(signed_in("system_admin").get("/calendar/?year=2099"))
    assert signed_in("system_admin").get("/calendar/?year=99999").status_code == 200


def test_a_day_is_put_right(signed_in: Any, cast: Cast) -> None:
    client = signed_in("system_admin")
    answer = client.post("/calendar/day/", {"day": "2024-03-16", "is_workday": "1", "name": "临时调班"}, follow=True)
    assert "日历已更新" in words(answer)
    row = CalendarDay.objects.get(day=date(2024, 3, 16))
    assert (row.is_workday, row.name) == (True, "临时调班")


def test_a_day_that_is_none_is_named(signed_in: Any, cast: Cast) -> None:
    answer = signed_in("system_admin").post("/calendar/day/", {"day": "2024-02-31", "is_workday": "1"})
    assert answer.status_code == 422
    assert error_of(answer, "day")


@pytest.mark.parametrize("who", ["clerk", "security_admin", "auditor", "worker"])
def test_the_calendar_is_the_system_administrators(signed_in: Any, who: str) -> None:
    client = signed_in(who)
    assert client.get("/calendar/").status_code == 403
    assert client.post("/calendar/day/", {"day": "2024-03-16", "is_workday": "1"}).status_code == 403


# -- The auditor ----------------------------------------------------------------------------------------------------


def test_the_auditor_reads_who_looked_and_why_but_not_at_whom(scene: Scene, signed_in: Any, cast: Cast) -> None:
    assert scene.party is not None
    with cast.acting("clerk"):
        reveal_field(party=scene.party, field="phone", reason="电话核实上门时间", by=cast.clerk, at=timezone.now())
    client = signed_in("auditor")
    page = words(client.get("/reveals/"))
    for said in ("登记员甲", "联系电话", "电话核实上门时间", f"#{scene.incidents['long'].pk}"):
        assert said in page
    assert "欧阳" not in page
    assert "没有查看记录" in words(client.get("/reveals/?q=别人"))


def test_the_log_is_the_auditors_alone(signed_in: Any, cast: Cast) -> None:
    for who in ("clerk", "dispatcher", "supervisor", "system_admin", "security_admin"):
        assert signed_in(who).get("/reveals/").status_code == 403
