"""Filling the demo city in tests."""

from io import StringIO

from django.core.management import call_command

from grid import rls
from grid.models import User

PASSWORD = "four-plain-words-2"


def run(command: str = "seed_demo", *args: str) -> str:
    """Run a command and return what it said."""
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def user(name: str) -> User:
    """One of the demo's people."""
    with rls.system_scope():
        return User.objects.get(username=name)
