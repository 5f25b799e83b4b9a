"""``manage.py import_ledger incidents|disputes FILE [--dry-run]`` (LEDGER.md section 1)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grid import rls
from seeds.ledger.columns import Problem
from seeds.ledger.kinds import LEDGERS
from seeds.ledger.loading import Import, Result
from seeds.ledger.sheets import Sheet, Unreadable, open_sheet
from seeds.progress import Progress
from seeds.statistics import refresh_statistics


class Command(BaseCommand):
    """Load a ledger, all or nothing."""

    help = "Load a ledger of incidents or disputes (.csv or .xlsx), all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Kind, file, and whether to try only."""
        parser.add_argument("kind", choices=sorted(LEDGERS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; exit 1 when a row is refused. The last line says how many rows went which way."""
        result = Result(0, 0, 1)
        reason = ""
        try:
            result = self._import(options["kind"], open_sheet(options["file"]), dry_run=options["dry_run"])
        except Unreadable as error:
            reason = str(error)
            self.stdout.write(reason)
        self.stdout.write(f"imported={result.imported} unchanged={result.unchanged} refused={result.refused}")
        if result.refused:
            raise CommandError(reason or _("有%(count)s行不符合要求，未导入任何内容。") % {"count": result.refused})

    def _import(self, kind: str, sheet: Sheet, *, dry_run: bool) -> Result:
        progress = Progress(_("读取台账"), sheet.height)
        with transaction.atomic():
            with rls.system_scope():
                result = Import(
                    LEDGERS[kind], sheet, now=timezone.now(), report=self._report, advance=progress.advance
                ).run()
            if result.refused or dry_run:
                transaction.set_rollback(True)
        progress.finish()
        if result.imported and not dry_run:
            refresh_statistics()
        return result

    def _report(self, problem: Problem) -> None:
        where = _("第%(row)s行「%(header)s」：") % {"row": problem.row, "header": problem.header}
        self.stdout.write(f"{where}{problem.reason}")
