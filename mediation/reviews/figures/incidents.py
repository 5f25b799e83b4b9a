"""Terms counted over incidents: cohorts of those reported in the period, and the flow of open ones."""

from typing import Any

from cases.models import HandlingLevel, Incident
from mediation.reviews.figures.looking import (
    INCIDENT,
    Look,
    dicts,
    moved,
    placed,
    placed_events,
    placed_records,
    rows,
    standing,
)
from mediation.reviews.figures.tallies import Breakdown, Tallies

VALID = "not status = any (%(pending)s) and not status = any (%(void)s)"
"""Found valid: neither awaiting inspection (returned for correction is awaiting it too) nor invalid nor duplicate."""

SOLVED = f"{VALID} and closed_at is not null and outcome = any (%(solved)s)"
"""Closed, and the matter itself settled or dealt with: closed is not resolved."""

COHORT = {
    "reported": "true",
    "valid": VALID,
    "void": "status = any (%(void)s)",
    "invalid": "status = %(invalid)s",
    "duplicate": "status = %(duplicate)s",
    "pending": "status = any (%(pending)s)",
    "self_handled": f"{VALID} and self_handled",
    # A reopening takes the closure off, so a closing time that stands has not been undone by T.
    "closed": f"{VALID} and closed_at is not null",
    "handled": f"{VALID} and (closed_at is not null or status = %(handled)s)",
    # The limit in force at T. A live limit is a day and is stored as its last instant, a ledger's is its time.
    "due": f"{VALID} and due_at < %(as_of)s",
    "on_time": f"{VALID} and due_at < %(as_of)s and closed_at <= due_at",
    "extended": f"{VALID} and due_at < %(as_of)s and id in (select incident_id from extensions)",
    "grassroots": f"{SOLVED} and closed_level = any (%(base)s)",
    "grassroots_village": f"{SOLVED} and closed_level = any (%(village)s)",
    "grassroots_township": f"{SOLVED} and closed_level = %(township)s",
}
"""Term -> which of the incidents reported in the period, as they stood at T (CTE ``standing``), it counts."""

FLOW = {
    "reopened": "r.delta = 1 and r.seq > 1",
    "closures": "r.delta = -1 and r.status = any (%(done)s)",
    "voided": "r.delta = -1 and r.status = any (%(void)s)",
}
"""Term -> which events of the period it counts; an undone voiding opens an incident again, so it is a reopening."""

PARAMETERS = {
    "pending": [status.value for status in Incident.PENDING],
    "void": [status.value for status in Incident.VOID],
    "invalid": Incident.Status.INVALID.value,
    "duplicate": Incident.Status.DUPLICATE.value,
    "handled": Incident.Status.HANDLED.value,
    "done": [status.value for status in Incident.DONE],
    "solved": [Incident.Outcome.RESOLVED.value, Incident.Outcome.HANDLED.value],
    "base": [HandlingLevel.GRID.value, HandlingLevel.VILLAGE.value, HandlingLevel.TOWNSHIP.value],
    "village": [HandlingLevel.GRID.value, HandlingLevel.VILLAGE.value],
    "township": HandlingLevel.TOWNSHIP.value,
}

REPORTED_IN_PERIOD = "r.reported_at >= %(start)s and r.reported_at < %(end)s"
IN_PERIOD = "r.at >= %(start)s and r.at < %(end)s"


def parameters(look: Look) -> dict[str, Any]:
    """What the SQL of this module refers to by name."""
    return {**look.parameters, **PARAMETERS}


def cohort(look: Look) -> str:
    """CTEs up to ``standing``: the incidents reported in the period, as they stood at T; and their extensions."""
    picked = placed_records(look, INCIDENT, ("source", "self_handled"), REPORTED_IN_PERIOD, ("grid_id",))
    granted = placed_events(
        look, INCIDENT, ("incident_id",), "r.verb = 'grant_extension' and r.at >= %(start)s and r.at < %(as_of)s"
    )
    return f"""with {moved(look, INCIDENT)},
extensions as (
    {granted}
),
reported as (
    {picked}
),
{standing(look, INCIDENT, "reported", ("source", "self_handled", "grid_id"))}"""


