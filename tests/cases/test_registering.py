"""Registration, conversion, committee, taking back, giving back (DOMAIN.md 5.2)."""

import uuid
from typing import Any

import pytest

from cases.models import Access, Case, Party
from cases.moves import NotAllowed, NotPossible
from cases.workflow import PartyData, Registration, add_party, open_case_from_incident, register_case
from cases.workflow.parties import PartyData as Data
from cases.workflow.parties import open_field
from grid.scope import today
from grid.workflow import close_unit
from tests.cases.stage import LONG, C, S, Stage


def given(stage: Stage, **more: Any) -> Registration:
    """A walk-in for a committee still to be chosen."""
    return Registration(
        **{
            "place": stage.cast.village,
            "category": "0102",
            "description": "两户因排水沟走向多次争执，请求调解",
            "source": "walk_in",
            **more,
        }
    )


def register(stage: Stage, by: str = "clerk", **more: Any) -> Case:
    """Register now."""
    return register_case(by=stage.actor(by), at=stage.now(), registration=given(stage, **more))


@pytest.mark.parametrize("by", ["clerk", "dispatcher", "town_dispatcher", "city_dispatcher", "director", "mediator"])
def test_desks_and_committees_of_the_place_register(stage: Stage, by: str) -> None:
    case = register(stage, by)
    assert (case.status, case.registrar_id, case.committee) == (C.REGISTERED, stage.cast.users[by].pk, None)
    (event,) = case.events.all()
    assert (event.seq, event.verb, event.status, event.by_id) == (1, "register_case", C.REGISTERED, case.registrar_id)
    assert event.levels == case.levels == stage.cast.village.levels
    assert case.access.get().reason == "registrar"


