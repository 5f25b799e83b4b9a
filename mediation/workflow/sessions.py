"""Sessions: planned, held, cancelled (调解)."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, Party
from cases.moves import CLOCK_TOLERANCE, NotPossible
from cases.workflow import begin_mediation, note_session
from cases.workflow.accepting import check_willing
from mediation.models import Session
from mediation.workflow.table import begin_verb, lock_case, once


def schedule_session(
    *,
    case: Case,
    by: Any,
    at: datetime,
    planned_for: datetime,
    venue: str,
    form: str,
    mediators: Iterable[Any] = (),
    is_open: bool = False,
    client_uuid: uuid.UUID | None = None,
) -> Session:
    """Plan a session; the first one begins mediation.

    Raises NotPossible against a party's will, while the clock is suspended, for a time before the case was accepted,
    for a joint session where domestic violence is marked (反家庭暴力法 art.10), and for mediators not of the case.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        known = once(Session, "planned_by", by, client_uuid, case=locked)
        if known is not None:
            return known
        at = begin_verb("schedule_session", locked, by, at)
        check_willing(locked)
        if locked.suspended_at is not None:
            raise NotPossible(_("本案已中止计时，请先恢复。"))
        if locked.violence_flag and form == Session.Form.JOINT:
            raise NotPossible(_("涉家庭暴力的案件不安排面对面调解。"), "form")
        if locked.accepted_at is not None and planned_for < locked.accepted_at:
            raise NotPossible(_("调解时间不能早于受理时间。"), "planned_for")
        session = Session(
            case=locked,
            form=form,
            planned_for=planned_for,
            venue=venue,
            is_open=is_open,
            client_uuid=client_uuid or uuid.uuid4(),
            planned_by=by,
            **locked.levels,
        )
        session.save(force_insert=True)
        session.mediators.set(_sitting(locked, mediators))
        if locked.status != Case.Status.MEDIATING:
            begin_mediation(pk=locked.pk, by=by, at=at, session=session.pk)
        else:
            note_session(pk=locked.pk, by=by, at=at, session=session.pk, state=session.state)
    return session


def _sitting(case: Case, mediators: Iterable[Any]) -> list[int]:
    """Those of the case's mediators who sit at the table; all of them when nobody is named."""
    standing = list(case.mediator_rows.filter(released_at__isnull=True).values_list("user_id", flat=True))
    named = [user.pk for user in mediators]
    if not set(named) <= set(standing):
        raise NotPossible(_("参加调解的须是本案的调解员。"), "mediators")
    return named or standing


def _check_record(record: str, result: str) -> None:
    if not record.strip():
        raise NotPossible(_("请填写调解记录。"), "record")
    if result not in Session.Result:
        raise NotPossible(_("请选择调解结果。"), "result")


def hold_session(
    *,
    session: Session,
    by: Any,
    at: datetime,
    began_at: datetime,
    minutes: int,
    attended: Iterable[Party],
    record: str,
    result: str,
    agreed_points: str = "",
    disputed_points: str = "",
    others_present: str = "",
) -> Session:
    """Record a session that took place.

    Raises NotPossible for a session held or cancelled already, an end in the future, nobody present, parties of
    another case, a beginning after somebody refused or withdrew, or both sides together where domestic violence is
    marked.
    """
    with transaction.atomic():
        case = lock_case(session.case_id)
        at = begin_verb("hold_session", case, by, at)
        session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if session.state == Session.State.HELD and session.held_by_id == by.pk:
            return session
        if session.state != Session.State.PLANNED:
            raise NotPossible(_("本次调解已记录或已取消。"))
        present = list(attended)
        _check_presence(case, session, present)
        if case.accepted_at is not None and case.accepted_at - began_at <= CLOCK_TOLERANCE:
            # Forms know minutes: whoever sits down in the minute of acceptance sat down after it.
            began_at = max(began_at, case.accepted_at)
        _check_hour(case, began_at, minutes, at)
        _check_record(record, result)
        session.state = Session.State.HELD
        session.began_at, session.minutes = began_at, minutes
        session.record, session.result = record, result
        session.agreed_points, session.disputed_points = agreed_points, disputed_points
        session.others_present, session.held_by = others_present, by
        session.save(
            update_fields=[
                "state",
                "began_at",
                "minutes",
                "record",
                "result",
                "agreed_points",
                "disputed_points",
                "others_present",
                "held_by",
            ]
        )
        session.attended.set(present)
        note_session(pk=case.pk, by=by, at=at, session=session.pk, state=session.state)
    return session


def _check_hour(case: Case, began_at: datetime, minutes: int, at: datetime) -> None:
    """A session lies between acceptance and now, and before anybody said no."""
    if minutes <= 0:
        raise NotPossible(_("请填写调解时长。"), "minutes")
    if began_at + timedelta(minutes=minutes) > at + CLOCK_TOLERANCE:
        raise NotPossible(_("调解尚未结束，不能记录。"), "began_at")
    if case.accepted_at is not None and began_at < case.accepted_at:
        raise NotPossible(_("调解时间不能早于受理时间。"), "began_at")
    unwilling = case.parties.filter(consent__in=[Party.Consent.REFUSED, Party.Consent.WITHDRAWN])
    if unwilling.filter(consent_at__lte=began_at).exists():
        raise NotPossible(_("有当事人在此之前已拒绝或撤回调解意愿，不得继续调解。"), "began_at")


def _check_presence(case: Case, session: Session, present: list[Party]) -> None:
    if not present:
        raise NotPossible(_("请勾选到场的当事人。"), "attended")
    if any(party.case_id != case.pk for party in present):
        raise NotPossible(_("到场人员不是本案当事人。"), "attended")
    sides = {party.side for party in present}
    both = {Party.Side.APPLICANT, Party.Side.RESPONDENT} <= sides
    if case.violence_flag and both and session.form == Session.Form.JOINT:
        raise NotPossible(_("涉家庭暴力的案件不得安排双方同时到场。"), "attended")


def cancel_session(*, session: Session, by: Any, at: datetime) -> Session:
    """Cancel a planned session."""
    with transaction.atomic():
        case = lock_case(session.case_id)
        at = begin_verb("cancel_session", case, by, at)
        session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if session.state == Session.State.CANCELLED:
            return session
        if session.state == Session.State.HELD:
            raise NotPossible(_("已举行的调解不能取消。"))
        session.state = Session.State.CANCELLED
        session.save(update_fields=["state"])
        note_session(pk=case.pk, by=by, at=at, session=session.pk, state=session.state)
    return session
