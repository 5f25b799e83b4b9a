"""Parties and looks at them: people exist only inside a matter (DOMAIN.md PV-01 to PV-04)."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.models import Outbox, Party, Reveal
from cases.moves import NotAllowed, NotPossible
from cases.workflow import PartyData, add_party, correct_party, find_same_person, may_reveal, remove_party, reveal_field
from cases.workflow.parties import open_field
from tests.cases.stage import LONG, C, S, Stage

NUMBER = "110101200001011234"
"""Fails the checksum of GB 11643."""
PHONE = "10012345678"


def add(stage: Stage, record: Any, by: str = "clerk", name: str = "欧阳某某", **more: Any) -> Party:
    """Add a respondent now, with everything that is sealed."""
    data = PartyData(name, id_number=NUMBER, phone=PHONE, address="东关社区1号")
    return add_party(
        record=record,
        by=stage.actor(by),
        at=stage.now(),
        data=more.pop("data", data),
        side=more.pop("side", "respondent"),
        **more,
    )


def look(stage: Stage, party: Party, by: str, field: str = "phone", reason: str = "联系当事人到场") -> str:
    """Open one field now."""
    return reveal_field(party=party, field=field, reason=reason, by=stage.actor(by), at=stage.now())


class TestAdding:
    """Sealed on the way in; only masks are plain."""

    def test_nothing_of_the_identity_is_stored_in_the_open(self, stage: Stage) -> None:
        party = add(stage, stage.case_now(stage.case(C.REGISTERED)))
        party.refresh_from_db()
        assert (party.name_masked, party.phone_masked) == ("欧阳**", "100****5678")
        assert party.id_number_masked == "110101**********34"
        stored = b"".join(bytes(getattr(party, f"{name}_sealed")) for name in Party.SEALED)
        for text in ("欧阳", NUMBER, PHONE, "东关"):
            assert text.encode() not in stored
        assert [open_field(party, name) for name in Party.SEALED] == ["欧阳某某", NUMBER, PHONE, "东关社区1号"]

    def test_an_organisation_shows_its_name(self, stage: Stage) -> None:
        data = PartyData("离石区某某物业有限公司")
        party = add(stage, stage.case_now(stage.case(C.REGISTERED)), data=data, kind="organisation")
        assert party.name_masked == "离石区某某物业有限公司"

    def test_the_event_says_that_somebody_was_added_and_not_who(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        party = add(stage, stage.case_now(pk))
        event = stage.case_now(pk).events.order_by("-seq")[0]
        assert (event.verb, event.data) == ("add_party", {"party": party.pk, "side": "respondent"})

    def test_not_without_a_name(self, stage: Stage) -> None:
        with pytest.raises(NotPossible) as refusal:
            add(stage, stage.incident_now(stage.report()), data=PartyData("  "))
        assert refusal.value.field == "name"

    @pytest.mark.parametrize("data", [PartyData("别名", id_number=NUMBER), PartyData("欧阳某某", phone=PHONE)])
    def test_not_the_same_person_twice_on_one_side(self, stage: Stage, data: PartyData) -> None:
        record = stage.incident_now(stage.report())
        add(stage, record)
        with pytest.raises(NotPossible):
            add(stage, record, data=data)
        add(stage, record, data=data, side="third")

    def test_a_row_without_a_matter_cannot_be(self, stage: Stage) -> None:
        city = stage.cast.city.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            Party(side="third", added_at=stage.moment, city_id=city).save()
        case, incident = stage.case(C.REGISTERED), stage.report()
        with pytest.raises(IntegrityError), transaction.atomic():
            Party(side="third", case_id=case, incident_id=incident, added_at=stage.moment, city_id=city).save()

    def test_it_goes_with_its_matter(self, stage: Stage) -> None:
        party = add(stage, stage.incident_now(stage.report()))
        assert Party._meta.get_field("incident").remote_field.on_delete.__name__ == "CASCADE"
        assert party.incident_id


class TestCorrecting:
    """Masks and indexes follow; the timeline says which fields."""

    def test_empty_fields_keep_what_they_hold(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        party = add(stage, stage.case_now(pk), by="mediator")
        correct_party(party=party, by=stage.actor("mediator"), at=stage.now(), data=PartyData("", phone="10087654321"))
        assert (open_field(party, "name"), open_field(party, "phone")) == ("欧阳某某", "10087654321")
        assert party.phone_masked == "100****4321"
        event = stage.case_now(pk).events.order_by("-seq")[0]
        assert event.data == {"party": party.pk, "fields": ["phone"]}

    def test_no_change_is_refused(self, stage: Stage) -> None:
        party = add(stage, stage.incident_now(stage.report()))
        with pytest.raises(NotPossible):
            correct_party(party=party, by=stage.actor("clerk"), at=stage.now(), data=PartyData("欧阳某某"))


class TestRemoving:
    """Registered by mistake: the data goes."""

    def test_the_row_is_gone_and_the_look_stays(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        party = add(stage, stage.case_now(pk))
        look(stage, party, "clerk")
        remove_party(party=party, by=stage.actor("clerk"), at=stage.now(), remark=LONG)
        assert not Party.objects.filter(uid=party.uid).exists()
        event = stage.case_now(pk).events.order_by("-seq")[0]
        assert (event.verb, list(event.data)) == ("remove_party", ["party"])
        assert Reveal.objects.get().case_id == pk

    def test_not_a_guardian_before_the_ward(self, stage: Stage) -> None:
        record = stage.case_now(stage.case(C.REGISTERED))
        guardian = add(stage, record, side="guardian")
        add(stage, record, data=PartyData("欧阳小某"), is_minor=True, guardian=guardian)
        with pytest.raises(NotPossible):
            remove_party(party=guardian, by=stage.actor("clerk"), at=stage.now(), remark=LONG)


class TestLooking:
    """One field, with a reason, logged before it is shown (PV-04)."""

    @pytest.mark.parametrize("by", ["clerk", "dispatcher", "director", "mediator"])
    def test_whoever_works_on_a_case(self, stage: Stage, by: str) -> None:
        pk = stage.case(C.MEDIATING)
        party = add(stage, stage.case_now(pk))
        assert look(stage, party, by) == PHONE
        (entry,) = Reveal.objects.all()
        assert (entry.by_id, entry.field, entry.reason) == (stage.cast.users[by].pk, "phone", "联系当事人到场")
        assert (entry.case_id, entry.incident_id, entry.at, entry.levels) == (pk, None, stage.moment, party.levels)

    @pytest.mark.parametrize(
        "by", ["supervisor", "leader", "auditor", "second_mediator", "worker", "stranger", "handler"]
    )
    def test_nobody_else(self, stage: Stage, by: str) -> None:
        case = stage.case_now(stage.case(C.MEDIATING))
        party = add(stage, case)
        assert not may_reveal(case, stage.actor(by))
        with pytest.raises(NotAllowed):
            look(stage, party, by)
        assert not Reveal.objects.exists()

    def test_of_an_incident_its_handler_and_not_its_reporter(self, stage: Stage) -> None:
        incident = stage.incident_now(stage.incident(S.ACCEPTED))
        party = add(stage, incident)
        assert look(stage, party, "handler") == PHONE
        with pytest.raises(NotAllowed):
            look(stage, party, "worker")
        with pytest.raises(NotAllowed):
            look(stage, party, "second_handler")

    @pytest.mark.parametrize(
        ("field", "reason"), [("phone", "看看"), ("phone", "      "), ("consent", "联系当事人到场")]
    )
    def test_not_without_a_reason_nor_anything_but_a_sealed_field(self, stage: Stage, field: str, reason: str) -> None:
        party = add(stage, stage.incident_now(stage.report()))
        with pytest.raises(NotPossible):
            look(stage, party, "clerk", field, reason)
        assert not Reveal.objects.exists()

    def test_the_log_only_grows(self, stage: Stage) -> None:
        party = add(stage, stage.incident_now(stage.report()))
        look(stage, party, "clerk")
        for statement in ("update cases_reveal set reason = 'x'", "delete from cases_reveal", "truncate cases_reveal"):
            from django.db import ProgrammingError, connection

            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_more_than_twenty_an_hour_alarms_once(self, stage: Stage) -> None:
        party = add(stage, stage.incident_now(stage.report()))
        for _ in range(20):
            look(stage, party, "clerk")
        assert not Outbox.objects.filter(topic="many_looks").exists()
        for _ in range(3):
            look(stage, party, "clerk")
        (alarm,) = Outbox.objects.filter(topic="many_looks")
        assert alarm.payload == {"user": stage.cast.clerk.pk}
        stage.wait(hours=2)
        look(stage, party, "clerk")
        assert Outbox.objects.filter(topic="many_looks").count() == 1


class TestConflicts:
    """PV-01: is the same number party to an open matter, and where; no names, no parts, logged."""

    def ask(self, stage: Stage, number: str = NUMBER, by: str = "dispatcher") -> Any:
        return find_same_person(id_number=number, by=stage.actor(by), at=stage.now())

    def test_open_matters_of_ones_own_places(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        add(stage, stage.case_now(pk))
        incident = stage.report()
        add(stage, stage.incident_now(incident))
        closed = stage.case(C.REGISTERED)
        add(stage, stage.case_now(closed))
        stage.go("withdraw_case", closed, "clerk", reason="mistake", remark=LONG)
        found = self.ask(stage, f" {NUMBER[:6]} {NUMBER[6:]} ")
        case = stage.case_now(pk)
        assert {(hit.kind, hit.number, hit.unit) for hit in found} == {
            ("case", case.number, stage.cast.village.name),
            ("incident", stage.incident_now(incident).number, stage.cast.grid.name),
        }
        assert {entry.field for entry in Reveal.objects.all()} == {"conflict"}
        assert self.ask(stage, by="stranger") == []
        assert self.ask(stage, NUMBER[:17]) == []

    @pytest.mark.parametrize("by", ["clerk", "supervisor", "director", "mediator", "worker"])
    def test_only_dispatchers(self, stage: Stage, by: str) -> None:
        with pytest.raises(NotAllowed):
            self.ask(stage, by=by)

    def test_not_without_a_number(self, stage: Stage) -> None:
        with pytest.raises(NotPossible):
            self.ask(stage, "  ")
