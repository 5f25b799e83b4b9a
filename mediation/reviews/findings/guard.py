"""Gaming guard: what makes figures look better than the work is (DOMAIN.md 7.5, anti-gaming).

Hits are reasons to look, not verdicts: they go to the inspection sample, and no score is taken off for them. They name
places and hold ids of records, never a reporter and never a text: texts are compared inside the database, or here for
as long as the comparison takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from cases.similar import likeness
from mediation.reviews.figures.incidents import IN_PERIOD
from mediation.reviews.figures.looking import INCIDENT, Look, moved, placed_events, rows
from mediation.reviews.findings.counting import INCIDENTS, came, parameters

QUICK = "2 minutes"
"""Closed so soon after the report or the assignment: nothing can have been done in between."""

COPIES = 3
"""So many reports of one reporter with the same words are looked at."""
LEAST_TEXT = 6
"""Characters that words must have, apart from numbers and punctuation, to be compared."""
NEARLY = 0.85
"""Share of common character pairs above which two texts are nearly the same."""
COMPARED = 40
"""Reports of one reporter and category that are compared with each other."""

SPLIT = "10 minutes"
ONE_MATTER = 0.4
"""Share of common character pairs above which reports sent minutes apart from one place may be one matter."""

ASSIGNING = ("assign_incident", "send_down_incident", "escalate_incident")
WORDLESS = r"[0-9０-９a-zA-Z\s.,;:!?()\[\]/#*+_—…·，。、；：！？（）【】《》“”‘’-]"
"""What is left out before texts are compared: "3号楼" and "5号楼" do not make two matters' words differ."""

REPORTER = "coalesce(reporter_id::text, nullif(reporter_name, ''))"


@dataclass(frozen=True)
class Hit:
    """Records that belong together, and where."""

    child: int | None
    incidents: tuple[int, ...]


def quick(look: Look) -> str:
    """CTEs up to ``quick``: closures of the period made within two minutes of the report or of an assignment."""
    closures = placed_events(
        look,
        INCIDENT,
        ("incident_id", "seq", "at"),
        f"{IN_PERIOD} and r.delta = -1 and r.status = any (%(done)s)",
    )
    return f"""with {moved(look, INCIDENT)},
closures as (
    {closures}
),
quick as (
    select c.incident_id as id, c.child, i.self_handled
    from closures c join cases_incident i on i.id = c.incident_id
    where c.at - i.reported_at <= interval '{QUICK}'
       or exists (
            select from cases_incidentevent a
            where a.incident_id = c.incident_id and a.seq < c.seq and a.verb = any (%(assigning)s)
              and c.at - a.at <= interval '{QUICK}' and {look.seen("a")})
)"""


def known(look: Look) -> dict[str, Any]:
    """What the SQL of this module refers to by name."""
    return parameters(look, assigning=list(ASSIGNING), wordless=WORDLESS)


def quick_closures(look: Look) -> dict[int | None, tuple[int, int, int]]:
    """Return child -> quick closures, those of them handled on the spot, and all closures of the period."""
    sql = f"""{quick(look)}
select child, sum(quick), sum(spot), sum(every) from (
    select child, count(*) as quick, count(*) filter (where self_handled) as spot, 0 as every from quick group by 1
    union all
    select child, 0, 0, count(*) from closures group by 1
) s group by child"""
    return {child: (int(hits), int(spot), int(every)) for child, hits, spot, every in rows(sql, known(look))}


def copied(look: Look, *, nearly: bool) -> list[Hit]:
    """Return reports of one reporter with the same words, numbers and punctuation apart; with ``nearly`` alike ones.

    The nearly alike are found by comparing pairs, so it is asked for short periods only.
    """
    told = came(look, INCIDENTS, extra=("reporter_id", "reporter_name", "description"))
    sql = f"""{told},
words as (
    select id, child, {REPORTER} as reporter, regexp_replace(description, %(wordless)s, '', 'g') as words from came
)
select min(child), array_agg(id order by id) from words
where reporter is not null and length(words) >= {LEAST_TEXT}
group by reporter, md5(words) having count(*) >= {COPIES}"""
    same = [Hit(child, tuple(ids)) for child, ids in rows(sql, known(look))]
    return merged([*same, *_nearly(look)]) if nearly else sorted(same, key=_order)


