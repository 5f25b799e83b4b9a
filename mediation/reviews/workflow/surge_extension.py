"""A running surge goes on for longer (延长): asked for by the command, approved by a second person like its beginning.

Everything that asks when a surge is over reads ``ends_on``: the clock, the days to be frozen, the roster and the limits
(``hemu_surges_on``). So an approved extension moves that day, and nothing else has to be told.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.moves import Actor, NotAllowed, NotPossible, Step, perform
from grid.scope import local_day, standing_of
from mediation.reviews.models import Surge
from mediation.reviews.workflow.papers import words
from mediation.reviews.workflow.surge_moves import LEADERS, SURGES
from mediation.reviews.workflow.surges import MOST_DAYS


def extend_surge(*, pk: int, by: Actor, at: datetime, ends_on: date, remark: str) -> Surge:
    """Ask that a running surge go on until ``ends_on``, its last day; until that is approved, its end stands.

    Raises NotPossible for a day that is past, not later than the present end or more than thirty days after it,
    for a surge whose end is over, and while another request waits.
    """

    def change(surge: Surge, step: Step[Surge]) -> None:
        _check_running(surge, step.at)
        if surge.asked_ends_on is not None:
            raise NotPossible(_("已有延长申请待批准。"))
        _check_end(surge, step.at, ends_on)
        surge.asked_ends_on, surge.asked_by, surge.asked_why = ends_on, step.user, words(remark, 5)
        step.facts["words"] = surge.asked_why
        step.data = {"ends_on": str(surge.ends_on), "asked": str(ends_on)}

    asked: Surge = perform(SURGES, "extend_surge", pk=pk, by=by, at=at, change=change)
    return asked


def approve_extension(*, pk: int, by: Actor, at: datetime) -> Surge:
    """Move the planned end to the day asked for, as a second person.

    Raises NotAllowed for whoever asked, NotPossible without a request and once the present end is over.
    """

    def change(surge: Surge, step: Step[Surge]) -> None:
        asked = _request(surge)
        if step.user is None or step.user.pk == surge.asked_by_id:
            raise NotAllowed(_("提请人不能批准，须由第二人批准。"))
        _check_running(surge, step.at)
        step.data = {"ends_on": str(asked), "before": str(surge.ends_on)}
        surge.ends_on = asked
        surge.drop_request()

    approved: Surge = perform(SURGES, "approve_extension", pk=pk, by=by, at=at, change=change)
    return approved


def decline_extension(*, pk: int, by: Actor, at: datetime, remark: str) -> Surge:
    """Turn a request down; the end stands as it was. Raises NotPossible without a request."""

    def change(surge: Surge, step: Step[Surge]) -> None:
        step.data = {"ends_on": str(surge.ends_on), "asked": str(_request(surge))}
        step.facts["words"] = words(remark, 2)
        surge.drop_request()

    declined: Surge = perform(SURGES, "decline_extension", pk=pk, by=by, at=at, change=change)
    return declined


def latest_end(surge: Surge) -> date:
    """The latest day a surge may be extended to: what one approval covers is thirty days (DOMAIN.md 7.1)."""
    return surge.ends_on + timedelta(days=MOST_DAYS)


def to_decide(user: Any) -> list[Surge]:
    """What waits for the user's approval at their own places: activations proposed, and extensions asked for.

    Those above may decide, too; what is theirs to watch is not theirs to be reminded of. One's own waits for others.
    """
    places = [held.place_id for held in standing_of(user).posts if held.role in LEADERS]
    if not places:
        return []
    proposed = Q(status=Surge.Status.PROPOSED) & ~Q(proposed_by=user)
    asked = Q(status=Surge.Status.ACTIVE, asked_ends_on__isnull=False) & ~Q(asked_by=user)
    found = Surge.objects.filter(proposed | asked, unit__in=places)
    return list(found.select_related("unit").order_by("starts_on", "pk"))


def _request(surge: Surge) -> date:
    if surge.asked_ends_on is None:
        raise NotPossible(_("没有待批准的延长申请。"))
    return surge.asked_ends_on


def _check_running(surge: Surge, at: datetime) -> None:
    """Between the end of its last day and the clock's next tick a surge stands as active, but it is over."""
    if local_day(at) > surge.ends_on:
        raise NotPossible(_("计划结束日期已过，请重新提请。"))


def _check_end(surge: Surge, at: datetime, ends_on: date) -> None:
    if ends_on < local_day(at):
        raise NotPossible(_("延长后的结束日期不能早于今天。"), "ends_on")
    if ends_on <= surge.ends_on:
        raise NotPossible(_("延长后的结束日期须晚于现计划结束日期（%(day)s）。") % {"day": surge.ends_on}, "ends_on")
    if ends_on > latest_end(surge):
        raise NotPossible(
            _("每次延长最多%(most)s天，最迟可延至%(day)s。")
            % {"most": MOST_DAYS, "day": latest_end(surge)},
            "ends_on",
        )
