"""Terms counted over grids: which of them reported something valid in the period, or that there was nothing (零报告).

A grid that said nothing at all is 未报, which is not the same as nothing having happened (DOMAIN.md 7.4 no. 14).
"""

from dataclasses import dataclass
from enum import StrEnum

from grid.models import Unit
from mediation.reviews.figures import incidents
from mediation.reviews.figures.looking import Look, rows
from mediation.reviews.figures.rosters import valid
from mediation.reviews.figures.tallies import Tallies


class Answer(StrEnum):
    """What a grid said."""

    REPORTED = "reported"
    NIL = "nil"
    MISSING = "missing"


@dataclass(frozen=True)
class GridAnswer:
    """A grid and what it said in a period."""

    grid: int
    child: int | None
    answer: Answer


def grids(look: Look) -> str:
    """SELECT: the grids that stood just before the end."""
    return f"""select u.id, u.{look.child} as child from grid_unit u
    where u.{look.level} = any (%(units)s) and u.kind = 'grid' and {valid(look, "u")}"""


def nil_reports(look: Look) -> str:
    """SELECT: units that said before T that nothing had happened on some day of the period."""
    return f"""select n.unit_id from cases_nilreport n
    where n.{look.level} = any (%(units)s) and n.on >= %(first_day)s and n.on <= %(last_day)s
      and n.at < %(as_of)s and {look.seen("n")}"""


def active(look: Look) -> str:
    """SELECT: the grids that reported something valid, or nothing."""
    return f"""{incidents.cohort(look)}
select g.id, g.child from ({grids(look)}) g
where g.id in (select grid_id from standing where {incidents.VALID}) or g.id in ({nil_reports(look)})"""


def silent(look: Look) -> str:
    """SELECT: the grids that said nothing."""
    return f"""{incidents.cohort(look)}
select g.id, g.child from ({grids(look)}) g
where not exists (select from standing s where s.grid_id = g.id and {incidents.VALID})
  and g.id not in ({nil_reports(look)})"""


def standing_grids(look: Look) -> dict[int, int | None]:
    """Return the grids that stood, and the child place each lies in."""
    return dict(rows(grids(look), look.parameters))


def count_grids(look: Look, tallies: Tallies, standing: dict[int, int | None], reported: set[int]) -> None:
    """Count the grids that stood, and the active ones, by child place."""
    if not standing:
        return
    heard = reported | {pk for (pk,) in rows(nil_reports(look), look.parameters)}
    for grid, child in standing.items():
        tallies.add(child, {"grids": 1, "grids_active": int(grid in heard)})


def answers(look: Look) -> list[GridAnswer]:
    """Return what each grid said in a period, in the order of codes: for surge, and for the daily list of 未报."""
    sql = f"""{incidents.cohort(look)}
select g.id, g.child, exists (select from standing s where s.grid_id = g.id and {incidents.VALID}),
    g.id in ({nil_reports(look)})
from ({grids(look)}) g"""
    found = {
        pk: GridAnswer(pk, child, Answer.REPORTED if reported else Answer.NIL if nil else Answer.MISSING)
        for pk, child, reported, nil in rows(sql, incidents.parameters(look))
    }
    return [found[pk] for pk in Unit.objects.filter(pk__in=found).order_by("code", "pk").values_list("pk", flat=True)]
