"""Daily inspection over the API: the sample, a finding per report, and returns."""

from datetime import timedelta

from django.utils import timezone

from cases.models import Incident
from grid import rls
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
