"""What may be done with a suggestion of a review, as a table (DESIGN.md rule 2)."""

from django.utils.translation import gettext_lazy as _

from cases.moves import Move, Need, says, table
from cases.table import Tie
from grid.scope import Role
from mediation.reviews.models import Suggestion, SuggestionEvent
from mediation.reviews.workflow.paper_moves import ADDRESSED, ReviewNoun

S = Suggestion.Status

DECIDERS = {Role.CENTRE_SUPERVISOR: Tie.PLACE, Role.LEADER: Tie.PLACE}

SUGGESTION_MOVES = table(
    Move(
        "propose_suggestion",
        _("提出建议"),
        frozenset(),
        S.PROPOSED,
        DECIDERS,
        needs=(Need("text", "text", _("建议内容"), min_length=5),),
        is_inner=True,
        why="Drafted with the paper, or by hand.",
    ),
    Move(
        "accept_suggestion",
        _("采纳"),
        frozenset({S.PROPOSED}),
        S.ACCEPTED,
        DECIDERS,
        needs=(
            Need("owner", "unit", _("责任单位")),
            Need("due_on", "date", _("完成期限")),
            Need("text", "text", _("建议内容"), required=False, help=_("不填则照原文采纳")),
        ),
        is_primary=True,
    ),
    Move(
        "decline_suggestion",
        _("不采纳"),
        frozenset({S.PROPOSED}),
        S.DECLINED,
        DECIDERS,
        needs=(says(_("理由"), min_length=2),),
    ),
    Move(
        "answer_suggestion",
        _("回复落实情况"),
        frozenset({S.ACCEPTED, S.OVERDUE}),
        None,
        ADDRESSED,
        needs=(says(_("落实情况"), min_length=5),),
        why="By the unit that owes it; whether it is carried out, those who made it binding decide.",
        is_primary=True,
    ),
    Move(
        "complete_suggestion",
        _("登记落实"),
        frozenset({S.ACCEPTED, S.OVERDUE}),
        S.DONE,
        DECIDERS,
        needs=(says(_("落实情况"), min_length=5),),
        is_primary=True,
    ),
    Move(
        "mark_overdue",
        _("逾期"),
        frozenset({S.ACCEPTED}),
        S.OVERDUE,
        {Role.SYSTEM: Tie.MACHINE},
        why="When its day is over; done by the clock.",
    ),
)

SUGGESTIONS = ReviewNoun(
    name="suggestion",
    model=Suggestion,
    event_model=SuggestionEvent,
    remark_model=None,
    outbox_model=None,
    moves=SUGGESTION_MOVES,
    open_statuses=frozenset(Suggestion.OPEN),
)
