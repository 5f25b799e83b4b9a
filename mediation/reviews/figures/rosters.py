"""Terms counted over the roster: who and what is in office just before the end of the period."""

from mediation.reviews.figures.looking import Look, rows
from mediation.reviews.figures.tallies import Tallies


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
