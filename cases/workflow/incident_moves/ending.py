"""Closing and what follows; history from ledgers (DOMAIN.md 5.1, LEDGER.md 1)."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
    HandlingLevel,
    Incident,
)
from cases.moves import Move, Need, says, table
from cases.workflow import reasons
from cases.workflow.incident_moves.ties import (
    APPROVER,
    DESKS,
    DISPATCHER,
    IMPORT,
    REMARK,
    S,
)
from cases.workflow.waiting import has_something_to_close, was_not_converted

ENDING = table(
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
            says(_("办结意见"), min_length=2),
        ),
        why="Never by whoever did the work. From verified only what the grid solved on the spot; from triaged only "
        "what needs no handling unit, or what the village does itself.",
        notify=("reporter", "lead_unit"),
        when=has_something_to_close,
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
        (Need("reason", "choice", _("重开理由"), choices=reasons.ReopenReason), says(_("说明"))),
        why="Within 90 days; later a new incident that follows it is reported.",
        notify=("lead_unit",),
        when=was_not_converted,
        is_grave=True,
    ),
    Move("archive_incident", _("归档"), frozenset({S.CLOSED, S.REVISITED}), S.ARCHIVED, DESKS),
)


HISTORY = table(
    Move("record_incident", _("补录事件"), frozenset(), S.REPORTED, IMPORT),
    Move("record_verification", _("补录核实"), frozenset({S.REPORTED}), S.VERIFIED, IMPORT),
    Move("record_invalid", _("补录无效"), frozenset({S.REPORTED}), S.INVALID, IMPORT),
    Move("record_duplicate", _("补录重复"), frozenset({S.REPORTED}), S.DUPLICATE, IMPORT),
    Move("record_closure", _("补录办结"), frozenset({S.VERIFIED, S.REOPENED}), S.CLOSED, IMPORT),
    Move("record_reopening", _("补录重开"), frozenset({S.CLOSED}), S.REOPENED, IMPORT),
)
"""Ledger rows (LEDGER.md section 1): guards on facts hold, guards on people are waived."""
