"""The life cycle of an incident as a table (DOMAIN.md 5.1)."""

from django.utils.translation import gettext_lazy as _

from cases.models import HandlingLevel, Incident, IncidentEvent, Outbox, Remark, RiskLevel, RiskTrigger, Urgency
from cases.models.case import Case
from cases.moves import Move, Need, Noun, Tie
from cases.workflow import reasons
from grid.scope import Role

S = Incident.Status

DESKS = {Role.CENTRE_CLERK: Tie.PLACE, Role.CENTRE_DISPATCHER: Tie.PLACE}
DISPATCHER = {Role.CENTRE_DISPATCHER: Tie.PLACE}
HANDLER = {Role.HANDLER: Tie.LEAD}
APPROVER = {Role.CENTRE_SUPERVISOR: Tie.PLACE}
IMPORT = {Role.LEDGER_IMPORT: Tie.MACHINE}

WORKED = frozenset({S.TRIAGED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS})
HANDED_OUT = frozenset({S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.SUSPENDED, S.HANDLED})

REMARK = Need("remark", "text", _("说明"), required=False)


def _says(label: str, *, required: bool = True, min_length: int = 0) -> Need:
    return Need("remark", "text", label, required=required, min_length=min_length)


def _table(*moves: Move) -> dict[str, Move]:
    return {move.verb: move for move in moves}


REPORTING = _table(
    Move(
        "report_incident",
        _("上报事件"),
        frozenset(),
        S.REPORTED,
        {
            Role.GRID_WORKER: Tie.VILLAGE,
            Role.VILLAGE_LEADER: Tie.PLACE,
            **DESKS,
        },
        why="Anybody at a desk of the place, and grid workers anywhere in their village, so that a matter just over "
        "the grid line is not lost.",
        is_inner=True,
    ),
    Move(
        "resubmit_incident",
        _("补正后重报"),
        frozenset({S.RETURNED}),
        S.REPORTED,
        {Role.GRID_WORKER: Tie.REPORTER, Role.VILLAGE_LEADER: Tie.REPORTER, **DESKS},
        (
            Need("description", "text", _("事件描述"), min_length=10),
            Need("place_text", "short", _("具体位置"), required=False),
        ),
        is_primary=True,
    ),
)

INSPECTING = _table(
    Move(
        "verify_incident",
        _("核实有效"),
        frozenset({S.REPORTED}),
        S.VERIFIED,
        DESKS,
        (REMARK,),
        why="Daily inspection; never by the reporter (separation of duties, PV-12).",
        is_primary=True,
    ),
    Move(
        "return_incident",
        _("退回补正"),
        frozenset({S.REPORTED}),
        S.RETURNED,
        DESKS,
        (Need("reason", "choice", _("退回理由"), choices=reasons.ReturnReason), _says(_("请补正的内容"))),
        notify=("reporter",),
    ),
    Move(
        "reject_incident",
        _("判为无效"),
        Incident.OPEN,
        S.INVALID,
        DESKS,
        (Need("reason", "choice", _("无效理由"), choices=reasons.RejectReason), REMARK),
        why="Only open incidents can be voided (LEDGER.md section 4).",
        notify=("reporter",),
        is_grave=True,
    ),
    Move(
        "merge_incident",
        _("并入重复"),
        Incident.OPEN,
        S.DUPLICATE,
        DESKS,
        (Need("master", "incident", _("并入的事件")), REMARK),
        why="Linked, never deleted; the master keeps counting, this one does not.",
        notify=("reporter",),
    ),
    Move(
        "undo_void",
        _("恢复为待核实"),
        Incident.VOID,
        S.REPORTED,
        DESKS,
        (_says(_("恢复理由")),),
        why="A slip must be undone; reviews count it as reopened at its time.",
    ),
    Move(
        "correct_category",
        _("更正类别"),
        Incident.OPEN | Incident.DONE,
        None,
        DESKS,
        (Need("category", "category", _("类别")), REMARK),
        why="Issued figures stay; live ones change, and the difference is shown (DOMAIN.md 7.4 no. 8).",
    ),
    Move(
        "correct_place",
        _("更正位置"),
        Incident.OPEN | Incident.DONE,
        None,
        DESKS,
        (Need("place", "place", _("所属区划")), REMARK),
        why="Only a corrected place moves a record; handing work over does not (LEDGER.md section 4).",
    ),
    Move(
        "set_risk",
        _("评定风险"),
        Incident.OPEN,
        None,
        DISPATCHER,
        (
            Need("risk_level", "choice", _("风险等级"), choices=RiskLevel),
            Need("triggers", "codes", _("触发情形"), required=False, choices=RiskTrigger),
            _says(_("评定理由")),
        ),
        why="Of the matter, by a person, with a reason (DOMAIN.md 4.3, 9.2).",
    ),
)

