"""Ledgers brought in as an outsider would: files, and the command."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tests.ledger.random_ledger import Ledger


def import_folder(folder: Path) -> None:
    """Import the two ledgers of a folder, of which every row must be taken."""
    for kind in ("incidents", "disputes"):
        said = StringIO()
        call_command("import_ledger", kind, folder / f"{kind}.csv", stdout=said)
        assert said.getvalue().splitlines()[-1].endswith("refused=0"), said.getvalue()


def import_ledger(ledger: Ledger, folder: Path) -> None:
    """Import a ledger by way of files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger.write(folder)
    import_folder(folder)
