"""Playing a year of a city from its published totals (LEDGER.md section 1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from random import Random

from django.db import connection
from django.utils.translation import gettext as _

from cases.codes import categories
from cases.models import Case, FileCounter, Incident, LedgerRow
from cases.moves import Machine
from cases.workflow.history import whole_calendar
from grid import atlas
from grid.models import Unit
from grid.scope import Role
from mediation.models import Committee
from seeds.bulk import BulkWriter, Shelf, checked_at_once, draw_ids
from seeds.past import Past, replay_by_verbs
from seeds.play.disputes import DisputeYear
from seeds.play.ground import Ground, open_grids, plan_grids, survey
from seeds.play.incidents import IncidentYear, Plan
from seeds.play.published import City, Totals, totals_at
from seeds.play.rhythm import days_of
from seeds.play.roster import Entry, enter_by_verbs, plan_roster

DRAWN = date(2015, 1, 1)
"""Since when the played grids stand."""
FIRST_YEAR = 2016
"""Grids and rosters of a played city stand from here on."""
PLAYED = "play_city"
TOGETHER, STRETCH = 1000, 8000
"""Cases made together; records written together: few enough for memory, many enough for speed."""


class Unplayable(Exception):
    """The year cannot be played; the text is for the user."""


@dataclass(frozen=True)
class Played:
    """What a played year adds up to."""

    totals: Totals
    reported: int


def check_request(city: City, year: int, scale: Decimal, this_year: int) -> Totals:
    """Return the totals to play. Raises Unplayable for a year or scale that makes no sense, and a year played."""
    if not FIRST_YEAR <= year < this_year:
        limits = {"first": FIRST_YEAR, "last": this_year - 1}
        raise Unplayable(_("年份须在%(first)s至%(last)s之间，且已经结束。") % limits)
    if not scale.is_finite() or not 0 < scale <= 1:
        raise Unplayable(_("比例须大于0且不超过1。"))
    totals = totals_at(city.totals, scale)
    if totals.incidents_valid == 0 or (totals.mediators and not totals.committees):
        raise Unplayable(_("比例太小，按此比例没有调委会可以安排调解员。"))
    if LedgerRow.objects.filter(kind=PLAYED, number=f"{city.code}-{year}").exists():
        raise Unplayable(_("%(year)s年已经演绎过，不能重复。") % {"year": year})
    return totals


class YearOfCity:
    """One year of one city. ``play`` it inside a system scope: all of it, or nothing."""

    def __init__(
        self,
        city: City,
        year: int,
        scale: Decimal,
        seed: int,
        *,
        this_year: int,
        advance: Callable[[int], None] = lambda _count: None,
        by_verbs: bool = False,
    ) -> None:
        """``advance`` is told of records written. ``by_verbs`` writes the same rows verb by verb: the tests compare."""
        self.city = city
        self.year = year
        self.scale = scale
        self.seed = seed
        self.this_year = this_year
        self.advance = advance
        self.by_verbs = by_verbs
        # Played history was recorded as it happened.
        self.by = Machine(Role.LEDGER_IMPORT)

    def play(self) -> Played:
        """Write places, people, incidents and disputes. Raises Unplayable."""
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('hemu.play_city'))")
        totals = check_request(self.city, self.year, self.scale, self.this_year)
        calendar = whole_calendar()
        ground = survey(Unit.objects.get(code=self.city.code), self.scale, date(self.year, 1, 1))
        self._people(ground, totals)
        plan = Plan(totals.incidents_valid, totals.incidents_closed)
        rng = self._rng("incidents")
        grids = ground.choice(rng)
        days = days_of(self.year)
        incidents = IncidentYear(plan, days, grids, categories(), calendar, rng)
        self._write(Incident, incidents.days())
        disputes = DisputeYear(
            totals.disputes_found,
            totals.disputes_resolved,
            days,
            grids,
            categories(),
            calendar,
            self._rng("disputes"),
        )
        disputes.seat(committees_of(ground.city, days[0]))
        cases = disputes.pasts(incidents.converted)
        self._write(Case, iter(lambda: list(islice(cases, TOGETHER)), []))
        self._count_files(list(disputes.files.counters.values()))
        LedgerRow.objects.create(
            kind=PLAYED,
            number=f"{self.city.code}-{self.year}",
            cells={"scale": str(self.scale), "seed": str(self.seed)},
        )
        return Played(totals, plan.reported)

    def _rng(self, part: str) -> Random:
        """A stream of its own for each part: a change in one does not stir the others."""
        return Random(f"{self.city.code} {self.year} {self.seed} {part}")

    def _people(self, ground: Ground, totals: Totals) -> None:
        # Places and people do not depend on the year: a second year finds them standing.
        rng = Random(f"{self.city.code} {self.seed} people")
        grids = plan_grids(ground, rng)
        roster = plan_roster(ground, totals, self.year, rng)
        if self.by_verbs:
            open_grids(ground, grids, DRAWN)
            enter_by_verbs(roster, self.by)
        else:
            entry = Entry(self.by)
            entry.grids(ground, grids, DRAWN)
            entry.roster(roster)
            entry.write()
        atlas.forget()

    def _write(self, model: type[Incident] | type[Case], stretches: Iterable[list[Past]]) -> None:
        if self.by_verbs:
            replay_by_verbs([past for stretch in stretches for past in stretch], self.by)
        else:
            write_in_bulk(model, stretches, self.by, self.advance)

    def _count_files(self, counters: list[FileCounter]) -> None:
        if self.by_verbs:
            for counter in counters:
                counter.save(force_insert=True)
        else:
            count_files(counters)


def committees_of(city: Unit, day: date) -> list[Committee]:
    """Return the city's committees that are in office from ``day`` on."""
    found = Committee.objects.filter(city_id=city.pk, dissolved_on__isnull=True, founded_on__lte=day)
    return list(found.select_related("unit").order_by("unit__code"))


def write_in_bulk(
    model: type[Incident] | type[Case], stretches: Iterable[list[Past]], by: Machine, advance: Callable[[int], None]
) -> None:
    """Write histories by COPY, some thousand at a time, and tell ``advance`` of each stretch."""
    writer = BulkWriter(model, by)
    with writer.opened():
        waiting = 0
        for stretch in stretches:
            for past, pk in zip(stretch, draw_ids(model, len(stretch)), strict=True):
                past.record.pk = pk
                writer.add(past)
            writer.stage()
            advance(len(stretch))
            waiting += len(stretch)
            if waiting >= STRETCH:
                writer.settle()
                waiting = 0
        writer.settle()


def count_files(counters: Iterable[FileCounter]) -> None:
    """Write the counters of file numbers, so that a desk goes on where history ends."""
    shelf = Shelf(FileCounter, with_pk=False)
    for counter in counters:
        shelf.put(counter)
    with checked_at_once() as cursor, shelf.opened():
        shelf.stage(cursor)
        shelf.settle(cursor)
