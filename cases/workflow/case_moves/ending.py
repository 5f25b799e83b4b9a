"""Clocks, closing, what may happen at any time, and history from ledgers (DOMAIN.md 5.2, LEDGER.md 1)."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
    HandlingLevel,
    RiskLevel,
    RiskTrigger,
)
from cases.moves import Move, Need, Tie, says, table
from cases.workflow import reasons
from cases.workflow.case_moves.ties import (
    AGREED,
    CASE_TEAM,
    DIRECTOR,
    MEDIATOR,
    NOT_ARCHIVED,
    UNDER_WAY,
    S,
)
from cases.workflow.incident_moves.ties import DESKS, DISPATCHER, IMPORT, REMARK
from cases.workflow.waiting import (
    clock_runs,
    is_flagged,
    is_not_flagged,
    is_suspended,
    is_unresolved,
    owes_nothing,
    request_waits,
)
from grid.scope import Role

CLOCKS = table(
    Move(
        "ask_case_suspension",
        _("申请中止计时"),
        UNDER_WAY,
        None,
        MEDIATOR,
        (
            Need("reason", "choice", _("理由"), choices=reasons.SuspendReason),
            Need("until", "date", _("预计恢复")),
            says(_("说明")),
        ),
        why="Expert appraisal time is not counted (在线调解规则 art.26).",
        notify=("director",),
        when=clock_runs,
    ),
    Move(
        "grant_case_suspension",
        _("同意中止计时"),
        UNDER_WAY,
        None,
        DIRECTOR,
        (REMARK,),
        notify=("mediators",),
        when=request_waits("suspend"),
    ),
    Move(
        "ask_case_extension",
        _("申请延长调解"),
        UNDER_WAY,
        None,
        MEDIATOR,
        (
            Need("reason", "choice", _("理由"), choices=reasons.ExtendReason),
            Need("until", "date", _("延长至")),
            Need("parties_agree", "yes", _("双方当事人同意延长")),
            says(_("说明")),
        ),
        why="Both parties ask or agree (宁波市人民调解条例 art.27; 深圳条例 art.25).",
        notify=("director",),
        when=clock_runs,
    ),
    Move(
        "grant_case_extension",
        _("同意延长调解"),
        UNDER_WAY,
        None,
        DIRECTOR,
        (REMARK,),
        notify=("mediators",),
        when=request_waits("extend"),
    ),
    Move(
        "refuse_case_request",
        _("不同意申请"),
        UNDER_WAY,
        None,
        DIRECTOR,
        (says(_("理由")),),
        notify=("mediators",),
        when=request_waits(),
    ),
    Move("resume_case", _("恢复计时"), UNDER_WAY, None, CASE_TEAM, (REMARK,), when=is_suspended),
    Move("recompute_case_limit", _("重算时限"), Case.OPEN, None, {Role.SYSTEM: Tie.MACHINE}),
    Move("shorten_case_limits", _("战时缩短时限"), Case.OPEN, None, {Role.SYSTEM: Tie.MACHINE}),
    Move("restore_case_limits", _("恢复平时时限"), Case.OPEN, None, {Role.SYSTEM: Tie.MACHINE}),
)


def _now(kind: str) -> Callable[[Case], int | None]:
    return lambda case: case.prevented.get(kind)


ENDING = table(
    Move(
        "resolve_case",
        _("认定化解"),
        AGREED | {S.TERMINATED, S.REFERRED, S.CLOSED},
        None,
        DIRECTOR,
        (
            Need("reason", "choice", _("化解依据"), choices=reasons.ResolveReason),
            Need("level", "choice", _("化解层级"), choices=HandlingLevel),
            says(_("说明")),
        ),
        why="When nothing is owed or it was waived; otherwise full performance resolves (DESIGN.md rule 9).",
        when=is_unresolved,
    ),
    Move(
        "close_case",
        _("结案"),
        AGREED | {S.PERFORMED, S.TERMINATED, S.REFERRED},
        S.CLOSED,
        DIRECTOR,
        (
            says(_("结案意见"), min_length=2),
            *(
                Need(f"prevented_{kind.value}", "number", kind.label, required=False, help=_("涉及人数，没有的留空"))
                for kind in reasons.Prevention
            ),
        ),
        why="Whoever closes is not the only mediator of the case; an agreement that still owes something stays open. "
        "What mediation prevented is stated here, with the people concerned (人民调解统计).",
        notify=("registrar", "mediators"),
        when=owes_nothing,
        is_primary=True,
    ),
    Move(
        "correct_prevention",
        _("更正防止激化数"),
        frozenset({S.CLOSED}),
        None,
        DIRECTOR,
        (
            *(
                Need(
                    f"prevented_{kind.value}",
                    "number",
                    kind.label,
                    required=False,
                    help=_("涉及人数，没有的留空"),
                    initial=_now(kind.value),
                )
                for kind in reasons.Prevention
            ),
            says(_("更正理由"), min_length=5),
        ),
        why="What the closing stated is put right without reopening; all kinds are stated anew. It counts with that "
        "closing, so that finished periods differ from what was issued (DOMAIN.md 7.4 no. 8).",
        notify=("registrar", "mediators"),
    ),
    Move(
        "reopen_case",
        _("重开"),
        frozenset({S.CLOSED}),
        S.MEDIATING,
        DIRECTOR,
        (Need("reason", "choice", _("重开理由"), choices=reasons.ReopenReason), says(_("说明"))),
        why="Within 90 days, with a reason; clears resolved from then on.",
        notify=("mediators",),
        is_grave=True,
    ),
    Move(
        "archive_case",
        _("归档"),
        frozenset({S.CLOSED, S.DECLINED, S.WITHDRAWN}),
        S.ARCHIVED,
        DIRECTOR,
        why="The file is bound.",
    ),
)


AT_ANY_TIME = table(
    Move(
        "correct_case_category",
        _("更正类别"),
        NOT_ARCHIVED,
        None,
        {**DESKS, **DIRECTOR},
        (Need("category", "category", _("类别")), REMARK),
    ),
    Move(
        "correct_case_place",
        _("更正位置"),
        NOT_ARCHIVED,
        None,
        {**DESKS, **DIRECTOR},
        (Need("place", "place", _("所属区划")), REMARK),
    ),
    Move(
        "set_case_risk",
        _("评定风险"),
        Case.OPEN,
        None,
        {**DISPATCHER, **CASE_TEAM},
        (
            Need("risk_level", "choice", _("风险等级"), choices=RiskLevel),
            Need("triggers", "codes", _("触发情形"), required=False, choices=RiskTrigger),
            says(_("评定理由")),
        ),
    ),
    Move(
        "flag_violence",
        _("标记家庭暴力"),
        NOT_ARCHIVED,
        None,
        {**DESKS, **CASE_TEAM},
        (
            Need("cannot_defend", "yes", _("受害人为无或限制民事行为能力人"), required=False),
            Need("police_told", "yes", _("已向公安机关报案"), required=False),
            Need("federation_told", "yes", _("已告知妇联"), required=False),
            says(_("情况与已采取的措施")),
        ),
        why="No joint session, restricted access, police or 妇联 contact logged (反家庭暴力法 arts 10, 13, 14).",
        when=is_not_flagged,
        is_grave=True,
    ),
    Move(
        "unflag_violence",
        _("取消家庭暴力标记"),
        NOT_ARCHIVED,
        None,
        {**DISPATCHER, **DIRECTOR},
        (says(_("取消理由")),),
        why="A mark set by mistake narrows who can help.",
        when=is_flagged,
        is_grave=True,
    ),
    Move(
        "escalate_to_police",
        _("报告公安"),
        NOT_ARCHIVED,
        None,
        {**DESKS, **CASE_TEAM},
        (
            Need("police_unit", "short", _("接收单位")),
            Need("receipt_number", "short", _("回执编号"), required=False),
            Need("is_crime", "yes", _("已转化为刑事案件"), required=False),
        ),
        why="Possible offence goes to the police (PML art.25); 民转刑 is attached at any time.",
    ),
    Move(
        "name_leader",
        _("确定包案领导"),
        Case.OPEN,
        None,
        {**DISPATCHER, Role.CENTRE_SUPERVISOR: Tie.PLACE},
        (Need("leader", "leader", _("包案领导")), REMARK),
        why="A named leader answers for a hard case and may read it (包案).",
        notify=("leader",),
    ),
)


HISTORY = table(
    Move("record_case", _("补录纠纷"), frozenset(), S.REGISTERED, IMPORT),
    Move("record_acceptance", _("补录受理"), frozenset({S.REGISTERED}), S.ACCEPTED, IMPORT),
    Move("record_agreement", _("补录协议"), frozenset({S.ACCEPTED}), S.AGREED, IMPORT),
    Move("record_performance", _("补录履行"), frozenset({S.AGREED}), S.PERFORMED, IMPORT),
    Move("record_termination", _("补录终止"), frozenset({S.ACCEPTED, S.AGREED}), S.TERMINATED, IMPORT),
    Move(
        "record_resolution",
        _("补录化解"),
        frozenset({S.REGISTERED, S.ACCEPTED, S.AGREED, S.PERFORMED, S.TERMINATED, S.CLOSED}),
        None,
        IMPORT,
    ),
    Move(
        "record_confirmation_application",
        _("补录司法确认申请"),
        frozenset({S.AGREED, S.PERFORMED, S.TERMINATED, S.CLOSED}),
        None,
        IMPORT,
    ),
    Move(
        "record_confirmation_result",
        _("补录司法确认结果"),
        frozenset({S.AGREED, S.PERFORMED, S.TERMINATED, S.CLOSED}),
        None,
        IMPORT,
    ),
    Move(
        "record_visit_answer",
        _("补录回访"),
        frozenset({S.AGREED, S.PERFORMED, S.TERMINATED, S.CLOSED}),
        None,
        IMPORT,
    ),
    Move(
        "record_particulars",
        _("补录要素"),
        frozenset({S.REGISTERED, S.ACCEPTED, S.AGREED, S.PERFORMED, S.TERMINATED, S.CLOSED}),
        None,
        IMPORT,
        why="A later ledger states what an earlier one left out: committee, people, amount, limit.",
    ),
    Move("record_case_closure", _("补录结案"), frozenset({S.PERFORMED, S.TERMINATED}), S.CLOSED, IMPORT),
)
"""Ledger rows (LEDGER.md sections 1 and 3): a case with performance or termination is closed at that time."""
