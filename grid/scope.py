"""Who may see: the only definition of it (DESIGN.md rule 3).

Place first: a post sees what lies at or under the division its unit hangs on. Then need: REACH says, per role and
noun, whether that is the whole subtree, only what was assigned, only what one reported, or nothing. Row-level
security repeats the place part underneath (``grid.rls``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHANGHAI = ZoneInfo("Asia/Shanghai")

LEVELS = {
    "city": "city_id",
    "county": "county_id",
    "township": "township_id",
    "village": "village_id",
    "grid": "grid_id",
}
"""Level of a place -> the column on every placed record that holds the id of its ancestor at that level."""


class Role(models.TextChoices):
    """The roles of DOMAIN.md 2.5, and two that no person can hold."""

    GRID_WORKER = "grid_worker", _("网格员")
    VILLAGE_LEADER = "village_leader", _("村（社区）网格长")
    CENTRE_CLERK = "centre_clerk", _("中心登记员")
    CENTRE_DISPATCHER = "centre_dispatcher", _("中心调度员")
    HANDLER = "handler", _("部门承办人")
    MEDIATOR = "mediator", _("人民调解员")
    COMMITTEE_DIRECTOR = "committee_director", _("调委会主任")
    CENTRE_SUPERVISOR = "centre_supervisor", _("中心督查员")
    LEADER = "leader", _("分管领导")
    AUDITOR = "auditor", _("审计员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    LEDGER_IMPORT = "ledger_import", _("台账导入")
    SYSTEM = "system", _("系统")


class Reach(Enum):
    """How far a role sees within its place."""

    SUBTREE = "everything at or under the post's place, restricted records included"
    SUBTREE_OPEN = "everything at or under the post's place but restricted records (DOMAIN.md PV-06)"
    ASSIGNED = "what was assigned to the user or the unit, wherever it lies"
    OWN = "what the user reported"


INCIDENTS, CASES, REVIEWS, ROSTER, AUDIT = "incidents", "cases", "reviews", "roster", "audit"

_SEES_ROSTER = {ROSTER: Reach.SUBTREE}
_CENTRE = {INCIDENTS: Reach.SUBTREE_OPEN, CASES: Reach.SUBTREE_OPEN, REVIEWS: Reach.SUBTREE, **_SEES_ROSTER}

REACH: dict[Role, dict[str, Reach]] = {
    Role.GRID_WORKER: {INCIDENTS: Reach.OWN},
    Role.VILLAGE_LEADER: {INCIDENTS: Reach.SUBTREE_OPEN, CASES: Reach.ASSIGNED, **_SEES_ROSTER},
    Role.CENTRE_CLERK: _CENTRE,
    Role.CENTRE_DISPATCHER: {**_CENTRE, INCIDENTS: Reach.SUBTREE, CASES: Reach.SUBTREE},
    Role.HANDLER: {INCIDENTS: Reach.ASSIGNED, CASES: Reach.ASSIGNED},
    Role.MEDIATOR: {CASES: Reach.ASSIGNED, INCIDENTS: Reach.ASSIGNED, **_SEES_ROSTER},
    Role.COMMITTEE_DIRECTOR: {CASES: Reach.ASSIGNED, INCIDENTS: Reach.ASSIGNED, **_SEES_ROSTER},
    Role.CENTRE_SUPERVISOR: _CENTRE,
    # Leaders read aggregates, and the cases they lead themselves (包案).
    Role.LEADER: {INCIDENTS: Reach.ASSIGNED, CASES: Reach.ASSIGNED, REVIEWS: Reach.SUBTREE, **_SEES_ROSTER},
    Role.AUDITOR: {AUDIT: Reach.SUBTREE},
    Role.SYSTEM_ADMIN: _SEES_ROSTER,
    Role.SECURITY_ADMIN: _SEES_ROSTER,
}
"""Role -> noun -> reach. A noun that is absent is not seen at all. tests/policy.yaml says the same by hand."""


@dataclass(frozen=True)
class Held:
    """One active post of a user, with the division its unit hangs on."""

    role: Role
    unit_id: int
    place_id: int
    level: str
    path: str


@dataclass
class Standing:
    """Everything about a user that decides what may be seen and done: the posts held now."""

    user_id: int
    posts: tuple[Held, ...]
    has_access_rows: bool = True
    """False only when it is known that no access row widens what is seen; lists then stay one plain equality."""
    is_active: bool = True
    """False for a user who was shut out since the token or session was made; doors then answer 401."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, anywhere."""
        return frozenset(post.role for post in self.posts)

    @property
    def unit_ids(self) -> list[int]:
        """The units where a post is held; records may be assigned to them."""
        return sorted({post.unit_id for post in self.posts})

    @property
    def place_ids(self) -> list[int]:
        """The divisions the posts stand at: the list row-level security compares with."""
        return sorted({post.place_id for post in self.posts})

    def reaching(self, noun: str, *reaches: Reach) -> list[Held]:
        """The posts whose role sees ``noun`` with one of ``reaches``."""
        return [post for post in self.posts if REACH.get(post.role, {}).get(noun) in reaches]

    @property
    def lists_subtrees(self) -> bool:
        """Whether any post lists incidents or cases by place."""
        return bool(
            self.reaching(INCIDENTS, Reach.SUBTREE, Reach.SUBTREE_OPEN)
            or self.reaching(CASES, Reach.SUBTREE, Reach.SUBTREE_OPEN)
        )

    def sees(self, noun: str) -> bool:
        """Whether any post sees the noun at all; menus ask this."""
        return any(noun in REACH.get(post.role, {}) for post in self.posts)


