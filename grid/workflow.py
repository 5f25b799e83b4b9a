"""Opening and closing units; users and their posts (DOMAIN.md 2, PV-12)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from knox.models import AuthToken

from grid import atlas
from grid.models import GridMember, Post, Unit, User
from grid.scope import LEVELS, Role, forget_standing, standing_of, today

ORDER = list(LEVELS)
KEEPERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""Who keeps accounts, who gives roles, who reads the log: three people, and none of them does casework (PV-12)."""
UNITS_OF_ROLE = {
    Role.GRID_WORKER: {Unit.Kind.GRID},
    Role.MEDIATOR: {Unit.Kind.MEDIATION_COMMITTEE, Unit.Kind.MEDIATION_STUDIO, Unit.Kind.COURT_LINK_STUDIO},
    Role.COMMITTEE_DIRECTOR: {Unit.Kind.MEDIATION_COMMITTEE},
}
"""Where a role has its work; roles that are not named can be held at any unit."""


class Refused(Exception):
    """The change does not fit: 409. The text is for the user, ``field`` the input at fault."""

    def __init__(self, text: str, field: str = "") -> None:
        """Keep text and field."""
        super().__init__(text)
        self.field = field


class Forbidden(Refused):
    """The change is not this user's to make: 403."""


def open_unit(
    *, parent: Unit | None, code: str, name: str, kind: str, valid_from: date, level: str = "", **details: Any
) -> Unit:
    """Add a unit to the tree: a division or grid below its parent, or a unit hung on a place.

    ``level`` is needed for divisions. Raises Refused when a place does not lie one level below its parent (every
    grid, dedicated ones too, hangs below exactly one village, DOMAIN.md 0.8), when the parent is closed, or when the
    code is in use.
    """
    is_place = kind in (Unit.Kind.DIVISION, Unit.Kind.GRID)
    if is_place:
        level = level or Unit.Level.GRID
        _check_below(parent, level, name)
    elif parent is None:
        raise Refused(_("单位须设在某个区划之下。"), "parent")
    if parent is not None and parent.valid_to is not None and parent.valid_to <= valid_from:
        raise Refused(_("“%(name)s”已停用，不能在其下新设单位。") % {"name": parent.name}, "parent")
    if Unit.objects.valid_on(valid_from).filter(code=code).exists():
        raise Refused(_("代码 %(code)s 已被使用。") % {"code": code}, "code")
    with transaction.atomic():
        unit = Unit(parent=parent, code=code, name=name, kind=kind, valid_from=valid_from, **details)
        unit.level = level if is_place or parent is None else parent.level
        unit.place = None if is_place or parent is None else parent.place or parent
        for column in LEVELS.values():
            setattr(unit, column, getattr(parent, column, None))
        unit.city_id = unit.city_id or 0
        unit.path = f"new-{code}-{valid_from}"
        unit.save(force_insert=True)
        if is_place:
            setattr(unit, LEVELS[unit.level], unit.pk)
        unit.path = f"{parent.path if parent else ''}{unit.pk}."
        unit.save(update_fields=["path", *LEVELS.values()])
    atlas.forget()
    return unit


def _check_below(parent: Unit | None, level: str, name: str) -> None:
    above = ORDER.index(level) - 1
    fits = parent is None if above < 0 else parent is not None and parent.is_place and parent.level == ORDER[above]
    if not fits:
        raise Refused(_("“%(name)s”不能直接设在该区划之下。") % {"name": name}, "parent")


def close_unit(*, unit: Unit, on: date, successor: Unit | None = None) -> Unit:
    """End a unit on a day, and the posts held there; what replaced it, if anything, maps its history.

    Records keep the place they were reported at (DOMAIN.md 7.4 no. 13). Raises Refused while something below it still
    stands, for a day before it began, and for a successor of another kind or level.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        if unit.valid_to is not None:
            raise Refused(_("“%(name)s”已停用。") % {"name": unit.name})
        if Unit.objects.under(unit).exclude(pk=unit.pk).filter(valid_to__isnull=True).exists():
            raise Refused(_("“%(name)s”之下还有现行单位，不能停用。") % {"name": unit.name})
        if on <= unit.valid_from:
            raise Refused(_("停用日期须晚于启用日期。"), "on")
        if successor is not None and (successor.kind, successor.level) != (unit.kind, unit.level):
            raise Refused(_("承接单位须与原单位类型、层级相同。"), "successor")
        unit.valid_to = on
        unit.successor = successor
        unit.save(update_fields=["valid_to", "successor"])
        for post in Post.objects.filter(unit=unit).exclude(ends_on__lte=on):
            post.ends_on = max(on, post.starts_on)
            post.save(update_fields=["ends_on"])
    atlas.forget()
    return unit


def add_user(*, username: str, name: str, password: str | None = None, **details: Any) -> User:
    """Add a person who can sign in; without posts they see nothing."""
    return User.objects.create_user(username, password, name=name, **details)


def change_password(*, user: User, password: str) -> User:
    """Set a new password. Tokens of other devices end with the old one; sessions do by their hash."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    AuthToken.objects.filter(user=user).delete()
    return user


