"""What is opened to units and people and offered to them, shared by the verbs of both nouns (移交、签收、查阅权限)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.deadlines import REOPEN_DAYS
from cases.models import Access, HandOver, Incident
from cases.moves import NotPossible, Step
from grid.models import Post, Unit
from grid.scope import LEVELS, Held, Role, standing_of, today

Kind, State = HandOver.Kind, HandOver.State
WITH_INCIDENT = frozenset({Access.Reason.COMMITTEE, Access.Reason.PROPOSED})


def offer(record: Any, step: Step[Any], unit: Unit, kind: str, access: str | None) -> None:
    """Offer the record to a unit and open it to them; ``access`` None when it is open to them already."""
    step.add(
        HandOver(
            kind=kind,
            from_unit_id=sender(record, step),
            to_unit=unit,
            offered_by=step.user,
            offered_at=step.at,
        )
    )
    if access is not None:
        open_to(record, step, unit, access)


def open_to(record: Any, step: Step[Any], unit: Unit, reason: str) -> None:
    """Open the record to a unit; a committee sees the incident its case came from, too."""
    step.add(Access(unit=unit, reason=reason, granted_at=step.at))
    incident = _source(record)
    if incident is not None and reason in WITH_INCIDENT:
        step.add(Access(incident=incident, unit=unit, reason=reason, granted_at=step.at, **incident.levels))


def answer_offer(record: Any, step: Step[Any], state: str) -> HandOver:
    """Write the answer on the open offer to lead or to take over. Raises NotPossible when there is none."""
    found = record.hand_overs.filter(state=State.OFFERED).exclude(kind=Kind.ASSIST).order_by("-pk").first()
    if found is None:
        raise NotPossible(_("没有待签收的移交。"))
    return write_answer(found, step, state)


def write_answer(hand_over: HandOver, step: Step[Any], state: str) -> HandOver:
    """Write who answered, when and what."""
    hand_over.state = state
    hand_over.answered_by = step.user
    hand_over.answered_at = step.at
    step.add(hand_over)
    return hand_over


def withdraw_offers(record: Any, step: Step[Any]) -> None:
    """Take back what waits for an answer or is being assisted with; what this very step answered stays as it says."""
    answered = [row.pk for row in step.rows if isinstance(row, HandOver)]
    waiting = (
        Q(state=State.OFFERED) | Q(kind=Kind.LEAD, state=State.OBJECTED) | Q(kind=Kind.ASSIST, state=State.ACCEPTED)
    )
    for hand_over in record.hand_overs.filter(waiting).exclude(pk__in=answered):
        hand_over.state = State.WITHDRAWN
        step.add(hand_over)


def live_access(record: Any, at: datetime, *reasons: str) -> Any:
    """Return the access rows opened for these reasons that have not ended."""
    return record.access.filter(reason__in=reasons).filter(Q(until__isnull=True) | Q(until__gt=at))


def close_access(record: Any, step: Step[Any], *reasons: str) -> None:
    """End what was opened for these reasons, at the step's time."""
    _limit_access(record, step, step.at, reasons)


def let_access_run_out(record: Any, step: Step[Any], *reasons: str) -> None:
    """The matter is closed: who worked on it keeps it in sight while it may still be reopened."""
    _limit_access(record, step, step.at + timedelta(days=REOPEN_DAYS), reasons)


def _limit_access(record: Any, step: Step[Any], until: datetime, reasons: tuple[str, ...]) -> None:
    rows = [*live_access(record, step.at, *reasons)] if record.pk is not None else []
    incident = _source(record)
    if incident is not None:
        rows += live_access(incident, step.at, *(WITH_INCIDENT & set(reasons)))
    for row in rows:
        row.until = until
        step.add_last(row)


def _source(record: Any) -> Incident | None:
    """The incident a case came from, as far as it is open to whoever acts."""
    pk = getattr(record, "incident_id", None)
    return None if pk is None else Incident._base_manager.filter(pk=pk).first()


def prolong_access(record: Any, step: Step[Any], holders: Q) -> None:
    """The matter is open again, and so is the access of ``holders`` that was running out."""
    for row in record.access.filter(holders, until__gt=step.at):
        row.until = None
        step.add(row)


def covering_posts(record: Any, user: Any, role: str | None = None) -> list[Held]:
    """The user's posts (in a role) at or above the record's place."""
    return [
        held
        for held in standing_of(user).posts
        if (role is None or held.role == role) and getattr(record, LEVELS[held.level]) == held.place_id
    ]


def sender(record: Any, step: Step[Any]) -> int:
    """The unit in whose name the step is made: that of the post acted from, or the record's place for a machine."""
    if step.user is None:
        return int(record.unit_id)
    held = covering_posts(record, step.user, step.role) or [
        post for post in standing_of(step.user).posts if post.role == step.role
    ]
    return held[0].unit_id


def holds(user_ids: set[int], role: Role, at: Q) -> set[int]:
    """Return those of the users who hold the role today where ``at`` (a condition on posts) says."""
    held = Post.objects.active_on(today()).filter(at, role=role, user_id__in=user_ids, user__is_active=True)
    return set(held.values_list("user_id", flat=True))
