"""A year of disputes: registered, accepted, agreed, performed or not, with exactly the totals asked for."""

import heapq
import uuid
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from cases.deadlines import WorkCalendar, day_of
from cases.models import Case, Category, FileCounter, Incident
from cases.workflow.history import (
    accepting,
    agreeing,
    applying,
    ending,
    performing,
    registering,
    resolving,
    terminating,
    visiting,
)
from cases.workflow.numbering import SUFFIX
from cases.workflow.reasons import Prevention
from grid.models import Unit
from mediation.models import Committee
from seeds.past import Past, PastStep
from seeds.play import mix
from seeds.play.incidents import pick_late
from seeds.play.phrases import dispute_text
from seeds.play.rhythm import Choice, day_counts, later, moments, start_of

Days = timedelta(days=1)
Outcome = TypeVar("Outcome")
Steps = Generator[PastStep, None, Outcome]
"""Steps on the way, and what later ones must know of them."""
Agreed = tuple[datetime, date | None, bool]
"""When, the limit day, and whether it was performed at once."""
SETTLED, WAITING, PRIVATE, ELSEWHERE = range(4)
RESOLVED_WAYS = Choice({SETTLED: 90, WAITING: 5, PRIVATE: 3, ELSEWHERE: 2})
"""Performed; agreed and resolved while performance runs; settled before acceptance; ended, then settled elsewhere."""
REGISTERED, ACCEPTED, AGREED, TERMINATED = range(4)
OPEN_WAYS = Choice({REGISTERED: 22, ACCEPTED: 34, AGREED: 20, TERMINATED: 24})
AT_ONCE_SHARE = 0.42
ORAL_SHARE = 0.45
"""Of agreements performed at once, where writing is not needed."""
LATE_SHARE = 0.07
MONEY_SHARE = 0.62
CONFIRM_SHARE = 0.07
VISIT_SHARE = 0.62


class Files:
    """File numbers of a year, without gaps, per committee in order of acceptance (DOMAIN.md 6)."""

    def __init__(self) -> None:
        """No file has a number yet."""
        self.counters: dict[tuple[int, int], FileCounter] = {}
        self.expected: list[tuple[datetime, int, Unit, PastStep]] = []
        self.serial = 0

    def expect(self, past: Past) -> None:
        """Take note of a dispute that was accepted, if it was."""
        for step in past.steps:
            if step.verb == "record_acceptance":
                self.serial += 1
                heapq.heappush(self.expected, (step.at, self.serial, past.record.committee, step))

    def number(self, *, before: datetime | None) -> None:
        """Give their numbers to all that were accepted before a moment, or to all that are left."""
        while self.expected and (before is None or self.expected[0][0] < before):
            at, _serial, committee, step = heapq.heappop(self.expected)
            year = day_of(at).year
            counter = self.counters.get((committee.pk, year))
            if counter is None:
                # Played committees bear their county and township in their names, so no two are called the same.
                label = committee.name.removesuffix(SUFFIX)
                counter = FileCounter(committee=committee, year=year, label=label, **committee.levels)
                self.counters[committee.pk, year] = counter
            counter.last += 1
            step.change = accepting(f"({counter.year}){counter.label}人调字第{counter.last:04d}号")

    def is_settled(self, past: Past) -> bool:
        """Whether the dispute waits for no number."""
        return all(step.verb != "record_acceptance" or step.change is not None for step in past.steps)


