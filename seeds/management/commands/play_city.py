"""``manage.py play_city luliang --year 2024 --scale 0.01`` (LEDGER.md section 1)."""

from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grid import rls
from grid.scope import today
from seeds.demo.desks import NameTaken
from seeds.demo.logins import hand_out
from seeds.play.city import Unplayable, YearOfCity
from seeds.play.incidents import Plan
from seeds.play.published import CITIES, totals_at
from seeds.progress import Progress
from seeds.statistics import refresh_statistics


def _scale(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ArgumentTypeError(_("“%(text)s”不是数字。") % {"text": text}) from None


class Command(BaseCommand):
    """Write a synthetic year of a city."""

    help = "Write a synthetic year of a city whose totals are the published ones times the scale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """City, year, scale, seed."""
        parser.add_argument("city")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--scale", type=_scale, required=True, help="more than 0, at most 1")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another year with the same totals")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the year, or say why not and exit with 1."""
        city = CITIES.get(options["city"])
        if city is None:
            names = "、".join(CITIES)
            raise CommandError(
                _("没有“%(city)s”的公布数据；可选：%(names)s。") % {"city": options["city"], "names": names}
            )
        scale = options["scale"]
        total = 1
        if scale.is_finite() and 0 < scale <= 1:
            totals = totals_at(city.totals, scale)
            total = Plan(totals.incidents_valid, totals.incidents_closed).reported + totals.disputes_found
        progress = Progress(_("演绎%(year)s年") % {"year": options["year"]}, total)
        year = YearOfCity(
            city, options["year"], scale, options["seed"], this_year=today().year, advance=progress.advance
        )
        try:
            with rls.system_scope():
                played = year.play()
                logins = self._logins()
        except Unplayable as error:
            raise CommandError(str(error)) from error
        progress.finish()
        refresh_statistics()
        self._report(options["year"], played)
        if logins:
            self.stdout.write(logins)

    def _logins(self) -> str:
        """Open the demo's desks; a city that has people of those names keeps its own."""
        try:
            return hand_out(today())
        except NameTaken as taken:
            return str(taken)

    def _report(self, year: int, played: Any) -> None:
        totals = played.totals
        self.stdout.write(
            _(
                "%(year)s年：上报%(reported)s件，有效%(valid)s件，办结%(closed)s件；纠纷%(found)s件，化解%(resolved)s件。"
            )
            % {
                "year": year,
                "reported": played.reported,
                "valid": totals.incidents_valid,
                "closed": totals.incidents_closed,
                "found": totals.disputes_found,
                "resolved": totals.disputes_resolved,
            }
        )
        self.stdout.write(
            _("调委会%(committees)s个，调解员%(full)s名专职、%(part)s名兼职，个人品牌调解室%(studios)s个。")
            % {
                "committees": totals.committees,
                "full": totals.mediators_full_time,
                "part": totals.mediators_part_time,
                "studios": totals.named_studios,
            }
        )
