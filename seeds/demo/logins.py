"""The password of the demo's accounts, and how they are told: on the terminal, and in a file to be printed again."""

import os
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from grid.models import Post, User
from grid.scope import Role
from seeds.demo.desks import USERNAMES, are_open, open_desks

FILE = "demo-logins.txt"
"""In the data folder; ``make run`` prints it at each start."""


def hand_out(since: date) -> str:
    """Open the desks unless they are open, see that the password asked for is theirs, and return what to print.

    Empty when nothing changed. Call it in a system scope. Raises ``desks.NameTaken``.
    """
    if are_open():
        password = chosen_password()
        return _kept(password) if password and keep_password(password) else ""
    password = chosen_password() or drawn_password()
    open_desks(since, password)
    return _kept(password)


def _kept(password: str) -> str:
    said = logins(password)
    save(said)
    return said


def save(said: str) -> None:
    """Keep the logins for the next start, for the owner of the data folder alone."""
    path = Path(settings.DATA_DIR) / FILE
    path.touch(mode=0o600)
    path.write_text(f"{said}\n", "utf-8")


def chosen_password() -> str:
    """Return the password asked for by ``HEMU_DEMO_PASSWORD``, or nothing."""
    return os.environ.get("HEMU_DEMO_PASSWORD", "")


def drawn_password() -> str:
    """Draw a password that can be read out: no letters that look like digits."""
    return "-".join("".join(secrets.choice("abcdefghkmnprstuvwxyz23456789") for _n in range(4)) for _m in range(3))


def keep_password(password: str) -> bool:
    """Give the demo's accounts another password, unless it is theirs; return whether it was another."""
    users = list(User.objects.filter(username__in=USERNAMES))
    if not users or users[0].check_password(password):
        return False
    encoded = make_password(password)
    for user in users:
        user.password = encoded
    User.objects.bulk_update(users, ["password"])
    return True


def logins(password: str) -> str:
    """Return the accounts as lines to print, each with role and unit."""
    lines = [_("示范账号，密码均为 %(password)s") % {"password": password}]
    lines += [f"  {name:<14}{role} · {unit}" for name, role, unit in _told()]
    return "\n".join(lines)


def _told() -> Iterator[tuple[str, str, str]]:
    posts = Post.objects.filter(user__username__in=USERNAMES, ends_on__isnull=True).select_related("user", "unit")
    by_name = {post.user.username: post for post in posts}
    for username in USERNAMES:
        if username in by_name:
            post = by_name[username]
            yield username, str(Role(post.role).label), post.unit.name
