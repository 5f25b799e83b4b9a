"""The only SQL of findings that counts: records per day, category and place, exactly as they stood at T.

Put together from the pieces of ``figures.looking``, so that a finding counts what the figures count: a record lies at
the place and in the category it has at T, void reports are none, and what was recorded since changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cases.models import Case, Incident
from grid.scope import local_day
from mediation.reviews.figures import disputes, incidents
from mediation.reviews.figures.looking import DISPUTE, INCIDENT, Look, Timeline, moved, placed_records, rows, standing
from mediation.reviews.periods import midnight

PAST_DAYS = 364
"""A village's own past: 52 weeks, with a gap before the present."""


@dataclass(frozen=True)
class Stream:
    """What comes in day by day: incidents reported, or disputes found."""

    name: str
    model: Any
    line: Timeline
    moment: str
    counts: str
    """SQL over the columns that stand at T: the record counts."""


INCIDENTS = Stream("incident", Incident, INCIDENT, "reported_at", "not status = any (%(void)s)")
DISPUTES = Stream("dispute", Case, DISPUTE, "registered_at", "true")
STREAMS = {stream.name: stream for stream in (INCIDENTS, DISPUTES)}


Stretch = tuple[int | None, str | None, list[int], list[int], int]
"""Child place, category (None: all together), days since the first one asked for, how many came on each, and how many
of them of late."""


def within(look: Look, first: date, after: date, *, child: str | None = None) -> Look:
    """Return the look at the days from ``first`` up to before ``after``, never beyond the review's own end.

    ``child`` groups by places of another level.
    """
    end = min(midnight(after), look.end)
    return replace(look, start=min(midnight(first), end), end=end, child=child or look.child)


def parameters(look: Look, **more: Any) -> dict[str, Any]:
    """What the SQL of findings refers to by name."""
    return {**look.parameters, **incidents.PARAMETERS, **disputes.PARAMETERS, **more}


def came(look: Look, stream: Stream, *, where: str = "true", extra: Sequence[str] = ()) -> str:
    """CTEs up to ``came``: the records of the look's days that count, with child, category, moment and ``extra``.

    Nearly all were not touched since T and are read as they are; the others are looked up in their timelines.
    """
    line, columns = stream.line, (stream.moment, *extra)
    in_time = f"r.{stream.moment} >= %(start)s and r.{stream.moment} < %(end)s and {where}"
    kept = ", ".join(("id", "child", *columns, "category_id"))
    looked_up = "r.last_event_at >= %(as_of)s" if look.snapshot is None else "true"
    as_it_is = "r.last_event_at < %(as_of)s" if look.snapshot is None else "false"
    return f"""with {moved(look, line)},
touched as (
    {placed_records(look, line, columns, f"{in_time} and {looked_up}")}
),
{standing(look, line, "touched", columns)},
untouched as (
    {placed_records(look, line, columns, f"{in_time} and {as_it_is}")}
),
came as (
    select {kept} from untouched where {stream.counts}
    union all
    select {kept} from standing where {stream.counts}
)"""


def daily(look: Look, stream: Stream) -> str:
    """CTEs up to ``daily``: how many came per child place, category and day."""
    return f"""{came(look, stream)},
daily as (
    select child, category_id, {day_of(stream.moment)} as day, count(*) as number
    from came group by 1, 2, 3
)"""


def day_of(column: str) -> str:
    """SQL: the day of a moment, counted from the look's first day."""
    return f"((({column}) at time zone 'Asia/Shanghai')::date - %(first_day)s::date)"


def stretches(look: Look, stream: Stream, since: int) -> list[Stretch]:
    """Return the days on which anything came, per child place and category, and per child place; late ones are those
    from day ``since`` on.

    Days come as arrays, for a city's two years are a hundred thousand cells.
    """
    sql = f"""{daily(look, stream)}
select child, category_id, array_agg(day), array_agg(number::int),
    coalesce(sum(number) filter (where day >= %(since)s), 0)::int
from daily group by 1, 2
union all
select child, null, array_agg(day), array_agg(number), 0
from (select child, day, sum(number)::int as number from daily group by 1, 2) every group by 1"""
    return rows(sql, parameters(look, since=since))


def last_day(look: Look) -> date:
    """The last day of which some part lies before the look's end."""
    return local_day(look.end - timedelta(microseconds=1))
