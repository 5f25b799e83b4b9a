"""What mediation does to a case, as a table: the buttons beside those of ``cases`` (DESIGN.md rule 2).

These verbs write mediation's own records and call the inner verbs of ``cases`` for the facts that moves and figures
need, all in one transaction.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.moves import CLOCK_TOLERANCE, Actor, Move, NotPossible, check_role, check_state, table
from cases.workflow import KeyReused
from cases.workflow.case_moves import CASE_MOVES
from cases.workflow.case_moves.ties import CASE_TEAM, MEDIATOR
from cases.workflow.incident_moves.ties import DESKS

S = Case.Status

MEDIATION_MOVES: dict[str, Move] = table(
    Move(
        "schedule_session",
        gettext_lazy("安排调解"),
        frozenset({S.MEDIATOR_ASSIGNED, S.INVESTIGATING, S.MEDIATING}),
        None,
        MEDIATOR,
        why="The first session begins mediation.",
        is_primary=True,
    ),
    Move("hold_session", gettext_lazy("记录调解"), frozenset({S.MEDIATING}), None, MEDIATOR),
    Move("cancel_session", gettext_lazy("取消调解"), frozenset({S.MEDIATING}), None, MEDIATOR),
    Move(
        "sign_agreement",
        gettext_lazy("签订协议"),
        frozenset({S.MEDIATING}),
        None,
        MEDIATOR,
        why="All parties, the mediator and the committee's seal (PML art.29).",
        is_primary=True,
    ),
    Move(
        "record_oral_agreement",
        gettext_lazy("登记口头协议"),
        frozenset({S.MEDIATING}),
        None,
        MEDIATOR,
        why="Effective on the day agreed, recorded by the mediator (PML arts 28 and 30).",
    ),
    Move(
        "record_performance",
        gettext_lazy("登记履行"),
        Case.AFTER_AGREEMENT,
        None,
        CASE_TEAM,
        is_primary=True,
    ),
    Move(
        "record_visit",
        gettext_lazy("登记回访"),
        Case.AFTER_AGREEMENT | {S.PERFORMED, S.CLOSED, S.REFERRED},
        None,
        {**CASE_TEAM, **DESKS},
    ),
    Move(
        "advise_confirmation",
        gettext_lazy("告知司法确认"),
        Case.AFTER_AGREEMENT | {S.PERFORMED},
        None,
        CASE_TEAM,
    ),
    Move(
        "apply_for_confirmation",
        gettext_lazy("申请司法确认"),
        Case.AFTER_AGREEMENT | {S.PERFORMED},
        None,
        CASE_TEAM,
        why="Jointly, within 30 days (PML art.33).",
    ),
    Move(
        "record_court_acceptance",
        gettext_lazy("登记法院受理"),
        Case.AFTER_AGREEMENT | {S.PERFORMED, S.CLOSED},
        None,
        CASE_TEAM,
    ),
    Move(
        "record_court_decision",
        gettext_lazy("登记确认结果"),
        Case.AFTER_AGREEMENT | {S.PERFORMED, S.CLOSED, S.REFERRED},
        None,
        CASE_TEAM,
    ),
    *(
        # Doors of their own, for identities and files are no plain inputs; the verbs are those of ``cases``.
        replace(CASE_MOVES[verb], is_inner=False)
        for verb in ("add_party", "give_notice", "correct_party", "remove_party", "record_consent", "attach_file")
    ),
)


def lock_case(pk: int) -> Case:
    """Return the case, locked until the transaction ends; what one sender says twice meets here."""
    case: Case = Case._base_manager.select_for_update(of=("self",)).get(pk=pk)
    return case


def begin_verb(verb: str, case: Case, by: Actor, at: datetime) -> datetime:
    """Check state, role and time for a mediation verb on a locked case.

    Returns the time to write: that of the case's last event, where ``at`` lies within the clock tolerance before it,
    so that mediation's own rows say what the timeline says. Raises NotPossible or NotAllowed.
    """
    move = MEDIATION_MOVES[verb]
    check_state(move, case)
    check_role(move, case, by)
    if at > timezone.now() + CLOCK_TOLERANCE:
        raise NotPossible(_("时间不能晚于现在。"), "at")
    return max(at, case.last_event_at) if case.last_event_at - at <= CLOCK_TOLERANCE else at


def once(model: Any, sender_field: str, by: Any, client_uuid: Any, **same: Any) -> Any:
    """Return the row this sender made with the same key before, or None: a resend logs once (RELIABILITY.md I1).

    ``same`` is what the row must belong to; raises KeyReused when it belongs to something else.
    """
    if client_uuid is None:
        return None
    known = model.objects.filter(**{sender_field: by, "client_uuid": client_uuid}).first()
    if known is not None and any(getattr(known, f"{name}_id") != row.pk for name, row in same.items()):
        raise KeyReused(_("该编号已用于另一条记录，请重新生成后提交。"))
    return known
