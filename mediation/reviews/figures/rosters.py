"""Terms counted over the roster and the units: who and what is in office, or stands, just before the end.

Units say from which day to which they are valid. When that was recorded is in ``opened_in`` and ``closed_in``, columns
of migration 0004 that only reviews read: a unit opened or closed later changes nothing that a review counted.
"""

from mediation.reviews.figures.looking import Look, dicts, rows
from mediation.reviews.figures.tallies import Tallies

FULL_TIME_PER_TOWNSHIP = 2
"""Full-time mediators a township's own committee needs (S000; 司发〔2018〕2号, DOMAIN.md 2.3)."""

TOWNSHIP = "township_id"


def in_office(look: Look) -> str:
    """SELECT: mediators, committees and studios entered and not yet out again, by kind and id."""
    return f"""select r.{look.child} as child, r.kind, r.subject, sum(r.delta) as number
    from mediation_rosterevent r
    where r.{look.level} = any (%(units)s) and r.at < %(end)s and {look.seen("r")}
    group by 1, 2, 3 having sum(r.delta) <> 0"""


def count_roster(look: Look, tallies: Tallies) -> None:
    """Count those in office by child place; the term is the roster's own kind."""
    sql = f"select child, kind, sum(number) from ({in_office(look)}) r group by 1, 2"
    for child, kind, number in rows(sql, look.parameters):
        tallies.add(child, {kind: number})


def valid(look: Look, alias: str) -> str:
    """SQL: the unit stood on the last day, as far as the look knows."""
    return f"""{alias}.valid_from <= %(last_day)s and {look.visible(f"{alias}.opened_in")}
      and ({alias}.valid_to is null or {alias}.valid_to > %(last_day)s
           or ({alias}.closed_in is not null and not {look.visible(f"{alias}.closed_in")}))"""


def townships(look: Look) -> str:
    """SELECT: the townships that stood, and the number of full-time mediators of each one's own committees."""
    return f"""select u.id, u.{look.child} as child, (
        select coalesce(sum(r.delta), 0) from mediation_rosterevent r
        where r.township_id = u.id and r.village_id is null and r.kind = 'mediator_full_time'
          and r.at < %(end)s and {look.seen("r")}
    ) as full_time
    from grid_unit u
    where u.{look.level} = any (%(units)s) and u.kind = 'division' and u.level = 'township'
      and not u.is_statistical_only and {valid(look, "u")}"""


def staffed(look: Look) -> str:
    """SELECT: the townships with enough full-time mediators."""
    return f"select id, child from ({townships(look)}) t where full_time >= {FULL_TIME_PER_TOWNSHIP}"


def count_townships(look: Look, tallies: Tallies) -> None:
    """Count townships, and those with enough full-time mediators, by child place.

    A township is no part of any of its villages: of its own review it is a fact of the place itself, and of no child.
    """
    sql = f"""select child, count(*) as townships,
        count(*) filter (where full_time >= {FULL_TIME_PER_TOWNSHIP}) as townships_staffed
    from ({townships(look)}) t group by child"""
    for row in dicts(sql, look.parameters):
        child = row.pop("child")
        if look.level == TOWNSHIP:
            tallies.tell(None, row)
        else:
            tallies.add(child, row)
