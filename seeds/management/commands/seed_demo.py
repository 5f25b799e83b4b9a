"""``manage.py seed_demo``: fill a fresh database with the demo city, once (LEDGER.md section 1)."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from grid import rls
from mediation.reviews.workflow import build_due_reviews
from seeds.demo import desks, past
from seeds.demo.city import Filled, fill, is_filled
from seeds.progress import Progress

LOGINS = "demo-logins.txt"
REVIEW_SECONDS = 10.0
"""Beat builds what is left over; nobody should wait longer for the first page."""


class Command(BaseCommand):
    """Fills the demo city; a second call changes nothing and says so."""

    help = "Fill a fresh database with the demo city and print its logins; a second call changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, or say that it was done before."""
        with rls.system_scope():
            done = is_filled()
        if done:
            self._again()
        else:
            self._first()

    def _first(self) -> None:
        began = time.monotonic()
        now = timezone.now()
        password = desks.chosen_password() or desks.drawn_password()
        days = len(past.days_until(day_of(now)))
        progress = Progress(_("写入"), round(days * (past.INCIDENTS_A_DAY * 1.04 + past.DISPUTES_A_DAY)))
        with rls.system_scope():
            had_desks = desks.are_open()
            try:
                filled = fill(now, password, self._say, progress.advance)
            except desks.NameTaken as error:
                raise CommandError(str(error)) from error
        progress.finish()
        if filled.has_history:
            self._say(_("最近几期报告"))
            build_due_reviews(at=now, seconds=REVIEW_SECONDS)
        self._report(filled, time.monotonic() - began)
        if had_desks:
            self._again()
        else:
            self._tell(password)

    def _report(self, filled: Filled, seconds: float) -> None:
        if not filled.has_history:
            self.stdout.write(_("  库中已有事件或纠纷，未写入示范数据。"))
            return
        said = {"incidents": filled.incidents, "cases": filled.cases, "seconds": f"{seconds:.0f}"}
        self.stdout.write(_("  示范城市就绪：事件%(incidents)s件，纠纷%(cases)s件，用时%(seconds)s秒。") % said)

    def _again(self) -> None:
        """The accounts stand; their password stays, unless another is asked for."""
        password = desks.chosen_password()
        with rls.system_scope():
            changed = bool(password) and desks.keep_password(password)
        if changed:
            self._tell(password)
        else:
            self.stdout.write(_("  示范城市此前已建好，没有改动。"))

    def _tell(self, password: str) -> None:
        with rls.system_scope():
            said = desks.logins(password)
        path = Path(settings.DATA_DIR) / LOGINS
        path.touch(mode=0o600)
        path.write_text(f"{said}\n", "utf-8")
        self.stdout.write(said)

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text} …")
        self.stdout.flush()
