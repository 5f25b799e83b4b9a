"""After the agreement: visits and judicial confirmation (回访、司法确认)."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, Party
from cases.moves import NotPossible
from cases.workflow import (
    note_confirmation_advice,
    note_confirmation_application,
    note_confirmation_result,
    note_court_acceptance,
    note_visit,
)
from mediation.models import Confirmation, FollowUp
from mediation.workflow.table import begin_verb, lock_case, once


def record_visit(
    *,
    case: Case,
    party: Party,
    by: Any,
    at: datetime,
    channel: str,
    findings: str,
    satisfaction: str = "",
    has_remaining_risk: bool = False,
    client_uuid: uuid.UUID | None = None,
) -> FollowUp:
    """Record a visit to one party; one answer per visited party counts (LEDGER.md section 4)."""
    with transaction.atomic():
        locked = lock_case(case.pk)
        known = once(FollowUp, "visited_by", by, client_uuid, case=locked)
        if known is not None:
            return known
        at = begin_verb("record_visit", locked, by, at)
        if party.case_id != locked.pk:
            raise NotPossible(_("该当事人不属于本案。"), "party")
        if satisfaction and satisfaction not in Case.Satisfaction:
            raise NotPossible(_("请选择满意度，或不填。"), "satisfaction")
        if channel not in FollowUp.Channel:
            raise NotPossible(_("请选择回访方式。"), "channel")
        visit = FollowUp(
            case=locked,
            party=party,
            at=at,
            channel=channel,
            satisfaction=satisfaction,
            findings=findings,
            has_remaining_risk=has_remaining_risk,
            visited_by=by,
            client_uuid=client_uuid or uuid.uuid4(),
            **locked.levels,
        )
        visit.save(force_insert=True)
        note_visit(pk=locked.pk, by=by, at=at, visit=visit.pk, satisfaction=satisfaction)
    return visit


def advise_confirmation(*, case: Case, by: Any, at: datetime) -> Case:
    """Note that the parties were told of judicial confirmation and its 30 days."""
    with transaction.atomic():
        at = begin_verb("advise_confirmation", lock_case(case.pk), by, at)
        return note_confirmation_advice(pk=case.pk, by=by, at=at)


def confirmation_warning(case: Case) -> str:
    """Why a court would not take this category, or nothing (民诉法解释 art.355): a warning, the court decides."""
    if case.category.is_confirmable:
        return ""
    return _("“%(category)s”涉及身份关系或权属确认的内容，法院不予司法确认。") % {"category": case.category.name}


def apply_for_confirmation(*, case: Case, by: Any, at: datetime, court: str) -> Confirmation:
    """Record the parties' joint application.

    Raises NotPossible after the 30 days, without an agreement, or for a second application.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        at = begin_verb("apply_for_confirmation", locked, by, at)
        agreement = locked.agreements.order_by("-pk").first()
        if agreement is None:
            raise NotPossible(_("没有协议，不能申请司法确认。"))
        if not court.strip():
            raise NotPossible(_("请填写受理法院。"), "court")
        if Confirmation.objects.filter(agreement=agreement).exists():
            raise NotPossible(_("该协议已申请过司法确认。"))
        confirmation = Confirmation(case=locked, agreement=agreement, court=court, applied_at=at, **locked.levels)
        confirmation.save(force_insert=True)
        note_confirmation_application(pk=locked.pk, by=by, at=at, confirmation=confirmation.pk)
    return confirmation


def record_court_acceptance(*, case: Case, by: Any, at: datetime, court_number: str) -> Confirmation:
    """Record that the court took the application on, with its docket number."""
    with transaction.atomic():
        locked = lock_case(case.pk)
        at = begin_verb("record_court_acceptance", locked, by, at)
        confirmation = _standing(locked)
        confirmation.court_accepted_at, confirmation.court_number = at, court_number
        confirmation.save(update_fields=["court_accepted_at", "court_number"])
        note_court_acceptance(pk=locked.pk, by=by, at=at, confirmation=confirmation.pk)
    return confirmation


def record_court_decision(*, case: Case, by: Any, at: datetime, result: str) -> Confirmation:
    """Record the ruling, or that the parties withdrew."""
    with transaction.atomic():
        locked = lock_case(case.pk)
        at = begin_verb("record_court_decision", locked, by, at)
        confirmation = _standing(locked)
        confirmation.decided_at, confirmation.result = at, result
        confirmation.save(update_fields=["decided_at", "result"])
        note_confirmation_result(pk=locked.pk, by=by, at=at, confirmation=confirmation.pk, result=result)
    return confirmation


def _standing(case: Case) -> Confirmation:
    confirmation = case.confirmations.order_by("-pk").first()
    if confirmation is None:
        raise NotPossible(_("尚未申请司法确认。"))
    return confirmation