def enrol_grid_member(*, user: User, kind: str, duties: str = "") -> GridMember:
    """Note how a user serves as grid worker; which grids they cover, their posts say."""
    member, _made = GridMember.objects.update_or_create(user=user, defaults={"kind": kind, "duties": duties})
    return member


def propose_post(*, user: User, unit: Unit, role: str, by: User, starts_on: date, ends_on: date | None = None) -> Post:
    """Propose a post; it counts once a second person confirms it.

    Raises Refused for oneself, outside the proposer's places, without the security administrator's post, for a unit
    where the role has no work, a post held already, and for a mix of administration and casework (PV-12).
    """
    check_grantor(by, unit, Role.SECURITY_ADMIN)
    if user.pk == by.pk:
        raise Refused(_("不能给自己授予岗位。"), "user")
    if not user.is_active:
        raise Refused(_("该账号已停用。"), "user")
    _check_role(role, unit)
    if ends_on is not None and ends_on <= starts_on:
        raise Refused(_("结束日期须晚于开始日期。"), "ends_on")
    if unit.valid_to is not None and unit.valid_to <= starts_on:
        raise Refused(_("“%(name)s”届时已停用。") % {"name": unit.name}, "unit")
    _check_others(user, unit, role, starts_on)
    post = Post(user=user, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=by)
    post.lie_at(unit)
    post.save(force_insert=True)
    return post


def _check_role(role: str, unit: Unit) -> None:
    if role not in Role or role in (Role.LEDGER_IMPORT, Role.SYSTEM):
        raise Refused(_("没有这个岗位。"), "role")
    kinds = UNITS_OF_ROLE.get(Role(role))
    if kinds is not None and unit.kind not in kinds:
        words = {"role": Role(role).label, "unit": unit.get_kind_display()}
        raise Refused(_("“%(role)s”岗位不能设在“%(unit)s”。") % words, "unit")


def _check_others(user: User, unit: Unit, role: str, starts_on: date) -> None:
    """No post twice; and who keeps accounts, roles or the log does nothing else (DOMAIN.md PV-12)."""
    others = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on), user=user)
    if others.filter(unit=unit, role=role).exists():
        raise Refused(_("该人员已有这个岗位，或正待复核。"), "role")
    roles = {*others.values_list("role", flat=True), role}
    if roles & KEEPERS and len(roles) > 1:
        raise Refused(_("系统管理、安全管理、审计岗位须由专人担任，不得兼任其他岗位。"), "role")


def confirm_post(*, post: Post, by: User, at: datetime) -> Post:
    """Confirm a proposed post: another person, another role (PV-12)."""
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        check_grantor(by, post.unit, Role.SYSTEM_ADMIN)
        if by.pk in (post.granted_by_id, post.user_id):
            raise Refused(_("岗位须由另一人复核。"))
        if post.confirmed_at is None:
            post.confirmed_by, post.confirmed_at = by, at
            post.save(update_fields=["confirmed_by", "confirmed_at"])
    forget_standing(post.user)
    return post


def seat(*, user: User, unit: Unit, role: str, starts_on: date, at: datetime, ends_on: date | None = None) -> Post:
    """Give a post outright: for setting up a city, before there are administrators to propose and confirm."""
    post = Post(user=user, role=role, starts_on=starts_on, ends_on=ends_on, confirmed_at=at)
    post.lie_at(unit)
    post.save(force_insert=True)
    forget_standing(user)
    return post


def end_post(*, post: Post, by: User, on: date) -> Post:
    """End a post on a day; rights are read anew with each request, so they end with it.

    Raises Refused outside the security administrator's places, and for a day before the post began.
    """
    check_grantor(by, post.unit, Role.SECURITY_ADMIN)
    if on < post.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), "on")
    post.ends_on = on
    post.save(update_fields=["ends_on"])
    forget_standing(post.user)
    return post


def deactivate_user(*, user: User, by: User) -> User:
    """Shut a user out at once: sessions and tokens no longer enter any scope.

    Raises Refused for anybody but a system administrator above every post the user holds.
    """
    units = [post.unit for post in Post.objects.active_on(today()).filter(user=user).select_related("unit")]
    check_holds(by, Role.SYSTEM_ADMIN)
    for unit in units:
        check_grantor(by, unit, Role.SYSTEM_ADMIN)
    user.is_active = False
    user.save(update_fields=["is_active"])
    AuthToken.objects.filter(user=user).delete()
    forget_standing(user)
    return user


def check_grantor(by: User, unit: Unit, role: Role) -> None:
    """Granting is scoped too: nobody gives what lies outside their own place (RELIABILITY.md rule 9).

    Raises Forbidden unless ``by`` holds ``role`` at or above the unit.
    """
    for held in standing_of(by).posts:
        if held.role == role and getattr(unit, LEVELS[held.level]) == held.place_id:
            return
    raise Forbidden(_("该单位不在您的管理范围内。"), "unit")


def check_holds(by: User, role: Role) -> None:
    """Raises Forbidden unless ``by`` holds ``role`` somewhere."""
    if role not in standing_of(by).roles:
        raise Forbidden(_("只有%(role)s可以执行此操作。") % {"role": role.label})