def standing_of(user: Any) -> Standing:
    """Return the user's standing, read once per user object.

    Requests set it when the scope is entered, so rights are read anew for every request; elsewhere
    (tests, commands) the posts are queried here.
    """
    standing = getattr(user, "_standing", None)
    if standing is None:
        standing = Standing(user.pk, tuple(_posts_held(user)))
        user._standing = standing
    return standing


def forget_standing(user: Any) -> None:
    """Read the posts again next time: a post was granted or ended."""
    user._standing = None


def today() -> Any:
    """The day it is in Asia/Shanghai, for posts and validity dates."""
    return timezone.now().astimezone(SHANGHAI).date()


def local_day(moment: datetime) -> Any:
    """The day ``moment`` falls on in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def _posts_held(user: Any) -> Iterable[Held]:
    if not user.is_authenticated or not user.is_active:
        return
    for post in user.posts.active_on(today()).select_related("unit__place"):
        place = post.unit.place or post.unit
        yield Held(Role(post.role), post.unit_id, place.pk, place.level, place.path)


def outermost(posts: Iterable[Held]) -> list[Held]:
    """Drop the posts whose place lies inside another one's."""
    kept: list[Held] = []
    for post in sorted(posts, key=lambda held: len(held.path)):
        if not any(post.path.startswith(outer.path) for outer in kept):
            kept.append(post)
    return kept


def place_qs(posts: Iterable[Held]) -> list[Q]:
    """Records at or under the posts' places: one equality on a level column each (flat from 1 M to 10 M rows)."""
    return [Q(**{LEVELS[post.level]: post.place_id}) for post in outermost(posts)]


Record = TypeVar("Record", bound=models.Model)


class ScopedQuerySet(models.QuerySet[Record]):
    """A queryset that knows what a user may see.

    A model states the road to its place: ``SCOPE_NOUN`` when it carries level columns of its own, or
    ``SCOPE_PARENTS`` when it is seen exactly where one of those records is seen. It may add ``assigned_q`` and
    ``own_q``, both ``(Standing) -> Q``.
    """

    def visible_to(self, user: Any) -> Self:
        """Keep what ``user`` may see; no post, no rows."""
        return self.filter(visible_q(self.model, user))

    def one_visible(self, user: Any, pk: Any) -> Record | None:
        """Return the row ``pk`` when ``user`` may see it, else None.

        What is seen with a parent is looked up by keys, row and parent in turn: the join behind ``visible_to`` would
        read every record of a county to find one.
        """
        parents: tuple[str, ...] = getattr(self.model, "SCOPE_PARENTS", ())
        if not parents:
            return self.visible_to(user).filter(pk=pk).first()
        row = self.filter(pk=pk).first()
        for parent in parents if row is not None else ():
            key = getattr(row, f"{parent}_id")
            manager = self.model._meta.get_field(parent).related_model.objects  # type: ignore[union-attr]
            if key is not None and manager.all().one_visible(user, key) is not None:
                return row
        return None

    def visible_parts(self, user: Any) -> list[Self]:
        """Return what ``visible_to`` keeps, in overlapping parts that an index can each read in list order.

        Under one OR of place, access and reporter PostgreSQL reads and sorts everything; a long list therefore reads
        the first rows of each part and merges them (``config.paging``).
        """
        if getattr(self.model, "SCOPE_PARENTS", ()):
            return [self.visible_to(user)]
        model: Any = self.model
        return [self.filter(q) for q in _noun_qs(model, model.SCOPE_NOUN, standing_of(user))]


def visible_q(model: Any, user: Any) -> Q:
    """The condition behind ``visible_to``, for joins that need it as a condition."""
    parents: tuple[str, ...] = getattr(model, "SCOPE_PARENTS", ())
    if parents:
        q = Q()
        for parent in parents:
            manager = model._meta.get_field(parent).related_model.objects
            q |= Q(**{f"{parent}__in": manager.visible_to(user)})
        return q
    return _noun_q(model, model.SCOPE_NOUN, standing_of(user))


def _noun_q(model: Any, noun: str, standing: Standing) -> Q:
    q = Q(pk__in=[])
    for part in _noun_qs(model, noun, standing):
        q |= part
    return q


def _noun_qs(model: Any, noun: str, standing: Standing) -> list[Q]:
    """The ways in which the noun is seen, each a condition of its own; none is no rows."""
    everything = standing.reaching(noun, Reach.SUBTREE)
    parts = place_qs(everything)
    outer = {post.path for post in everything}
    open_only = [
        post
        for post in standing.reaching(noun, Reach.SUBTREE_OPEN)
        if not any(post.path.startswith(path) for path in outer)
    ]
    parts += [q & Q(restricted=False) for q in place_qs(open_only)]
    assigned: Callable[[Standing], Q] | None = getattr(model, "assigned_q", None)
    if assigned is not None and standing.sees(noun) and standing.has_access_rows:
        parts.append(assigned(standing))
    own: Callable[[Standing], Q] | None = getattr(model, "own_q", None)
    if own is not None and standing.sees(noun):
        parts.append(own(standing))
    return parts
