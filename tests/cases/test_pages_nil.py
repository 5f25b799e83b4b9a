"""Nil reports (零报告): one tap for a grid worker, and for desks and inspectors who has said nothing at all."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import NilReport
from grid import rls
from grid.scope import today
from tests.cast import report


@pytest.fixture
def house(committed_cast):
    return committed_cast


def at(house, who):
    client = Client()
    client.force_login(house.users[who], backend="grid.login.StaffBackend")
    return client


def shown(client, name, **query):
    answer = client.get(reverse(name), query)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def nil(client, unit, **given):
    return client.post(reverse("cases:nil-report"), {"unit": unit.pk, **given})


def test_a_grid_worker_says_so_with_one_tap(house):
    worker, sibling = at(house, "worker"), at(house, "sibling_worker")
    assert "今日无情况，报零报告" in shown(worker, "home")
    answer = nil(worker, house.grid, back="home")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    text = shown(worker, "home")
    assert "今天已作零报告" in text
    assert "今日无情况，报零报告" not in text
    # Twice is once; another's grid is not one's own.
    assert nil(worker, house.grid).status_code == 302
    assert nil(worker, house.sibling_grid).status_code == 403
    with rls.system_scope():
        assert [row.unit for row in NilReport.objects.all()] == [house.grid]
        report(house, at=timezone.now(), by="sibling_worker", place="sibling_grid")
    # Who reported something has nothing to say here.
    assert "零报告</button>" not in shown(sibling, "home")
    assert "今日无情况" not in shown(at(house, "dispatcher"), "home")


def test_desks_and_inspectors_see_who_was_silent(house):
    yesterday = today() - timedelta(days=1)
    leader, clerk = at(house, "village_leader"), at(house, "clerk")
    text = shown(leader, "cases:nil-report", day=yesterday)
    assert text.count("报零报告</button>") == 2
    assert nil(leader, house.grid, day=yesterday, shown=house.village.pk).status_code == 302
    text = shown(leader, "cases:nil-report", day=yesterday)
    assert (text.count("报零报告</button>"), text.count('tone-neutral">零报告')) == (1, 1)
    inspected = shown(clerk, "inspections:sample-today", day=yesterday)
    assert "未报" in inspected
    assert "零报告" in inspected
    assert shown(clerk, "cases:nil-report", unit=house.strange_village.pk) == 404
    assert shown(clerk, "cases:nil-report", day=yesterday - timedelta(days=1)) == 404
    assert shown(at(house, "handler"), "cases:nil-report") == 403


def test_where_there_are_many_grids_places_are_counted(house, monkeypatch):
    monkeypatch.setattr("cases.workflow.quiet.MOST", 1)
    text = shown(at(house, "dispatcher"), "cases:nil-report")
    assert f"unit={house.township.pk}" in text
    assert "报零报告" not in text
