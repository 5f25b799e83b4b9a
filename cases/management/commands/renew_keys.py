"""``manage.py renew_keys``: take a new key into use for the sealed fields (RELIABILITY.md C4; docs/operations.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.envelope import WrongKey, rewrap, rotate


class Command(BaseCommand):
    """Seals the data keys under the newest configured key; what is sealed with them stays as it is."""

    help = "Seals all data keys under the newest key of HEMU_FIELD_KEYS, after which older ones may be taken away."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--data-key", action="store_true", help="also make a new data key for what comes from now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew and say how many changed."""
        try:
            changed = rewrap()
        except WrongKey as error:
            raise CommandError(f"{error}") from None
        if options["data_key"]:
            rotate()
        self.stdout.write(f"rewrapped={changed} new_data_keys={int(options['data_key'])}")
