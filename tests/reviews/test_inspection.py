"""Daily inspection: what is drawn, who may say what was found, and what units are measured by."""

import re
from datetime import date, timedelta
from random import Random

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Incident, IncidentEvent
from cases.moves import NotAllowed, NotPossible
from cases.workflow import verify_incident
from grid import rls
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.periods import midnight
from mediation.reviews.workflow import draw_sample, record_inspection, scores
from mediation.reviews.workflow.inspecting import LEAST, MOST, by_chance
from tests.cast import report
from tests.pages import signed_in
from tests.reviews.desk import Desk

__all__ = ["signed_in"]

YESTERDAY = (timezone.localtime() - timedelta(days=1)).date()
NINE = midnight(YESTERDAY) + timedelta(hours=9)
WORDS = (
    "楼上漏水，两家争吵多日未能解决",
    "村东水渠坍塌，浇地受影响",
    "广场舞音响声大，居民夜里无法休息",
    "巷口电线垂落，行人经过有危险",
    "两户因宅基地界址起争执，请求上门",
    "小区车位被长期占用，住户多次反映",
    "路灯坏了三盏，晚上看不清路",
)


def reports(cast, count, **said):
    """Reports of yesterday, an hour apart and each in its own words."""
    return [
        report(cast, at=NINE + timedelta(hours=number), description=WORDS[number % len(WORDS)] + "。" * number, **said)
        for number in range(count)
    ]


def draw(cast, by="clerk", unit="county", **given):
    with cast.acting(by):
        return draw_sample(unit=cast.units[unit], day=YESTERDAY, by=cast.users[by], at=timezone.now(), **given)


def items_of(sample):
    with rls.system_scope():
        return list(sample.items.order_by("pk"))


def inspect(cast, item, finding="passed", by="clerk", **given):
    with cast.acting(by):
        return record_inspection(pk=item.pk, by=cast.users[by], at=timezone.now(), finding=finding, **given)


# -- Drawing ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 10**9), unique=True, max_size=2000), st.integers(0, 2**62))
def test_a_draw_is_a_twentieth_and_its_seed_gives_it_again(ids, seed):
    drawn = by_chance(ids, seed)
    assert set(drawn) <= set(ids)
    assert len(drawn) == len(set(drawn))
    assert min(len(ids), LEAST) <= len(drawn) <= MOST
    assert len(drawn) >= min(MOST, len(ids) * 0.05)
    assert by_chance(list(reversed(ids)), seed) == drawn


def test_every_report_is_as_likely_to_be_drawn():
    dice, drawn = Random(1), dict.fromkeys(range(20), 0)
    for _draw in range(2000):
        for pk in by_chance(range(20), dice.randrange(2**62)):
            drawn[pk] += 1
    assert all(400 <= count <= 600 for count in drawn.values())


def test_a_sample_is_drawn_once_from_the_reports_of_the_day(cast):
    made = reports(cast, 7)
    report(cast, at=NINE - timedelta(days=1))
    report(cast, at=NINE, by="strange_worker", place="strange_grid")
    sample = draw(cast, seed=5)
    assert (sample.reported, sample.seed) == (7, 5)
    items = items_of(sample)
    assert len(items) == LEAST
    assert [item.incident_id for item in items] == by_chance([row.pk for row in made], 5)
    assert {item.reporting_id for item in items} == {cast.village.pk}
    report(cast, at=NINE + timedelta(hours=12))
    assert draw(cast, by="supervisor", seed=6).pk == sample.pk


def test_what_the_guard_suspects_is_drawn_beside_what_chance_draws(cast):
    reports(cast, 7)
    twins = [
        report(cast, at=NINE + timedelta(hours=9, minutes=minute), description=f"北街{minute}号门前堆放垃圾需要清理")
        for minute in range(3)
    ]
    reasons = {item.incident_id: item.reason for item in items_of(draw(cast, seed=2))}
    assert {row.pk for row in twins} <= set(reasons)
    assert {reasons[row.pk] for row in twins} <= {"copied", "split", "random"}
    assert {"copied", "split"} & set(reasons.values())


def test_restricted_and_void_reports_are_not_drawn(cast):
    made = report(cast, at=NINE, category="0306")
    assert made.restricted
    sample = draw(cast)
    assert (sample.reported, items_of(sample)) == (0, [])


def test_a_day_that_is_not_over_is_not_drawn(cast):
    with cast.acting("clerk"), pytest.raises(NotPossible):
        draw_sample(unit=cast.county, day=timezone.localdate(), by=cast.clerk, at=timezone.now())


@pytest.mark.parametrize("who", ["worker", "leader", "town_dispatcher", "city_supervisor", "stranger", "handler"])
def test_only_inspectors_of_the_place_draw(cast, who):
    with cast.acting(who), pytest.raises(NotAllowed):
        draw_sample(unit=cast.county, day=YESTERDAY, by=cast.users[who], at=timezone.now())


# -- Finding ----------------------------------------------------------------------------------------------------------


