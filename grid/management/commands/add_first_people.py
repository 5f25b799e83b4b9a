"""``manage.py add_first_people``: the accounts from which all others are made (DOMAIN.md PV-12; docs/operations.md)."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from grid.models import Post, Unit
from grid.rls import system_scope
from grid.scope import Role, today
from grid.workflow import add_user, seat

FIRST = (
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
    ("auditor", "审计员", Role.AUDITOR),
)
"""One keeps accounts and confirms posts, one proposes posts, one reads the log; none of them does casework."""


class Command(BaseCommand):
    """Makes them at one place, with random passwords that must be changed at the first sign-in, and prints those."""

    help = "Makes the first three accounts of a place: system administrator, security administrator, auditor."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of the city or county they stand at")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of them or none, and print names and passwords once."""
        try:
            with system_scope():
                lines = self._made(options["unit"])
        except IntegrityError:
            raise CommandError("one of the names is taken: " + ", ".join(name for name, *_rest in FIRST)) from None
        for line in lines:
            self.stdout.write(line)

    @staticmethod
    def _made(code: str) -> list[str]:
        unit = Unit.objects.divisions().valid_on(today()).filter(code=code, level__in=("city", "county")).first()
        if unit is None:
            raise CommandError(f"no city or county has the code {code}")
        if Post.objects.active_on(today()).filter(role=Role.SECURITY_ADMIN, city_id=unit.city_id).exists():
            raise CommandError(f"{unit.name}: somebody already gives roles there; they make all further accounts")
        lines = []
        for username, name, role in FIRST:
            password = secrets.token_urlsafe(12)
            user = add_user(username=username, name=name, password=password, must_change_password=True)
            seat(user=user, unit=unit, role=role, starts_on=today(), at=timezone.now())
            lines.append(f"{username:<12} {password}  {role.label}")
        return lines
