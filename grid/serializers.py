"""Shapes of the grid in the API: units, people, posts, devices."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from grid.models import Device, GridMember, Post, Unit, User
from grid.scope import Role, Standing

HUMAN_ROLES = [(role.value, role.label) for role in Role if role not in (Role.LEDGER_IMPORT, Role.SYSTEM)]
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})


class Picked(serializers.PrimaryKeyRelatedField):
    """An id picked from rows the user may pick from; a foreign id answers like an unused one (RELIABILITY.md rule 8).

    ``pick`` gets the serializer's context: the request, and the record the verb is for.
    """

    default_error_messages = {"does_not_exist": _("没有这个选项。")}

    def __init__(self, pick: Callable[[dict[str, Any]], QuerySet[Any]], **kwargs: Any) -> None:
        """Remember how to find what may be picked."""
        self.pick = pick
        kwargs.setdefault("pk_field", serializers.IntegerField(min_value=1))
        super().__init__(queryset=Unit.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        """Return what this user may pick for this record."""
        return self.pick(dict(self.context))

    def use_pk_only_optimization(self) -> bool:
        """Hand the row itself to the verb."""
        return False


class PickedMany(serializers.ListField):
    """Several ids picked from rows the user may pick from, looked up in one statement."""

    child = serializers.IntegerField(min_value=1)
    default_error_messages = {"does_not_exist": _("没有这个选项。")}

    def __init__(self, pick: Callable[[dict[str, Any]], QuerySet[Any]], **kwargs: Any) -> None:
        """Remember how to find what may be picked."""
        self.pick = pick
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the rows in the order given."""
        ids = super().to_internal_value(data)
        found = {row.pk: row for row in self.pick(dict(self.context)).filter(pk__in=ids)}
        if any(pk not in found for pk in ids):
            self.fail("does_not_exist")
        return [found[pk] for pk in ids]


def own_units(context: dict[str, Any]) -> QuerySet[Any]:
    """The standing units at or under the user's own places."""
    return Unit.objects.within(context["request"].user).filter(valid_to__isnull=True)


class UnitBrief(serializers.Serializer[Unit]):
    """A unit by id and name, wherever a record points to one."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    name = serializers.CharField()


class UserBrief(serializers.Serializer[User]):
    """A member of staff by id and name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class UnitOut(serializers.ModelSerializer[Unit]):
    """A place or a unit hung on one."""

    class Meta:
        model = Unit
        fields = [
            "id",
            "code",
            "name",
            "kind",
            "level",
            "parent",
            "place",
            "city_id",
            "county_id",
            "township_id",
            "village_id",
            "grid_id",
            "grid_kind",
            "township_kind",
            "presence",
            "is_statistical_only",
            "valid_from",
            "valid_to",
            "successor",
        ]
        read_only_fields = fields


class PostOut(serializers.ModelSerializer[Post]):
    """A role at a unit for a time; it counts once confirmed."""

    user = UserBrief()
    unit = UnitBrief()

    class Meta:
        model = Post
        fields = [
            "id",
            "user",
            "unit",
            "role",
            "starts_on",
            "ends_on",
            "granted_by",
            "confirmed_by",
            "confirmed_at",
        ]
        read_only_fields = fields


class UserOut(serializers.ModelSerializer[User]):
    """A member of staff. The login name is for administrators and the user alone."""

    username = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "work_phone", "is_active", "created_at"]
        read_only_fields = fields

    def get_username(self, user: User) -> str | None:
        """Show the login name to those who need it."""
        standing: Standing | None = self.context.get("standing")
        if standing is not None and (standing.user_id == user.pk or ADMINISTRATORS & standing.roles):
            return user.username
        return None


class MeOut(serializers.ModelSerializer[User]):
    """The signed-in user: who, where, in which roles."""

    posts = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "work_phone", "language", "must_change_password", "posts"]
        read_only_fields = fields

    def get_posts(self, user: User) -> list[dict[str, Any]]:
        """The posts held now."""
        standing: Standing = self.context["standing"]
        return [
            {"role": held.role.value, "unit": held.unit_id, "place": held.place_id, "level": held.level}
            for held in standing.posts
        ]


class GridMemberOut(serializers.ModelSerializer[GridMember]):
    """How somebody serves as grid worker."""

    user = UserBrief()

    class Meta:
        model = GridMember
        fields = ["id", "user", "kind", "duties"]
        read_only_fields = fields


class DeviceOut(serializers.ModelSerializer[Device]):
    """One device signed in with a token."""

    created_at = serializers.DateTimeField(source="token.created")
    expires_at = serializers.DateTimeField(source="token.expiry", allow_null=True)
    is_this = serializers.SerializerMethodField()

    class Meta:
        model = Device
        fields = ["id", "name", "created_at", "expires_at", "is_this"]
        read_only_fields = fields

    def get_is_this(self, device: Device) -> bool:
        """Whether the request itself came with this token."""
        auth = getattr(self.context["request"], "auth", None)
        return bool(auth is not None and auth.pk == device.token_id)


# -- Input -----------------------------------------------------------------------------------------------------------


class Credentials(serializers.Serializer[Any]):
    """A user name and password, and what to call the device."""

    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    device = serializers.CharField(max_length=60, required=False, default="")


class NewPassword(serializers.Serializer[Any]):
    """The old password and the new one."""

    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    new_password = serializers.CharField(max_length=200, trim_whitespace=False)


class SignedIn(serializers.Serializer[Any]):
    """The token, shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    device = serializers.IntegerField()
    user = UserBrief()


class NewUnit(serializers.Serializer[Any]):
    """A unit to add below or at a place."""

    parent = Picked(own_units)  # type: ignore[assignment]
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=Unit.Kind.choices)
    valid_from = serializers.DateField()
    grid_kind = serializers.ChoiceField(choices=Unit.GridKind.choices, required=False)
    presence = serializers.ChoiceField(choices=Unit.Presence.choices, required=False)


class EndOfUnit(serializers.Serializer[Any]):
    """The first day without the unit, and what takes its place."""

    on = serializers.DateField()
    successor = Picked(own_units, required=False)


class OnDay(serializers.Serializer[Any]):
    """A day on which something ends."""

    on = serializers.DateField()


class NewUser(serializers.Serializer[Any]):
    """A person who is to sign in."""

    username = serializers.CharField(max_length=60, validators=User._meta.get_field("username").validators[:1])
    name = serializers.CharField(max_length=40)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    work_phone = serializers.CharField(max_length=20, required=False, default="")


class NewGridMember(serializers.Serializer[Any]):
    """How somebody serves as grid worker."""

    user = Picked(lambda context: User.objects.visible_to(context["request"].user))
    kind = serializers.ChoiceField(choices=GridMember.Kind.choices)
    duties = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class NewPost(serializers.Serializer[Any]):
    """A post to propose. The user is named by login name: somebody without a post is on nobody's list yet."""

    username = serializers.CharField(max_length=60)
    unit = Picked(own_units)
    role = serializers.ChoiceField(choices=HUMAN_ROLES)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False)
