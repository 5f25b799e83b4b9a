"""Who may open a desk. What may be seen on it, ``visible_to`` decides; this only keeps the wrong desks shut."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from grid.models import User
from grid.scope import Reach, Role, standing_of


def user_of(request: HttpRequest) -> User:
    """The signed-in user; ``SignInMiddleware`` lets nobody else come this far."""
    assert isinstance(request.user, User)
    return request.user


View = TypeVar("View", bound=Callable[..., Any])


def open_to(*roles: Role) -> Callable[[View], View]:
    """Let only holders of one of the roles in; everybody else gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if standing_of(request.user).roles.isdisjoint(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.open_to = frozenset(roles)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def seeing(noun: str, *reaches: Reach) -> Callable[[View], View]:
    """Let in whoever sees the noun (``grid.scope.REACH``), with one of ``reaches`` if named; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            standing = standing_of(request.user)
            if not (standing.reaching(noun, *reaches) if reaches else standing.sees(noun)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate
