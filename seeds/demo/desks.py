"""The demo's desks: centres and departments around one county, and one account for each role (LEDGER.md section 1).

``seed_demo`` and ``play_city`` both leave these accounts behind; nobody else among the invented people can sign in.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from cases.models import LedgerRow
from grid.models import Post, Unit, User
from grid.scope import Role
from grid.workflow import add_user, enrol_grid_member, open_unit, seat
from mediation.models import Committee, Mediator
from mediation.workflow.roster import hung_code
from seeds.play.ground import plain_name
from seeds.play.phrases import person_name
from seeds.play.rhythm import start_of

CITY, COUNTY, TOWNSHIP, VILLAGE = "141100000000", "141102000000", "141102001000", "141102001001"
KIND = "demo_desks"
"""Marks, among the ledger rows, that the accounts were made."""
K = Unit.Kind
DEPARTMENTS = {
    "housing": ("county", K.DEPARTMENT, "住房和城乡建设局", "resident"),
    "environment": ("county", K.DEPARTMENT, "生态环境局", "rotating"),
    "labour": ("county", K.DEPARTMENT, "人力资源和社会保障局", "resident"),
    "market": ("county", K.DEPARTMENT, "市场监督管理局", "rotating"),
    "transport": ("county", K.DEPARTMENT, "交通运输局", "on_call"),
    "justice": ("county", K.DEPARTMENT, "司法局", "resident"),
    "police": ("township", K.POLICE_STATION, "派出所", "resident"),
    "judicial_office": ("township", K.JUDICIAL_OFFICE, "司法所", "resident"),
    "city_housing": ("city", K.DEPARTMENT, "住房和城乡建设局", "rotating"),
}
CENTRES = {"city_centre": "city", "centre": "county", "town_centre": "township"}


@dataclass(frozen=True)
class Account:
    """One account: who, in which role, at which of the demo's units."""

    username: str
    role: Role
    unit: str


SEATED = (
    Account("grid", Role.GRID_WORKER, "grid"),
    Account("village", Role.VILLAGE_LEADER, "village"),
    Account("town", Role.CENTRE_DISPATCHER, "town_centre"),
    Account("township", Role.CENTRE_SUPERVISOR, "town_centre"),
    Account("clerk", Role.CENTRE_CLERK, "centre"),
    Account("dispatcher", Role.CENTRE_DISPATCHER, "centre"),
    Account("handler", Role.HANDLER, "housing"),
    Account("handler2", Role.HANDLER, "environment"),
    Account("county", Role.CENTRE_SUPERVISOR, "centre"),
    Account("county-leader", Role.LEADER, "centre"),
    Account("city", Role.CENTRE_DISPATCHER, "city_centre"),
    Account("supervisor", Role.CENTRE_SUPERVISOR, "city_centre"),
    Account("leader", Role.LEADER, "city_centre"),
    Account("auditor", Role.AUDITOR, "city_centre"),
    Account("sysadmin", Role.SYSTEM_ADMIN, "city_centre"),
    Account("secadmin", Role.SECURITY_ADMIN, "city_centre"),
)
MEDIATORS = ("director", "mediator", "mediator2")
"""Taken from a committee's roster, so that rosters add up to what they add up to."""
USERNAMES = (*(account.username for account in SEATED), *MEDIATORS)


class NameTaken(Exception):
    """Somebody else has one of the demo's user names; the text is for the user."""


