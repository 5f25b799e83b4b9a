"""A stretch of days of incidents, report by report, with exactly the totals asked for."""

import heapq
import math
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from cases.deadlines import WorkCalendar, after_working_days, day_of, end_of
from cases.models import DISPUTE_CLASS, Category, Incident
from cases.workflow.history import closing, duplicating, reopening, reporting, voiding
from seeds.past import Past, PastStep
from seeds.play import mix
from seeds.play.phrases import report_text
from seeds.play.rhythm import Choice, day_counts, later, moments, start_of

INVALID_SHARE, DUPLICATE_SHARE, PENDING_SHARE = 0.024, 0.011, 0.0002
"""Of the valid ones, beside them."""
REOPENED_SHARE = 0.012
OPEN_AGAIN_SHARE = 0.08
"""Of those open at the end of the year: closed once and reopened."""
CONVERTED_SHARE = 0.13
"""Of closed disputes: turned into cases."""
LATE_SHARE = 0.06
CLOSED, OPEN, INVALID, DUPLICATE, PENDING = range(5)
RECENT = 60

Hours = timedelta(hours=1)
PACE = {None: 30 * Hours, 1: 5 * Hours, 7: 52 * Hours, 20: 150 * Hours}
"""Mean time from inspection to closing, by the limit in working days."""


@dataclass(frozen=True)
class Plan:
    """How many of what: ``closed`` of ``valid`` are closed at the end."""

    valid: int
    closed: int

    @property
    def invalid(self) -> int:
        """Reports found invalid."""
        return round(self.valid * INVALID_SHARE)

    @property
    def duplicate(self) -> int:
        """Reports found double."""
        return round(self.valid * DUPLICATE_SHARE)

    @property
    def pending(self) -> int:
        """Reports of the last days that nobody has inspected."""
        return round(self.valid * PENDING_SHARE)

    @property
    def reported(self) -> int:
        """Everything that was reported."""
        return self.valid + self.invalid + self.duplicate + self.pending


