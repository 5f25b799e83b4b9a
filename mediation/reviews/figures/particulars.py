"""What stands in sheets beside the measures: what went back, what is late, what is open longest (DOMAIN.md 7.1).

Kept with the review like its figures, as they stood at T, so that a sheet never asks the live tables. Ids, codes and
days only; nothing about persons.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cases.models import Incident
from grid.models import Unit
from grid.scope import LEVELS, local_day
from mediation.reviews.figures.incidents import IN_PERIOD, REPORTED_IN_PERIOD, cohort, parameters
from mediation.reviews.figures.looking import (
    INCIDENT,
    Look,
    dicts,
    moved,
    placed_events,
    placed_records,
    rows,
    standing,
)
from mediation.reviews.figures.places import look_at
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import Period

OLDEST = 10
"""How many of the longest open ones are listed."""

WITH_OLDEST = frozenset({Kind.WEEKLY, Kind.MONTHLY})
OPEN = [status.value for status in Incident.OPEN]


def particulars(unit: Unit, period: Period, as_of: Any) -> dict[str, Any]:
    """Return what the paper of the period's kind says beside its measures; empty for kinds that say nothing more.

    Call it in a scope that sees the unit, in the transaction that computes the figures.
    """
    if period.kind is not Kind.DAILY and period.kind not in WITH_OLDEST:
        return {}
    look = look_at(unit, period, as_of)
    said: dict[str, Any] = {**_late(look)}
    if period.kind in WITH_OLDEST:
        said["oldest_open"] = _oldest(look)
    if period.kind is Kind.DAILY:
        said |= {**_inspected(look), "high_risk_new": _high_risks(look), **_silent(unit, look)}
    return said


def _open(look: Look) -> str:
    """CTEs up to ``standing``: incidents that may have been open at T, as they stood then."""
    picked = placed_records(
        look,
        INCIDENT,
        ("reported_at", "unit_id"),
        "(r.is_open or r.last_event_at >= %(as_of)s) and r.reported_at < %(as_of)s",
    )
    return f"""with {moved(look, INCIDENT)},
maybe as (
    {picked}
),
{standing(look, INCIDENT, "maybe", ("reported_at", "unit_id"))}"""


def _with_open(look: Look) -> dict[str, Any]:
    return {**parameters(look), "open": OPEN, "tomorrow": look.as_of + timedelta(days=1), "oldest": OLDEST}


def _late(look: Look) -> dict[str, Any]:
    """Open ones over their limit at T, and those whose limit comes within a day."""
    (counted,) = dicts(
        f"""{_open(look)}
select count(*) filter (where due_at < %(as_of)s) as overdue_open,
       count(*) filter (where due_at >= %(as_of)s and due_at < %(tomorrow)s) as due_next
from standing where status = any (%(open)s)""",
        _with_open(look),
    )
    return counted


def _oldest(look: Look) -> list[dict[str, Any]]:
    """The incidents open longest at T."""
    found = rows(
        f"""{_open(look)}
select s.id, s.category_id, s.reported_at, i.outside_number, u.name
from standing s join cases_incident i on i.id = s.id join grid_unit u on u.id = s.unit_id
where s.status = any (%(open)s) order by s.reported_at, s.id limit %(oldest)s""",
        _with_open(look),
    )
    last_day = local_day(look.as_of - timedelta(microseconds=1))
    return [
        {
            "id": pk,
            "number": number or f"SJ{local_day(reported_at):%Y%m%d}-{pk}",
            "category": category,
            "place_name": place,
            "reported_on": str(local_day(reported_at)),
            "days": (last_day - local_day(reported_at)).days,
        }
        for pk, category, reported_at, number, place in found
    ]


def _inspected(look: Look) -> dict[str, Any]:
    """Of those reported in the period: sent back at T, and void with the reason given."""
    stood = f"""{cohort(look)}
select s.status, coalesce(nullif(why.reason, ''), 'duplicate'), count(*)
from standing s
left join lateral (
    select e.reason from cases_incidentevent e
    where s.status = any (%(void)s) and e.incident_id = s.id and e.at < %(as_of)s and e.status = s.status
    order by e.seq limit 1
) why on true
where s.status = any (%(void)s) or s.status = %(returned)s group by 1, 2"""
    counted: Mapping[str, Any] = {"returned": 0, "void_by_reason": {}}
    said: dict[str, Any] = dict(counted)
    for status, reason, count in rows(stood, {**parameters(look), "returned": Incident.Status.RETURNED.value}):
        if status == Incident.Status.RETURNED:
            said["returned"] += count
        else:
            said["void_by_reason"][reason] = said["void_by_reason"].get(reason, 0) + count
    return said


def _high_risks(look: Look) -> int:
    """Incidents rated high in the period that were not high before."""
    rated = placed_events(
        look,
        INCIDENT,
        ("incident_id",),
        f"{IN_PERIOD} and r.data ->> 'risk_to' = 'high' and r.data ->> 'risk_from' is distinct from 'high'",
    )
    ((count,),) = rows(
        f"with {moved(look, INCIDENT)}, rated as ({rated}) select count(distinct incident_id) from rated",
        parameters(look),
    )
    return int(count)


def _silent(unit: Unit, look: Look) -> dict[str, int]:
    """Grids in being on the period's first day, and those from which nothing was reported."""
    grids = (
        Unit.objects.filter(kind=Unit.Kind.GRID, **{LEVELS[unit.level]: unit.pk})
        .valid_on(local_day(look.start))
        .values_list("pk", flat=True)
    )
    alive = set(grids)
    if not alive:
        return {}
    heard = rows(
        f"""select distinct r.grid_id from cases_incident r
where r.{look.level} = any (%(units)s) and {REPORTED_IN_PERIOD} and r.grid_id is not null""",
        parameters(look),
    )
    return {"grids": len(alive), "silent_grids": len(alive - {pk for (pk,) in heard})}
