"""Terms counted over disputes: cohorts found or accepted in the period, agreements, visits, applications."""

from typing import Any

from cases.models import Case
from mediation.reviews.figures.looking import (
    DISPUTE,
    Look,
    dicts,
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
}
"""Term -> which events of the period it counts."""

LIMITS = {"limits": "true", "performed": "performed"}
"""Term -> which of the agreements whose limit day lies in the period (CTE ``agreed``)."""

PARAMETERS = {
    "satisfied": [Case.Satisfaction.VERY_SATISFIED.value, Case.Satisfaction.SATISFIED.value],
    "agreeing": ["settle_case", "record_agreement"],
    "applying": ["note_confirmation_application", "record_confirmation_application"],
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


def agreements(look: Look) -> str:
    """CTEs up to ``agreed``: the agreements made by T whose limit day lies in the period, and whether performed by T.

    A case can have a second agreement after a reopening: performance, and particulars a ledger gave later, belong to
    the agreement they follow. Particulars have no time of their own, they hold from the agreement on.
    """
    stated = placed_events(
        look,
        DISPUTE,
        ("case_id", "seq"),
        f"{STATED} and r.limit_on >= %(first_day)s and r.limit_on < %(day_after)s",
    )
    return f"""with {moved(look, DISPUTE)},
stated as (
    {stated}
),
made as (
    select distinct a.id, a.case_id, a.seq, s.child
    from stated s
    cross join lateral (
        select r.id, r.case_id, r.seq, r.at from cases_caseevent r
        where r.case_id = s.case_id and r.seq <= s.seq and {AGREED} order by r.seq desc limit 1
    ) a
    where a.at < %(as_of)s
),
agreed as (
    select a.id, a.child, exists (
        select from cases_caseevent f
        where f.case_id = a.case_id and f.seq > a.seq and f.performed_at is not null
          and f.at < %(as_of)s and {look.seen("f")} and {_of_agreement("f")}
    ) as performed
    from made a
    cross join lateral (
        select r.limit_on from cases_caseevent r
        where r.case_id = a.case_id and r.seq >= a.seq and {STATED} and {look.seen("r")} and {_of_agreement("r")}
        order by r.seq desc limit 1
    ) said
    where said.limit_on >= %(first_day)s and said.limit_on < %(day_after)s
)"""


def _of_agreement(alias: str) -> str:
    """SQL: the event lies before the agreement, if any, that came after agreement ``a`` of the same case."""
    return f"""not exists (
            select from cases_caseevent n
            where n.case_id = a.case_id and n.seq > a.seq and n.seq <= {alias}.seq and n.verb = any (%(agreeing)s))"""


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
        where r.case_id = a.case_id and r.seq > a.seq and {STATED} and {_of_agreement("r")}
        order by r.seq desc limit 1
    ) said on true
)
select child, {_counts(HAPPENED)}, 0 as amount from happened r group by child
union all
select child, {", ".join("0" for _ in HAPPENED)}, sum(amount) from amounts group by child"""
    _count(look, tallies, sql)


def count_limits(look: Look, tallies: Tallies) -> None:
    """Count the agreements whose limit day lies in the period, and those performed, by child place."""
    _count(look, tallies, f"{agreements(look)} select child, {_counts(LIMITS)} from agreed group by child")


def _counts(terms: dict[str, str]) -> str:
    return ",\n    ".join(f"count(*) filter (where {condition}) as {term}" for term, condition in terms.items())


def _count(look: Look, tallies: Tallies, sql: str) -> None:
    for row in dicts(sql, parameters(look)):
        tallies.add(row.pop("child"), row)