class IncidentYear:
    """Makes the incidents of one year, or of a shorter stretch of days, in order of their report."""

    def __init__(
        self,
        plan: Plan,
        days: Sequence[date],
        grids: Choice,
        categories: dict[str, Category],
        calendar: WorkCalendar,
        rng: Random,
    ) -> None:
        """Draw how each report ends; ``converted`` collects when which one became a dispute."""
        self.plan = plan
        self.span = days
        self.grids = grids
        self.categories = categories
        self.calendar = calendar
        self.rng = rng
        self.end = start_of(days[-1] + timedelta(days=1))
        self.fates = draw_fates(plan, rng)
        self.recent: deque[Incident] = deque(maxlen=RECENT)
        self.converted: list[tuple[datetime, Incident]] = []
        self.limits: dict[tuple[Any, int], datetime] = {}

    def days(self) -> Iterator[list[Past]]:
        """Yield each day's incidents with all that befell them until the end."""
        fates = iter(self.fates)
        counts = day_counts(self.span, self.plan.reported, self.calendar, self.rng)
        for day, count in zip(self.span, counts, strict=True):
            codes = mix.categories(day.month)
            yield [self._one(at, codes, next(fates)) for at in moments(day, count, self.rng)]

    def _one(self, at: datetime, codes: Choice, fate: int) -> Past:
        rng = self.rng
        master = rng.choice(self.recent) if fate == DUPLICATE else None
        if master is None:
            grid = self.grids.draw(rng)
            category = self.categories[codes.draw(rng)]
        else:
            grid, category = master.unit, master.category
        incident = Incident(
            client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
            source=mix.SOURCES.draw(rng),
            reporter_name=f"{grid.name}网格员"[:60],
            category=category,
            description=report_text(rng, category.pk),
            reported_at=at,
        )
        incident.lie_at(grid)
        days = mix.LIMIT_DAYS.draw(rng)
        limit_at = self._limit(at, days)
        steps = [PastStep("record_incident", at, reporting(limit_at))]
        if fate != PENDING:
            steps += self._inspected(incident, fate, master, days, limit_at)
        return Past(incident, steps)

    def _limit(self, at: datetime, days: int | None) -> datetime | None:
        if days is None:
            return None
        key = (day_of(at), days)
        found = self.limits.get(key)
        if found is None:
            found = self.limits[key] = end_of(after_working_days(self.calendar, key[0], days).on)
        return found

    def _inspected(
        self, incident: Incident, fate: int, master: Incident | None, days: int | None, limit_at: datetime | None
    ) -> list[PastStep]:
        at = later(self.rng, incident.reported_at, 2 * Hours, self.end)
        if fate == INVALID:
            return [PastStep("record_invalid", at, voiding())]
        if master is not None:
            return [PastStep("record_duplicate", at, duplicating(master))]
        self.recent.append(incident)
        steps = [PastStep("record_verification", at)]
        if fate == CLOSED:
            steps += self._closed(incident, at, days, limit_at)
        elif self.rng.random() < OPEN_AGAIN_SHARE:
            close, end = self._closing(incident), self.end - 3 * Hours
            closed_at = later(self.rng, at, PACE[days], max(end, at))
            steps.append(PastStep("record_closure", closed_at, close))
            again = later(self.rng, closed_at, 240 * Hours, min(self.end, closed_at + timedelta(days=80)))
            steps.append(PastStep("record_reopening", again, reopening()))
        return steps

    def _closed(
        self, incident: Incident, inspected_at: datetime, days: int | None, limit_at: datetime | None
    ) -> list[PastStep]:
        rng = self.rng
        start, last = inspected_at, self.end
        if limit_at is not None and inspected_at < limit_at < self.end - Hours:
            if rng.random() < LATE_SHARE:
                start = limit_at + timedelta(microseconds=1)
            else:
                last = limit_at
        closed_at = later(rng, start, PACE[days], last)
        close = self._closing(incident, closed_at)
        steps = [PastStep("record_closure", closed_at, close)]
        room = self.end - closed_at
        is_case = bool(self.converted) and self.converted[-1][1] is incident
        if not is_case and rng.random() < REOPENED_SHARE and room > timedelta(days=2):
            again = later(rng, closed_at, 300 * Hours, closed_at + min(timedelta(days=80), room / 2))
            steps.append(PastStep("record_reopening", again, reopening()))
            steps.append(PastStep("record_closure", later(rng, again, 60 * Hours, self.end), close))
        return steps

    def _closing(self, incident: Incident, closed_at: datetime | None = None) -> Any:
        rng = self.rng
        level = mix.LEVELS.draw(rng)
        if incident.category.parent_id != DISPUTE_CLASS:
            return closing(mix.OTHER_OUTCOMES.draw(rng), level)
        if closed_at is not None and rng.random() < CONVERTED_SHARE:
            self.converted.append((closed_at, incident))
            return closing(Incident.Outcome.CONVERTED, level)
        return closing(mix.DISPUTE_OUTCOMES.draw(rng), level)


def draw_fates(plan: Plan, rng: Random) -> bytearray:
    """Return how each report ends, in order of report, with the plan's numbers exactly.

    What is open at the end was mostly reported late in the year. The first report is valid: doubles need a master.
    """
    fates = bytearray(plan.reported)
    still_open = pick_late(len(fates), plan.valid - plan.closed, rng)
    for index in still_open:
        fates[index] = OPEN
    free = [index for index in range(1, len(fates)) if fates[index] == CLOSED]
    pending = free[len(free) - plan.pending :] if plan.pending else []
    for index in pending:
        fates[index] = PENDING
    others = rng.sample(free[: len(free) - plan.pending], plan.invalid + plan.duplicate)
    for position, index in enumerate(others):
        fates[index] = INVALID if position < plan.invalid else DUPLICATE
    return fates


def pick_late(size: int, number: int, rng: Random) -> list[int]:
    """Return ``number`` of the indices below ``size``, the last ones far more likely than the others."""
    turn = 0.94 * size
    keyed = ((math.log(1.0 - rng.random()) / (14.0 if index > turn else 1.0), index) for index in range(size))
    return [index for _key, index in heapq.nlargest(number, keyed)]
