"""The life cycle of a dispute case as a table (DOMAIN.md 5.2 and 5.3)."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
    CaseEvent,
    HandlingLevel,
    Outbox,
    Remark,
    RiskLevel,
    RiskTrigger,
)
from cases.moves import Move, Need, Noun, Tie
from cases.workflow import reasons
from cases.workflow.incident_moves import DESKS, DISPATCHER, IMPORT, REMARK
from grid.scope import Role

S = Case.Status

DIRECTOR = {Role.COMMITTEE_DIRECTOR: Tie.COMMITTEE}
MEDIATOR = {Role.MEDIATOR: Tie.MEDIATOR}
CASE_TEAM = {**DIRECTOR, **MEDIATOR}

UNDER_WAY = Case.BEFORE_AGREEMENT
AGREED = Case.AFTER_AGREEMENT
NOT_ARCHIVED = frozenset(S) - {S.ARCHIVED}


def _says(label: str, *, required: bool = True, min_length: int = 0) -> Need:
    return Need("remark", "text", label, required=required, min_length=min_length)


def _table(*moves: Move) -> dict[str, Move]:
    return {move.verb: move for move in moves}


WHO_MEDIATES = (
    Need("mediator", "mediator", _("主持调解员")),
    Need("co_mediators", "mediators", _("共同调解员"), required=False),
    Need("no_interest", "yes", _("已核对：与当事人无近亲属或利害关系，或当事人已同意")),
    REMARK,
)

REGISTERING = _table(
    Move(
        "register_case",
        _("登记纠纷"),
        frozenset(),
        S.REGISTERED,
        {
            **DESKS,
            Role.COMMITTEE_DIRECTOR: Tie.PLACE,
            Role.MEDIATOR: Tie.PLACE,
        },
        why="Registration comes before any decision to accept (人民调解工作若干规定; 信访工作条例 art.22).",
        is_inner=True,
    ),
    Move(
        "seek_consent",
        _("征求对方意愿"),
        frozenset({S.REGISTERED}),
        S.CONSENT_PENDING,
        {**DESKS, **DIRECTOR},
        (REMARK,),
        why="Committee-initiated, or the other side has not answered (PML art.17).",
    ),
    Move(
        "record_consent",
        _("登记调解意愿"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}) | UNDER_WAY,
        None,
        {**DESKS, **CASE_TEAM},
        (
            Need("party", "party", _("当事人")),
            Need("consent", "choice", _("意愿"), choices=None),
        ),
        why="One clear refusal stops mediation (PML art.17); consent may be withdrawn (art.23).",
        notify=("director",),
        is_inner=True,
    ),
    Move(
        "choose_committee",
        _("指定调委会"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}),
        None,
        DISPATCHER,
        (Need("committee", "committee", _("调解组织")), REMARK),
        notify=("director",),
    ),
    Move(
        "accept_case",
        _("受理"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}),
        S.ACCEPTED,
        DIRECTOR,
        (REMARK,),
        why="Needs a committee and everybody's consent; gives the gap-free file number and starts the month.",
        notify=("registrar",),
        is_primary=True,
    ),
    Move(
        "decline_case",
        _("不予受理"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}),
        S.DECLINED,
        DIRECTOR,
        (
            Need("reason", "choice", _("理由"), choices=reasons.DeclineReason),
            Need("remedies", "codes", _("告知的其他途径"), choices=reasons.Remedy),
            _says(_("告知内容")),
        ),
        notify=("registrar",),
        is_grave=True,
    ),
)

HANDING_OVER = _table(
    Move(
        "propose_hand_over",
        _("移交其他调委会"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}) | UNDER_WAY,
        None,
        {**DIRECTOR, **DISPATCHER},
        (Need("committee", "committee", _("接收调委会")), _says(_("移交理由"))),
        why="Hard or cross-area disputes go to the township committee or jointly; two ends, both logged.",
        notify=("offered",),
    ),
    Move(
        "accept_hand_over",
        _("接受移交"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}) | UNDER_WAY,
        None,
        {Role.COMMITTEE_DIRECTOR: Tie.OFFERED},
        notify=("registrar", "mediators"),
        is_primary=True,
    ),
    Move(
        "object_to_hand_over",
        _("对移交提出异议"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}) | UNDER_WAY,
        None,
        {Role.COMMITTEE_DIRECTOR: Tie.OFFERED},
        (Need("reason", "choice", _("异议理由"), choices=reasons.ObjectReason), _says(_("说明"))),
        notify=("director",),
    ),
    Move(
        "withdraw_hand_over",
        _("撤回移交"),
        frozenset({S.REGISTERED, S.CONSENT_PENDING}) | UNDER_WAY,
        None,
        {**DIRECTOR, **DISPATCHER},
        (REMARK,),
    ),
)

MEDIATING = _table(
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
        (*WHO_MEDIATES[:-1], _says(_("更换理由"))),
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
            _says(_("说明")),
        ),
        why="The parties must be told of arbitration, administrative and court routes (PML art.26).",
        notify=("registrar", "mediators"),
        is_grave=True,
    ),
)

PERFORMING = _table(
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
        (_says(_("违约情况")),),
        why="Clears resolved from then on (DESIGN.md rule 9).",
        notify=("director",),
    ),
    Move(
        "urge_performance",
        _("督促履行"),
        frozenset({S.BREACHED, S.URGED}),
        S.URGED,
        CASE_TEAM,
        (_says(_("督促情况")),),
        why="The committee monitors and urges (PML art.31).",
        is_primary=True,
    ),
    Move(
        "refer_to_court",
        _("转司法途径"),
        frozenset({S.BREACHED, S.URGED}),
        S.REFERRED,
        CASE_TEAM,
        (_says(_("告知内容")),),
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

CONFIRMING = _table(
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

CLOCKS = _table(
    Move(
        "ask_case_suspension",
        _("申请中止计时"),
        UNDER_WAY,
        None,
        MEDIATOR,
        (
            Need("reason", "choice", _("理由"), choices=reasons.SuspendReason),
            Need("until", "date", _("预计恢复")),
            _says(_("说明")),
        ),
        why="Expert appraisal time is not counted (在线调解规则 art.26).",
        notify=("director",),
    ),
    Move("grant_case_suspension", _("同意中止计时"), UNDER_WAY, None, DIRECTOR, (REMARK,), notify=("mediators",)),
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
            _says(_("说明")),
        ),
        why="Both parties ask or agree (宁波市人民调解条例 art.27; 深圳条例 art.25).",
        notify=("director",),
    ),
    Move("grant_case_extension", _("同意延长调解"), UNDER_WAY, None, DIRECTOR, (REMARK,), notify=("mediators",)),
    Move("refuse_case_request", _("不同意申请"), UNDER_WAY, None, DIRECTOR, (_says(_("理由")),), notify=("mediators",)),
    Move("resume_case", _("恢复计时"), UNDER_WAY, None, CASE_TEAM, (REMARK,)),
    Move("recompute_case_limit", _("重算时限"), Case.OPEN, None, {Role.SYSTEM: Tie.MACHINE}),
)

ENDING = _table(
    Move(
        "resolve_case",
        _("认定化解"),
        AGREED | {S.TERMINATED, S.REFERRED, S.CLOSED},
        None,
        DIRECTOR,
        (
            Need("reason", "choice", _("化解依据"), choices=reasons.ResolveReason),
            Need("level", "choice", _("化解层级"), choices=HandlingLevel),
            _says(_("说明")),
        ),
        why="When nothing is owed; otherwise full performance resolves (DESIGN.md rule 9).",
    ),
    Move(
        "close_case",
        _("结案"),
        frozenset({S.AGREED, S.PERFORMED, S.TERMINATED, S.REFERRED}),
        S.CLOSED,
        DIRECTOR,
        (_says(_("结案意见"), min_length=2),),
        why="Whoever closes is not the only mediator of the case; an agreement that still owes something stays open.",
        notify=("registrar", "mediators"),
        is_primary=True,
    ),
    Move(
        "reopen_case",
        _("重开"),
        frozenset({S.CLOSED}),
        S.MEDIATING,
        DIRECTOR,
        (Need("reason", "choice", _("重开理由"), choices=reasons.ReopenReason), _says(_("说明"))),
        why="Within 90 days, with a reason; clears resolved from then on.",
        notify=("mediators",),
        is_grave=True,
    ),
    Move("archive_case", _("归档"), frozenset({S.CLOSED, S.DECLINED}), S.ARCHIVED, DIRECTOR, why="The file is bound."),
)

AT_ANY_TIME = _table(
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
            _says(_("评定理由")),
        ),
    ),
    Move(
        "flag_violence",
        _("标记家庭暴力"),
        NOT_ARCHIVED,
        None,
        {**DESKS, **CASE_TEAM},
        (_says(_("情况与已采取的措施")),),
        why="No joint session, restricted access, police or 妇联 contact logged (反家庭暴力法 arts 10, 13, 14).",
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

HISTORY = _table(
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
    Move("record_case_closure", _("补录结案"), frozenset({S.PERFORMED, S.TERMINATED}), S.CLOSED, IMPORT),
)
"""Ledger rows (LEDGER.md sections 1 and 3): a case with performance or termination is closed at that time."""

CASE_MOVES: dict[str, Move] = {
    **REGISTERING,
    **HANDING_OVER,
    **MEDIATING,
    **PERFORMING,
    **CONFIRMING,
    **CLOCKS,
    **ENDING,
    **AT_ANY_TIME,
    **HISTORY,
}

CASES: Noun[Case] = Noun(
    name="case",
    model=Case,
    event_model=CaseEvent,
    remark_model=Remark,
    outbox_model=Outbox,
    moves=CASE_MOVES,
    open_statuses=Case.OPEN,
)
