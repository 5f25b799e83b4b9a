"""Daily inspection over the API: the sample, a finding per report, and returns."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Incident
from grid import rls
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.periods import midnight
from tests.api.client import Caller
from tests.cast import Cast, report

YESTERDAY = (timezone.localtime() - timedelta(days=1)).date()
NINE = midnight(YESTERDAY) + timedelta(hours=9)


def test_a_sample_is_drawn_and_each_report_gets_its_finding(cast: Cast) -> None:
    made = [report(cast, at=NINE + timedelta(hours=number)) for number in range(3)]
    clerk, leader = Caller(cast.clerk), Caller(cast.leader)
    assert leader.post("inspections/").status == 403
    assert clerk.post("inspections/", {"unit": cast.city.pk}).status == 400
    assert clerk.post("inspections/", {"day": str(timezone.localdate())}).json["errors"].keys() == {"day"}
    drawn = clerk.post("inspections/")
    assert (drawn.status, drawn.json["day"], drawn.json["reported"]) == (201, str(YESTERDAY), 3)
    assert {item["incident"]["id"] for item in drawn.json["items"]} == {row.pk for row in made}
    # Whoever comes second gets the first one's.
    again = Caller(cast.dispatcher).post("inspections/", {"unit": cast.county.pk, "day": str(YESTERDAY)})
    assert (again.json["id"], again.json["drawn_by"]["id"]) == (drawn.json["id"], cast.clerk.pk)
    listed = Caller(cast.city_supervisor).get(f"inspections/?day={YESTERDAY}&unit={cast.county.code}").json["results"]
    assert [row["id"] for row in listed] == [drawn.json["id"]]

    first, second, _third = drawn.json["items"]
    path = f"inspection-items/{first['id']}/"
    read = clerk.get(path)
    assert clerk.post(f"{path}record/", {"finding": "nice"}).status == 400
    back = {"finding": "incomplete", "return_reason": "facts_unclear"}
    assert clerk.post(f"{path}record/", back).json["errors"].keys() == {"remark"}
    sent = clerk.post(f"{path}record/", back | {"remark": "请补充具体位置"}, If_Match=read.etag)
    assert (sent.status, sent.json["is_returned"], sent.json["inspected_by"]["id"]) == (200, True, cast.clerk.pk), sent
    with rls.system_scope():
        assert Incident.objects.get(pk=first["incident"]["id"]).status == "returned_for_correction"
    assert clerk.post(f"{path}record/", back | {"remark": "请补充具体位置"}, If_Match=read.etag).status == 412
    assert clerk.post(f"{path}record/", {"finding": "passed"}).status == 409

    other = f"inspection-items/{second['id']}/"
    assert Caller(cast.city_supervisor).get(other).status == 200
    assert Caller(cast.city_supervisor).post(f"{other}record/", {"finding": "passed"}).status == 403
    assert leader.get(other).status == 404
    assert clerk.post(f"{other}record/", {"finding": "passed"}).status == 200
    assert clerk.get(f"inspections/{drawn.json['id']}/").json["left"] == 1
    # Leaders read how many there were, and none of the reports.
    assert leader.get(f"inspections/{drawn.json['id']}/").json["items"] == []


def test_how_the_reporting_units_stand(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was drawn by chance and inspected counts; few are named without a rank. The page says the same."""
    incident = report(cast, at=NINE)
    with rls.system_scope():
        for number in range(30):
            day = YESTERDAY.replace(month=1, day=1) + timedelta(days=number) - timedelta(days=5)
            sample = InspectionSample(day=day, seed=1, reported=1, drawn_at=NINE)
            sample.lie_at(cast.county)
            sample.save()
            for village, finding in ((cast.village, "passed"), (cast.other_village, "untrue" if number else "passed")):
                InspectionItem.objects.create(
                    sample=sample,
                    incident=incident if village == cast.village else report(cast, at=NINE),
                    reason="random" if number != 29 else "copied",
                    reporting=village if number < 28 or village == cast.village else cast.township,
                    finding=finding,
                    inspected_by=cast.clerk,
                    inspected_at=NINE,
                    **sample.levels,
                )
    first = YESTERDAY.replace(month=1, day=1) - timedelta(days=5)
    last = first + timedelta(days=40)
    clerk = Caller(cast.clerk)
    told = clerk.get(f"inspections/scores/?day_from={first}&day_to={last}").json
    assert (told["unit"]["id"], told["least"]) == (cast.county.pk, 20)
    best, worst, few = told["units"]
    assert (best["unit"]["id"], best["passed"], best["inspected"], best["rate"]) == (
        cast.village.pk,
        29,
        29,
        "100.00%",
    )
    assert (best["versus"], best["position_from"], best["position_to"]) == ("above", 1, 1)
    assert (worst["unit"]["id"], worst["passed"], worst["inspected"], worst["versus"]) == (
        cast.other_village.pk,
        1,
        28,
        "below",
    )
    assert (few["unit"]["id"], few["versus"], few["low"], few["position_from"]) == (
        cast.township.pk,
        "too_few",
        "—",
        None,
    )
    # This year's days alone, unless others are asked for; at one's own place or below it.
    assert [row["inspected"] for row in clerk.get(f"inspections/scores/?day_to={last}").json["units"]] == [24, 23, 1]
    assert Caller(cast.leader).get(f"inspections/scores/?unit={cast.township.pk}").json["units"] == []
    assert clerk.get(f"inspections/scores/?unit={cast.other_county.pk}").status == 404
    wrong = clerk.get(f"inspections/scores/?day_from={YESTERDAY}&day_to={first}")
    assert (wrong.status, wrong.json["errors"].keys()) == (400, {"day_to"})
    monkeypatch.setattr("mediation.reviews.views.inspection.usual_days", lambda: (first, last))
    page = Client()
    page.force_login(cast.clerk, backend="grid.login.StaffBackend")
    text = page.get(reverse("inspections:sample-today")).content.decode()
    assert "各单位巡查合格率" in text
    assert "29/29" in text
    assert "样本不足（不满20件）" in text
