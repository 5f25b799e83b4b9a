"""``manage.py state_figure``: state what only others can count, a population or a court's suits (DOMAIN.md 7.3)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.moves import Machine, NotPossible
from grid import rls
from grid.models import Unit
from grid.scope import Role
from mediation.reviews.workflow import state_population, state_suits


class Command(BaseCommand):
    """States one figure of one division; errors go to standard error with a sentence and exit code 1."""

    help = "States a population or a number of suits, with its source; a correction is stated again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of a division")
        parser.add_argument("--source", required=True, help="who counted, as it is printed beside the figures")
        parser.add_argument("--population", type=int, metavar="PEOPLE", help="people living there in --year")
        parser.add_argument("--year", type=int)
        parser.add_argument("--suits", type=int, metavar="NUMBER", help="first-instance suits in [--start, --end)")
        parser.add_argument("--start", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--end", type=date.fromisoformat, metavar="DATE", help="the day after the last")

    def handle(self, *args: Any, **options: Any) -> None:
        """State and print it."""
        told = {"source": options["source"], "by": Machine(Role.SYSTEM), "at": timezone.now()}
        with rls.system_scope():
            # Codes return, so the place that stands today is meant.
            unit = Unit.objects.filter(code=options["unit"], valid_to__isnull=True).first()
            if unit is None:
                raise CommandError(_("没有代码为“%(code)s”的区划。") % {"code": options["unit"]})
            try:
                self.stdout.write(str(self._state(unit, options, told)))
            except NotPossible as refusal:
                raise CommandError(str(refusal)) from None

    def _state(self, unit: Unit, options: dict[str, Any], told: dict[str, Any]) -> Any:
        if options["population"] is not None and options["year"] is not None:
            return state_population(unit=unit, year=options["year"], people=options["population"], **told)
        if options["suits"] is not None and options["start"] and options["end"]:
            return state_suits(
                unit=unit, start_on=options["start"], end_on=options["end"], number=options["suits"], **told
            )
        raise CommandError(_("请给出 --population 和 --year，或者 --suits、--start 和 --end。"))
