"""The demo's places, rosters and history: a few months up to last midnight, written as ``play_city`` writes years."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from random import Random

from cases.codes import categories
from cases.models import Case, Incident
from cases.moves import Machine
from cases.workflow.history import whole_calendar
from grid import atlas
from grid.models import Unit
from grid.scope import Role
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from seeds.demo.desks import CITY, COUNTY, TOWNSHIP
from seeds.play.city import DRAWN, TOGETHER, committees_of, count_files, write_in_bulk
from seeds.play.disputes import DisputeYear
from seeds.play.ground import Ground, plan_grids
from seeds.play.incidents import IncidentYear, Plan
from seeds.play.published import Totals
from seeds.play.rhythm import start_of
from seeds.play.roster import Entry, Since, plan_roster

DAYS = 90
"""At least so long is the history."""
INCIDENTS_A_DAY, CLOSED_SHARE = 46, 0.975
DISPUTES_A_DAY, RESOLVED_SHARE = 3.5, 0.86
NEAR_VILLAGES, FAR_VILLAGES = 2, 4
"""Villages played in every township of the demo's county but its own, and in every other county."""
ALL = 10_000
MEMBERS_FULL_TIME, MEMBERS_PART_TIME, STUDIOS = 60, 190, 6
BY = Machine(Role.LEDGER_IMPORT)


def days_until(today: date) -> list[date]:
    """The days of the history: to yesterday, and long enough for the last two-month review to be whole."""
    last = periods.last_before(Kind.BIMONTHLY, start_of(today)).start_on
    first = min(last, today - timedelta(days=DAYS))
    return [first + timedelta(days=offset) for offset in range((today - first).days)]


def survey_demo(on: date) -> Ground:
    """Choose the played villages: all of the demo's township, some of its county, a few elsewhere."""
    city = Unit.objects.divisions().valid_on(on).get(code=CITY)
    places = list(Unit.objects.divisions().valid_on(on).filter(city_id=city.pk).order_by("code"))
    by_code = {place.code: place for place in places}
    taken: dict[int | None, int] = {}
    chosen = []
    for place in places:
        if place.level != Unit.Level.VILLAGE or place.is_statistical_only:
            continue
        if place.township_id == by_code[TOWNSHIP].pk:
            chosen.append(place)
            continue
        near = place.county_id == by_code[COUNTY].pk
        key, limit = (place.township_id, NEAR_VILLAGES) if near else (place.county_id, FAR_VILLAGES)
        if taken.get(key, 0) < limit:
            taken[key] = taken.get(key, 0) + 1
            chosen.append(place)
    ancestors = {place.pk: place for place in places if place.level in ("city", "county", "township")}
    ground = Ground(city, chosen, ancestors=ancestors)
    for place in places:
        if place.kind == Unit.Kind.GRID and place.village_id is not None:
            ground.grids_of.setdefault(place.village_id, []).append(place)
    return ground


def enter_people(ground: Ground, first: date) -> None:
    """Enter grids, committees, mediators and studios, where there are none yet.

    The roster begins with the year of the history: it must not count in an earlier year that somebody brings as a
    ledger or plays.
    """
    rng = Random("demo people")
    since = date(first.year, 1, 1)
    totals = Totals(0, 0, 0, 0, MEMBERS_FULL_TIME, MEMBERS_PART_TIME, ALL, ALL, ALL, STUDIOS)
    roster = plan_roster(ground, totals, first.year, rng)
    roster.since = Since(since, since)
    for plan in roster.committees:
        plan.elected_on = since
    entry = Entry(BY)
    entry.grids(ground, plan_grids(ground, rng), DRAWN)
    entry.roster(roster)
    entry.write()
    atlas.forget()


def write_past(ground: Ground, days: list[date], advance: Callable[[int], None]) -> None:
    """Write incidents and disputes of the days by COPY; what is open at their end stays open."""
    calendar, codes = whole_calendar(), categories()
    rng = Random("demo incidents")
    valid = INCIDENTS_A_DAY * len(days)
    grids = ground.choice(rng)
    incidents = IncidentYear(Plan(valid, round(valid * CLOSED_SHARE)), days, grids, codes, calendar, rng)
    write_in_bulk(Incident, incidents.days(), BY, advance)
    found = round(DISPUTES_A_DAY * len(days))
    rng = Random("demo disputes")
    disputes = DisputeYear(found, round(found * RESOLVED_SHARE), days, grids, codes, calendar, rng)
    disputes.seat(committees_of(ground.city, days[0]))
    cases = disputes.pasts(incidents.converted)
    write_in_bulk(Case, iter(lambda: list(islice(cases, TOGETHER)), []), BY, advance)
    count_files(disputes.files.counters.values())
