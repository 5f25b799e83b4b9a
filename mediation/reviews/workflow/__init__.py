"""Reviews are built here, on command or because they are due; their papers are written, issued and corrected here."""

from collections.abc import Callable
from typing import Any

from mediation.reviews.workflow.assessing import may_assess, set_assessment
from mediation.reviews.workflow.building import as_object, build_review
from mediation.reviews.workflow.correcting import Difference, build_corrections, correct_review, differences
from mediation.reviews.workflow.due import build_due_reviews, build_next, list_due, missing_at, set_reviews_from
from mediation.reviews.workflow.inspecting import draw_sample, is_inspector, record_inspection, scores
from mediation.reviews.workflow.issuing import (
    acknowledge_receipt,
    answer_objection,
    archive_paper,
    issue_paper,
    note_read,
    object_to_paper,
    open_objections,
    unacknowledged,
)
from mediation.reviews.workflow.numbering import add_recipient, end_recipient, set_organ
from mediation.reviews.workflow.paper_moves import PAPER_MOVES, PAPERS
from mediation.reviews.workflow.papers import (
    address_paper,
    check_paper,
    draft_paper,
    draft_review,
    edit_section,
    hand_typed,
    return_paper,
    submit_paper,
)
from mediation.reviews.workflow.sampling import draw_due_samples
from mediation.reviews.workflow.sending import send_mails
from mediation.reviews.workflow.stating import state_population, state_suits
from mediation.reviews.workflow.suggestion_moves import SUGGESTION_MOVES, SUGGESTIONS
from mediation.reviews.workflow.suggestions import (
    accept_suggestion,
    answer_suggestion,
    complete_suggestion,
    decline_suggestion,
    mark_overdue,
    propose_suggestion,
)
from mediation.reviews.workflow.surge_days import build_surge_days, closing_figures
from mediation.reviews.workflow.surge_duty import gaps_of, roster_of, set_duty, units_on_duty
from mediation.reviews.workflow.surge_extension import (
    approve_extension,
    decline_extension,
    extend_surge,
    to_decide,
)
from mediation.reviews.workflow.surge_limits import in_force, tend_limits
from mediation.reviews.workflow.surge_moves import SURGE_MOVES, SURGES
from mediation.reviews.workflow.surges import (
    approve_surge,
    decline_surge,
    end_surge,
    expire_surges,
    finish_task,
    give_task,
    propose_surge,
    report_day,
    to_report,
)

PAPER_VERBS: dict[str, Callable[..., Any]] = {
    "draft_paper": draft_paper,
    "edit_section": edit_section,
    "address_paper": address_paper,
    "submit_paper": submit_paper,
    "check_paper": check_paper,
    "return_paper": return_paper,
    "open_objections": open_objections,
    "object_to_paper": object_to_paper,
    "answer_objection": answer_objection,
    "issue_paper": issue_paper,
    "acknowledge_receipt": acknowledge_receipt,
    "archive_paper": archive_paper,
    "correct_review": correct_review,
}
"""Verb -> function ``(pk, by, at, **needs)``, for pages, the API and tests."""

SUGGESTION_VERBS: dict[str, Callable[..., Any]] = {
    "accept_suggestion": accept_suggestion,
    "answer_suggestion": answer_suggestion,
    "decline_suggestion": decline_suggestion,
    "complete_suggestion": complete_suggestion,
}
"""The same for suggestions; the clock does the rest."""

SURGE_VERBS: dict[str, Callable[..., Any]] = {
    "approve_surge": approve_surge,
    "decline_surge": decline_surge,
    "extend_surge": extend_surge,
    "approve_extension": approve_extension,
    "decline_extension": decline_extension,
    "report_day": report_day,
    "give_task": give_task,
    "finish_task": finish_task,
    "set_duty": set_duty,
    "end_surge": end_surge,
}
"""The same for surges; ``propose_surge`` makes one, the clock ends it at the latest."""

__all__ = [
    "PAPERS",
    "PAPER_MOVES",
    "PAPER_VERBS",
    "SUGGESTIONS",
    "SUGGESTION_MOVES",
    "SUGGESTION_VERBS",
    "SURGES",
    "SURGE_MOVES",
    "SURGE_VERBS",
    "Difference",
    "accept_suggestion",
    "acknowledge_receipt",
    "add_recipient",
    "address_paper",
    "answer_objection",
    "answer_suggestion",
    "approve_extension",
    "approve_surge",
    "archive_paper",
    "as_object",
    "build_corrections",
    "build_due_reviews",
    "build_next",
    "build_review",
    "build_surge_days",
    "check_paper",
    "closing_figures",
    "complete_suggestion",
    "correct_review",
    "decline_extension",
    "decline_suggestion",
    "decline_surge",
    "differences",
    "draft_paper",
    "draft_review",
    "draw_due_samples",
    "draw_sample",
    "edit_section",
    "end_recipient",
    "end_surge",
    "expire_surges",
    "extend_surge",
    "finish_task",
    "gaps_of",
    "give_task",
    "hand_typed",
    "in_force",
    "is_inspector",
    "issue_paper",
    "list_due",
    "mark_overdue",
    "may_assess",
    "missing_at",
    "note_read",
    "object_to_paper",
    "open_objections",
    "propose_suggestion",
    "propose_surge",
    "record_inspection",
    "report_day",
    "return_paper",
    "roster_of",
    "scores",
    "send_mails",
    "set_assessment",
    "set_duty",
    "set_organ",
    "set_reviews_from",
    "state_population",
    "state_suits",
    "submit_paper",
    "tend_limits",
    "to_decide",
    "to_report",
    "unacknowledged",
    "units_on_duty",
]
