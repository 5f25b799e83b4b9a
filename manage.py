#!/usr/bin/env python3
"""The command line of Hemu: ``.venv/bin/python manage.py <command>``."""

import os
import sys

OWNER_COMMANDS = frozenset(
    {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "optimizemigration"}
)
"""Commands that change or read the schema run as the database owner; all else runs as the app role."""


def main() -> None:
    """Start the embedded services when no server is configured, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["HEMU_DB_ROLE"] = "owner"
    from config import embedded

    embedded.start_if_wanted()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
