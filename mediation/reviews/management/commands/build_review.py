"""``manage.py build_review``: compute, and store, one review (LEDGER.md sections 1 and 4)."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from grid.models import Unit
from grid.scope import SHANGHAI
from mediation.reviews import periods
from mediation.reviews.figures import NoFigures
from mediation.reviews.indicators import NOTHING, REGISTER
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Review
from mediation.reviews.periods import NotAPeriod, Period
from mediation.reviews.workflow import as_object, build_review


class Command(BaseCommand):
    """Builds one review and prints it; errors go to standard error with a sentence and exit code 1."""

    help = "Computes and stores one review; the same figures as of the same moment print the version stored before."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of a city, county or township")
        parser.add_argument("--kind", required=True, metavar="KIND", help=", ".join(Kind.values))
        parser.add_argument("--start", required=True, metavar="DATE", help="first day of the period, YYYY-MM-DD")
        parser.add_argument(
            "--as-of",
            metavar='"YYYY-MM-DD HH:MM:SS"',
            help="local time up to which things have happened; the period's end, or now if earlier, when not given",
        )
        parser.add_argument("--json", action="store_true", help="print the review object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and print."""
        now = timezone.now()
        try:
            period = periods.parse(options["kind"], options["start"])
            as_of = _moment(options["as_of"]) if options["as_of"] else min(period.end, now)
            review = build_review(unit=_unit(options["unit"], period), period=period, as_of=as_of, at=now)
        except (NotAPeriod, NoFigures) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_object(review), ensure_ascii=False, indent=1))
        else:
            self._print(review, period)

    def _print(self, review: Review, period: Period) -> None:
        version = (
            _("第%(version)s版") % {"version": review.version}
            if review.version is not None
            else _("已印发，未保存；如需更正请在系统中提出")
        )
        head = _("%(unit)s %(period)s，截至%(as_of)s，%(version)s") % {
            "unit": review.unit.name,
            "period": periods.label(period),
            "as_of": f"{review.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "version": version,
        }
        self.stdout.write(head)
        for name, figure in as_object(review)["measures"].items():
            value = figure.get("display", figure.get("value", NOTHING))
            parts = f"  {figure['numerator']}/{figure['denominator']}" if "numerator" in figure else ""
            self.stdout.write(f"  {REGISTER[name].name}  {value}{parts}")


def _unit(code: str, period: Period) -> Unit:
    """The division with the code, as it was in the period: codes return."""
    found = Unit.objects.filter(code=code).order_by("valid_from")
    unit = found.valid_on(period.start_on).first() or found.last()
    if unit is None:
        raise CommandError(_("没有代码为“%(code)s”的区划。") % {"code": code})
    return unit


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(text)s”不是时间（YYYY-MM-DD HH:MM:SS）。") % {"text": text}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