def test_a_finding_is_recorded_once(cast):
    reports(cast, 1)
    (item,) = items_of(draw(cast))
    found = inspect(cast, item, "incomplete")
    assert (found.finding, found.is_returned, found.inspected_by_id) == ("incomplete", False, cast.clerk.pk)
    assert inspect(cast, item, "incomplete").inspected_at == found.inspected_at
    with pytest.raises(NotPossible):
        inspect(cast, item, "passed")
    with pytest.raises(NotPossible):
        inspect(cast, item, "passed", by="supervisor")


def test_a_finding_sends_the_report_back_by_the_verb_of_cases(cast):
    (incident,) = reports(cast, 1)
    (item,) = items_of(draw(cast))
    found = inspect(cast, item, "incomplete", return_reason="place_unclear", remark="请写明楼号")
    assert found.is_returned
    with rls.system_scope():
        assert Incident.objects.get(pk=incident.pk).status == "returned_for_correction"
        last = IncidentEvent.objects.filter(incident=incident).order_by("-seq")[0]
        assert (last.verb, last.reason, last.by_id) == ("return_incident", "place_unclear", cast.clerk.pk)


def test_what_cannot_be_sent_back_has_no_finding_either(cast):
    (incident,) = reports(cast, 1)
    (item,) = items_of(draw(cast))
    with cast.acting("clerk"):
        verify_incident(pk=incident.pk, by=cast.clerk, at=timezone.now())
    with pytest.raises(NotPossible):
        inspect(cast, item, "incomplete", return_reason="place_unclear", remark="请写明楼号")
    assert items_of(item.sample)[0].finding == ""
    # Without sending it back the finding stands.
    assert inspect(cast, item, "wrong_place").finding == "wrong_place"


@pytest.mark.parametrize(
    "given_wrong",
    [
        {"finding": ""},
        {"finding": "good"},
        {"finding": "passed", "return_reason": "other", "remark": "请补正内容"},
        {"finding": "incomplete", "return_reason": "other"},
    ],
)
def test_a_finding_must_make_sense(cast, given_wrong):
    reports(cast, 1)
    (item,) = items_of(draw(cast))
    with pytest.raises(NotPossible):
        inspect(cast, item, **given_wrong)


def test_nobody_inspects_what_they_reported(cast):
    report(cast, at=NINE, by="dispatcher", source="walk_in")
    (item,) = items_of(draw(cast))
    with pytest.raises(NotAllowed):
        inspect(cast, item, by="dispatcher")
    assert inspect(cast, item).finding == "passed"


@pytest.mark.parametrize("who", ["city_supervisor", "leader"])
def test_only_inspectors_of_the_place_find(cast, who):
    reports(cast, 1)
    (item,) = items_of(draw(cast))
    with pytest.raises(NotAllowed):
        inspect(cast, item, by=who)


# -- Scores -----------------------------------------------------------------------------------------------------------


def test_units_are_measured_by_the_share_that_passed_and_never_by_volume(cast):
    """20 of 20 passed in one village, 80 of 100 in the other: the smaller leads; what the guard drew is not counted."""
    incident = reports(cast, 1)[0]
    with rls.system_scope():
        for number in range(120):
            sample = InspectionSample(day=date(2026, 1, 1) + timedelta(days=number), seed=1, reported=1)
            sample.drawn_at = NINE
            sample.lie_at(cast.county)
            sample.save()
            village = cast.village if number < 20 else cast.other_village
            InspectionItem.objects.create(
                sample=sample,
                incident=incident,
                reason="random" if number < 119 else "copied",
                reporting=village,
                finding="passed" if number < 100 else "untrue",
                inspected_by=cast.clerk,
                inspected_at=NINE,
                **sample.levels,
            )
        first, second = scores(cast.county, date(2026, 1, 1), date(2027, 1, 1))
        assert (first.entry.place, first.entry.top, first.entry.bottom) == (cast.village.code, 20, 20)
        assert (second.entry.place, second.entry.top, second.entry.bottom) == (cast.other_village.code, 80, 99)
        assert first.position is not None
        few = scores(cast.county, date(2026, 1, 1), date(2026, 1, 11))
    assert [one.versus for one in few] == ["too_few"]


# -- The locks --------------------------------------------------------------------------------------------------------


def test_a_sample_is_seen_at_its_place_alone(cast):
    reports(cast, 1)
    sample = draw(cast)
    for who, sees in (("clerk", True), ("supervisor", True), ("leader", True), ("city_supervisor", True)):
        with cast.acting(who):
            assert InspectionSample.objects.visible_to(cast.users[who]).filter(pk=sample.pk).exists() is sees
            assert InspectionItem.objects.visible_to(cast.users[who]).exists() is sees
    for who in ("stranger", "strange_supervisor", "town_dispatcher"):
        with cast.acting(who):
            assert not InspectionSample.objects.exists()
            assert not InspectionItem.objects.exists()
    with cast.acting("worker"):
        assert not InspectionSample.objects.visible_to(cast.worker).exists()


