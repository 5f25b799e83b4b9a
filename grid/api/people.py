"""People, their posts, and who serves in the grids."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grid.accounts import enrol, register_user
from grid.api.doors import Deed, Detailed, Door, Listed, Nothing, deeds
from grid.login import forget_tokens
from grid.models import GridMember, Post, User
from grid.scope import Role
from grid.serializers import (
    HUMAN_ROLES,
    GridMemberOut,
    MeOut,
    NewGridMember,
    NewPost,
    NewUser,
    OnDay,
    PostOut,
    UserOut,
)
from grid.workflow import (
    check_grantor,
    check_holds,
    confirm_post,
    deactivate_user,
    end_post,
    propose_post,
)


def _is_system_admin(_record: Any, user: Any) -> None:
    check_holds(user, Role.SYSTEM_ADMIN)


def _is_security_admin(_record: Any, user: Any) -> None:
    check_holds(user, Role.SECURITY_ADMIN)


def _grants_here(post: Post, user: Any) -> None:
    check_grantor(user, post.unit, Role.SECURITY_ADMIN)


def _confirms_here(post: Post, user: Any) -> None:
    check_grantor(user, post.unit, Role.SYSTEM_ADMIN)


def _shut_out(*, user: User, by: User) -> User:
    user = deactivate_user(user=user, by=by)
    forget_tokens()
    return user


_shut_out.__name__, _shut_out.__doc__ = deactivate_user.__name__, deactivate_user.__doc__


class UserFilter(filters.FilterSet):
    """Search people by name, by role or by the unit they stand at."""

    q = filters.CharFilter(field_name="name", lookup_expr="contains", label="Part of the name")
    role = filters.MultipleChoiceFilter(choices=HUMAN_ROLES, method="in_role")
    unit = filters.NumberFilter(method="at_unit", label="Id of a unit where a post is held")

    class Meta:
        model = User
        fields: list[str] = []

    def in_role(self, queryset: Any, _name: str, roles: list[str]) -> Any:
        """Holders of a role; posts that are not visible do not count."""
        if not roles:
            return queryset
        posts = Post.objects.visible_to(self.request.user).filter(role__in=roles)
        return queryset.filter(pk__in=posts.values("user_id"))

    def at_unit(self, queryset: Any, _name: str, unit: Any) -> Any:
        """Holders of a post at the unit."""
        posts = Post.objects.visible_to(self.request.user).filter(unit_id=int(unit))
        return queryset.filter(pk__in=posts.values("user_id"))


@deeds(
    detail=False,
    table=[Deed("", register_user, NewUser, UserOut, may=_is_system_admin, makes=True, timed=False)],
)
@deeds(
    detail=True,
    table=[
        Deed("deactivate", _shut_out, Nothing, UserOut, subject="user", may=_is_system_admin, timed=False),
    ],
)
class UserDoor(Listed, Detailed, Door):
    """Members of staff, seen by whoever sees a post of theirs."""

    model = User
    serializer_class = UserOut
    filterset_class = UserFilter

    @extend_schema(summary="Who am I", responses={200: MeOut})
    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        """The signed-in user and the posts held now."""
        return self.answer_record(request.user, serializer=MeOut)


class PostFilter(filters.FilterSet):
    """Posts by unit, user, role, and whether they wait for the second person."""

    unit = filters.NumberFilter(field_name="unit_id")
    user = filters.NumberFilter(field_name="user_id")
    role = filters.MultipleChoiceFilter(choices=HUMAN_ROLES)
    waiting = filters.BooleanFilter(field_name="confirmed_at", lookup_expr="isnull", label="Not yet confirmed")

    class Meta:
        model = Post
        fields: list[str] = []


def _with_user(_record: Any, said: dict[str, Any]) -> dict[str, Any]:
    username = User.normalize_username(said.pop("username"))
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise ValidationError({"username": [_("没有这个用户。")]})
    return {**said, "user": user}


@deeds(
    detail=False,
    table=[
        Deed(
            "",
            propose_post,
            NewPost,
            PostOut,
            may=_is_security_admin,
            makes=True,
            timed=False,
            prepare=_with_user,
        )
    ],
)
@deeds(
    detail=True,
    table=[
        Deed("confirm", confirm_post, Nothing, PostOut, subject="post", may=_confirms_here),
        Deed("end", end_post, OnDay, PostOut, subject="post", may=_grants_here, timed=False),
    ],
)
class PostDoor(Listed, Detailed, Door):
    """Posts: the only source of rights. One administrator proposes, another confirms (PV-12)."""

    model = Post
    related = ("user", "unit")
    serializer_class = PostOut
    filterset_class = PostFilter


@deeds(
    detail=False,
    table=[Deed("", enrol, NewGridMember, GridMemberOut, may=_is_system_admin, makes=True, timed=False)],
)
class GridMemberDoor(Listed, Detailed, Door):
    """Grid workers and grid leaders; which grids they cover, their posts say."""

    model = GridMember
    related = ("user",)
    serializer_class = GridMemberOut
