"""Signing in with a token: a phone or a program instead of a browser session."""

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.request import Request

from grid import rls


class CachedTokenAuthentication(TokenAuthentication):
    """Knox tokens (stored hashed, expiring), entering the user's scope once the token is known."""

    def authenticate(self, request: Request) -> Any:
        """Return ``(user, token)`` and enter the user's scope, or None without a token."""
        result = super().authenticate(request)
        if result is not None:
            rls.enter(result[0])
        return result
