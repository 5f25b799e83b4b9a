"""Agreements: signed or oral, and their performance obligation by obligation (协议、履行)."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Case
from cases.moves import NotPossible
from cases.workflow import note_full_performance, note_part_performance, settle_case
from mediation.models import Agreement, Obligation, Performance, Signature
from mediation.workflow.table import begin_verb, lock_case, once
from mediation.workflow.terms import Duty, Terms, check_terms


def sign_agreement(
    *, case: Case, by: Any, at: datetime, terms: Terms, client_uuid: uuid.UUID | None = None
) -> Agreement:
    """Record a written agreement, effective now that all have signed (PML art.29).

    ``terms.signatures`` maps party ids to the manner of signing. Raises NotPossible naming what is missing.
    """
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
        locked = lock_case(case.pk)
        known = once(Agreement, "recorded_by", by, client_uuid, case=locked)
        if known is not None:
            return known
        at = begin_verb(verb, locked, by, at)
        check_terms(form, terms, {party.pk: party for party in locked.parties.all()}, day_of(at))
        agreement = _written_down(locked, form, terms, by, at, client_uuid or uuid.uuid4())
        open_days = [duty.due_on for duty in terms.duties if not duty.done]
        settle_case(
            pk=locked.pk,
            by=by,
            at=at,
            agreement=agreement.pk,
            form=form,
            amount=agreement.amount,
            limit_on=max(open_days, default=None),
            next_due_on=min(open_days, default=None),
            obliging=bool(open_days),
        )
        if terms.duties and not open_days:
            agreement.performed_at = at
            agreement.save(update_fields=["performed_at"])
            note_full_performance(pk=locked.pk, by=by, at=at, agreement=agreement.pk)
    return agreement


def _written_down(case: Case, form: str, terms: Terms, by: Any, at: datetime, client_uuid: uuid.UUID) -> Agreement:
    """Write the agreement, its signatures and its obligations."""
    agreement = Agreement(
        case=case,
        number=_next_number(case),
        form=form,
        made_at=at,
        facts=terms.facts,
        content=terms.content,
        manner=terms.manner,
        amount=sum((duty.amount for duty in terms.duties), Decimal(0)),
        limit_on=max((duty.due_on for duty in terms.duties if not duty.done), default=day_of(at)),
        mediator_signed_at=at if terms.mediator_signed else None,
        seal_affixed_at=at if terms.seal_affixed else None,
        recorded_by=by,
        client_uuid=client_uuid,
        **case.levels,
    )
    agreement.save(force_insert=True)
    for party_id, manner in (terms.signatures or {}).items():
        signature = Signature(agreement=agreement, party_id=party_id, manner=manner, signed_at=at, **case.levels)
        signature.save(force_insert=True)
    for duty in terms.duties:
        _oblige(agreement, duty, at)
    return agreement


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
        case = lock_case(obligation.agreement.case_id)
        known = once(Performance, "recorded_by", by, client_uuid, obligation=obligation)
        if known is not None:
            return known
        at = begin_verb("record_performance", case, by, at)
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
            recorded_at=timezone.now(),
            client_uuid=client_uuid or uuid.uuid4(),
            **agreement.levels,
        )
        performance.save(force_insert=True)
        obligation.performed_amount += paid
        if obligation.performed_amount == obligation.amount:
            obligation.performed_at = at
        obligation.save(update_fields=["performed_amount", "performed_at"])
        still_open = agreement.obligations.filter(performed_at__isnull=True).order_by("due_on").first()
        if still_open is not None:
            note_part_performance(pk=case.pk, by=by, at=at, agreement=agreement.pk, next_due_on=still_open.due_on)
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
