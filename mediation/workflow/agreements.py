"""Agreements: signed or oral, and their performance obligation by obligation (协议、履行)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Case, Party
from cases.moves import NotPossible
from cases.workflow import note_full_performance, note_part_performance, settle_case
from mediation.models import Agreement, Obligation, Performance, Signature
from mediation.workflow.table import begin_verb, once


@dataclass(frozen=True)
class Duty:
    """One obligation as agreed. ``amount`` is in yuan, 0 for an act; ``done`` when performed on the spot."""

    kind: str
    debtor: Party
    text: str
    due_on: date
    amount: Decimal = Decimal(0)
    creditor: Party | None = None
    done: bool = False


@dataclass(frozen=True)
class Terms:
    """What was agreed. A written agreement needs every party's signature, the mediator's and the seal."""

    facts: str
    content: str
    manner: str = ""
    duties: Sequence[Duty] = ()
    signatures: Mapping[int, str] | None = None
    mediator_signed: bool = False
    seal_affixed: bool = False


def sign_agreement(
    *, case: Case, by: Any, at: datetime, terms: Terms, client_uuid: uuid.UUID | None = None
) -> Agreement:
    """Record a written agreement, effective now that all have signed (PML art.29).

    ``terms.signatures`` maps party ids to the manner of signing. Raises NotPossible naming what is missing.
    """
    if not (terms.mediator_signed and terms.seal_affixed):
        raise NotPossible(_("书面协议须有调解员签名并加盖调委会印章。"), "mediator_signed")
    return _agree("sign_agreement", Case.Form.WRITTEN, case, by, at, terms, client_uuid)


def record_oral_agreement(
    *, case: Case, by: Any, at: datetime, terms: Terms, client_uuid: uuid.UUID | None = None
) -> Agreement:
    """Record an oral agreement, effective on the day agreed (PML art.30).

    Raises NotPossible for categories that need writing, and locally where it is not performed on the spot
    (宁波市人民调解条例 art.24).
    """
    return _agree("record_oral_agreement", Case.Form.ORAL, case, by, at, terms, client_uuid)


def _agree(
    verb: str, form: str, case: Case, by: Any, at: datetime, terms: Terms, client_uuid: uuid.UUID | None
) -> Agreement:
    with transaction.atomic():
        known = once(Agreement, "recorded_by", by, client_uuid)
        if known is not None:
            return known
        locked = begin_verb(verb, case.pk, by)
        parties = {party.pk: party for party in locked.parties.all()}
        _check_terms(form, terms, parties, day_of(at))
        amount = sum((duty.amount for duty in terms.duties), Decimal(0))
        limit_on = max((duty.due_on for duty in terms.duties if not duty.done), default=None)
        agreement = Agreement(
            case=locked,
            number=_next_number(locked),
            form=form,
            made_at=at,
            facts=terms.facts,
            content=terms.content,
            manner=terms.manner,
            amount=amount,
            limit_on=limit_on or day_of(at),
            mediator_signed_at=at if terms.mediator_signed else None,
            seal_affixed_at=at if terms.seal_affixed else None,
            recorded_by=by,
            client_uuid=client_uuid or uuid.uuid4(),
            **locked.levels,
        )
        agreement.save(force_insert=True)
        for party_id, manner in (terms.signatures or {}).items():
            Signature(agreement=agreement, party_id=party_id, manner=manner, signed_at=at, **locked.levels).save(
                force_insert=True
            )
        for duty in terms.duties:
            _oblige(agreement, duty, at)
        settle_case(
            pk=locked.pk,
            by=by,
            at=at,
            agreement=agreement.pk,
            form=form,
            amount=amount,
            limit_on=limit_on,
            obliging=limit_on is not None,
        )
        if terms.duties and limit_on is None:
            agreement.performed_at = at
            agreement.save(update_fields=["performed_at"])
            note_full_performance(pk=locked.pk, by=by, at=at, agreement=agreement.pk)
    return agreement


def _check_terms(form: str, terms: Terms, parties: Mapping[int, Party], today: date) -> None:
    """The thirty-second check: parties, dates, amounts (PML art.29; 民诉法解释 art.358 wants clear content)."""
    if not terms.facts.strip() or not terms.content.strip():
        raise NotPossible(_("请填写主要事实和协议内容。"), "content")
    signed = set(terms.signatures or {})
    if not signed <= set(parties):
        raise NotPossible(_("签名人不是本案当事人。"), "signatures")
    if form == Case.Form.WRITTEN:
        must = {pk for pk, party in parties.items() if party.side in (Party.Side.APPLICANT, Party.Side.RESPONDENT)}
        for pk in sorted(must - signed):
            agents = [
                other for other in parties.values() if other.represents_id == pk or parties[pk].guardian_id == other.pk
            ]
            if not any(agent.pk in signed for agent in agents):
                raise NotPossible(_("缺少当事人签名：%(name)s。") % {"name": parties[pk].name_masked}, "signatures")
    for duty in terms.duties:
        _check_duty(duty, parties, today)
    if form == Case.Form.ORAL and any(not duty.done for duty in terms.duties):
        raise NotPossible(_("未能当场履行完毕的，应当订立书面协议。"), "form")


def _check_duty(duty: Duty, parties: Mapping[int, Party], today: date) -> None:
    if duty.debtor.pk not in parties or (duty.creditor is not None and duty.creditor.pk not in parties):
        raise NotPossible(_("履行人、权利人须是本案当事人。"), "duties")
    if duty.kind == Obligation.Kind.PAY and duty.amount <= 0:
        raise NotPossible(_("给付金钱的义务须写明金额。"), "duties")
    if duty.kind == Obligation.Kind.ACT and duty.amount != 0:
        raise NotPossible(_("履行行为的义务不填写金额。"), "duties")
    if not duty.done and duty.due_on < today:
        raise NotPossible(_("履行期限不能早于协议达成之日。"), "duties")


def _next_number(case: Case) -> str:
    """File number and ``-协N`` (DOMAIN.md 6); the case is locked, so there is no gap and no double."""
    return f"{case.file_number or case.number}-协{case.agreements.count() + 1}"


def _oblige(agreement: Agreement, duty: Duty, at: datetime) -> None:
    Obligation(
        agreement=agreement,
        kind=duty.kind,
        debtor=duty.debtor,
        creditor=duty.creditor,
        text=duty.text,
        amount=duty.amount,
        due_on=duty.due_on,
        performed_amount=duty.amount if duty.done else Decimal(0),
        performed_at=at if duty.done else None,
        **agreement.levels,
    ).save(force_insert=True)


def record_performance(
    *,
    obligation: Obligation,
    by: Any,
    at: datetime,
    amount: Decimal | None = None,
    receipt: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Performance:
    """Record a payment (``amount``) or an act done. The last one performs the agreement and resolves the dispute.

    Raises NotPossible for more than is owed, for what is done already, or for a superseded agreement.
    """
    with transaction.atomic():
        known = once(Performance, "recorded_by", by, client_uuid)
        if known is not None:
            return known
        case = begin_verb("record_performance", obligation.agreement.case_id, by)
        agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=obligation.agreement_id)
        if agreement.pk != case.agreements.order_by("-pk").values_list("pk", flat=True)[0]:
            raise NotPossible(_("该协议已被后来的协议取代。"))
        obligation = agreement.obligations.select_for_update().get(pk=obligation.pk)
        if obligation.performed_at is not None:
            raise NotPossible(_("该项义务已履行完毕。"))
        paid = _paid(obligation, amount)
        performance = Performance(
            obligation=obligation,
            at=at,
            amount=paid,
            receipt=receipt,
            recorded_by=by,
            recorded_at=at,
            client_uuid=client_uuid or uuid.uuid4(),
            **agreement.levels,
        )
        performance.save(force_insert=True)
        obligation.performed_amount += paid
        if obligation.performed_amount == obligation.amount:
            obligation.performed_at = at
        obligation.save(update_fields=["performed_amount", "performed_at"])
        if agreement.obligations.filter(performed_at__isnull=True).exists():
            note_part_performance(pk=case.pk, by=by, at=at, agreement=agreement.pk)
        else:
            agreement.performed_at = at
            agreement.save(update_fields=["performed_at"])
            note_full_performance(pk=case.pk, by=by, at=at, agreement=agreement.pk)
    return performance


def _paid(obligation: Obligation, amount: Decimal | None) -> Decimal:
    if obligation.kind == Obligation.Kind.ACT:
        return Decimal(0)
    owed = obligation.amount - obligation.performed_amount
    paid = owed if amount is None else amount
    if paid <= 0 or paid > owed:
        raise NotPossible(_("金额须大于0且不超过未履行的%(owed)s元。") % {"owed": owed}, "amount")
    return paid
