"""Handing a case to another committee: two ends, both logged (FEATURES.md rows 29 to 31)."""

import pytest

from cases.models import Case
from cases.moves import NotAllowed, NotPossible
from cases.workflow import open_case_from_incident
from grid.models import Unit
from tests.cases.stage import LONG, C, S, Stage

OBJECTION = {"reason": "not_competent", "remark": LONG}


def propose(stage: Stage, pk: int, by: str = "director", unit: str = "strange_committee_unit") -> Case:
    """Offer the case."""
    return stage.go("propose_hand_over", pk, by, committee=stage.cast.units[unit], remark=LONG)


def live(stage: Stage, pk: int) -> dict[str, set[int]]:
    """To which units the case is open, by reason."""
    rows = stage.case_now(pk).access.live(stage.moment).filter(unit__isnull=False)
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row.reason, set()).add(row.unit_id)
    return found


def test_offered_it_is_open_to_both(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    propose(stage, pk)
    ours, theirs = stage.cast.committee_unit.pk, stage.cast.strange_committee_unit.pk
    assert live(stage, pk) == {"committee": {ours}, "proposed": {theirs}}
    offer = stage.case_now(pk).hand_overs.get()
    assert (offer.state, offer.from_unit_id, offer.to_unit_id) == ("offered", ours, theirs)
    assert stage.case_now(pk).committee_id == ours


def test_accepted_it_is_theirs_alone(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    propose(stage, pk)
    stage.go("accept_hand_over", pk, "strange_director")
    case = stage.case_now(pk)
    theirs = stage.cast.strange_committee_unit.pk
    assert (case.committee_id, case.status) == (theirs, C.MEDIATING)
    assert live(stage, pk) == {"committee": {theirs}}
    assert not case.mediator_rows.filter(released_at__isnull=True).exists()
    assert not case.access.live(stage.moment).filter(reason="mediator").exists()
    event = case.events.order_by("-seq")[0]
    assert event.data == {"from": stage.cast.committee_unit.pk, "committee": theirs}
    with pytest.raises(NotAllowed):
        stage.go("terminate_case", pk, "director", reason="refused", remedies=["litigation"], remark=LONG)
    stage.go(
        "change_mediator", pk, "strange_director", mediator=stage.cast.strange_mediator, no_interest=True, remark=LONG
    )


def test_objected_to_it_stays_and_they_lose_it(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    propose(stage, pk)
    stage.go("object_to_hand_over", pk, "strange_director", **OBJECTION)
    assert live(stage, pk) == {"committee": {stage.cast.committee_unit.pk}}
    assert stage.case_now(pk).hand_overs.get().state == "objected"
    assert stage.case_now(pk).mediator_rows.filter(released_at__isnull=True).count() == 1
    with pytest.raises(NotAllowed):
        stage.go("accept_hand_over", pk, "strange_director")
    # It can be offered again.
    propose(stage, pk)


def test_withdrawn_it_stays_and_they_lose_it(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    with pytest.raises(NotPossible):
        stage.go("withdraw_hand_over", pk, "director")
    propose(stage, pk)
    stage.go("withdraw_hand_over", pk, "dispatcher")
    assert live(stage, pk) == {"committee": {stage.cast.committee_unit.pk}}
    assert stage.case_now(pk).hand_overs.get().state == "withdrawn"


def test_one_offer_at_a_time(stage: Stage) -> None:
    pk = stage.case(C.MEDIATING)
    propose(stage, pk)
    with pytest.raises(NotPossible):
        propose(stage, pk, by="dispatcher")


@pytest.mark.parametrize("unit", ["committee_unit", "department", "village"])
def test_not_to_oneself_nor_to_anything_but_a_committee(stage: Stage, unit: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        propose(stage, stage.case(C.ACCEPTED), unit=unit)
    assert refusal.value.field == "committee"


def test_not_across_cities(stage: Stage) -> None:
    pk = stage.case(C.ACCEPTED)
    foreign = Unit.objects.get(pk=stage.cast.strange_committee_unit.pk)
    foreign.city_id = foreign.pk
    with pytest.raises(NotPossible):
        stage.go("propose_hand_over", pk, "director", committee=foreign, remark=LONG)


def test_the_incident_it_came_from_goes_along(stage: Stage) -> None:
    incident = stage.incident(S.TRIAGED)
    by = stage.actor("dispatcher")
    pk = open_case_from_incident(pk=incident, by=by, at=stage.now(), committee=stage.cast.committee_unit).pk

    def opened() -> dict[str, set[int]]:
        rows = stage.incident_now(incident).access.live(stage.moment).filter(reason__in=["committee", "proposed"])
        return {reason: {row.unit_id for row in rows if row.reason == reason} for reason in ("committee", "proposed")}

    ours, theirs = stage.cast.committee_unit.pk, stage.cast.strange_committee_unit.pk
    propose(stage, pk)
    assert opened() == {"committee": {ours}, "proposed": {theirs}}
    stage.go("object_to_hand_over", pk, "strange_director", **OBJECTION)
    assert opened() == {"committee": {ours}, "proposed": set()}
    propose(stage, pk)
    stage.go("accept_hand_over", pk, "strange_director")
    assert opened() == {"committee": {theirs}, "proposed": set()}


def test_the_level_is_that_of_the_committee(stage: Stage) -> None:
    from mediation.models import Committee
    from mediation.workflow import found_committee
    from tests.cases.stage import SINCE, SYSTEM

    county = found_committee(
        place=stage.cast.county,
        name="离石区医疗纠纷人民调解委员会",
        kind=Committee.Kind.INDUSTRY,
        founded_on=SINCE,
        by=SYSTEM,
    )
    pk = stage.case(C.REGISTERED)
    assert stage.case_now(pk).handling_level == "township"
    stage.go("choose_committee", pk, "dispatcher", committee=county.unit)
    assert stage.case_now(pk).handling_level == "county"