def count_cohort(look: Look, tallies: Tallies, valid_by: Breakdown, grids: bool) -> set[int]:
    """Count the cohort by child place, and the valid ones by category and source, in one pass.

    With ``grids`` also return the grids that something valid was reported of.
    """
    counts = ",\n    ".join(f"count(*) filter (where {condition}) as {term}" for term, condition in COHORT.items())
    # Asked for only where there are grids at all: then it is one more way to group the same rows.
    keys, more, having = "child, category_id, source", "", ""
    if grids:
        keys, more = f"{keys}, grid_id", ", (grid_id)"
        having = f"having grouping(grid_id) = 1 or (grid_id is not null and count(*) filter (where {VALID}) > 0)"
    sql = f"""{cohort(look)}
select grouping({keys}) as grouped, {keys},
    {counts}
from standing group by grouping sets ((child), (category_id), (source){more}) {having}"""
    active: set[int] = set()
    for row in dicts(sql, parameters(look)):
        # One bit per column that is *not* grouped by, child's first.
        grouped = row["grouped"] if grids else row["grouped"] << 1 | 1
        if grouped == 0b0111:
            tallies.add(row["child"], {term: row[term] for term in COHORT})
        elif grouped == 0b1011:
            valid_by.add("category", row["category_id"], row["valid"])
        elif grouped == 0b1101:
            valid_by.add("source", row["source"], row["valid"])
        else:
            active.add(row["grid_id"])
    return active


def count_flow(look: Look, tallies: Tallies, stock: bool = True) -> None:
    """Count what came, went and came back in the period, and, as ``stock``, what was open before it.

    Open before the period = open now, less every change since the period began. Both are cheap: few incidents are
    open, and changes are read from the index by time. A record's place at T holds for all its terms.
    """
    counts = ",\n    ".join(
        f"count(*) filter (where r.at < %(end)s and {condition}) as {term}" for term, condition in FLOW.items()
    )
    since = "" if stock else " and r.at < %(end)s"
    changes = placed_events(
        look, INCIDENT, ("at", "seq", "delta", "status"), f"r.delta <> 0 and r.at >= %(start)s{since}"
    )
    open_now = placed(look, INCIDENT, INCIDENT.record, ("id",), "r.is_open" if stock else "false")
    sql = f"""with {moved(look, INCIDENT)},
changes as (
    {changes}
),
open_now as (
    {open_now}
)
select child,
    {counts},
    -sum(delta) as open_start
from changes r group by child
union all
select child, {", ".join("0" for _ in FLOW)}, count(*) from open_now group by child"""
    for row in dicts(sql, parameters(look)):
        if not stock:
            del row["open_start"]
        tallies.add(row.pop("child"), row)


def reopened_closures(look: Look) -> str:
    """CTEs up to ``undone``: closures made in the period that a reopening before T has undone, by event id.

    Asked from the reopenings, which are few: each undoes the last closing before it.
    """
    reopenings = placed_events(
        look,
        INCIDENT,
        ("incident_id", "seq"),
        "r.delta = 1 and r.seq > 1 and r.at >= %(start)s and r.at < %(as_of)s",
    )
    return f"""with {moved(look, INCIDENT)},
reopenings as (
    {reopenings}
),
undone as (
    select closure.id, reopenings.child
    from reopenings
    cross join lateral (
        select r.id, r.at, r.status from cases_incidentevent r
        where r.incident_id = reopenings.incident_id and r.seq < reopenings.seq and r.delta = -1
        order by r.seq desc limit 1
    ) closure
    -- Undoing a voiding is a reopening, too, but no closure was undone.
    where closure.at >= %(start)s and closure.at < %(end)s and closure.status = any (%(done)s)
)"""


def count_reopened_closures(look: Look, tallies: Tallies) -> None:
    """Count the closures of the period that were undone by T."""
    sql = f"{reopened_closures(look)} select child, count(*) from undone group by child"
    for child, count in rows(sql, parameters(look)):
        tallies.add(child, {"closures_reopened": count})
