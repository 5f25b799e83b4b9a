"""Agreements and their performance, obligation by obligation (DOMAIN.md 5.2, 5.6; FEATURES.md rows 54 to 56)."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.models import Case
from cases.moves import NotAllowed, NotPossible
from cases.workflow import KeyReused, PartyData, add_party, record_consent
from mediation.models import Agreement, Obligation, Performance
from mediation.workflow import Duty, Terms, record_oral_agreement, record_performance, sign_agreement
from tests.cases.stage import C, Stage


def sign(stage: Stage, pk: int, terms: Terms, **more: Any) -> Agreement:
    """Sign now."""
    by, at = stage.actor("mediator"), stage.now()
    return sign_agreement(case=stage.case_now(pk), by=by, at=at, terms=terms, **more)


def speak(stage: Stage, pk: int, terms: Terms) -> Agreement:
    """Agree orally now."""
    by, at = stage.actor("mediator"), stage.now()
    return record_oral_agreement(case=stage.case_now(pk), by=by, at=at, terms=terms)


def duty(stage: Stage, pk: int, **more: Any) -> Duty:
    """The respondent pays the applicant 100 tomorrow."""
    day = (stage.moment + timedelta(days=1)).date()
    given = {"kind": "pay", "debtor": stage.party(pk, "respondent"), "text": "赔偿", "due_on": day}
    return Duty(**{**given, "amount": Decimal(100), "creditor": stage.party(pk), **more})


class TestSigning:
    """Effective when all parties, the mediator and the seal are on it (PML art.29)."""

    def test_the_facts_stand_on_case_and_event(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        case, agreement = stage.case_now(pk), Agreement.objects.get(case_id=pk)
        event = case.events.order_by("-seq")[0]
        assert (case.agreed_at, case.agreement_form, case.agreement_amount) == (stage.moment, "written", Decimal(1000))
        assert (case.agreement_limit_on, case.next_due_on, case.is_obliging) == (date(2024, 11, 21),) * 2 + (True,)
        assert (event.agreed_at, event.amount, event.limit_on) == (case.agreed_at, Decimal(1000), date(2024, 11, 21))
        assert event.data == {"agreement": agreement.pk, "form": "written"}
        assert (agreement.made_at, agreement.amount, agreement.limit_on) == (case.agreed_at, 1000, date(2024, 11, 21))
        assert agreement.signatures.count() == 2
        assert case.clock_entries.filter(clock="mediate").order_by("-pk")[0].action == "stop"

    @pytest.mark.parametrize("missing", ["mediator_signed", "seal_affixed"])
    def test_not_without_mediator_and_seal(self, stage: Stage, missing: str) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible):
            sign(stage, pk, replace(stage.terms(pk), **{missing: False}))

    @pytest.mark.parametrize("side", ["applicant", "respondent"])
    def test_not_without_a_side(self, stage: Stage, side: str) -> None:
        pk = stage.case(C.MEDIATING)
        terms = stage.terms(pk)
        others = {key: manner for key, manner in (terms.signatures or {}).items() if key != stage.party(pk, side).pk}
        with pytest.raises(NotPossible) as refusal:
            sign(stage, pk, replace(terms, signatures=others))
        assert refusal.value.field == "signatures"
        assert stage.party(pk, side).name_masked in str(refusal.value)

    def test_an_agent_signs_for_whom_they_represent(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        agent = add_party(
            record=stage.case_now(pk),
            by=stage.actor("mediator"),
            at=stage.now(),
            side="agent",
            data=PartyData("丁某某"),
            represents=stage.party(pk),
        )
        terms = stage.terms(pk)
        signatures = {stage.party(pk, "respondent").pk: "signature", agent.pk: "signature"}
        sign(stage, pk, replace(terms, signatures=signatures))

    def test_nobody_from_elsewhere_signs(self, stage: Stage) -> None:
        pk, other = stage.case(C.MEDIATING), stage.case(C.MEDIATING)
        terms = stage.terms(pk)
        foreign = {**(terms.signatures or {}), stage.party(other).pk: "signature"}
        for signatures in (foreign, {**(terms.signatures or {}), stage.party(pk).pk: "wink"}):
            with pytest.raises(NotPossible) as refusal:
                sign(stage, pk, replace(terms, signatures=signatures))
            assert refusal.value.field == "signatures"

    @pytest.mark.parametrize("empty", ["facts", "content"])
    def test_not_without_facts_and_content(self, stage: Stage, empty: str) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible):
            sign(stage, pk, replace(stage.terms(pk), **{empty: " "}))

    def test_resent_it_is_one_agreement(self, stage: Stage) -> None:
        pk, key = stage.case(C.MEDIATING), uuid.uuid4()
        terms = stage.terms(pk)
        first = sign(stage, pk, terms, client_uuid=key)
        assert sign(stage, pk, terms, client_uuid=key).pk == first.pk
        assert Agreement.objects.count() == 1
        other = stage.case(C.MEDIATING)
        with pytest.raises(KeyReused):
            sign(stage, other, stage.terms(other), client_uuid=key)

    def test_the_database_holds_signature_and_seal_too(self, stage: Stage) -> None:
        agreement = Agreement.objects.get(case_id=stage.case(C.AGREED))
        agreement.seal_affixed_at = None
        with pytest.raises(IntegrityError), transaction.atomic():
            agreement.save()

    def test_nothing_of_a_refused_signing_remains(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        record_consent(pk=pk, by=stage.actor("clerk"), at=stage.now(), party=stage.party(pk), consent="withdrawn")
        with pytest.raises(NotPossible):
            stage.agree(pk)
        assert not Agreement.objects.exists()
        assert not Obligation.objects.exists()


class TestDuties:
    """Clear amounts, dates and people (民诉法解释 art.358)."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount": Decimal(0)},
            {"amount": Decimal("-5")},
            {"amount": Decimal("1.005")},
            {"amount": Decimal(10) ** 13},
            {"kind": "act", "amount": Decimal(1)},
            {"kind": "gift"},
            {"text": "  "},
            {"due_on": date(2024, 11, 19)},
        ],
    )
    def test_what_is_not_clear_is_refused(self, stage: Stage, wrong: dict[str, Any]) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible) as refusal:
            sign(stage, pk, replace(stage.terms(pk), duties=[duty(stage, pk, **wrong)]))
        assert refusal.value.field == "duties"

    def test_only_between_parties_of_the_case(self, stage: Stage) -> None:
        pk, other = stage.case(C.MEDIATING), stage.case(C.MEDIATING)
        for wrong in (
            {"debtor": stage.party(other)},
            {"creditor": stage.party(other)},
            {"creditor": stage.party(pk, "respondent")},
        ):
            with pytest.raises(NotPossible):
                sign(stage, pk, replace(stage.terms(pk), duties=[duty(stage, pk, **wrong)]))

    def test_the_limit_is_the_last_ones_the_next_is_the_first_ones(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        days = [date(2024, 12, 1), date(2025, 3, 1), date(2025, 1, 1)]
        sign(stage, pk, replace(stage.terms(pk), duties=[duty(stage, pk, due_on=day) for day in days]))
        case = stage.case_now(pk)
        assert (case.next_due_on, case.agreement_limit_on) == (date(2024, 12, 1), date(2025, 3, 1))
        assert case.agreement_amount == Decimal(300)
        # One instalment missed is a breach, long before the last is due.
        stage.wait(days=13)
        stage.go("record_breach", pk, "mediator", remark="第一期未付")

    def test_done_on_the_spot_it_is_performed_and_resolved(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        sign(stage, pk, stage.terms(pk, paid=True))
        case = stage.case_now(pk)
        assert (case.status, case.performed_at, case.resolved_at) == (C.PERFORMED, stage.moment, stage.moment)
        assert (case.agreement_limit_on, case.next_due_on) == (stage.moment.date(), None)
        assert Agreement.objects.get().performed_at == stage.moment
        obligation = Obligation.objects.get()
        assert (obligation.performed_at, obligation.performed_amount) == (stage.moment, Decimal(1000))

    def test_with_no_duty_nothing_is_owed_and_nothing_performed(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        sign(stage, pk, replace(stage.terms(pk), duties=()))
        case = stage.case_now(pk)
        assert (case.status, case.is_obliging, case.performed_at, case.resolved_at) == (C.AGREED, False, None, None)
        stage.go("resolve_case", pk, "director", reason="nothing_owed", level="township", remark="无履行事项")
        stage.go("close_case", pk, "director", remark="同意结案")


class TestOral:
    """Recorded by the mediator, effective at once (PML art.30); not where the law wants writing (DOMAIN.md 5.6)."""

    def spoken(self, stage: Stage, pk: int, *, done: bool = True) -> Terms:
        return Terms(facts="事实", content="当场付清", duties=[duty(stage, pk, done=done)])

    def test_needs_no_signature(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        agreement = speak(stage, pk, self.spoken(stage, pk))
        assert (agreement.form, stage.case_now(pk).agreement_form, stage.case_now(pk).status) == (
            "oral",
            "oral",
            C.PERFORMED,
        )

    @pytest.mark.parametrize("category", ["0107", "0110", "0112"])
    def test_not_in_land_labour_and_medical_matters(self, stage: Stage, category: str) -> None:
        pk = stage.case(C.MEDIATING, category=category)
        with pytest.raises(NotPossible) as refusal:
            speak(stage, pk, self.spoken(stage, pk))
        assert refusal.value.field == "form"
        assert not Agreement.objects.exists()
        stage.agree(pk)

    def test_not_when_something_is_left_to_do(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        with pytest.raises(NotPossible) as refusal:
            speak(stage, pk, self.spoken(stage, pk, done=False))
        assert refusal.value.field == "form"


class TestPerformance:
    """Paid in parts, never more than owed; the last part resolves."""

    def test_part_and_rest(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        stage.pay(pk, 400, receipt="收条1")
        case = stage.case_now(pk)
        assert (case.status, case.next_due_on, stage.obligation(pk).performed_amount) == (
            C.PERFORMING,
            date(2024, 11, 21),
            Decimal(400),
        )
        stage.pay(pk)
        assert (stage.case_now(pk).status, stage.obligation(pk).performed_at) == (C.PERFORMED, stage.moment)
        amounts = Performance.objects.order_by("pk").values_list("amount", flat=True)
        assert list(amounts) == [Decimal(400), Decimal(600)]

    def test_the_next_day_moves_on_with_what_is_done(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        days = [date(2024, 12, 1), date(2025, 1, 1)]
        sign(stage, pk, replace(stage.terms(pk), duties=[duty(stage, pk, due_on=day) for day in days]))
        stage.pay(pk)
        case = stage.case_now(pk)
        assert (case.status, case.next_due_on) == (C.PERFORMING, date(2025, 1, 1))
        stage.wait(days=20)
        with pytest.raises(NotPossible):
            stage.go("record_breach", pk, "mediator", remark="尚未到期")

    @pytest.mark.parametrize("amount", [0, -1, 1001])
    def test_neither_nothing_nor_more_than_owed(self, stage: Stage, amount: int) -> None:
        pk = stage.case(C.AGREED)
        with pytest.raises(NotPossible) as refusal:
            stage.pay(pk, amount)
        assert refusal.value.field == "amount"
        assert not Performance.objects.exists()

    def test_not_what_is_done_already(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        sign(stage, pk, replace(stage.terms(pk), duties=[duty(stage, pk), duty(stage, pk, text="其余")]))
        stage.pay(pk)
        with pytest.raises(NotPossible):
            stage.pay(pk)

    def test_not_under_an_agreement_that_was_superseded(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        old = stage.obligation(pk)
        stage.go("close_case", pk, "director", remark="同意结案")
        stage.go("reopen_case", pk, "director", reason="relapse", remark="矛盾反复")
        stage.agree(pk)
        Obligation.objects.filter(pk=old.pk).update(performed_at=None, performed_amount=0)
        with pytest.raises(NotPossible):
            record_performance(obligation=old, by=stage.actor("mediator"), at=stage.now())

    def test_resent_it_is_one_payment(self, stage: Stage) -> None:
        pk, key = stage.case(C.AGREED), uuid.uuid4()
        first, second = stage.pay(pk, 400, client_uuid=key), stage.pay(pk, 400, client_uuid=key)
        assert first.pk == second.pk
        assert stage.obligation(pk).performed_amount == Decimal(400)
        assert stage.case_now(pk).events.filter(verb="note_part_performance").count() == 1

    def test_not_by_a_mediator_of_another_case(self, stage: Stage) -> None:
        pk = stage.case(C.AGREED)
        with pytest.raises(NotAllowed):
            record_performance(obligation=stage.obligation(pk), by=stage.actor("second_mediator"), at=stage.now())

    def test_payments_are_appended_only(self, stage: Stage) -> None:
        from django.db import ProgrammingError, connection

        for statement in ("update mediation_performance set amount = 0", "delete from mediation_performance"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_case_keeps_one_clean_set_of_facts(stage: Stage) -> None:
    case = Case._base_manager.get(pk=stage.case(C.AGREED))
    assert (case.performed_at, case.breached_at, case.confirmation, case.confirmation_applied_at) == (
        None,
        None,
        "none",
        None,
    )
