"""Reporting and daily inspection (DOMAIN.md 5.1)."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Incident,
    RiskLevel,
    RiskTrigger,
)
from cases.moves import Move, Need, Tie, says, table
from cases.workflow import reasons
from cases.workflow.incident_moves.ties import (
    DESKS,
    DISPATCHER,
    HANDLER,
    REMARK,
    REPORTER,
    WORKERS,
    S,
)
from grid.scope import Role

REPORTING = table(
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
        {**REPORTER, **DESKS},
        (
            Need("description", "text", _("事件描述"), min_length=10),
            Need("place_text", "short", _("具体位置"), required=False),
            Need("category", "category", _("类别"), required=False),
            Need("place", "place", _("所属区划"), required=False),
        ),
        is_primary=True,
    ),
)


BELONGINGS = table(
    Move(
        "add_party",
        _("登记当事人"),
        Incident.OPEN,
        None,
        {**DESKS, **HANDLER, **REPORTER},
        why="People exist only inside a matter (DOMAIN.md 9.2); a door of its own, for identities are no plain inputs.",
        is_inner=True,
    ),
    Move("correct_party", _("更正当事人信息"), Incident.OPEN, None, {**DESKS, **HANDLER}, is_inner=True),
    Move(
        "remove_party",
        _("移除当事人"),
        Incident.OPEN,
        None,
        DESKS,
        why="Registered by mistake: the data goes, the timeline says that somebody was removed, not who.",
        is_inner=True,
    ),
    Move(
        "attach_file",
        _("上传材料"),
        frozenset(S) - {S.ARCHIVED},
        None,
        {**DESKS, **WORKERS, **REPORTER},
        why="Photos follow over a bad line, long after the report, even after it was closed (RELIABILITY.md I6).",
        is_inner=True,
    ),
)


INSPECTING = table(
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
        (Need("reason", "choice", _("退回理由"), choices=reasons.ReturnReason), says(_("请补正的内容"))),
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
        (says(_("恢复理由")),),
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
            says(_("评定理由")),
        ),
        why="Of the matter, by a person, with a reason (DOMAIN.md 4.3, 9.2).",
    ),
)