@pytest.mark.parametrize(
    "by", ["worker", "village_leader", "handler", "supervisor", "leader", "auditor", "stranger", "strange_director"]
)
def test_nobody_else_does(stage: Stage, by: str) -> None:
    with pytest.raises(NotAllowed):
        register(stage, by)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("category", {"category": "0201"}),
        ("category", {"category": "01"}),
        ("category", {"category": "nope"}),
        ("description", {"description": "太短"}),
        ("source", {"source": "hearsay"}),
        ("court_reference", {"source": "court_referral"}),
    ],
)
def test_an_input_that_does_not_fit_is_named(stage: Stage, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(NotPossible) as refusal:
        register(stage, **more)
    assert refusal.value.field == field


def test_only_at_places_and_for_committees(stage: Stage) -> None:
    for field, unit in (("place", stage.cast.centre), ("committee", stage.cast.department)):
        with pytest.raises(NotPossible) as refusal:
            register(stage, **{field: unit})
        assert refusal.value.field == field


def test_a_resent_registration_is_the_same_case(stage: Stage) -> None:
    key = uuid.uuid4()
    first, second = register(stage, client_uuid=key), register(stage, client_uuid=key)
    assert first.pk == second.pk
    assert first.events.count() == 1
    assert register(stage, "dispatcher", client_uuid=key).pk != first.pk


class TestConverting:
    """Triaged disputes become cases; the incident closes as converted and the link stays (DOMAIN.md 0.1)."""

    def convert(self, stage: Stage, pk: int, by: str = "dispatcher", **more: Any) -> Case:
        return open_case_from_incident(pk=pk, by=stage.actor(by), at=stage.now(), **more)

    def test_both_timelines_say_so(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED, people_count=6)
        case = self.convert(stage, pk, committee=stage.cast.committee_unit, remark=LONG)
        incident = stage.incident_now(pk)
        assert (incident.status, incident.outcome, incident.closed_level) == (S.CLOSED, "converted", "county")
        assert incident.events.order_by("-seq")[0].data == {"case": case.pk}
        assert (case.incident_id, case.description, case.people_count) == (pk, incident.description, 6)
        assert (case.category_id, case.source, case.unit_id) == (incident.category_id, "grid_report", incident.unit_id)
        assert case.committee_id == stage.cast.committee_unit.pk

    def test_the_committee_sees_where_it_came_from(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        case = self.convert(stage, pk, committee=stage.cast.committee_unit)
        rows = Access.objects.filter(reason="committee", unit=stage.cast.committee_unit)
        assert {(row.incident_id, row.case_id) for row in rows} == {(pk, None), (None, case.pk)}

    def test_parties_are_copied_and_sealed_anew(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        guardian = add_party(
            record=stage.incident_now(pk), by=stage.actor("clerk"), at=stage.now(), side="guardian", data=Data("周某某")
        )
        ward = add_party(
            record=stage.incident_now(pk),
            by=stage.actor("clerk"),
            at=stage.now(),
            side="applicant",
            data=Data("周小某", id_number="110101200001011234", phone="10012345678", address="东关社区1号"),
            is_under_14=True,
            guardian=guardian,
        )
        case = self.convert(stage, pk)
        copies = {party.side: party for party in case.parties.all()}
        copy = copies["applicant"]
        assert copy.uid != ward.uid
        assert bytes(copy.name_sealed) != bytes(ward.name_sealed)
        assert [open_field(copy, name) for name in Party.SEALED] == [open_field(ward, name) for name in Party.SEALED]
        assert bytes(copy.id_number_index) == bytes(ward.id_number_index)
        assert (copy.name_masked, copy.is_minor, copy.is_under_14) == ("未成年人某", True, True)
        assert copy.guardian_id == copies["guardian"].pk
        assert (copy.consent, copy.notice_given_at, copy.levels) == ("pending", None, case.levels)

    def test_done_again_by_the_same_it_is_the_same_case(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        case = self.convert(stage, pk)
        assert self.convert(stage, pk).pk == case.pk
        assert Case.objects.count() == 1
        with pytest.raises(NotPossible):
            self.convert(stage, pk, "city_dispatcher")
        for name in ("clerk", "stranger", "director"):
            with pytest.raises(NotAllowed):
                self.convert(stage, pk, name)

    def test_only_disputes_and_only_when_triaged(self, stage: Stage) -> None:
        hazard = stage.incident(S.TRIAGED, category="0201")
        with pytest.raises(NotPossible):
            self.convert(stage, hazard)
        with pytest.raises(NotPossible):
            self.convert(stage, stage.incident(S.VERIFIED))
        assert not Case.objects.exists()

    def test_not_by_a_desk_below_the_level_that_has_it(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        with pytest.raises(NotPossible):
            self.convert(stage, pk, "town_dispatcher")
        assert not Case.objects.exists()
        assert stage.incident_now(pk).status == S.TRIAGED

    def test_a_restricted_incident_makes_a_restricted_case(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        from cases.models import Incident

        Incident._base_manager.filter(pk=pk).update(restricted=True)
        assert self.convert(stage, pk).restricted


class TestCommittee:
    """A desk chooses, the committee may give it back."""

    def test_chosen_and_chosen_again(self, stage: Stage) -> None:
        case = register(stage)
        for unit in (stage.cast.committee_unit, stage.cast.strange_committee_unit):
            stage.go("choose_committee", case.pk, "dispatcher", committee=unit)
        now = stage.case_now(case.pk)
        assert (now.committee_id, now.handling_level) == (stage.cast.strange_committee_unit.pk, "township")
        live = now.access.live(stage.moment).filter(reason="committee")
        assert [row.unit_id for row in live] == [stage.cast.strange_committee_unit.pk]
        with pytest.raises(NotPossible):
            stage.go("choose_committee", case.pk, "dispatcher", committee=stage.cast.strange_committee_unit)

    @pytest.mark.parametrize("unit", ["department", "village", "centre"])
    def test_only_a_committee(self, stage: Stage, unit: str) -> None:
        with pytest.raises(NotPossible) as refusal:
            stage.go("choose_committee", register(stage).pk, "dispatcher", committee=stage.cast.units[unit])
        assert refusal.value.field == "committee"

    def test_only_one_in_office(self, stage: Stage) -> None:
        gone = close_unit(unit=stage.cast.strange_committee_unit, on=today())
        with pytest.raises(NotPossible):
            stage.go("choose_committee", register(stage).pk, "dispatcher", committee=gone)

    def test_given_back_to_the_desk(self, stage: Stage) -> None:
        pk = stage.case(C.CONSENT_PENDING)
        stage.go("return_case", pk, "director", reason="wrong_place", remark=LONG)
        case = stage.case_now(pk)
        assert (case.status, case.committee, case.handling_level) == (C.CONSENT_PENDING, None, "")
        assert not case.access.live(stage.moment).filter(reason="committee").exists()
        event = case.events.order_by("-seq")[0]
        assert (event.reason, event.data) == ("wrong_place", {"committee": stage.cast.committee_unit.pk})
        with pytest.raises(NotAllowed):
            stage.go("accept_case", pk, "director")
        stage.go("choose_committee", pk, "dispatcher", committee=stage.cast.strange_committee_unit)


class TestTakingBack:
    """A withdrawn application and a slip are no refusal (FEATURES.md row 36)."""

    @pytest.mark.parametrize("reason", ["applicant", "mistake", "double"])
    def test_it_ends_typed(self, stage: Stage, reason: str) -> None:
        pk = register(stage).pk  # Nobody but the desk has it yet: no committee could decline it.
        stage.go("withdraw_case", pk, "clerk", reason=reason, remark=LONG)
        case = stage.case_now(pk)
        assert (case.status, case.is_open, case.step_due_on) == (C.WITHDRAWN, False, None)
        assert case.events.order_by("-seq")[0].reason == reason
        with pytest.raises(NotPossible):
            add_party(record=case, by=stage.actor("clerk"), at=stage.now(), side="third", data=PartyData("甲某某"))

    def test_not_once_it_was_accepted(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            stage.go("withdraw_case", stage.case(C.ACCEPTED), "clerk", reason="applicant", remark=LONG)


def test_declining_tells_of_other_routes(stage: Stage) -> None:
    pk = stage.case(C.DECLINED)
    event = stage.case_now(pk).events.order_by("-seq")[0]
    assert (event.reason, event.data) == ("special_organ", {"remedies": ["litigation"]})
    assert stage.case_now(pk).closed_at is None
