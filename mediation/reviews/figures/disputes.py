"""Terms counted over disputes: cohorts found or accepted in the period, and what happened in it."""

from collections import Counter
from typing import Any

from cases.models import Case
from cases.workflow.reasons import Prevention
from mediation.reviews.figures.looking import (
    DISPUTE,
    Look,
    dicts,
    local_date,
    moved,
    placed_events,
    placed_records,
    standing,
)
from mediation.reviews.figures.tallies import Breakdown, Tallies

FOUND = {"found": "true", "found_resolved": "resolved_at is not null"}
"""Term -> which of the disputes found in the period. A breach or reopening clears what was resolved."""

ACCEPTED = {
    "accepted": "true",
    "accepted_resolved": "resolved_at is not null",
    # Once there was an agreement there was one, even if mediation began again after it.
    "accepted_agreed": "agreed_at is not null",
    "accepted_concluded": "agreed_at is not null or status = any (%(ended)s)",
}
"""Term -> which of the disputes accepted in the period."""

AGREED = "r.verb = any (%(agreeing)s)"
"""An event that made an agreement."""

STATED = "(r.verb = any (%(agreeing)s) or r.verb = 'record_particulars') and r.limit_on is not null"
"""An event that says an agreement's amount and limit day: the one that made it, or a ledger that gave them later."""

IN_PERIOD = "r.at >= %(start)s and r.at < %(end)s"

HAPPENED = {
    "agreements": AGREED,
    # One event per visited party; no answer is no text.
    "answers": "r.satisfaction <> ''",
    "satisfied": "r.satisfaction = any (%(satisfied)s)",
    "confirmations": "r.verb = any (%(applying)s)",
    "closings": "r.verb = any (%(closing)s)",
}
"""Term -> which events of the period it counts."""

LENGTH = f"({local_date('r.at')} - {local_date('r.accepted_at')})"
"""Days from acceptance to a closing; closed on the day itself is none."""

ESCALATED = "r.verb = 'escalate_to_police' and (r.data ->> 'escalated_to_crime')::boolean"
"""An event that says the dispute turned criminal (民转刑)."""

PREVENTED = {
    term: number
    for kind in Prevention
    for term, number in (
        (f"prevented_{kind.value}", f"count({kind.value})"),
        (f"prevented_{kind.value}_people", f"sum({kind.value})"),
    )
}
"""Term -> how it is added up over CTE ``prevented``: the cases of each kind, and their people."""

CORRECTING = "correct_prevention"
"""The verb that states anew what a closing prevented. Few events: an index holds them alone (migration 0013)."""

PARAMETERS = {
    "satisfied": [Case.Satisfaction.VERY_SATISFIED.value, Case.Satisfaction.SATISFIED.value],
    "agreeing": ["settle_case", "record_agreement"],
    "applying": ["note_confirmation_application", "record_confirmation_application"],
    "closing": ["close_case", "record_case_closure"],
    "ended": [Case.Status.TERMINATED.value, Case.Status.CLOSED.value, Case.Status.ARCHIVED.value],
}


def parameters(look: Look) -> dict[str, Any]:
    """What the SQL of this module refers to by name."""
    return {**look.parameters, **PARAMETERS}


def found(look: Look) -> str:
    """CTEs up to ``standing``: the disputes registered in the period, as they stood at T."""
    picked = placed_records(look, DISPUTE, ("source",), "r.registered_at >= %(start)s and r.registered_at < %(end)s")
    return f"""with {moved(look, DISPUTE)},
registered as (
    {picked}
),
{standing(look, DISPUTE, "registered", ("source",))}"""


def accepted(look: Look) -> str:
    """CTEs up to ``standing``: the disputes accepted in the period, as they stood at T.

    Found through the timeline, which is indexed by time; several events can share the instant of acceptance.
    """
    acceptances = placed_events(look, DISPUTE, ("case_id",), f"r.accepted_at = r.at and {IN_PERIOD}")
    return f"""with {moved(look, DISPUTE)},
acceptances as (
    {acceptances}
),
accepted as (
    select r.id, r.last_event_at, r.source, {", ".join(f"r.{column}" for column in DISPUTE.standing)}, a.child
    from (select distinct case_id, child from acceptances) a join cases_case r on r.id = a.case_id
),
{standing(look, DISPUTE, "accepted", ("source",))}"""


def count_found(look: Look, tallies: Tallies, found_by: Breakdown) -> None:
    """Count the disputes found by child place, category and source, in one pass."""
    sql = f"""{found(look)}
select grouping(child, category_id, source) as grouped, child, category_id, source,
    {_counts(FOUND)}
from standing group by grouping sets ((child), (category_id), (source))"""
    for row in dicts(sql, parameters(look)):
        if row["grouped"] == 0b011:
            tallies.add(row["child"], {term: row[term] for term in FOUND})
        elif row["grouped"] == 0b101:
            found_by.add("category", row["category_id"], row["found"])
        else:
            found_by.add("source", row["source"], row["found"])


