"""Mediation, performance and judicial confirmation (DOMAIN.md 5.2, 5.3)."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
)
from cases.moves import Move, Need, says, table
from cases.workflow import reasons
from cases.workflow.case_moves.ties import (
    AGREED,
    CASE_TEAM,
    DIRECTOR,
    MEDIATOR,
    UNDER_WAY,
    WHO_MEDIATES,
    S,
)
from cases.workflow.incident_moves.ties import DESKS, REMARK
from cases.workflow.waiting import owes_something

MEDIATING = table(
    Move(
        "assign_mediator",
        _("指派调解员"),
        frozenset({S.ACCEPTED}),
        S.MEDIATOR_ASSIGNED,
        DIRECTOR,
        WHO_MEDIATES,
        why="Chosen by the parties or assigned (PML art.19); close relatives and interested persons stand back.",
        notify=("mediators",),
        is_primary=True,
    ),
    Move(
        "change_mediator",
        _("更换调解员"),
        UNDER_WAY - {S.ACCEPTED},
        None,
        DIRECTOR,
        (*WHO_MEDIATES[:-1], says(_("更换理由"))),
        why="The parties may refuse a mediator (PML art.23), people fall ill; the state stays.",
        notify=("mediators",),
    ),
    Move(
        "begin_investigation",
        _("开始调查"),
        frozenset({S.MEDIATOR_ASSIGNED}),
        S.INVESTIGATING,
        MEDIATOR,
        (REMARK,),
    ),
    Move(
        "begin_mediation",
        _("开始调解"),
        frozenset({S.MEDIATOR_ASSIGNED, S.INVESTIGATING}),
        S.MEDIATING,
        MEDIATOR,
        why="Called by mediation.schedule_session with the first session.",
        is_inner=True,
    ),
    Move(
        "note_session",
        _("调解会议"),
        frozenset({S.MEDIATING}),
        None,
        MEDIATOR,
        why="Called by mediation for each session planned, held or cancelled; the first one begins mediation instead.",
        is_inner=True,
    ),
    Move(
        "settle_case",
        _("达成协议"),
        frozenset({S.MEDIATING}),
        S.AGREED,
        MEDIATOR,
        why="Called by mediation.sign_agreement and record_oral_agreement.",
        notify=("director",),
        is_inner=True,
    ),
    Move(
        "terminate_case",
        _("终止调解"),
        UNDER_WAY,
        S.TERMINATED,
        DIRECTOR,
        (
            Need("reason", "choice", _("终止原因"), choices=Case.TerminationReason),
            Need("remedies", "codes", _("告知的其他途径"), choices=reasons.Remedy),
            says(_("说明")),
        ),
        why="The parties must be told of arbitration, administrative and court routes (PML art.26).",
        notify=("registrar", "mediators"),
        is_grave=True,
    ),
)


PERFORMING = table(
    Move(
        "note_part_performance",
        _("部分履行"),
        AGREED,
        S.PERFORMING,
        CASE_TEAM,
        is_inner=True,
        why="Called by mediation.record_performance; partly performed is not performed (DOMAIN.md 7.3).",
    ),
    Move(
        "note_full_performance",
        _("全部履行"),
        AGREED,
        S.PERFORMED,
        CASE_TEAM,
        is_inner=True,
        why="Sets performed and resolved (DESIGN.md rule 9).",
        notify=("director",),
    ),
    Move(
        "record_breach",
        _("登记违约"),
        frozenset({S.AGREED, S.PERFORMING}),
        S.BREACHED,
        CASE_TEAM,
        (says(_("违约情况")),),
        why="Clears resolved from then on (DESIGN.md rule 9).",
        notify=("director",),
        when=owes_something,
    ),
    Move(
        "urge_performance",
        _("督促履行"),
        frozenset({S.BREACHED, S.URGED}),
        S.URGED,
        CASE_TEAM,
        (says(_("督促情况")),),
        why="The committee monitors and urges (PML art.31).",
        is_primary=True,
    ),
    Move(
        "refer_to_court",
        _("转司法途径"),
        frozenset({S.BREACHED, S.URGED}),
        S.REFERRED,
        CASE_TEAM,
        (says(_("告知内容")),),
        why="Either party may sue on the agreement (PML art.32).",
    ),
    Move(
        "note_visit",
        _("回访"),
        AGREED | {S.PERFORMED, S.CLOSED, S.REFERRED},
        None,
        {**CASE_TEAM, **DESKS},
        is_inner=True,
        why="Called by mediation.record_visit, once per visited party.",
    ),
)


CONFIRMING = table(
    Move(
        "note_confirmation_advice",
        _("告知司法确认"),
        AGREED | {S.PERFORMED},
        None,
        CASE_TEAM,
        is_inner=True,
    ),
    Move(
        "note_confirmation_application",
        _("申请司法确认"),
        AGREED | {S.PERFORMED},
        None,
        CASE_TEAM,
        is_inner=True,
        why="Jointly, within 30 days from the day the agreement takes effect (PML art.33, CPL art.205).",
    ),
    Move(
        "note_court_acceptance",
        _("法院受理"),
        AGREED | {S.PERFORMED, S.CLOSED},
        None,
        CASE_TEAM,
        is_inner=True,
    ),
    Move(
        "note_confirmation_result",
        _("司法确认结果"),
        AGREED | {S.PERFORMED, S.CLOSED, S.REFERRED},
        None,
        CASE_TEAM,
        is_inner=True,
        notify=("director",),
    ),
)
