"""What may be done with the paper of a review, as a table (DESIGN.md rule 2)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.moves import Move, Need, Noun, Step, says, table
from cases.table import Tie
from grid.scope import Role
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Paper, PaperEvent

S = Paper.Status

WRITERS = {Role.CENTRE_SUPERVISOR: Tie.PLACE}
CHECKERS = {Role.CENTRE_SUPERVISOR: Tie.PLACE, Role.LEADER: Tie.PLACE}
ISSUERS = {Role.LEADER: Tie.PLACE}
ADDRESSED = dict.fromkeys(
    (
        Role.CENTRE_SUPERVISOR,
        Role.LEADER,
        Role.CENTRE_DISPATCHER,
        Role.CENTRE_CLERK,
        Role.HANDLER,
        Role.COMMITTEE_DIRECTOR,
    ),
    Tie.ADDRESSED,
)
"""Who speaks for a unit that something is addressed to: its centre, a department's handlers, a committee's director."""

WITH_OBJECTIONS = frozenset({Kind.BIMONTHLY, Kind.QUARTERLY, Kind.ANNUAL})
"""Papers that rank units: these may object before it is issued (DOMAIN.md 7.5)."""


def _may_be_objected_to(paper: Paper) -> bool:
    return paper.kind in WITH_OBJECTIONS


@dataclass(frozen=True)
class ReviewNoun(Noun[Any]):
    """A record of the reviews: it has no category, and its events say in words why."""

    def event_of(self, record: Any, step: Step[Any], was_open: bool) -> dict[str, Any]:
        """Return the event's columns: what happened and what stands now."""
        event = super().event_of(record, step, was_open)
        return {name: value for name, value in event.items() if name not in ("category_id", "reason")}


PAPER_MOVES: dict[str, Move] = table(
    Move("draft_paper", _("起草"), frozenset({S.BUILT}), S.DRAFTED, WRITERS, is_primary=True),
    Move(
        "edit_section",
        _("修改章节"),
        frozenset({S.DRAFTED}),
        None,
        WRITERS,
        needs=(
            Need("section", "short", _("章节")),
            Need("written", "text", _("正文"), required=False, help=_("数据用{指标}引用；留空则用自动生成的文字")),
        ),
        why="Written text quotes figures by address, so none can be typed over (DESIGN.md rule 4).",
    ),
    Move(
        "address_paper",
        _("填写主送和抄送"),
        frozenset({S.DRAFTED}),
        None,
        WRITERS,
        needs=(
            Need("addressee", "short", _("主送"), required=False),
            Need("copies_to", "text", _("抄送"), required=False, help=_("每行一个")),
        ),
    ),
    Move(
        "submit_paper",
        _("送审"),
        frozenset({S.DRAFTED}),
        S.SUBMITTED,
        WRITERS,
        is_primary=True,
    ),
    Move(
        "check_paper",
        _("审核通过"),
        frozenset({S.SUBMITTED}),
        S.CHECKED,
        CHECKERS,
        needs=(Need("confirmed", "yes", _("已核对手工填写的数字"), required=False),),
        why="By a second person; numbers typed by hand that no figure bears out are confirmed one and all.",
        is_primary=True,
    ),
    Move(
        "return_paper",
        _("退回修改"),
        frozenset({S.SUBMITTED, S.CHECKED}),
        S.DRAFTED,
        CHECKERS,
        needs=(says(_("退回意见"), min_length=5),),
    ),
    Move(
        "open_objections",
        _("征求异议"),
        frozenset({S.CHECKED}),
        None,
        WRITERS,
        needs=(Need("until", "date", _("异议截止日期")),),
        why="Units that are ranked may speak before it is issued (DOMAIN.md 7.5).",
        when=_may_be_objected_to,
    ),
    Move(
        "object_to_paper",
        _("提出异议"),
        frozenset({S.CHECKED}),
        None,
        ADDRESSED,
        needs=(says(_("异议内容"), min_length=5),),
    ),
    Move(
        "answer_objection",
        _("答复异议"),
        frozenset({S.CHECKED}),
        None,
        WRITERS,
        needs=(
            Need("objection", "objection", _("异议")),
            Need("adopted", "yes", _("采纳"), required=False),
            says(_("答复"), min_length=2),
        ),
        when=_may_be_objected_to,
    ),
    Move(
        "issue_paper",
        _("印发"),
        frozenset({S.CHECKED}),
        S.ISSUED,
        ISSUERS,
        why="Takes the number; from here on nothing of it changes.",
        is_primary=True,
        is_grave=True,
    ),
    Move(
        "acknowledge_receipt",
        _("签收"),
        frozenset(Paper.OUT),
        None,
        ADDRESSED,
        is_primary=True,
    ),
    Move("archive_paper", _("归档"), frozenset({S.ISSUED}), S.ARCHIVED, WRITERS),
    Move(
        "correct_review",
        _("更正"),
        frozenset(Paper.OUT),
        None,
        WRITERS,
        needs=(says(_("更正原因"), min_length=5),),
        why="What is issued stays; the correction is the next version, with what differs (DOMAIN.md 0.10).",
        is_grave=True,
    ),
)

PAPERS: ReviewNoun = ReviewNoun(
    name="paper",
    model=Paper,
    event_model=PaperEvent,
    remark_model=None,
    outbox_model=None,
    moves=PAPER_MOVES,
    open_statuses=frozenset(Paper.OPEN),
)