def test_a_sample_cannot_be_drawn_anew(cast):
    reports(cast, 1)
    sample = draw(cast)
    with pytest.raises(TypeError):
        sample.save()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        rls.system_scope(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update reviews_inspectionsample set seed = 1")
    again = InspectionSample(day=sample.day, seed=1, reported=0, drawn_at=NINE)
    again.lie_at(cast.county)
    with pytest.raises(IntegrityError), rls.system_scope(), transaction.atomic():
        again.save()


# -- The desk ---------------------------------------------------------------------------------------------------------


def test_an_inspector_draws_finds_and_sends_back_on_the_desk(cast, signed_in):
    (incident,) = reports(cast, 1)
    client, page = signed_in("clerk"), reverse("inspections:sample-today")
    assert "当日还没有抽取样本" in client.get(page).text
    answer = client.post(reverse("inspections:sample-draw"), {"day": str(YESTERDAY)}, follow=True)
    assert incident.number in answer.text
    assert "随机抽取" in answer.text
    with rls.system_scope():
        item = InspectionItem.objects.get(incident=incident)
    form = reverse("inspections:item-inspect", args=[item.pk])
    assert incident.description in client.get(form).text
    assert client.post(form, {}).status_code == 422
    assert client.post(form, {"finding": "incomplete", "return_reason": "other", "remark": ""}).status_code == 422
    # Eleven digits in an assigned range: what the check must find. It belongs to nobody known to us.
    numbers = {"finding": "incomplete", "return_reason": "other", "remark": f"请删去电话1{'3' * 2}0000{'1' * 4}"}
    assert client.post(form, numbers).status_code == 422
    answer = client.post(
        form, {"finding": "incomplete", "return_reason": "place_unclear", "remark": "请写明楼号"}, follow=True
    )
    assert "要素不全" in answer.text
    assert "已退回补正" in answer.text


def test_the_desk_shows_the_warnings_of_the_day(cast, signed_in):
    """From the day's own review: what is said, the records behind, how often chance does as much."""
    client, page = signed_in("clerk"), reverse("inspections:sample-today")
    assert "当日报告尚未编成" in client.get(page).text
    window = {"start": str(YESTERDAY - timedelta(days=6)), "end": str(YESTERDAY + timedelta(days=1))}
    told = {"of": "incident", "place": cast.township.code, "place_name": "滨河街道", "category": "0102", "days": 7}
    told |= {"category_name": "邻里纠纷", "since": window["start"], "first_on": str(YESTERDAY), "window": window}
    warned = {**told, "id": "burst.incident.1.0102", "kind": "burst", "count": 8, "expected": 1.2, "warns": True}
    usual = {**told, "id": "concentration.incident.1.0102", "kind": "concentration", "count": 3, "expected": 2.5}
    found = [warned | {"false_alarm_rate": 0.0123}, usual | {"false_alarm_rate": 0.9, "warns": False}]
    with rls.system_scope():
        review = Desk(cast).review("daily", str(YESTERDAY), findings=found)
    answer = client.get(page).text
    assert "预警1项" in answer
    assert "误报率1.23%" in answer
    assert re.search(r"滨河街道近7日（.*?）邻里纠纷8起，按以往水平应为1.2起", answer)
    assert reverse("reviews:finding-records", args=[review.pk, warned["id"]]) in answer
    assert usual["id"] not in answer
    # Another day, and another place's desk, have none.
    assert "误报率" not in client.get(page, {"day": str(YESTERDAY - timedelta(days=1))}).text
    assert "误报率" not in signed_in("town_dispatcher").get(page).text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", ["clerk", "dispatcher", "supervisor", "town_dispatcher", "city_supervisor"])
def test_every_inspector_has_a_desk(signed_in, who, language):
    client = signed_in(who)
    client.cookies["django_language"] = language
    answer = client.get(reverse("inspections:sample-today"))
    assert answer.status_code == 200
    assert ("Draw the sample" if language == "en" else "抽取样本") in answer.text
    assert client.get(reverse("inspections:sample-today"), {"day": "tomorrow"}).status_code == 404
    assert client.get(reverse("inspections:sample-today"), {"day": str(timezone.localdate())}).status_code == 404


@pytest.mark.parametrize("who", ["worker", "leader", "mediator", "handler", "auditor", "system_admin"])
def test_the_desk_is_shut_to_others(signed_in, who):
    client = signed_in(who)
    assert client.get(reverse("inspections:sample-today")).status_code == 403
    assert client.post(reverse("inspections:sample-draw"), {"day": str(YESTERDAY)}).status_code == 403


def test_another_countys_item_does_not_exist(cast, signed_in):
    reports(cast, 1)
    (item,) = items_of(draw(cast))
    url = reverse("inspections:item-inspect", args=[item.pk])
    assert signed_in("stranger").get(url).status_code == 404
    # A superior sees it, but it is not theirs to find.
    assert signed_in("city_supervisor").post(url, {"finding": "passed"}).status_code == 403
