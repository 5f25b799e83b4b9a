"""What the address or the form of a page names, and whose place the page is of."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from grid.models import Unit
from grid.scope import Held, Role, standing_of

KEY_DIGITS = 18
"""So many digits always fit into a key of PostgreSQL, whatever they are."""


def key_of(text: str) -> int | None:
    """Return the key of a row that a text names; None for what can be none."""
    return int(text) if text.isdecimal() and len(text) <= KEY_DIGITS else None


def place_of(user: Any, roles: Collection[Role], choose: Callable[..., Held] = min) -> Unit:
    """Return the division of the user's post in one of the roles: the widest of several, or with ``max`` the smallest.

    Raises ValueError where there is no such post: the page is then not open to the user.
    """
    posts: Iterable[Held] = (post for post in standing_of(user).posts if post.role in roles)
    return Unit.objects.get(pk=choose(posts, key=lambda post: len(post.path)).place_id)