class DisputeYear:
    """Makes the cases of one year, or of a shorter stretch of days, in order of their registration."""

    def __init__(
        self,
        found: int,
        resolved: int,
        days: Sequence[date],
        grids: Choice,
        categories: Mapping[str, Category],
        calendar: WorkCalendar,
        rng: Random,
    ) -> None:
        """``found`` disputes, of which ``resolved`` are resolved before the last of the ``days`` ends."""
        self.found = found
        self.span = days
        self.grids = grids
        self.categories = categories
        self.calendar = calendar
        self.rng = rng
        self.end = start_of(days[-1] + Days)
        self.unresolved = set(pick_late(found, found - resolved, rng))
        self.files = Files()
        self.by_place: dict[int, Unit] = {}

    def seat(self, committees: Sequence[Committee]) -> None:
        """Say which committees there are; a dispute goes to the nearest."""
        self.all_committees = [committee.unit for committee in committees]
        for unit in self.all_committees:
            if unit.place_id is not None:
                self.by_place.setdefault(unit.place_id, unit)

    def pasts(self, converted: Sequence[tuple[datetime, Incident]]) -> Iterator[Past]:
        """Yield every dispute, those that came from the given closed incidents among them.

        A dispute waits until its file number is certain: until no later one can have been accepted before it.
        """
        waiting: deque[Past] = deque()
        for index, (at, incident) in enumerate(self._begun(converted)):
            self.files.number(before=at)
            waiting.append(self._one(at, incident, index))
            while waiting and self.files.is_settled(waiting[0]):
                yield waiting.popleft()
        self.files.number(before=None)
        yield from waiting

    def _begun(self, converted: Sequence[tuple[datetime, Incident]]) -> list[tuple[datetime, Incident | None]]:
        begun: list[tuple[datetime, Incident | None]] = [*converted[: self.found]]
        counts = day_counts(self.span, self.found - len(begun), self.calendar, self.rng)
        for day, count in zip(self.span, counts, strict=True):
            begun += [(at, None) for at in moments(day, count, self.rng)]
        return sorted(begun, key=lambda one: one[0])

    def _one(self, at: datetime, incident: Incident | None, index: int) -> Past:
        rng = self.rng
        if incident is None:
            place = self.grids.draw(rng)
            category = self.categories[mix.categories(at.month, {"01": 1.0}).draw(rng)]
            source, text = mix.DISPUTE_SOURCES.draw(rng), dispute_text(rng, category.pk)
        else:
            place, category = incident.unit, incident.category
            source, text = incident.source, incident.description
        committee = self._committee(place)
        case = Case(
            client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
            incident=incident,
            source=source,
            category=category,
            description=text,
            people_count=mix.PEOPLE.draw(rng),
            registered_at=at,
            committee=committee,
            committee_name=committee.name,
            handling_level=committee.level,
        )
        case.lie_at(place)
        steps = [PastStep("record_case", at, registering())]
        steps += self._unresolved(case) if index in self.unresolved else self._resolved(case)
        past = Past(case, steps)
        self.files.expect(past)
        return past

    def _committee(self, place: Unit) -> Unit:
        for pk in (place.village_id, place.township_id, place.county_id):
            if pk is not None and pk in self.by_place:
                return self.by_place[pk]
        return self.rng.choice(self.all_committees)

    # -- How they end -----------------------------------------------------------------------------------------------

    def _resolved(self, case: Case) -> Iterator[PastStep]:
        rng = self.rng
        way = RESOLVED_WAYS.draw(rng)
        level = case.handling_level
        if way == PRIVATE:
            yield PastStep("record_resolution", later(rng, case.registered_at, 2 * Days, self.end), resolving(level))
            return
        accepted_at = yield from self._accepted(case.registered_at)
        if way == ELSEWHERE:
            ended_at = yield from self._terminated(accepted_at)
            yield PastStep("record_resolution", later(rng, ended_at, 12 * Days, self.end), resolving(level))
            return
        agreed_at, limit_on, at_once = yield from self._agreed(case, accepted_at, way == SETTLED)
        resolved_at = agreed_at
        if way == SETTLED:
            resolved_at = agreed_at if at_once else self._performed_at(agreed_at, limit_on)
            yield PastStep("record_performance", resolved_at, performing())
            yield PastStep("record_resolution", resolved_at, resolving(level))
            yield PastStep("record_case_closure", resolved_at, ending(_prevented(case)))
        else:
            yield PastStep("record_resolution", resolved_at, resolving(level))
        yield from self._after(agreed_at, resolved_at)

    def _unresolved(self, case: Case) -> Iterator[PastStep]:
        way = OPEN_WAYS.draw(self.rng)
        if way == REGISTERED:
            return
        accepted_at = yield from self._accepted(case.registered_at)
        if way == AGREED:
            agreed_at, _limit, _at_once = yield from self._agreed(case, accepted_at, False)
            yield from self._confirmation(agreed_at, agreed_at)
        elif way == TERMINATED:
            yield from self._terminated(accepted_at)

    def _accepted(self, registered_at: datetime) -> Steps[datetime]:
        at = later(self.rng, registered_at, Days, min(self.end, registered_at + 4 * Days))
        # Its change comes with the file number.
        yield PastStep("record_acceptance", at)
        return at

    def _terminated(self, accepted_at: datetime) -> Steps[datetime]:
        at = later(self.rng, accepted_at, 18 * Days, self.end)
        yield PastStep("record_termination", at, terminating(mix.TERMINATIONS.draw(self.rng)))
        yield PastStep("record_case_closure", at, ending())
        return at

    def _agreed(self, case: Case, accepted_at: datetime, may_be_at_once: bool) -> Steps[Agreed]:
        rng = self.rng
        at = later(rng, accepted_at, 7 * Days, min(self.end, accepted_at + 29 * Days))
        at_once = may_be_at_once and rng.random() < AT_ONCE_SHARE
        limit_on: date | None = None if at_once else day_of(at) + rng.choice((7, 10, 15, 30, 30, 60, 90)) * Days
        amount = Decimal(round(rng.lognormvariate(7.9, 1.2), 1)) if rng.random() < MONEY_SHARE else None
        oral = at_once and not case.category.is_written_only and rng.random() < ORAL_SHARE
        form = Case.Form.ORAL if oral else Case.Form.WRITTEN
        amount = None if amount is None else amount.quantize(Decimal("0.01"))
        yield PastStep("record_agreement", at, agreeing(form, amount, limit_on, self.calendar, obliging=not at_once))
        return at, limit_on, at_once

    def _performed_at(self, agreed_at: datetime, limit_on: date | None) -> datetime:
        rng = self.rng
        limit = start_of((limit_on or day_of(agreed_at)) + Days)
        if rng.random() < LATE_SHARE and limit < self.end:
            return later(rng, limit, 9 * Days, self.end)
        return later(rng, agreed_at, 0.6 * (limit - agreed_at), min(limit, self.end))

    def _after(self, agreed_at: datetime, resolved_at: datetime) -> Iterator[PastStep]:
        rng = self.rng
        steps = list(self._confirmation(agreed_at, resolved_at))
        last = steps[-1].at if steps else resolved_at
        yield from steps
        visited_at = last + rng.randint(3, 25) * Days
        if rng.random() < VISIT_SHARE and visited_at < self.end:
            yield PastStep("record_visit_answer", visited_at, visiting(mix.SATISFACTION.draw(rng)))

    def _confirmation(self, agreed_at: datetime, resolved_at: datetime) -> Iterator[PastStep]:
        rng = self.rng
        last = min(agreed_at + 29 * Days, self.end)
        if rng.random() < CONFIRM_SHARE and resolved_at < last:
            at = later(rng, resolved_at, 8 * Days, last)
            yield PastStep("record_confirmation_application", at, applying(mix.COURT_RESULTS.draw(rng)))


def _prevented(case: Case) -> dict[str, int]:
    """What the mediation of a dispute prevented, kind -> people; of most nothing.

    Drawn from the case alone: the year is the same with and without it.
    """
    rng = Random(case.client_uuid.int)
    kind = mix.PREVENTED.draw(rng)
    if not kind:
        return {}
    few = max(2, case.people_count or 0)
    people = {Prevention.SUICIDE: 1, Prevention.CRIME: few}.get(kind, few + rng.randint(8, 30))
    return {Prevention(kind).value: people}
