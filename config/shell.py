"""What every page's shell needs to know. Nothing here is read before a template asks for it."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from cases.models import Notice
from config.desks import Link, Shown, desks_for
from grid.scope import Standing

THEMES = ("light", "dark")
THEME_COOKIE = "hemu_theme"
NOTICES_COUNTED = 99
IN_BOTTOM_BAR = 4


class Shell:
    """The frame around a page: desks, notices, theme."""

    def __init__(self, request: HttpRequest) -> None:
        """Remember the request; ask it only when needed."""
        self.request = request

    @cached_property
    def standing(self) -> Standing | None:
        """The user's posts when the request entered a scope; error pages may come without one."""
        user = getattr(self.request, "user", None)
        return getattr(user, "_standing", None) if user is not None and user.is_authenticated else None

    @cached_property
    def desks(self) -> list[Shown]:
        """The desks the user may open."""
        return list(desks_for(self.standing.roles, self.request.path)) if self.standing else []

    @cached_property
    def links(self) -> list[tuple[Link, bool]]:
        """All desks in one row, for the bar at the bottom of a phone."""
        return [pair for group in self.desks for pair in group.links]

    @property
    def bottom(self) -> list[tuple[Link, bool]]:
        """The first desks: within the thumb's reach."""
        return self.links[:IN_BOTTOM_BAR]

    @property
    def rest(self) -> list[tuple[Link, bool]]:
        """The other desks, behind "more"."""
        return self.links[IN_BOTTOM_BAR:]

    @cached_property
    def unread(self) -> int:
        """Unread notices, counted no further than the bell can show."""
        if self.standing is None:
            return 0
        rows = Notice.objects.filter(user_id=self.standing.user_id, read_at__isnull=True)
        return rows.values("pk")[: NOTICES_COUNTED + 1].count()

    @property
    def theme(self) -> str:
        """The theme chosen, or "auto" for the system's own."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else "auto"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for base templates."""
    return {"shell": Shell(request)}
