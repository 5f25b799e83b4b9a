"""Suggestions: proposed from a review, accepted with an owner and a day, and what became of them by a moment."""

from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from cases.moves import Actor, Machine, NotPossible, Step, begin, perform
from grid.models import Unit
from grid.scope import Role, local_day
from mediation.reviews import periods
from mediation.reviews.models import Review, Suggestion, SuggestionEvent
from mediation.reviews.periods import Period
from mediation.reviews.workflow.suggestion_moves import SUGGESTIONS

LEAST = 5


def propose_suggestion(*, review: Review, text: str, by: Actor, at: datetime) -> Suggestion:
    """Put down a suggestion that somebody is to accept or decline."""
    suggestion = Suggestion(review=review, text=_said(text), status="", last_event_at=at)
    suggestion.lie_at(review.unit)
    proposed: Suggestion = begin(SUGGESTIONS, "propose_suggestion", suggestion, by=by, at=at)
    return proposed


def accept_suggestion(*, pk: int, by: Actor, at: datetime, owner: Unit, due_on: date, text: str = "") -> Suggestion:
    """Make a suggestion binding: who does it, by which day, in which words.

    Raises NotPossible for a day that is over, or an owner who lies neither at nor under the review's place.
    """

    def change(suggestion: Suggestion, step: Step[Suggestion]) -> None:
        if due_on < local_day(step.at):
            raise NotPossible(_("完成期限不能早于今天。"), "due_on")
        if not owner.path.startswith(suggestion.unit.path):
            raise NotPossible(_("责任单位须在本级或下级。"), "owner")
        suggestion.owner, suggestion.due_on = owner, due_on
        suggestion.text = _said(text) if text.strip() else suggestion.text
        step.data = {"owner": owner.pk}

    accepted: Suggestion = perform(SUGGESTIONS, "accept_suggestion", pk=pk, by=by, at=at, change=change)
    return accepted


def decline_suggestion(*, pk: int, by: Actor, at: datetime, remark: str) -> Suggestion:
    """Turn a suggestion down, with a reason."""
    return _speaking("decline_suggestion", pk, by, at, remark, 2)


def complete_suggestion(*, pk: int, by: Actor, at: datetime, remark: str) -> Suggestion:
    """Note that a suggestion was carried out, and how."""
    return _speaking("complete_suggestion", pk, by, at, remark, LEAST)


def mark_overdue(*, at: datetime) -> int:
    """Mark every accepted suggestion whose day is over; return how many. Safe twice; call it in a system scope."""
    late = Suggestion.objects.filter(status=Suggestion.Status.ACCEPTED, due_on__lt=local_day(at))
    marked = 0
    for pk, due_on in list(late.order_by("pk").values_list("pk", "due_on")):
        assert due_on is not None  # A constraint says so.
        over = periods.containing("daily", due_on).end
        try:
            perform(SUGGESTIONS, "mark_overdue", pk=pk, by=Machine(Role.SYSTEM, recorded_at=at), at=over)
        except NotPossible:
            continue  # Done or marked by somebody else in the meantime.
        marked += 1
    return marked


def _speaking(verb: str, pk: int, by: Actor, at: datetime, remark: str, least: int) -> Suggestion:
    def change(_suggestion: Suggestion, step: Step[Suggestion]) -> None:
        if len(remark.strip()) < least:
            raise NotPossible(_("请填写不少于%(least)s个字的说明。") % {"least": least}, "remark")
        step.facts["words"] = remark.strip()

    moved: Suggestion = perform(SUGGESTIONS, verb, pk=pk, by=by, at=at, change=change)
    return moved


def _said(text: str) -> str:
    said = text.strip()
    if len(said) < LEAST:
        raise NotPossible(_("请填写建议内容。"), "text")
    return said


# -- What the next review says of them ------------------------------------------------------------------------------


def followed_up(unit: Unit, period: Period, as_of: datetime) -> dict[str, Any]:
    """Return what became, by ``as_of``, of suggestions accepted before that from the reviews of the period before.

    Counts ``total``, ``accepted`` (under way), ``done`` and ``overdue``, and ``items``; empty when there are none. What
    stood is each suggestion's last event before ``as_of``, so it comes out the same whenever it is asked.
    """
    before = periods.previous(period)
    last = SuggestionEvent.objects.filter(suggestion=OuterRef("pk"), at__lt=as_of).order_by("-seq")
    found = (
        Suggestion.objects.filter(review__unit=unit, review__kind=period.kind, review__start=before.start)
        .annotate(stood=Subquery(last.values("status")[:1]))
        .filter(stood__in=[Suggestion.Status.ACCEPTED, Suggestion.Status.OVERDUE, Suggestion.Status.DONE])
        .select_related("owner")
        .order_by("pk")
    )
    items = [_item(suggestion, as_of) for suggestion in found]
    if not items:
        return {}
    counts = {state: sum(item["state"] == state for item in items) for state in ("accepted", "done", "overdue")}
    return {"total": len(items), **counts, "items": items}


def _item(suggestion: Suggestion, as_of: datetime) -> dict[str, Any]:
    stood = suggestion.stood  # type: ignore[attr-defined]
    assert suggestion.due_on is not None
    assert suggestion.owner is not None
    over = periods.containing("daily", suggestion.due_on).end <= as_of
    state = Suggestion.Status.OVERDUE if stood == Suggestion.Status.ACCEPTED and over else stood
    return {
        "id": suggestion.pk,
        "text": suggestion.text,
        "owner": suggestion.owner.name,
        "due_on": str(suggestion.due_on),
        "state": str(state),
    }