def _nearly(look: Look) -> list[Hit]:
    told = came(look, INCIDENTS, extra=("reporter_id", "reporter_name", "description"))
    sql = f"""{told},
numbered as (
    select id, child, {REPORTER} as reporter, category_id, description,
        row_number() over (partition by {REPORTER}, category_id order by reported_at desc, id desc) as nth,
        count(*) over (partition by {REPORTER}, category_id) as number
    from came
)
select reporter, category_id, id, child, description from numbered
where reporter is not null and number >= {COPIES} and nth <= {COMPARED} and length(description) >= {LEAST_TEXT}"""
    groups: dict[tuple[str, str], list[tuple[int, int | None, str]]] = defaultdict(list)
    for reporter, category, pk, child, description in rows(sql, known(look)):
        groups[reporter, category].append((pk, child, description))
    pairs = [
        Hit(one[1], (one[0], other[0]))
        for group in groups.values()
        for one, other in combinations(group, 2)
        if likeness(one[2], other[2]) >= NEARLY
    ]
    return [hit for hit in merged(pairs) if len(hit.incidents) >= COPIES]


def split(look: Look) -> list[Hit]:
    """Return reports of one reporter, place and category, minutes apart and in like words: perhaps one matter."""
    told = came(look, INCIDENTS, extra=("unit_id", "reporter_id", "reporter_name", "description"))
    window = f"over (partition by {REPORTER}, unit_id, category_id order by reported_at, id)"
    sql = f"""{told},
followed as (
    select id, child, description, reported_at, {REPORTER} as reporter,
        lag(id) {window} as before, lag(description) {window} as said, lag(reported_at) {window} as at
    from came
)
select child, before, id, said, description from followed
where reporter is not null and before is not null and reported_at - at <= interval '{SPLIT}'"""
    return merged(
        Hit(child, (before, pk))
        for child, before, pk, said, description in rows(sql, known(look))
        if likeness(said, description) >= ONE_MATTER
    )


def merged(hits: Iterable[Hit]) -> list[Hit]:
    """Join hits that have a record in common."""
    group_of: dict[int, set[int]] = {}
    child_of: dict[int, int | None] = {}
    for hit in hits:
        joined = set(hit.incidents).union(*(group_of.get(pk, set()) for pk in hit.incidents))
        for pk in joined:
            group_of[pk] = joined
        for pk in hit.incidents:
            child_of.setdefault(pk, hit.child)
    groups = {min(group): group for group in group_of.values()}
    return sorted((Hit(child_of[first], tuple(sorted(group))) for first, group in groups.items()), key=_order)


def _order(hit: Hit) -> tuple[int, int]:
    return -len(hit.incidents), hit.incidents[0]


def closings(look: Look) -> Mapping[int | None, list[tuple[int, int]]]:
    """Return child -> day and number of closures, for the days of the look."""
    closures = placed_events(look, INCIDENT, ("at",), f"{IN_PERIOD} and r.delta = -1 and r.status = any (%(done)s)")
    sql = f"""with {moved(look, INCIDENT)}, closures as ({closures})
select child, ((at at time zone 'Asia/Shanghai')::date - %(first_day)s::date), count(*) from closures group by 1, 2"""
    found: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for child, day, number in rows(sql, known(look)):
        found[child].append((day, int(number)))
    return found


def hits_among(look: Look) -> dict[str, set[int]]:
    """Return reason -> incidents it draws into an inspection sample, for a day's look."""
    return {
        "quick_closure": {pk for (pk,) in rows(f"{quick(look)} select id from quick", known(look))},
        "copied": {pk for hit in copied(look, nearly=True) for pk in hit.incidents},
        "split": {pk for hit in split(look) for pk in hit.incidents},
    }
