"""Committees, mediators and named studios of a played city: planned, then written by verbs or by COPY."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, cycle
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from cases.moves import Machine
from grid.models import Post, Unit, User
from grid.scope import LEVELS, Role
from grid.workflow import add_user, seat
from mediation.models import Committee, Mediator, RosterEvent, Studio
from mediation.workflow import appoint_mediator, found_committee, open_studio
from mediation.workflow.roster import committee_kind, hung_code, mediator_kind, roster_event, term_end
from seeds.bulk import Shelf, checked_at_once, draw_ids
from seeds.play.ground import GridPlan, Ground, grid_fields
from seeds.play.mix import WITHIN
from seeds.play.phrases import STUDIOS, person_name
from seeds.play.published import Totals
from seeds.play.rhythm import start_of

FULL_TIME, PART_TIME = Mediator.Employment.FULL_TIME, Mediator.Employment.PART_TIME
STANDARD = 2
"""At least two full-time mediators in every township (DOMAIN.md 2.3, S000)."""
SPECIALTIES = WITHIN["01"].split()[::2]


@dataclass(frozen=True)
class Since:
    """Since when a roster stands: committees founded, people appointed and seated."""

    founded: date
    appointed: date

    @property
    def seated_at(self) -> datetime:
        """When the posts were confirmed."""
        return start_of(self.appointed)


LONG_SINCE = Since(date(2011, 1, 1), date(2014, 1, 1))
"""The roster is the same in every year that can be played."""


@dataclass
class MemberPlan:
    """One mediator to be appointed."""

    username: str
    name: str
    employment: str
    seat: str
    gender: str
    specialties: list[str]

    @property
    def details(self) -> dict[str, Any]:
        """What an appointment says beside who and where."""
        return {"seat": self.seat, "gender": self.gender, "specialties": self.specialties}

    @property
    def role(self) -> str:
        """The post that goes with the seat."""
        return Role.COMMITTEE_DIRECTOR if self.seat == Mediator.Seat.DIRECTOR else Role.MEDIATOR


@dataclass
class CommitteePlan:
    """One committee to be founded, or, when ``known``, one that stands and gets more members."""

    place: Unit
    name: str
    kind: str
    elected_on: date
    known: Committee | None = None
    members: list[MemberPlan] = field(default_factory=list)
    has_director: bool = False


@dataclass
class StudioPlan:
    """One named studio to be opened."""

    place: Unit
    name: str
    specialty: str


@dataclass
class Roster:
    """Everything to be entered."""

    committees: list[CommitteePlan]
    studios: list[StudioPlan]
    since: Since = LONG_SINCE


def plan_roster(ground: Ground, totals: Totals, year: int, rng: Random) -> Roster:
    """Plan what is missing from the totals at the end of the year; what is in office then counts towards them."""
    end = start_of(date(year + 1, 1, 1))
    in_office: dict[str, int] = {}
    for kind, delta in RosterEvent.objects.filter(city_id=ground.city.pk, at__lt=end).values_list("kind", "delta"):
        in_office[kind] = in_office.get(kind, 0) + delta
    standing = {
        committee.unit.place_id: committee
        # A committee founded later does not count in the year, and none can do its work then.
        for committee in Committee.objects.filter(city_id=ground.city.pk, founded_on__year__lte=year).select_related(
            "unit"
        )
    }
    committees = list(_plan_committees(ground, totals, in_office, standing, rng, year))
    missing = {
        FULL_TIME: totals.mediators_full_time - in_office.get(mediator_kind(FULL_TIME), 0),
        PART_TIME: totals.mediators_part_time - in_office.get(mediator_kind(PART_TIME), 0),
    }
    if not committees and any(number > 0 for number in missing.values()):
        committees = [
            CommitteePlan(one.unit.place or one.unit, one.unit.name, one.kind, one.founded_on, one, has_director=True)
            for one in standing.values()
        ]
    _deal(committees, missing, rng)
    studios = _plan_studios(ground, totals.named_studios - in_office.get(RosterEvent.Kind.STUDIO, 0), rng)
    return Roster(committees, studios)


def _plan_committees(
    ground: Ground, totals: Totals, in_office: dict[str, int], standing: dict[Any, Committee], rng: Random, year: int
) -> Iterator[CommitteePlan]:
    towns = [place for place in ground.townships if not place.is_statistical_only]
    wanted = (
        (
            Committee.Kind.TOWNSHIP,
            totals.committees_township,
            [t for t in towns if t.township_kind in ("town", "rural")],
        ),
        (
            Committee.Kind.SUBDISTRICT,
            totals.committees_subdistrict,
            [t for t in towns if t.township_kind == "subdistrict"],
        ),
        (Committee.Kind.VILLAGE, totals.committees_village, ground.villages),
    )
    for kind, total, places in wanted:
        free = [place for place in places if place.pk not in standing]
        # Villages without a committee are the last ones of their county, where members divide the work.
        number = max(total - in_office.get(committee_kind(kind), 0), 0)
        for place in _spread(free, number):
            elected = date(year - rng.choice((0, 1, 1, 2)), rng.randint(1, 11), rng.randint(1, 28))
            yield CommitteePlan(place, f"{ground.full_name(place)}人民调解委员会", kind, elected)


def _spread(places: Sequence[Unit], number: int) -> list[Unit]:
    """Take ``number`` of the places, evenly over the list."""
    if number >= len(places):
        return list(places)
    return [places[index * len(places) // number] for index in range(number)]


def _deal(committees: list[CommitteePlan], missing: dict[Any, int], rng: Random) -> None:
    """Seat mediators: two full-time ones in every township first, then one after another everywhere."""
    towns = [plan for plan in committees if plan.kind != Committee.Kind.VILLAGE]
    villages = [plan for plan in committees if plan.kind == Committee.Kind.VILLAGE]
    if not committees:
        return
    serial = count(_last_serial() + 1)
    full, part = max(missing[FULL_TIME], 0), max(missing[PART_TIME], 0)
    turns = cycle(towns or committees)
    for _turn in range(min(full, STANDARD * len(towns)) if towns else 0):
        _add_member(next(turns), FULL_TIME, next(serial), rng)
        full -= 1
    others = cycle([*towns, *villages])
    for _turn in range(full):
        _add_member(next(others), FULL_TIME, next(serial), rng)
    # Villages first: a village committee has its director before a township has its fifth member.
    others = cycle([*villages, *towns])
    for _turn in range(part):
        _add_member(next(others), PART_TIME, next(serial), rng)


def _last_serial() -> int:
    """The number of the played mediator who came last; some may bear another user name by now."""
    last = User.objects.filter(username__regex=r"^mediator-\d{5}$").order_by("-username").first()
    return int(last.username[-5:]) if last else 0


def _add_member(plan: CommitteePlan, employment: str, serial: int, rng: Random) -> None:
    if not plan.has_director:
        plan.has_director, chair = True, Mediator.Seat.DIRECTOR
    else:
        chair = Mediator.Seat.MEMBER if len(plan.members) < 9 else Mediator.Seat.ENGAGED
    # At least one woman in each committee (PML art.8): the second member, when there is one.
    gender = Mediator.Gender.FEMALE if len(plan.members) == 1 or rng.random() < 0.35 else Mediator.Gender.MALE
    specialties = sorted(rng.sample(SPECIALTIES, rng.choice((0, 1, 2))))
    plan.members.append(MemberPlan(f"mediator-{serial:05d}", person_name(rng), employment, chair, gender, specialties))


def _plan_studios(ground: Ground, number: int, rng: Random) -> list[StudioPlan]:
    hosts = cycle([*ground.counties, *ground.townships])
    names = cycle(STUDIOS)
    plans = []
    for index in range(max(number, 0)):
        place = next(hosts)
        name = f"“{next(names)}”调解室" + (f"（{index // len(STUDIOS) + 1}）" if index >= len(STUDIOS) else "")
        plans.append(
            StudioPlan(place, f"{ground.full_name(place)}{name}", rng.choice(("婚姻家庭", "邻里", "劳动争议", "")))
        )
    return plans


# -- Through the verbs ----------------------------------------------------------------------------------------------


def enter_by_verbs(roster: Roster, by: Machine) -> None:
    """Enter the roster verb by verb."""
    since = roster.since
    for plan in roster.committees:
        committee = plan.known or found_committee(
            place=plan.place,
            name=plan.name,
            kind=plan.kind,
            founded_on=since.founded,
            elected_on=plan.elected_on,
            by=by,
        )
        for member in plan.members:
            user = add_user(username=member.username, name=member.name, created_at=since.seated_at)
            appoint_mediator(
                user=user,
                committee=committee,
                employment=member.employment,
                appointed_on=since.appointed,
                by=by,
                **member.details,
            )
            seat(user=user, unit=committee.unit, role=member.role, starts_on=since.appointed, at=since.seated_at)
    for studio in roster.studios:
        open_studio(place=studio.place, name=studio.name, opened_on=since.founded, by=by, specialty=studio.specialty)


# -- By COPY --------------------------------------------------------------------------------------------------------


class Entry:
    """Rows of units, people and rosters on their way in, with ids drawn beforehand."""

    MODELS = (Unit, User, Committee, Studio, Mediator)

    def __init__(self, by: Machine) -> None:
        """Begin with nothing."""
        self.by = by
        self.since = LONG_SINCE
        self.shelves: dict[Any, Shelf] = {model: Shelf(model, with_pk=True) for model in self.MODELS}
        self.shelves |= {model: Shelf(model, with_pk=False) for model in (Post, RosterEvent)}

    def write(self) -> None:
        """Write everything that was put, what is referred to first."""
        with checked_at_once() as cursor:
            for shelf in self.shelves.values():
                with shelf.opened():
                    shelf.stage(cursor)
                    shelf.settle(cursor)

    def unit(self, pk: int, parent: Unit, kind: str, **details: Any) -> Unit:
        """Put a unit below a place, as ``grid.workflow.open_unit`` makes it."""
        is_grid = kind == Unit.Kind.GRID
        unit = Unit(
            pk=pk,
            kind=kind,
            level=Unit.Level.GRID if is_grid else parent.level,
            parent=parent,
            place=None if is_grid else parent.place or parent,
            path=f"{parent.path}{pk}.",
            **{column: getattr(parent, column) for column in LEVELS.values()},
            **details,
        )
        if is_grid:
            unit.grid_id = pk
        self.shelves[Unit].put(unit)
        return unit

    def grids(self, ground: Ground, plans: Sequence[GridPlan], since: date) -> None:
        """Put grids."""
        for plan, pk in zip(plans, draw_ids(Unit, len(plans)), strict=True):
            grid = self.unit(pk, plan.village, Unit.Kind.GRID, **grid_fields(plan, since))
            ground.grids_of.setdefault(plan.village.pk, []).append(grid)

    def roster(self, roster: Roster) -> None:
        """Put committees with their mediators, and studios."""
        self.since = roster.since
        new = [plan for plan in roster.committees if plan.known is None]
        units = iter(draw_ids(Unit, len(new) + len(roster.studios)))
        committees = iter(draw_ids(Committee, len(new)))
        number = sum(len(plan.members) for plan in roster.committees)
        people = zip(draw_ids(User, number), draw_ids(Mediator, number), strict=True)
        for plan in roster.committees:
            committee = plan.known or self._committee(plan, next(units), next(committees))
            for member in plan.members:
                self._member(member, committee, *next(people))
        for studio, pk in zip(roster.studios, draw_ids(Studio, len(roster.studios)), strict=True):
            self._studio(studio, next(units), pk)

    def _committee(self, plan: CommitteePlan, unit_pk: int, pk: int) -> Committee:
        unit = self.unit(
            unit_pk,
            plan.place,
            Unit.Kind.MEDIATION_COMMITTEE,
            code=hung_code(plan.place, "T"),
            name=plan.name,
            valid_from=self.since.founded,
        )
        committee = Committee(
            pk=pk,
            kind=plan.kind,
            founded_on=self.since.founded,
            elected_on=plan.elected_on,
            term_ends_on=term_end(plan.elected_on),
        )
        committee.lie_at(unit)
        self.shelves[Committee].put(committee)
        self._count(committee, committee_kind(plan.kind), self.since.founded)
        return committee

    def _member(self, plan: MemberPlan, committee: Committee, user_pk: int, pk: int) -> None:
        user = User(
            pk=user_pk,
            username=plan.username,
            name=plan.name,
            created_at=self.since.seated_at,
            password=make_password(None),
        )
        mediator = Mediator(
            pk=pk,
            user=user,
            committee=committee,
            employment=plan.employment,
            appointed_on=self.since.appointed,
            **plan.details,
        )
        post = Post(user=user, role=plan.role, starts_on=self.since.appointed, confirmed_at=self.since.seated_at)
        for row in (mediator, post):
            row.lie_at(committee.unit)
        self.shelves[User].put(user)
        self.shelves[Mediator].put(mediator)
        self.shelves[Post].put(post)
        self._count(mediator, mediator_kind(plan.employment), self.since.appointed)

    def _studio(self, plan: StudioPlan, unit_pk: int, pk: int) -> None:
        code = hung_code(plan.place, "S")
        unit = self.unit(
            unit_pk, plan.place, Unit.Kind.MEDIATION_STUDIO, code=code, name=plan.name, valid_from=self.since.founded
        )
        studio = Studio(pk=pk, name=plan.name, specialty=plan.specialty, opened_on=self.since.founded)
        studio.lie_at(unit)
        self.shelves[Studio].put(studio)
        self._count(studio, RosterEvent.Kind.STUDIO, self.since.founded)

    def _count(self, record: Any, kind: str, on: date) -> None:
        self.shelves[RosterEvent].put(roster_event(record, kind, +1, on, self.by))
