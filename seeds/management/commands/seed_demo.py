"""``manage.py seed_demo``: fill a fresh database with the demo city, once (LEDGER.md section 1)."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from grid import rls
from grid.scope import today
from mediation.reviews.workflow import build_due_reviews
from seeds.demo import past
from seeds.demo.city import Filled, fill, is_filled
from seeds.demo.desks import NameTaken
from seeds.demo.logins import hand_out
from seeds.progress import Progress
from seeds.statistics import refresh_statistics

REVIEW_SECONDS = 15.0
"""Beat builds what is left over; nobody should wait longer for the first page."""


class Command(BaseCommand):
    """Fills the demo city; a second call changes nothing and says so."""

    help = "Fill a fresh database with the demo city and print its logins; a second call changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, or say that it was done before."""
        began = time.monotonic()
        with rls.system_scope():
            done = is_filled()
            said = hand_out(today()) if done else ""
        if not done:
            said = self._fill(began)
        elif not said:
            self.stdout.write(_("示范城市此前已建好，没有改动。"))
        if said:
            self.stdout.write(said)

    def _fill(self, began: float) -> str:
        now = timezone.now()
        days = len(past.days_until(day_of(now)))
        progress = Progress(_("写入"), round(days * (past.INCIDENTS_A_DAY * 1.04 + past.DISPUTES_A_DAY)))
        with rls.system_scope():
            try:
                filled = fill(now, self._say, progress.advance)
            except NameTaken as error:
                raise CommandError(str(error)) from error
        progress.finish()
        refresh_statistics()
        if filled.has_history:
            self._say(_("最近几期报告"))
            build_due_reviews(at=now, seconds=REVIEW_SECONDS)
        self._report(filled, time.monotonic() - began)
        return filled.logins

    def _report(self, filled: Filled, seconds: float) -> None:
        if not filled.has_history:
            self.stdout.write(_("库中已有事件或纠纷，未写入示范数据。"))
            return
        said = {"incidents": filled.incidents, "cases": filled.cases, "seconds": f"{seconds:.0f}"}
        self.stdout.write(_("示范城市就绪：事件%(incidents)s件，纠纷%(cases)s件，用时%(seconds)s秒。") % said)

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text} …")
        self.stdout.flush()