HANDLING = _table(
    Move(
        "triage_incident",
        _("分流"),
        frozenset({S.VERIFIED, S.ESCALATED, S.SENT_DOWN, S.REOPENED, S.TRIAGED}),
        S.TRIAGED,
        DISPATCHER,
        (
            Need("path", "choice", _("去向"), choices=Incident.Path),
            Need("complexity", "choice", _("复杂程度"), required=False, choices=Incident.Complexity),
            Need("urgency", "choice", _("紧急程度"), required=False, choices=Urgency, initial=Urgency.ORDINARY),
            REMARK,
        ),
        why="One working day (D). Triaged again while unassigned, when the first choice was wrong.",
        is_primary=True,
    ),
    Move(
        "assign_incident",
        _("交办"),
        frozenset({S.TRIAGED}),
        S.ASSIGNED,
        DISPATCHER,
        (
            Need("lead_unit", "unit", _("主办单位")),
            Need("assisting", "units", _("协办单位"), required=False),
            Need("limit_on", "date", _("办结时限"), required=False, help=_("不填则按复杂程度计算")),
            Need("report_back", "yes", _("要求反馈"), required=False, initial=True),
            _says(_("交办意见"), required=False),
        ),
        notify=("lead_unit", "assisting"),
        is_primary=True,
    ),
    Move(
        "accept_incident",
        _("签收"),
        frozenset({S.ASSIGNED}),
        S.ACCEPTED,
        HANDLER,
        why="One working day (D).",
        notify=("dispatchers",),
        is_primary=True,
    ),
    Move(
        "object_incident",
        _("提出异议"),
        frozenset({S.ASSIGNED}),
        S.OBJECTED,
        HANDLER,
        (Need("reason", "choice", _("异议理由"), choices=reasons.ObjectReason), _says(_("说明"))),
        why="Reasoned, once per unit (信访工作条例 art.23 by analogy).",
        notify=("dispatchers",),
    ),
    Move(
        "sustain_objection",
        _("异议成立"),
        frozenset({S.OBJECTED}),
        S.TRIAGED,
        DISPATCHER,
        (REMARK,),
        notify=("lead_unit",),
        is_primary=True,
    ),
    Move(
        "overrule_objection",
        _("异议不成立"),
        frozenset({S.OBJECTED}),
        S.ASSIGNED,
        DISPATCHER,
        (_says(_("理由")),),
        notify=("lead_unit",),
    ),
    Move("start_incident", _("开始办理"), frozenset({S.ACCEPTED}), S.IN_PROGRESS, HANDLER, is_primary=True),
    Move(
        "handle_incident",
        _("报结"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        S.HANDLED,
        HANDLER,
        (_says(_("办理结果"), min_length=5),),
        notify=("dispatchers",),
        is_primary=True,
    ),
    Move(
        "rework_incident",
        _("退回重办"),
        frozenset({S.HANDLED}),
        S.IN_PROGRESS,
        DISPATCHER,
        (_says(_("需补办的内容")),),
        notify=("lead_unit",),
    ),
    Move(
        "escalate_incident",
        _("提级"),
        WORKED,
        S.ESCALATED,
        {**DISPATCHER, **HANDLER},
        (_says(_("已做工作与提级理由"), min_length=10),),
        why="Township to county, county to city, with what was tried (DOMAIN.md 5.1).",
        notify=("dispatchers",),
    ),
    Move(
        "send_down_incident",
        _("交下级"),
        frozenset({S.TRIAGED, S.ESCALATED, S.REOPENED}),
        S.SENT_DOWN,
        DISPATCHER,
        (_says(_("交办意见")),),
        why="The other direction of escalation, to the level next below.",
        notify=("dispatchers",),
    ),
    Move(
        "refer_to_police",
        _("移交公安"),
        Incident.OPEN,
        None,
        {**DESKS, **HANDLER, Role.GRID_WORKER: Tie.REPORTER, Role.VILLAGE_LEADER: Tie.PLACE},
        (
            Need("police_unit", "short", _("接收单位")),
            Need("receipt_number", "short", _("回执编号"), required=False),
        ),
        why="Likely crime or public-order offence goes to the police at once (PML art.25); only the hand-over is kept.",
    ),
)

CLOCKS = _table(
    Move(
        "ask_suspension",
        _("申请挂起"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        None,
        HANDLER,
        (
            Need("reason", "choice", _("挂起理由"), choices=reasons.SuspendReason),
            Need("until", "date", _("预计恢复")),
            _says(_("说明")),
        ),
        notify=("supervisors",),
    ),
    Move(
        "grant_suspension",
        _("同意挂起"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        S.SUSPENDED,
        APPROVER,
        (REMARK,),
        why="The clock stops, logged with who and why (DESIGN.md rule 8).",
        notify=("lead_unit",),
    ),
    Move(
        "ask_extension",
        _("申请延期"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        None,
        HANDLER,
        (
            Need("reason", "choice", _("延期理由"), choices=reasons.ExtendReason),
            Need("until", "date", _("延长至")),
            _says(_("说明")),
        ),
        notify=("supervisors",),
    ),
    Move(
        "grant_extension",
        _("同意延期"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        None,
        APPROVER,
        (REMARK,),
        why="Once, and by no more than the original length (DOMAIN.md 5.1).",
        notify=("lead_unit",),
    ),
    Move(
        "refuse_request",
        _("不同意申请"),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}),
        None,
        APPROVER,
        (_says(_("理由")),),
        notify=("lead_unit",),
    ),
    Move(
        "recompute_limit",
        _("重算时限"),
        Incident.OPEN,
        None,
        {Role.SYSTEM: Tie.MACHINE},
        why="The year's calendar is published late in the year before; until then limits are provisional.",
    ),
    Move(
        "resume_incident",
        _("恢复办理"),
        frozenset({S.SUSPENDED}),
        S.IN_PROGRESS,
        {**HANDLER, **DISPATCHER},
        is_primary=True,
    ),
)

ENDING = _table(
    Move(
        "close_incident",
        _("办结"),
        frozenset({S.VERIFIED, S.TRIAGED, S.HANDLED}),
        S.CLOSED,
        DISPATCHER,
        (
            Need("outcome", "choice", _("办结结果"), choices=Incident.Outcome),
            Need("level", "choice", _("办结层级"), choices=HandlingLevel),
            Need("evidence", "choice", _("办结材料"), choices=reasons.Evidence, initial=reasons.Evidence.NONE_DECLARED),
            _says(_("办结意见"), min_length=2),
        ),
        why="Never by the handler. From verified only what the grid solved on the spot; from triaged only what needs "
        "no handling unit.",
        notify=("reporter", "lead_unit"),
        is_primary=True,
    ),
    Move(
        "convert_incident",
        _("转调解"),
        frozenset({S.TRIAGED}),
        S.CLOSED,
        DISPATCHER,
        why="Closed as converted inside open_case_from_incident; the link stays (DOMAIN.md 0.1).",
        is_inner=True,
    ),
    Move(
        "revisit_incident",
        _("回访"),
        frozenset({S.CLOSED}),
        S.REVISITED,
        DESKS,
        (Need("satisfaction", "choice", _("满意度"), required=False, choices=Case.Satisfaction), REMARK),
        is_primary=True,
    ),
    Move(
        "reopen_incident",
        _("重开"),
        frozenset({S.CLOSED, S.REVISITED}),
        S.REOPENED,
        {**DISPATCHER, **APPROVER},
        (Need("reason", "choice", _("重开理由"), choices=reasons.ReopenReason), _says(_("说明"))),
        why="Within 90 days; later a new incident is linked to it.",
        notify=("lead_unit",),
        is_grave=True,
    ),
    Move("archive_incident", _("归档"), frozenset({S.CLOSED, S.REVISITED}), S.ARCHIVED, DESKS),
)

HISTORY = _table(
    Move("record_incident", _("补录事件"), frozenset(), S.REPORTED, IMPORT),
    Move("record_verification", _("补录核实"), frozenset({S.REPORTED}), S.VERIFIED, IMPORT),
    Move("record_invalid", _("补录无效"), frozenset({S.REPORTED}), S.INVALID, IMPORT),
    Move("record_duplicate", _("补录重复"), frozenset({S.REPORTED}), S.DUPLICATE, IMPORT),
    Move("record_closure", _("补录办结"), frozenset({S.VERIFIED, S.REOPENED}), S.CLOSED, IMPORT),
    Move("record_reopening", _("补录重开"), frozenset({S.CLOSED}), S.REOPENED, IMPORT),
)
"""Ledger rows (LEDGER.md section 1): guards on facts hold, guards on people are waived."""

INCIDENT_MOVES: dict[str, Move] = {**REPORTING, **INSPECTING, **HANDLING, **CLOCKS, **ENDING, **HISTORY}

INCIDENTS: Noun[Incident] = Noun(
    name="incident",
    model=Incident,
    event_model=IncidentEvent,
    remark_model=Remark,
    outbox_model=Outbox,
    moves=INCIDENT_MOVES,
    open_statuses=Incident.OPEN,
    counts_open=True,
)
