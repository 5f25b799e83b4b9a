"""What may be done with a surge, as a table (平战结合; DESIGN.md rule 2, DOMAIN.md 7.1)."""

from django.utils.translation import gettext_lazy as _

from cases.moves import Move, Need, says, table
from cases.table import Tie
from grid.scope import Role
from mediation.reviews.models import Surge, SurgeEvent
from mediation.reviews.workflow.paper_moves import ADDRESSED, ReviewNoun

S = Surge.Status

STAFF = {Role.CENTRE_SUPERVISOR: Tie.PLACE, Role.CENTRE_DISPATCHER: Tie.PLACE}
COMMAND = {**STAFF, Role.LEADER: Tie.PLACE}
LEADERS = {Role.LEADER: Tie.PLACE}


def _has_request(surge: Surge) -> bool:
    return surge.asked_ends_on is not None


def _has_no_request(surge: Surge) -> bool:
    return surge.asked_ends_on is None


SURGE_MOVES = table(
    Move(
        "propose_surge",
        _("提请启动战时机制"),
        frozenset(),
        S.PROPOSED,
        STAFF,
        is_inner=True,
        why="With reason, scope, authority and a planned end of at most thirty days.",
    ),
    Move(
        "approve_surge",
        _("批准启动"),
        frozenset({S.PROPOSED}),
        S.ACTIVE,
        LEADERS,
        why="By a second person.",
        is_primary=True,
        is_grave=True,
    ),
    Move(
        "decline_surge",
        _("不予批准"),
        frozenset({S.PROPOSED}),
        S.DECLINED,
        LEADERS,
        needs=(says(_("理由"), min_length=2),),
    ),
    Move(
        "extend_surge",
        _("提请延长"),
        frozenset({S.ACTIVE}),
        None,
        COMMAND,
        needs=(Need("ends_on", "date", _("延至")), says(_("延长理由"), min_length=5)),
        why="By thirty days at most each time; the end stands until the request is approved.",
        when=_has_no_request,
    ),
    Move(
        "approve_extension",
        _("批准延长"),
        frozenset({S.ACTIVE}),
        None,
        LEADERS,
        why="By a second person; the end by the clock and the changed limits follow.",
        is_primary=True,
        is_grave=True,
        when=_has_request,
    ),
    Move(
        "decline_extension",
        _("不予延长"),
        frozenset({S.ACTIVE}),
        None,
        LEADERS,
        needs=(says(_("理由"), min_length=2),),
        when=_has_request,
    ),
    Move(
        "report_day",
        _("每日报告"),
        frozenset({S.ACTIVE}),
        None,
        ADDRESSED,
        needs=(
            Need("is_nil", "yes", _("零报告：今日无情况"), required=False),
            says(_("情况"), required=False),
        ),
        why="Nothing to report is reported, too; no report at all is shown as 未报 (DOMAIN.md 7.4 no. 14).",
        is_primary=True,
    ),
    Move(
        "give_task",
        _("下达任务"),
        frozenset({S.ACTIVE}),
        None,
        COMMAND,
        needs=(
            Need("owner", "unit", _("责任单位")),
            says(_("任务"), min_length=5),
            Need("due_at", "moment", _("完成时限")),
        ),
    ),
    Move(
        "finish_task",
        _("报告完成"),
        frozenset({S.ACTIVE, S.ENDED}),
        None,
        {**ADDRESSED, **dict.fromkeys(COMMAND, Tie.PLACE_OR_ADDRESSED)},
        needs=(Need("task", "task", _("任务")), says(_("完成情况"), min_length=2)),
        why="By the unit it was given to, or by the command for it.",
    ),
    Move(
        "set_duty",
        _("安排值班"),
        frozenset({S.ACTIVE}),
        None,
        {**ADDRESSED, **dict.fromkeys(COMMAND, Tie.PLACE_OR_ADDRESSED)},
        needs=(
            Need("of_unit", "unit", _("单位")),
            Need("day", "date", _("日期")),
            Need("until", "date", _("至"), required=False),
            Need("leader", "short", _("带班领导")),
            Need("leader_phone", "short", _("带班电话")),
            Need("officer", "short", _("值班员")),
            Need("officer_phone", "short", _("值班电话")),
        ),
        why="Per unit and day, by the command or the unit itself; a day without is shown as 未排.",
    ),
    Move(
        "end_surge",
        _("结束战时机制"),
        frozenset({S.ACTIVE}),
        S.ENDED,
        LEADERS,
        needs=(says(_("结束说明"), min_length=2),),
        is_grave=True,
    ),
    Move(
        "expire_surge",
        _("到期结束"),
        frozenset({S.ACTIVE}),
        S.ENDED,
        {Role.SYSTEM: Tie.MACHINE},
        why="When the planned end is over, by the clock; going on takes an extension or a new approval.",
    ),
    Move(
        "set_limits",
        _("缩短在办时限"),
        frozenset({S.ACTIVE}),
        None,
        {Role.SYSTEM: Tie.MACHINE},
        why="Limits that run in its scope, each with an entry in its clock's log; new ones begin shorter.",
    ),
    Move(
        "restore_limits",
        _("恢复在办时限"),
        frozenset({S.ENDED}),
        None,
        {Role.SYSTEM: Tie.MACHINE},
        why="Those still open; what is overdue stays overdue.",
    ),
)

SURGES = ReviewNoun(
    name="surge",
    model=Surge,
    event_model=SurgeEvent,
    remark_model=None,
    outbox_model=None,
    moves=SURGE_MOVES,
    open_statuses=frozenset(Surge.OPEN),
)
