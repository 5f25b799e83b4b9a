"""Signing in: with a password in a browser, with a token on a phone or in a program."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.request import Request

from grid import rls
from grid.models import User


class CachedTokenAuthentication(TokenAuthentication):
    """Knox tokens (stored hashed, expiring), entering the user's scope once the token is known."""

    def authenticate(self, request: Request) -> Any:
        """Return ``(user, token)`` and enter the user's scope, or None without a token."""
        result = super().authenticate(request)
        if result is not None:
            rls.enter(result[0])
        return result


class StaffBackend(BaseBackend):
    """User name and password. Rights come from posts alone, so Django's own permissions stay empty."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_given: Any
    ) -> User | None:
        """Return the user when the password fits and the account is open."""
        if not username or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            # Hash all the same: the time it takes must not tell which names exist.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the signed-in user, or None once the account is shut."""
        return User.objects.filter(pk=user_id, is_active=True).first()