@dataclass
class Desks:
    """The demo's units and people by what they are."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    committee: Committee | None = None


def are_open() -> bool:
    """Whether the accounts were made before."""
    return LedgerRow.objects.filter(kind=KIND, number=CITY).exists()


def open_desks(since: date, password: str) -> None:
    """Make units, accounts and posts since a day; call it in a system scope, after the roster is entered.

    Raises NameTaken.
    """
    taken = User.objects.filter(username__in=USERNAMES).values_list("username", flat=True).first()
    if taken is not None:
        raise NameTaken(_("用户名“%(name)s”已被使用，不能建立示范账号。") % {"name": taken})
    desks, rng = Desks(), Random("demo desks")
    _open_units(desks, since)
    encoded = make_password(password)
    for account in SEATED:
        user = add_user(username=account.username, name=person_name(rng), work_phone=invented_phone(rng))
        seat(user=user, unit=desks.units[account.unit], role=account.role, starts_on=since, at=start_of(since))
        desks.users[account.username] = user
    enrol_grid_member(user=desks.users["grid"], kind="full_time")
    desks.committee = _committee_at(desks)
    for username, member in zip(MEDIATORS, _members(desks.committee), strict=False):
        member.user.username, member.user.work_phone = username, invented_phone(rng)
        desks.users[username] = member.user
    for user in desks.users.values():
        user.password = encoded
    User.objects.bulk_update(desks.users.values(), ["username", "work_phone", "password"])
    LedgerRow.objects.create(kind=KIND, number=CITY, cells={})


def find_desks() -> Desks:
    """Return the desks that are open: units and people by what they are. Call it in a system scope."""
    desks = Desks()
    for user in User.objects.filter(username__in=USERNAMES):
        desks.users[user.username] = user
    keys = {account.username: account.unit for account in SEATED}
    for post in Post.objects.filter(user__in=desks.users.values()).select_related(
        "user", "unit__place", "unit__parent"
    ):
        desks.units[keys.get(post.user.username, "committee")] = post.unit
    village = desks.units["village"]
    desks.units["township"], desks.units["county"] = _above(village, "township_id"), _above(village, "county_id")
    desks.committee = Committee.objects.filter(unit=desks.units.get("committee")).select_related("unit").first()
    return desks


def _above(unit: Unit, column: str) -> Unit:
    return Unit.objects.get(pk=getattr(unit, column))


def invented_phone(rng: Random) -> str:
    """A telephone number that nobody can have: no range begins with 10 (DOMAIN.md PV-19)."""
    return f"10{rng.randrange(10**9):09d}"


def _open_units(desks: Desks, since: date) -> None:
    codes = {"city": CITY, "county": COUNTY, "township": TOWNSHIP, "village": VILLAGE}
    for key, code in codes.items():
        desks.units[key] = Unit.objects.divisions().valid_on(since).get(code=code)
    village = desks.units["village"]
    grids = Unit.objects.valid_on(since).filter(parent=village, kind=K.GRID)
    desks.units["grid"] = grids.order_by("code").first() or open_unit(
        parent=village,
        code=f"{village.code}J01",
        name=f"{plain_name(village.name)}第1网格",
        kind=K.GRID,
        valid_from=since,
        grid_kind="basic",
    )
    for key, place_key in CENTRES.items():
        place = desks.units[place_key]
        desks.units[key] = _hang(place, "C", K.CENTRE, f"{place.name}综治中心", since)
    for key, (place_key, kind, name, presence) in DEPARTMENTS.items():
        place = desks.units[place_key]
        desks.units[key] = _hang(place, "D", kind, f"{place.name}{name}", since, presence=presence)


def _hang(place: Unit, letter: str, kind: str, name: str, since: date, **details: str) -> Unit:
    return open_unit(parent=place, code=hung_code(place, letter), name=name, kind=kind, valid_from=since, **details)


def _committee_at(desks: Desks) -> Committee | None:
    """The nearest committee to the demo's township that has people: there, in its county, or anywhere in the city."""
    for key, column in (("township", "place_id"), ("county", "county_id"), ("city", "city_id")):
        place = desks.units[key]
        committees = Committee.objects.filter(dissolved_on__isnull=True, **{f"unit__{column}": place.pk})
        for committee in committees.order_by("unit__code").select_related("unit"):
            if len(_members(committee)) > 1:
                return committee
    return None


def _members(committee: Committee | None) -> list[Mediator]:
    """The director, then the others, those who do nothing else before those who help."""
    if committee is None:
        return []
    members = Mediator.objects.filter(committee=committee).select_related("user")
    return sorted(members, key=lambda one: (one.seat != "director", one.employment != "full_time", one.pk))
