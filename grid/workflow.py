"""Opening and closing units; users and their posts (DOMAIN.md 2, PV-12)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from grid import atlas
from grid.models import GridMember, Post, Unit, User
from grid.scope import LEVELS, Role, forget_standing, standing_of

ORDER = list(LEVELS)


class Refused(Exception):
    """The change is not allowed or does not fit; the text is for the user, ``field`` the input at fault."""

    def __init__(self, text: str, field: str = "") -> None:
        """Keep text and field."""
        super().__init__(text)
        self.field = field


def open_unit(
    *, parent: Unit | None, code: str, name: str, kind: str, valid_from: date, level: str = "", **details: Any
) -> Unit:
    """Add a unit to the tree: a division or grid below its parent, or a unit hung on a place.

    ``level`` is needed for divisions. Raises Refused when a place does not lie one level below its parent: every
    grid, dedicated ones too, hangs below exactly one village (DOMAIN.md 0.8).
    """
    is_place = kind in (Unit.Kind.DIVISION, Unit.Kind.GRID)
    if is_place:
        level = level or Unit.Level.GRID
        above = ORDER.index(level) - 1
        if (parent.level if parent else None) != (ORDER[above] if above >= 0 else None):
            raise Refused(_("“%(name)s”不能直接设在该区划之下。") % {"name": name}, "parent")
    if parent is None and not is_place:
        raise Refused(_("单位须设在某个区划之下。"), "parent")
    if parent is not None and not is_place:
        level = parent.level
    with transaction.atomic():
        unit = Unit(
            parent=parent,
            code=code,
            name=name,
            kind=kind,
            valid_from=valid_from,
            level=level,
            **details,
        )
        place = None if is_place else (parent.place or parent if parent else None)
        unit.place = place
        for column in LEVELS.values():
            setattr(unit, column, getattr(parent, column, None) if parent else None)
        unit.city_id = unit.city_id or 0
        unit.path = f"new-{code}-{valid_from}"
        unit.save(force_insert=True)
        if is_place:
            setattr(unit, LEVELS[unit.level], unit.pk)
        unit.path = f"{parent.path if parent else ''}{unit.pk}."
        unit.save(update_fields=["path", *LEVELS.values()])
    return unit


def close_unit(*, unit: Unit, on: date, successor: Unit | None = None) -> Unit:
    """End a unit on a day; what replaced it, if anything, maps its history (DOMAIN.md 7.4 no. 13).

    Raises Refused while something below it still stands.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        if Unit.objects.under(unit).exclude(pk=unit.pk).filter(valid_to__isnull=True).exists():
            raise Refused(_("“%(name)s”之下还有现行单位，不能停用。") % {"name": unit.name})
        unit.valid_to = on
        unit.successor = successor
        unit.save(update_fields=["valid_to", "successor"])
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

    Raises Refused for oneself, outside the proposer's places, or without the security administrator's post.
    """
    _check_grantor(by, unit, Role.SECURITY_ADMIN)
    if user.pk == by.pk:
        raise Refused(_("不能给自己授予岗位。"), "user")
    post = Post(user=user, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=by)
    post.lie_at(unit)
    post.save(force_insert=True)
    return post


def confirm_post(*, post: Post, by: User, at: datetime) -> Post:
    """Confirm a proposed post: another person, another role (PV-12)."""
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        _check_grantor(by, post.unit, Role.SYSTEM_ADMIN)
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
    """End a post on a day; rights are read anew with each request, so they end with it."""
    _check_grantor(by, post.unit, Role.SECURITY_ADMIN)
    post.ends_on = on
    post.save(update_fields=["ends_on"])
    forget_standing(post.user)
    return post


def deactivate_user(*, user: User, by: User) -> User:
    """Shut a user out at once: sessions and tokens no longer enter any scope."""
    if Role.SYSTEM_ADMIN not in standing_of(by).roles:
        raise Refused(_("只有系统管理员可以停用账号。"))
    user.is_active = False
    user.save(update_fields=["is_active"])
    AuthToken.objects.filter(user=user).delete()
    return user


def _check_grantor(by: User, unit: Unit, role: Role) -> None:
    """Granting is scoped too: nobody gives what lies outside their own place (RELIABILITY.md rule 9)."""
    for held in standing_of(by).posts:
        if held.role == role and getattr(unit, LEVELS[held.level]) == held.place_id:
            return
    raise Refused(_("该单位不在您的管理范围内。"), "unit")
