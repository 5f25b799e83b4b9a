"""People who sign in, and what a grid member adds to a user."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserQuerySet(models.QuerySet["User"]):
    """Users. They carry no place of their own: whoever sees a post of theirs sees them."""

    def visible_to(self, user: Any) -> "UserQuerySet":
        """Keep oneself and the holders of posts in one's roster."""
        held: Any = self.model._meta.get_field("posts").related_model
        posts = held.objects.visible_to(user)
        return self.filter(Q(pk=user.pk) | Q(pk__in=posts.values("user_id")))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; rights come from posts alone, so there is no superuser."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create one user; without a password nobody can sign in as them."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff: grid worker, clerk, mediator, supervisor. Never a party."""

    username = models.CharField(
        _("用户名"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()], error_messages={}
    )
    name = models.CharField(_("姓名"), max_length=40)
    work_phone = models.CharField(
        _("工作电话"), max_length=20, blank=True, help_text="Publishable (DOMAIN.md 2.3); private numbers are not kept."
    )
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes = [models.Index(fields=["name"], name="user_name")]

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"

    def get_full_name(self) -> str:
        """Return the name shown on pages."""
        return self.name


class GridMemberQuerySet(models.QuerySet["GridMember"]):
    """Grid members, seen where the user is."""

    def visible_to(self, user: Any) -> "GridMemberQuerySet":
        """Keep the members whose user is visible."""
        return self.filter(user__in=User.objects.visible_to(user))


class GridMember(models.Model):
    """What is known of a user as grid worker (网格员) or grid leader (网格长); coverage is their posts on grids."""

    class Kind(models.TextChoices):
        """How the person serves (DOMAIN.md 1, 网格员)."""

        FULL_TIME = "full_time", _("专职")
        PART_TIME = "part_time", _("兼职")
        VILLAGE_CADRE = "village_cadre", _("村（社区）干部兼任")

    user = models.OneToOneField(User, models.CASCADE, related_name="grid_member")
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    duties = models.CharField(_("职责公示"), max_length=200, blank=True)

    objects = GridMemberQuerySet.as_manager()

    class Meta:
        constraints = []

    def __str__(self) -> str:
        return f"{self.user.name}（{self.get_kind_display()}）"
