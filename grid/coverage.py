"""Which grids are covered by whom: public by duty (DOMAIN.md 2.3, 2.4), and every grid is to be staffed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from grid.models import GridMember, Post, Unit, User
from grid.scope import Role


@dataclass(frozen=True)
class Covering:
    """One grid worker as posted in public: the work phone only, no private number is kept."""

    name: str
    kind: str
    work_phone: str
    grids: tuple[str, ...]


def coverage(place: Unit, on: date) -> list[Covering]:
    """Return who covers the grids at or under ``place``, by name."""
    posts = Post.objects.active_on(on).filter(role=Role.GRID_WORKER, unit__in=_grids(place, on), user__is_active=True)
    grids: dict[int, list[str]] = {}
    users: dict[int, User] = {}
    for post in posts.select_related("user", "unit").order_by("unit__code"):
        users[post.user_id] = post.user
        grids.setdefault(post.user_id, []).append(post.unit.name)
    kinds = {member.user_id: member.get_kind_display() for member in GridMember.objects.filter(user__in=users)}
    covering = [
        Covering(user.name, str(kinds.get(pk, "")), user.work_phone, tuple(grids[pk])) for pk, user in users.items()
    ]
    return sorted(covering, key=lambda one: (one.name, one.grids))


def uncovered(place: Unit, on: date) -> QuerySet[Unit]:
    """Return the grids at or under ``place`` without a grid worker on a day."""
    held = Post.objects.active_on(on).filter(role=Role.GRID_WORKER, user__is_active=True)
    return _grids(place, on).exclude(pk__in=held.values("unit_id")).order_by("code")


def _grids(place: Unit, on: date) -> QuerySet[Unit]:
    return Unit.objects.valid_on(on).under(place).filter(kind=Unit.Kind.GRID)