def count_accepted(look: Look, tallies: Tallies) -> None:
    """Count the disputes accepted by child place."""
    _count(look, tallies, f"{accepted(look)} select child, {_counts(ACCEPTED)} from standing group by child")


def count_happened(look: Look, tallies: Tallies) -> None:
    """Count agreements, their amounts, answers and applications of the period by child place."""
    happened = placed_events(
        look,
        DISPUTE,
        ("case_id", "seq", "verb", "amount", "satisfaction"),
        f"{IN_PERIOD} and ({' or '.join(HAPPENED.values())})",
    )
    sql = f"""with {moved(look, DISPUTE)},
happened as (
    {happened}
),
amounts as (
    select a.child, coalesce(said.amount, a.amount) as amount
    from (select r.* from happened r where {AGREED}) a
    left join lateral (
        -- What a later ledger said of this agreement's amount.
        select r.amount from cases_caseevent r
        where r.case_id = a.case_id and r.seq > a.seq and {STATED} and {of_agreement("r")}
        order by r.seq desc limit 1
    ) said on true
)
select child, {_counts(HAPPENED)}, 0 as amount from happened r group by child
union all
select child, {", ".join("0" for _ in HAPPENED)}, sum(amount) from amounts group by child"""
    _count(look, tallies, sql)


def count_lengths(look: Look, tallies: Tallies) -> None:
    """Count the closings of the period by child place and by their days since acceptance."""
    closings = placed_events(
        look,
        DISPUTE,
        ("at", "accepted_at"),
        f"{IN_PERIOD} and r.verb = any (%(closing)s) and r.accepted_at is not null",
    )
    sql = f"""with {moved(look, DISPUTE)}, r as (
    {closings}
)
select child, {LENGTH} as days, count(*) as number from r group by 1, 2"""
    for row in dicts(sql, parameters(look)):
        tallies.add(row["child"], {"handling_days": Counter({row["days"]: row["number"]})})


def escalated(look: Look) -> str:
    """CTEs up to ``escalated``: the disputes that were said to have turned criminal in the period, each once."""
    said = placed_events(look, DISPUTE, ("case_id",), f"{IN_PERIOD} and {ESCALATED}")
    return f"""with {moved(look, DISPUTE)},
said as (
    {said}
),
escalated as (
    select r.id, s.child, coalesce(r.people_count, 0) as people
    from (select distinct case_id, child from said) s join cases_case r on r.id = s.case_id
)"""


def count_escalated(look: Look, tallies: Tallies) -> None:
    """Count the disputes that turned criminal, and the people involved in them, by child place."""
    _count(
        look,
        tallies,
        f"{escalated(look)} select child, count(*) as escalated, sum(people) as escalated_people from escalated"
        " group by child",
    )


def prevented(look: Look) -> str:
    """CTEs up to ``prevented``: the disputes closed in the period, each once, with the people its last closing in it
    stated per kind (防止民转刑 and the others); null where it stated none.

    What a correction says holds from that closing on, whenever it was made (as ``Timeline.stated_late``): a finished
    period counted anew then differs from what was issued, while a look through a review's snapshot does not see it.
    """
    closings = placed_events(look, DISPUTE, ("case_id", "seq", "data"), f"{IN_PERIOD} and r.verb = any (%(closing)s)")
    stated = ", ".join(f"(s.data -> 'prevented' ->> '{kind.value}')::int as {kind.value}" for kind in Prevention)
    return f"""with {moved(look, DISPUTE)},
closings as (
    {closings}
),
stating as (
    select c.case_id, c.child, coalesce(late.data, c.data) as data
    from (select distinct on (case_id) * from closings order by case_id, seq desc) c
    left join lateral (
        select e.data from cases_caseevent e
        where e.case_id = c.case_id and e.seq > c.seq and e.verb = '{CORRECTING}' and {look.seen("e")}
          and not exists (
            -- Closed again since: the correction is of that closing.
            select from cases_caseevent n
            where n.case_id = c.case_id and n.seq > c.seq and n.seq < e.seq and n.verb = any (%(closing)s))
        order by e.seq desc limit 1
    ) late on true
),
prevented as (
    select s.case_id as id, s.child, {stated} from stating s where s.data ? 'prevented'
)"""


def count_prevented(look: Look, tallies: Tallies) -> None:
    """Count what the mediation of the disputes closed in the period prevented, by child place."""
    counts = ", ".join(f"{number} as {term}" for term, number in PREVENTED.items())
    _count(look, tallies, f"{prevented(look)} select child, {counts} from prevented group by child")


def of_agreement(alias: str) -> str:
    """SQL: the event lies before the agreement, if any, that came after agreement ``a`` of the same case."""
    return f"""not exists (
            select from cases_caseevent n
            where n.case_id = a.case_id and n.seq > a.seq and n.seq <= {alias}.seq and n.verb = any (%(agreeing)s))"""


def _counts(terms: dict[str, str]) -> str:
    return ",\n    ".join(f"count(*) filter (where {condition}) as {term}" for term, condition in terms.items())


def _count(look: Look, tallies: Tallies, sql: str) -> None:
    for row in dicts(sql, parameters(look)):
        tallies.add(row.pop("child"), row)
