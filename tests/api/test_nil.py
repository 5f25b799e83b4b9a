"""Nil reports over the API: who is silent, and saying that there was nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import NilReport
from grid import rls
from grid.scope import today
from tests.api.client import Caller
from tests.cast import Cast, report


def test_nothing_is_said_for_ones_own_grids_and_silence_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, head, desk = Caller(cast.worker), Caller(cast.village_leader), Caller(cast.dispatcher)
    yesterday = str(today() - timedelta(days=1))
    with rls.system_scope():
        report(cast, at=timezone.now(), by="sibling_worker", place="sibling_grid")

    own = worker.get("nil-reports/").json
    brief = {"id": cast.grid.pk, "code": cast.grid.code, "name": cast.grid.name}
    assert own == {"place": brief, "on": str(today()), "reported": 0, "nil": 0, "missing": 1} | {
        "grids": [{"grid": brief, "answer": "missing"}],
        "places": [],
    }
    assert worker.post("nil-reports/", {"unit": cast.sibling_grid.pk}).json["errors"].keys() == {"unit"}
    said = worker.post("nil-reports/", {"unit": cast.grid.pk})
    assert (said.status, said.json["unit"]["id"], said.json["on"]) == (200, cast.grid.pk, str(today())), said
    assert head.post("nil-reports/", {"unit": cast.grid.pk}).json["id"] == said.json["id"]
    answers = {row["grid"]["id"]: row["answer"] for row in head.get("nil-reports/").json["grids"]}
    assert answers == {cast.grid.pk: "nil", cast.sibling_grid.pk: "reported"}

    # The desk says it for a grid of the village, for yesterday at the earliest, and for no place elsewhere.
    assert desk.post("nil-reports/", {"unit": cast.grid.pk, "on": yesterday}).status == 200
    before = {"unit": cast.grid.pk, "on": str(today() - timedelta(days=2))}
    assert desk.post("nil-reports/", before).json["errors"].keys() == {"on"}
    assert desk.post("nil-reports/", {"unit": cast.strange_village.pk}).status == 400
    found = desk.get(f"nil-reports/?unit={cast.village.pk}&on={yesterday}").json
    assert (found["reported"], found["nil"], found["missing"]) == (0, 1, 1)
    assert [row["answer"] for row in found["grids"]] == ["missing", "nil"]
    assert desk.get(f"nil-reports/?on={before['on']}").status == 404
    assert desk.get(f"nil-reports/?unit={cast.strange_village.pk}").status == 404
    assert desk.get("nil-reports/?unit=here").json["errors"].keys() == {"unit"}
    assert Caller(cast.handler).get("nil-reports/").status == 403
    assert Caller(cast.handler).post("nil-reports/", {"unit": cast.grid.pk}).status == 403

    monkeypatch.setattr("cases.workflow.quiet.MOST", 1)
    many = desk.get("nil-reports/").json
    assert many["grids"] == []
    assert cast.township.pk in {row["place"]["id"] for row in many["places"]}
    with rls.system_scope():
        assert NilReport.objects.count() == 2
