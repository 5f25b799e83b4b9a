"""By what a place assesses: set by its supervisor from a day on, logged, and frozen with each review that used it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases.moves import NotAllowed, NotPossible
from grid import rls
from grid.scope import Role
from mediation.reviews import periods
from mediation.reviews.findings.ranking import WEIGHTS
from mediation.reviews.findings.scheme import WINDOWS, attainment, scheme_for, stored_scheme
from mediation.reviews.kinds import Kind
from mediation.reviews.models import AssessmentRule, Correction, Review
from mediation.reviews.workflow import build_corrections, build_review, set_assessment
from mediation.reviews.yearbook import rows_of
from tests.pages import signed_in
from tests.reviews.desk import Desk, told

__all__ = ["signed_in"]

THIS_YEAR = timezone.localdate().replace(month=1, day=1)
OWN = {"closure_rate": 60, "performance_rate": 40}
TARGETS = {"closure_rate": Decimal("95"), "performance_rate": Decimal("80.5")}


def given(**changed):
    return {
        "since": THIS_YEAR,
        "weights": OWN,
        "targets": TARGETS,
        "windows": {**WINDOWS, "objections": 5, "quarterly": 30},
        "reason": "年度考核会议确定",
        **changed,
    }


def setting(cast, by="supervisor", unit="county", **changed):
    with cast.acting(by):
        return set_assessment(unit=cast.units[unit], by=cast.users[by], at=timezone.now(), **given(**changed))


def hire_below(cast):
    with rls.system_scope():
        Desk(cast).hire("town_supervisor", Role.CENTRE_SUPERVISOR, "town_centre")


def test_only_a_supervisor_of_the_place_or_above_sets_what_adds_up(cast):
    for by, unit in (
        ("leader", "county"),
        ("dispatcher", "county"),
        ("strange_supervisor", "county"),
        ("supervisor", "city"),
    ):
        with pytest.raises(NotAllowed):
            setting(cast, by, unit)
    for unit in ("village", "centre"):
        with pytest.raises(NotPossible):
            setting(cast, unit=unit)
    wrong: dict[str, list[Any]] = {
        "weights": [{"closure_rate": 60}, {"closure_rate": 160, "performance_rate": -60}, {"reported_valid": 100}, {}],
        "targets": [{"closure_rate": Decimal(0)}, {"closure_rate": Decimal("100.01")}],
        "window_objections": [{"objections": 2}],
        "window_annual": [{"annual": 0}, {"annual": 999}],
        "since": [THIS_YEAR - timedelta(days=1)],
        "reason": [" 调整 "],
    }
    for field, values in wrong.items():
        for value in values:
            name = "windows" if field.startswith("window_") else field
            with pytest.raises(NotPossible) as refusal:
                setting(cast, **{name: value})
            assert refusal.value.field == field
    row = setting(cast, weights={**OWN, "satisfaction_rate": 0}, targets={**TARGETS, "valid_report_rate": Decimal(90)})
    # What has no points has no target either.
    assert (row.weights, row.targets) == (OWN, {"closure_rate": "95.00", "performance_rate": "80.50"})
    with pytest.raises(ProgrammingError), rls.system_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update reviews_assessmentrule set weights = '{}'")


def test_what_holds_depends_on_the_day_a_period_begins(cast):
    first = setting(cast)
    later = THIS_YEAR + timedelta(days=90)
    setting(cast, since=later, weights={"closure_rate": 100}, targets={})
    with rls.system_scope():
        county, city = cast.county, cast.city
        before, on, after = (scheme_for(county, day) for day in (THIS_YEAR - timedelta(days=1), THIS_YEAR, later))
        assert (before.weights, before.set_by) == (WEIGHTS, None)
        assert (on.weights, dict(on.set_by or {})["rule"], on.windows["objections"]) == (OWN, first.pk, 5)
        assert (after.weights, after.targets) == ({"closure_rate": 100}, {})
        # Another place has its own; a further row of the same day puts right.
        assert scheme_for(city, later).set_by is None
        setting(cast, weights={"performance_rate": 100})
        assert scheme_for(county, THIS_YEAR).weights == {"performance_rate": 100}


def test_where_nothing_was_set_the_nearest_place_above_decides(cast):
    later = THIS_YEAR + timedelta(days=90)
    hire_below(cast)
    of_city = setting(cast, "city_supervisor", "city", weights={"closure_rate": 100}, targets={})
    of_county = setting(cast, since=later)
    with rls.system_scope():
        places = cast.city, cast.county, cast.township, cast.other_county
        held = {
            day: [(scheme_for(place, day).set_by or {}).get("rule") for place in places] for day in (THIS_YEAR, later)
        }
    assert held[THIS_YEAR] == [of_city.pk] * 4
    assert held[later] == [of_city.pk, of_county.pk, of_county.pk, of_city.pk]
    # Read below, by whoever reads what units are assessed by; not written there, and not read beside.
    with cast.acting("town_supervisor"):
        scheme = scheme_for(cast.township, later)
        assert dict(scheme.set_by or {})["unit"] == cast.county.pk
        seen = AssessmentRule.objects.visible_to(cast.town_supervisor)
        assert {row.pk for row in seen} == {of_city.pk, of_county.pk}
    with cast.acting("strange_supervisor"):
        assert [row.pk for row in AssessmentRule.objects.all()] == [of_city.pk]
    with cast.acting("director"):
        assert not AssessmentRule.objects.visible_to(cast.director).exists()
    said = {"since": THIS_YEAR, "weights": OWN, "targets": {}, "windows": {}, "recorded_at": timezone.now()}
    row = AssessmentRule(**said, reason="x", by=cast.town_supervisor, unit=cast.county, **cast.county.levels)
    with pytest.raises(ProgrammingError), cast.acting("town_supervisor"):
        row.save()
    # Set from above it is the place's own, and says so.
    from_above = setting(cast, "city_supervisor", "township", since=later)
    assert (of_city.set_from_id, of_county.set_from_id, from_above.set_from_id) == (None, None, cast.city.pk)
    with rls.system_scope():
        assert dict(scheme_for(cast.township, later).set_by or {})["rule"] == from_above.pk


def test_attainment_is_of_what_is_printed(cast):
    setting(cast)
    with rls.system_scope():
        scheme = scheme_for(cast.county, THIS_YEAR)
    found = attainment(scheme, told(closed=94996, valid=100000, performed=4, limits=5))
    assert found == {
        "closure_rate": {"target": "95.00%", "gap": "0.00", "met": True},
        "performance_rate": {"target": "80.50%", "gap": "-0.50", "short": "0.50", "met": False},
    }
    assert attainment(scheme, told(performed=0, limits=0))["performance_rate"] == {
        "target": "80.50%",
        "gap": "—",
        "met": None,
    }


def test_a_review_is_assessed_by_what_it_was_built_with_for_good(committed_cast):
    """Set again, counted again: what stands stays, a further version says its own, a correction keeps the first."""
    cast, period = committed_cast, periods.starting("quarterly", periods.midnight(THIS_YEAR))
    at = {"as_of": period.end, "at": timezone.now()}
    setting(cast)
    first = build_review(unit=cast.county, period=period, **at)
    compared = first.figures["comparison"]
    assert (compared["weights"], compared["targets"]["performance_rate"]) == (OWN, "80.50%")
    assert (compared["scheme"]["since"], compared["scheme"]["name"]) == (str(THIS_YEAR), cast.county.name)
    assert compared["windows"]["objections"] == 5
    assert compared["attainment"]["closure_rate"]["met"] is None
    setting(cast, weights={"closure_rate": 100})
    second = build_review(unit=cast.county, period=period, **at)
    assert (second.version, second.figures["comparison"]["weights"]) == (2, {"closure_rate": 100})
    with rls.system_scope():
        first.refresh_from_db()
        assert first.figures["comparison"]["weights"] == OWN
        Correction(
            corrects=first,
            reason="补录后重新统计",
            asked_by=cast.supervisor,
            asked_at=timezone.now(),
            **cast.county.levels,
        ).save()
    assert build_corrections(at=timezone.now()) == 1
    with rls.system_scope():
        corrected = Review.objects.get(correction__corrects=first)
    assert corrected.figures["comparison"]["weights"] == OWN
    assert stored_scheme(corrected.figures) == stored_scheme(first.figures)
    before = build_review(unit=cast.county, period=periods.previous(period), as_of=period.start, at=at["at"])
    assert (before.figures["comparison"]["weights"], "scheme" in before.figures["comparison"]) == (WEIGHTS, False)


def test_a_supervisor_changes_it_on_the_page_and_readers_read_it(cast, signed_in):
    hire_below(cast)
    page, change = reverse("reviews:assessment"), reverse("reviews:assessment-set")
    supervisor = signed_in("supervisor")
    assert "未设置，按系统默认" in supervisor.get(page).text
    form: dict[str, Any] = {f"window_{name}": days for name, days in WINDOWS.items()}
    form |= {
        "since": str(THIS_YEAR),
        "weight_closure_rate": 70,
        "target_closure_rate": "96.5",
        "reason": "县委平安办会议确定",
    }
    refused = supervisor.post(change, form)
    assert refused.status_code == 422
    assert "合计须为100分，现为70分" in refused.text
    answer = supervisor.post(change, form | {"weight_performance_rate": 30}, follow=True)
    assert answer.status_code == 200
    with rls.system_scope():
        row = AssessmentRule.objects.get()
    assert (row.by_id, row.weights) == (cast.supervisor.pk, {"closure_rate": 70, "performance_rate": 30})
    for who in ("supervisor", "leader", "dispatcher"):
        shown = signed_in(who).get(page).text
        assert "96.50%" in shown
        assert "县委平安办会议确定" in shown
        assert (change in shown) == (who == "supervisor")
    assert signed_in("leader").get(change).status_code == 403
    above, below = signed_in("city_supervisor"), signed_in("town_supervisor")
    assert "县委平安办会议确定" not in above.get(page).text
    shown = below.get(page).text
    assert f"沿用{cast.county.name}{THIS_YEAR.year}年1月1日起执行的设置" in shown
    assert "96.50%" in shown
    # From above, for a place chosen on the page; and never for one elsewhere.
    township = f"?unit={cast.township.pk}"
    assert f'<option value="{cast.county.pk}"' in above.get(page).text
    form |= {"weight_closure_rate": 100, "reason": "市级统一确定标准"}
    assert above.post(change + township, form, follow=True).redirect_chain == [(page + township, 302)]
    shown = below.get(page).text
    assert "沿用" not in shown
    assert f"由{cast.city.name}设置" in shown
    assert below.get(f"{page}?unit={cast.county.pk}").status_code == 404
    assert below.post(f"{change}?unit={cast.county.pk}", form).status_code == 404


def test_papers_are_late_by_the_windows_of_their_place(cast):
    with rls.system_scope():
        desk = Desk(cast)
        at = periods.midnight(THIS_YEAR.replace(month=2, day=20))
        desk.draft(desk.review(start=str(THIS_YEAR)))

        def slow():
            (row,) = rows_of(cast.supervisor, [cast.county], [Kind.MONTHLY], THIS_YEAR.year, at)
            return row.slow

        assert slow() == 1
    setting(cast, windows={**WINDOWS, "monthly": 25})
    with rls.system_scope():
        assert slow() == 0
