"""Setting by what a place assesses those below it; a supervisor there or above does (DOMAIN.md 2.5, 7.5)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases.moves import NotAllowed, NotPossible
from grid.models import Unit, User
from grid.scope import Held, Role, local_day, standing_of
from mediation.reviews.figures.places import CHILDREN
from mediation.reviews.findings.scheme import OBJECTIONS, WINDOWS
from mediation.reviews.indicators import REGISTER, Direction, Shape
from mediation.reviews.models import AssessmentRule

ASSESSORS = (Role.CENTRE_SUPERVISOR,)
"""Who answers for reports, and so for what they assess by."""

POINTS = 100
LEAST_OBJECTIONS, MOST_DAYS = 3, 180
REASON_LENGTH = 5

WEIGHABLE = tuple(
    id
    for id, measure in REGISTER.items()
    if measure.is_ranked and measure.shape is Shape.RATE and measure.direction is Direction.HIGHER
)
"""What may be weighed: rates that units are ranked by and that are better the higher they are; never a volume."""


def set_assessment(
    *,
    unit: Unit,
    since: date,
    weights: Mapping[str, int],
    targets: Mapping[str, Decimal],
    windows: Mapping[str, int],
    reason: str,
    by: User,
    at: datetime,
) -> AssessmentRule:
    """Set weights (points, together 100), targets (percent) and windows (days) for periods beginning on ``since``.

    Measures without points do not count. Kept with who, from where, when and why; nothing built before changes. Raises
    NotAllowed for anybody but a supervisor of the place or one above it, NotPossible for what does not add up, for a
    day before this year or a reason of a few words.
    """
    post = _post_of(unit, by)
    if post is None:
        raise NotAllowed(_("您的岗位不能设置该区划的考核办法。"))
    if unit.kind != Unit.Kind.DIVISION or unit.level not in CHILDREN:
        raise NotPossible(_("该区划没有考核对象。"))
    weighed = {id: points for id, points in weights.items() if points}
    if not set(weighed) <= set(WEIGHABLE) or min(weighed.values(), default=0) < 0 or sum(weighed.values()) != POINTS:
        raise NotPossible(_("各项权重合计须为100分，现为%(sum)s分。") % {"sum": sum(weighed.values())}, "weights")
    kept = {id: target for id, target in targets.items() if id in weighed}
    if any(not 0 < target <= POINTS for target in kept.values()):
        raise NotPossible(_("目标值须大于0、不超过100%%。") % {}, "targets")
    _check_windows(windows)
    if since < local_day(at).replace(month=1, day=1):
        raise NotPossible(_("执行日期不能早于本年度。"), "since")
    if len(reason.strip()) < REASON_LENGTH:
        raise NotPossible(_("请写明理由（至少%(count)s个字）。") % {"count": REASON_LENGTH}, "reason")
    said: dict[str, Any] = {id: f"{target:.2f}" for id, target in kept.items()}
    row = AssessmentRule(since=since, weights=weighed, targets=said, windows=dict(windows), by=by, recorded_at=at)
    row.reason = reason.strip()
    row.set_from_id = post.place_id if post.place_id != unit.pk else None
    row.lie_at(unit)
    row.save(force_insert=True)
    return row


def _check_windows(windows: Mapping[str, int]) -> None:
    if windows.get(OBJECTIONS, LEAST_OBJECTIONS) < LEAST_OBJECTIONS:
        raise NotPossible(_("异议期不少于%(days)s日。") % {"days": LEAST_OBJECTIONS}, "window_objections")
    for name, days in windows.items():
        if name not in WINDOWS or not 1 <= days <= MOST_DAYS:
            raise NotPossible(_("时限须在1至%(days)s日之间。") % {"days": MOST_DAYS}, f"window_{name}")


def may_assess(unit: Unit, by: User) -> bool:
    """Whether the user holds a supervisor's post at the place or above it."""
    return _post_of(unit, by) is not None


def _post_of(unit: Unit, by: User) -> Held | None:
    """Return the post by which the user sets it: the nearest of several."""
    posts = (post for post in standing_of(by).posts if post.role in ASSESSORS and unit.path.startswith(post.path))
    return max(posts, key=lambda post: len(post.path), default=None)
