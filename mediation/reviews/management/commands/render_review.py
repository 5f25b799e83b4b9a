"""``manage.py render_review``: write a stored review as PDF, DOCX, XLSX or HTML."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from grid import rls
from mediation.reviews import periods
from mediation.reviews.models import Paper, Review
from mediation.reviews.naming import names_of
from mediation.reviews.periods import NotAPeriod
from mediation.reviews.render.files import FILE_KINDS, drawn
from mediation.reviews.texts import outline_of


class Command(BaseCommand):
    """Writes one file; errors go to standard error with a sentence and exit code 1."""

    help = "Writes a stored review as a file; build it first with build_review."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of a city, county or township")
        parser.add_argument("--kind", required=True, metavar="KIND", help="daily, weekly, monthly, ...")
        parser.add_argument("--start", required=True, metavar="DATE", help="first day of the period, YYYY-MM-DD")
        parser.add_argument("--version", type=int, dest="review_version", help="the newest when not given")
        parser.add_argument("--to", required=True, choices=sorted(FILE_KINDS), help="what to write")
        parser.add_argument("--out", required=True, metavar="FILE", help="where to write it; replaced if it exists")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let ``--version`` mean the review's, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, draw and write."""
        try:
            period = periods.parse(options["kind"], options["start"])
        except NotAPeriod as error:
            raise CommandError(str(error)) from None
        with rls.system_scope():
            found = Review.objects.filter(unit__code=options["unit"], kind=period.kind, start=period.start)
            if options["review_version"] is not None:
                found = found.filter(version=options["review_version"])
            review = found.select_related("unit").order_by("-version").first()
            if review is None:
                raise CommandError(_("没有这份报告，请先运行 build_review。"))
            outline = outline_of(review, Paper.objects.filter(review=review).first())
            content = drawn(FILE_KINDS[options["to"]], outline, review, names_of(review))
        out = Path(options["out"])
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(_("无法写入“%(path)s”：%(error)s") % {"path": out, "error": error.strerror}) from None
        self.stdout.write(_("已写入%(path)s（%(size)s字节）。") % {"path": out, "size": len(content)})
