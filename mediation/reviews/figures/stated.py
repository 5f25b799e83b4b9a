"""Terms that nobody counts here: people living in a place, suits at its courts, as somebody outside stated them.

They belong to one place as a whole and do not add up from the places below it: a city's population is the figure
published for the city. Each is said with its source and year; what is missing stays missing (DOMAIN.md 7.3).
"""

from typing import Any

from mediation.reviews.figures.looking import Look, dicts
from mediation.reviews.figures.tallies import Tallies

SUITS = "suits"

OWN = "case when r.unit_id = any (%(units)s) then null else r.unit_id end"

CODE = "(select code from grid_unit where id = r.unit_id) as code"


def _places(look: Look, alias: str) -> str:
    """SQL: the stated row is of the look's own unit, or of a place right below it."""
    below = f"{alias}.{look.level} = any (%(units)s) and {alias}.unit_id = {alias}.{look.child}"
    return f"({alias}.unit_id = any (%(units)s) or ({below}))"


def populations(look: Look) -> str:
    """SELECT: the newest population of each place up to the period's year; ``child`` is null for the unit's own."""
    return f"""select distinct on (r.unit_id) r.id, {OWN} as child, {CODE}, r.year, r.people as number, r.source
    from reviews_population r
    where {_places(look, "r")} and r.year <= %(year)s and {look.seen("r")}
    order by r.unit_id, r.year desc, r.id desc"""


def suits(look: Look) -> str:
    """SELECT: the suits stated of each place for exactly this period, once it is over."""
    return f"""select distinct on (r.unit_id) r.id, {OWN} as child, {CODE},
        extract(year from r.start_on)::int as year, r.number, r.source
    from reviews_outsidefigure r
    where {_places(look, "r")} and r.what = '{SUITS}' and r.start_on = %(first_day)s and r.end_on = %(day_after)s
      and %(is_whole)s and {look.seen("r")}
    order by r.unit_id, r.id desc"""


def sued_populations(look: Look) -> str:
    """SELECT: the populations of the places whose suits were stated; the others have no such figure."""
    return f"""select p.* from ({populations(look)}) p
    where exists (select from ({suits(look)}) s where s.code = p.code)"""


STATED = {"population": populations, "suits": suits, "suits_population": sued_populations}
"""Term -> the rows it is read from. Their ``child`` is null for what was stated of the unit itself."""


def tell_stated(look: Look, tallies: Tallies) -> list[dict[str, Any]]:
    """Note what was stated of the unit and of each place right below it; return it with source and year."""
    said: list[dict[str, Any]] = []
    for term, select in STATED.items():
        for row in dicts(select(look), look.parameters):
            tallies.tell(row["child"], {term: int(row["number"])})
            if term != "suits_population":
                said.append({"term": term, **{name: row[name] for name in ("code", "year", "number", "source")}})
    return sorted(said, key=lambda row: (row["term"], row["code"]))
