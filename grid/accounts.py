"""Accounts and the devices signed in to them: passwords, tokens (DOMAIN.md PV-16)."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from grid.models import Device, GridMember, User
from grid.scope import Role
from grid.workflow import Refused, add_user, check_holds, enrol_grid_member

DEVICES = 10
"""Devices signed in at once; the next one signs the oldest out."""


def register_user(*, by: User, username: str, name: str, password: str, work_phone: str = "") -> User:
    """Add a person who can sign in and must change the password first; a post makes them visible and able.

    Raises Forbidden without the system administrator's post, Refused for a name in use or a weak password.
    """
    check_holds(by, Role.SYSTEM_ADMIN)
    if User.objects.filter(username=User.normalize_username(username)).exists():
        raise Refused(_("该用户名已被使用。"), "username")
    check_password_strength(password, User(username=username, name=name))
    return add_user(username=username, name=name, password=password, work_phone=work_phone, must_change_password=True)


def enrol(*, by: User, user: User, kind: str, duties: str = "") -> GridMember:
    """Note how somebody of one's own places serves as grid worker, as their system administrator."""
    check_holds(by, Role.SYSTEM_ADMIN)
    return enrol_grid_member(user=user, kind=kind, duties=duties)


def check_password_strength(password: str, user: User) -> None:
    """Hold a new password against the rules of the house. Raises Refused."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "password") from error


def change_password(*, user: User, password: str) -> User:
    """Set a new password; every session and token of the user ends with the old one. Raises Refused."""
    check_password_strength(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        AuthToken.objects.filter(user=user).delete()
    return user


def sign_in_device(*, user: User, name: str) -> tuple[Device, str]:
    """Make a token for one device of the user; return the device and the token, which is stored only as a hash."""
    with transaction.atomic():
        tokens = list(AuthToken.objects.filter(user=user).order_by("-created").values_list("pk", flat=True))
        AuthToken.objects.filter(pk__in=tokens[DEVICES - 1 :]).delete()
        token, text = AuthToken.objects.create(user=user)
        return Device.objects.create(user=user, token=token, name=name), text


def sign_out_devices(*, user: User, device: Device | None = None) -> list[str]:
    """Revoke one device's token, or all of the user's; return the digests, for processes that keep tokens."""
    tokens = AuthToken.objects.filter(user=user)
    if device is not None:
        tokens = tokens.filter(device=device)
    digests = list(tokens.values_list("pk", flat=True))
    tokens.delete()
    return digests
