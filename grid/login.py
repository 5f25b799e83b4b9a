"""Signing in: a password for a session, or a token for a phone or a program.

Tokens are knox's: stored hashed, expiring, one per device. Which user a token belongs to is kept in the process for
half a minute, because the intake path must not ask the database for it each time; whether that user may still come in
is read with every request (``grid.rls.enter``), so shutting somebody out bites at once and revoking one device within
``KEPT_SECONDS`` (RELIABILITY.md S3, S4).
"""

import copy
import time
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from grid import rls
from grid.models import User

KEPT_SECONDS = 30.0
KEPT_TOKENS = 20_000
"""Tokens kept in one process before all are dropped and read anew."""
SCHEME = "Token"

_kept: dict[str, tuple[float, AuthToken]] = {}


class StaffBackend(BaseBackend):
    """Checks a user name and password. Rights come from posts alone, so there are no permissions here."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_other: Any
    ) -> User | None:
        """Return the active user these belong to, or None; an unknown name costs as much time as a known one."""
        if username is None or password is None:
            return None
        user = User.objects.filter(username=User.normalize_username(username)).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session while they may sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()


class CachedTokenAuthentication(BaseAuthentication):
    """Knox tokens, entering the user's scope once the token is known.

    Handlers that open their own transaction set ``enters_scope`` off and enter the scope in it themselves.
    """

    def __init__(self, *, enters_scope: bool = True) -> None:
        """Enter the scope unless told otherwise."""
        self.enters_scope = enters_scope

    def authenticate(self, request: Request) -> tuple[User, AuthToken] | None:
        """Return ``(user, token)`` and enter the user's scope, or None without a token."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME.lower().encode():
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("登录令牌格式不正确。"))
        token = token_of(words[1].decode("ascii", "replace"))
        if token is None:
            raise AuthenticationFailed(_("登录令牌无效或已过期。"))
        # Requests run in parallel threads; what is remembered on a user belongs to one request.
        user = copy.copy(token.user)
        if self.enters_scope:
            enter_or_refuse(user)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the 401 answer."""
        return SCHEME


def enter_or_refuse(user: User) -> None:
    """Enter the user's scope. Raises AuthenticationFailed for somebody who was shut out."""
    if not rls.enter(user).is_active:
        raise AuthenticationFailed(_("账号已停用。"))


def token_of(text: str) -> AuthToken | None:
    """Return the token with its user while it is valid, in one statement or none."""
    digest = hash_token(text)
    now = time.monotonic()
    known = _kept.get(digest)
    if known is None or known[0] < now:
        found = AuthToken.objects.select_related("user").filter(pk=digest).first()
        if found is None:
            _kept.pop(digest, None)
            return None
        if len(_kept) >= KEPT_TOKENS:
            _kept.clear()
        known = _kept[digest] = (now + KEPT_SECONDS, found)
    token = known[1]
    if token.expiry is not None and token.expiry <= timezone.now():
        return None
    return token if token.user.is_active else None


def forget_tokens(*digests: str) -> None:
    """Drop these tokens, or all, from what this process keeps: somebody signed out or was shut out."""
    if not digests:
        _kept.clear()
    for digest in digests:
        _kept.pop(digest, None)
