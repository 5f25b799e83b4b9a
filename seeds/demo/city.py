"""The demo city as a whole: places and people, history by COPY, desks, their story, and who reads its reviews."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Case, Incident, LedgerRow
from cases.moves import recorded_at_once
from grid.models import Post, Unit
from grid.scope import Role
from grid.workflow import add_user, open_unit, seat
from mediation.reviews import periods
from mediation.reviews.kinds import Kind
from mediation.reviews.workflow.due import READING, set_reviews_from
from mediation.workflow.roster import hung_code
from seeds.demo import past
from seeds.demo.acts import Acts
from seeds.demo.cases import tell_cases
from seeds.demo.desks import CITY, COUNTY, Desks, find_desks
from seeds.demo.incidents import tell_incidents
from seeds.demo.logins import hand_out
from seeds.play.phrases import person_name
from seeds.play.rhythm import start_of

KIND = "seed_demo"
"""Marks, among the ledger rows, that the city was filled."""
FURTHER_COUNTIES, FURTHER_TOWNSHIPS = 2, 1
"""Places beside the demo's own whose reviews are built, too."""


@dataclass(frozen=True)
class Filled:
    """What was written."""

    incidents: int
    cases: int
    has_history: bool
    logins: str


def is_filled() -> bool:
    """Whether the demo city was filled before."""
    return LedgerRow.objects.filter(kind=KIND, number=CITY).exists()


def fill(now: datetime, said: Callable[[str], None], advance: Callable[[int], None]) -> Filled:
    """Fill the city up to ``now``: all of it or nothing; call it in a system scope.

    ``said`` is told each part as it begins, ``advance`` of records written. Records that stand already are somebody's
    own: then only the desks are opened, and nothing is invented around them. Raises ``desks.NameTaken``.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('hemu.seed_demo'))")
    if is_filled():
        # Somebody else was filling it while this one waited.
        return Filled(Incident.objects.count(), Case.objects.count(), False, "")
    today = day_of(now)
    days = past.days_until(today)
    is_empty = not Incident.objects.exists() and not Case.objects.exists()
    if is_empty:
        said(_("区划、网格、调委会和调解员"))
        ground = past.survey_demo(days[0])
        past.enter_people(ground, days[0])
    said(_("示范岗位和账号"))
    logins = hand_out(days[0])
    if is_empty:
        said(_("%(days)s天的事件和纠纷") % {"days": len(days)})
        past.write_past(ground, days, advance)
        said(_("各岗位的待办事项"))
        desks = find_desks()
        tell(desks, now)
        _seat_readers(desks, days[0])
        open_reviews(today)
    LedgerRow.objects.create(kind=KIND, number=CITY, cells={"until": today.isoformat()})
    return Filled(Incident.objects.count(), Case.objects.count(), is_empty, logins)


def tell(desks: Desks, now: datetime) -> None:
    """Play the story of the desks up to ``now``."""
    acts = Acts(desks, now, Random("demo story"))
    with recorded_at_once():
        tell_incidents(acts)
        tell_cases(acts)


def _seat_readers(desks: Desks, since: date) -> None:
    """Give some further places a supervisor, so that their reviews are built; nobody can sign in as them."""
    rng = Random("demo readers")
    played = Incident.objects.values("county_id").exclude(county_id=desks.units["county"].pk)
    places = list(Unit.objects.filter(pk__in=played).order_by("code")[:FURTHER_COUNTIES])
    towns = Unit.objects.divisions().filter(parent__code=COUNTY).exclude(pk=desks.units["township"].pk)
    places += towns.order_by("code")[:FURTHER_TOWNSHIPS]
    for number, place in enumerate(places, 1):
        centre = open_unit(
            parent=place,
            code=hung_code(place, "C"),
            name=f"{place.name}综治中心",
            kind=Unit.Kind.CENTRE,
            valid_from=since,
        )
        user = add_user(username=f"supervisor-{number:02d}", name=person_name(rng))
        seat(user=user, unit=centre, role=Role.CENTRE_SUPERVISOR, starts_on=since, at=start_of(since))


def open_reviews(today: date) -> None:
    """Have reviews built from the last two-month period on: without this, from the first post on, day by day."""
    first = periods.last_before(Kind.BIMONTHLY, start_of(today)).end_on - timedelta(days=1)
    posts = Post.objects.filter(role__in=READING).select_related("unit__place")
    for place in {post.unit.place or post.unit for post in posts}:
        set_reviews_from(unit=place, day=first)
