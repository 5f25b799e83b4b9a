"""Daily inspection: separation of duties, correction, duplicates, category, place and risk (DOMAIN.md 5.1)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.models import Access, Category, HandOver
from cases.moves import NotAllowed, NotPossible
from grid.models import Unit
from grid.workflow import seat
from tests.cases.stage import LONG, SINCE, START, S, Stage

REFUSE = {"reason": "not_true"}


@pytest.mark.parametrize(
    ("verb", "needs"),
    [
        ("verify_incident", {}),
        ("return_incident", {"reason": "facts_unclear", "remark": LONG}),
        ("reject_incident", REFUSE),
        ("merge_incident", None),
    ],
)
def test_nobody_inspects_their_own_report(stage: Stage, verb: str, needs: dict[str, Any] | None) -> None:
    pk = stage.report(by="clerk", place="village")
    inputs = {"master": stage.incident_now(stage.master)} if needs is None else needs
    with pytest.raises(NotPossible):
        stage.do(verb, pk, "clerk", **inputs)
    stage.do(verb, pk, "dispatcher", **inputs)


def test_whoever_handled_it_does_not_void_it(stage: Stage) -> None:
    seat(user=stage.cast.handler, unit=stage.cast.centre, role="centre_dispatcher", starts_on=SINCE, at=START)
    pk = stage.incident(S.IN_PROGRESS)
    for verb, needs in (("reject_incident", REFUSE), ("merge_incident", {"master": stage.incident_now(stage.master)})):
        with pytest.raises(NotPossible):
            stage.do(verb, pk, "handler", **needs)
    # Not even after the work was taken from them.
    stage.do("recall_incident", pk, "dispatcher", remark=LONG)
    with pytest.raises(NotPossible):
        stage.do("reject_incident", pk, "handler", **REFUSE)


def test_what_was_returned_is_put_right_and_inspected_again(stage: Stage) -> None:
    pk = stage.incident(S.RETURNED)
    category, place = Category.objects.get(pk="0501"), stage.cast.sibling_grid
    words = "楼上水管爆裂，楼下两户受损严重"
    stage.do("resubmit_incident", pk, "worker", description=words, category=category, place=place)
    incident = stage.incident_now(pk)
    assert (incident.status, incident.description, incident.category_id) == (S.REPORTED, words, "0501")
    assert incident.unit_id == place.pk
    assert incident.remarks.get(field="former_description").text != words
    event = incident.events.order_by("-seq")[0]
    assert (event.data["category_from"], event.unit_id) == ("0102", place.pk)
    with pytest.raises(NotPossible):
        stage.do("resubmit_incident", stage.incident(S.RETURNED), "worker", description="太短")


def test_a_reporter_puts_the_place_right_within_the_village_only(stage: Stage) -> None:
    pk = stage.incident(S.RETURNED)
    with pytest.raises(NotPossible) as refusal:
        stage.do("resubmit_incident", pk, "worker", description=LONG, place=stage.cast.other_village)
    assert refusal.value.field == "place"


class TestDuplicates:
    """Linked, never deleted; no ring, no chain, and undone when it was a slip (FEATURES.md row 22)."""

    def test_the_link_is_kept_and_the_record_is_void(self, stage: Stage) -> None:
        pk = stage.incident(S.DUPLICATE)
        incident = stage.incident_now(pk)
        assert (incident.duplicate_of_id, incident.is_open, incident.closed_at) == (stage.master, False, None)
        assert incident.events.order_by("-seq")[0].delta == -1
        assert list(stage.incident_now(stage.master).duplicates.values_list("pk", flat=True)) == [pk]

    def test_not_into_itself(self, stage: Stage) -> None:
        pk = stage.report()
        with pytest.raises(NotPossible):
            stage.do("merge_incident", pk, "clerk", master=stage.incident_now(pk))

    @pytest.mark.parametrize("status", [S.INVALID, S.DUPLICATE])
    def test_not_into_a_void_one(self, stage: Stage, status: str) -> None:
        void = stage.incident(status)
        with pytest.raises(NotPossible):
            stage.do("merge_incident", stage.report(), "clerk", master=stage.incident_now(void))

    def test_not_in_a_ring(self, stage: Stage) -> None:
        first, second = stage.report(), stage.report()
        stage.do("merge_incident", first, "clerk", master=stage.incident_now(second))
        with pytest.raises(NotPossible):
            stage.do("merge_incident", second, "clerk", master=stage.incident_now(first))

    def test_a_master_is_neither_merged_nor_rejected_under_its_duplicates(self, stage: Stage) -> None:
        stage.incident(S.DUPLICATE)
        other = stage.report()
        with pytest.raises(NotPossible):
            stage.do("merge_incident", stage.master, "clerk", master=stage.incident_now(other))
        with pytest.raises(NotPossible):
            stage.do("reject_incident", stage.master, "clerk", **REFUSE)

    def test_not_into_one_reported_later_than_it_was_found_out(self, stage: Stage) -> None:
        pk, later = stage.report(), stage.report()
        from cases.models import Incident

        Incident._base_manager.filter(pk=later).update(reported_at=stage.moment + timedelta(days=1))
        with pytest.raises(NotPossible):
            stage.do("merge_incident", pk, "clerk", master=stage.incident_now(later))

    def test_the_master_is_read_as_it_stands_not_as_it_was(self, stage: Stage) -> None:
        pk, other = stage.report(), stage.report()
        stale = stage.incident_now(other)
        stage.do("reject_incident", other, "clerk", **REFUSE)
        with pytest.raises(NotPossible):
            stage.do("merge_incident", pk, "clerk", master=stale)

    @pytest.mark.parametrize("status", [S.INVALID, S.DUPLICATE])
    def test_undone(self, stage: Stage, status: str) -> None:
        pk = stage.incident(status)
        stage.do("undo_void", pk, "dispatcher", remark=LONG)
        incident = stage.incident_now(pk)
        assert (incident.status, incident.duplicate_of_id, incident.is_open) == (S.REPORTED, None, True)
        assert incident.events.order_by("-seq")[0].delta == 1
        stage.do("verify_incident", pk, "clerk")

    def test_the_reporter_does_not_undo_it(self, stage: Stage) -> None:
        pk = stage.report(by="clerk", place="village")
        stage.do("reject_incident", pk, "dispatcher", **REFUSE)
        with pytest.raises(NotPossible):
            stage.do("undo_void", pk, "clerk", remark=LONG)


def test_voiding_work_in_progress_leaves_nobody_with_it(stage: Stage) -> None:
    pk = stage.incident(S.IN_PROGRESS)
    until = (stage.moment + timedelta(days=12)).date()
    stage.do("ask_extension", pk, "handler", reason="complex", until=until, remark=LONG)
    stage.do("reject_incident", pk, "clerk", **REFUSE)
    incident = stage.incident_now(pk)
    assert (incident.lead_unit, incident.handler) == (None, None)
    assert not incident.access.live(stage.moment).exists()
    assert incident.clock_requests.get().state == "lapsed"
    assert incident.clock_entries.order_by("-pk")[0].action == "stop"
    assert not incident.hand_overs.filter(state=HandOver.State.OFFERED).exists()


class TestCategory:
    """Corrections are events; restriction comes and goes with the category it came from (PV-06)."""

    def test_a_class_is_no_category(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.do("correct_category", stage.report(), "clerk", category=Category.objects.get(pk="02"))

    def test_no_change_is_refused(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.do("correct_category", stage.report(), "clerk", category=Category.objects.get(pk="0102"))

    def test_it_restricts_and_opens_again(self, stage: Stage) -> None:
        pk = stage.report()
        stage.do("correct_category", pk, "clerk", category=Category.objects.get(pk="0306"))
        incident = stage.incident_now(pk)
        assert incident.restricted
        assert incident.events.order_by("-seq")[0].data == {"category_from": "0102"}
        with pytest.raises(NotAllowed):
            stage.do("correct_category", pk, "clerk", category=Category.objects.get(pk="0102"))
        stage.do("correct_category", pk, "dispatcher", category=Category.objects.get(pk="0102"))
        assert not stage.incident_now(pk).restricted


class TestPlace:
    """Only a corrected place moves a record (LEDGER.md section 4)."""

    def test_everything_that_hangs_on_it_moves_along(self, stage: Stage) -> None:
        pk = stage.incident(S.IN_PROGRESS)
        stage.do("correct_place", pk, "dispatcher", place=stage.cast.other_village)
        incident = stage.incident_now(pk)
        assert incident.village_id == stage.cast.other_village.pk
        assert incident.grid_id is None
        for child in ("events", "access", "clock_entries", "hand_overs", "remarks"):
            for row in getattr(incident, child).all():
                assert row.levels == incident.levels, child
        events = list(incident.events.order_by("seq"))
        assert events[0].unit_id == stage.cast.grid.pk
        assert events[-1].unit_id == stage.cast.other_village.pk
        assert events[-1].data == {"place_from": stage.cast.grid.pk}

    @pytest.mark.parametrize("place", ["department", "grid", "strange_village"])
    def test_not_to_a_unit_the_same_place_or_beyond_ones_own(self, stage: Stage, place: str) -> None:
        with pytest.raises(NotPossible) as refusal:
            stage.do("correct_place", stage.report(), "dispatcher", place=stage.cast.units[place])
        assert refusal.value.field == "place"

    def test_a_superior_desk_moves_it_across_counties_and_the_reporter_keeps_it(self, stage: Stage) -> None:
        pk = stage.report()
        for place in (stage.cast.strange_village, stage.cast.other_village):
            stage.do("correct_place", pk, "city_dispatcher", place=place)
        rows = Access.objects.filter(incident_id=pk, reason="reporter")
        assert [row.user_id for row in rows] == [stage.cast.worker.pk]

    def test_not_to_a_division_that_no_longer_exists(self, stage: Stage) -> None:
        gone = Unit.objects.get(pk=stage.cast.other_village.pk)
        gone.valid_to = START.date()
        with pytest.raises(NotPossible):
            stage.do("correct_place", stage.report(), "dispatcher", place=gone)


class TestRisk:
    """Of the matter, by a person, with a reason; never computed (DOMAIN.md 4.3)."""

    def test_high_needs_a_trigger(self, stage: Stage) -> None:
        pk = stage.report()
        with pytest.raises(NotPossible) as refusal:
            stage.do("set_risk", pk, "dispatcher", risk_level="high", remark=LONG)
        assert refusal.value.field == "triggers"
        stage.do("set_risk", pk, "dispatcher", risk_level="high", triggers=["violence"], remark=LONG)
        incident = stage.incident_now(pk)
        event = incident.events.order_by("-seq")[0]
        assert incident.risk_level == "high"
        assert event.data == {"risk_from": "", "risk_to": "high", "triggers": ["violence"]}
        assert incident.remarks.get(seq=event.seq).text == LONG

    def test_a_reporter_cannot_set_it(self, stage: Stage) -> None:
        with pytest.raises(NotAllowed):
            stage.do("set_risk", stage.report(), "worker", risk_level="low", remark=LONG)
