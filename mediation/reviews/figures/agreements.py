"""Terms counted over agreements: their limits, visits and applications for confirmation, whatever else their case did.

A case can have a second agreement after a reopening: performance, visits, applications, and particulars a ledger gave
later, belong to the agreement they follow. Particulars have no time of their own, they hold from the agreement on.
"""

from typing import Any

from mediation.reviews.figures import disputes
from mediation.reviews.figures.disputes import AGREED, IN_PERIOD, STATED, of_agreement
from mediation.reviews.figures.looking import DISPUTE, Look, dicts, local_date, moved, placed_events
from mediation.reviews.figures.tallies import Tallies

FOLLOW_UP_DAYS = 30
"""A visit is planned for this many days after the limit day (local rules, DOMAIN.md 7.3 follow_up_rate; D)."""

WINDOW = "interval '60 days'"
"""Longer than the 30 days for judicial confirmation with any holiday at their end (PML art.33, CPL art.85)."""

LIMITS = {"limits": "true", "performed": "performed"}
"""Term -> which of the agreements whose limit day lies in the period (CTE ``agreed``)."""

PLANNED = {"visits_due": "true", "visited": "visited"}
"""Term -> which of the agreements whose visit was planned for a day in the period (CTE ``agreed``)."""

SIGNED = {
    "signed_due": "limit_on < %(today)s",
    "signed_due_performed": "limit_on < %(today)s and performed",
    "signed_performed": "performed",
}
"""Term -> which of the agreements made in the period (CTE ``agreed``); a limit day is over when its midnight is."""

APPLICATIONS = {"confirm_over": "true", "confirm_applied": "applied"}
"""Term -> which of the agreements whose time for applying ended in the period (CTE ``agreed``)."""

DECISIONS = {"decided": "result in ('confirmed', 'rejected')", "confirmed": "result = 'confirmed'"}
"""Term -> which of the applications made in the period (CTE ``applied``)."""

PARAMETERS = {
    **disputes.PARAMETERS,
    "visiting": ["note_visit", "record_visit_answer"],
    "deciding": ["note_confirmation_result", "record_confirmation_result", "record_confirmation_application"],
}


def parameters(look: Look) -> dict[str, Any]:
    """What the SQL of this module refers to by name."""
    return {**look.parameters, **PARAMETERS}


def by_limit(look: Look, days: int = 0) -> str:
    """CTEs up to ``agreed``: agreements made by T whose limit day, so many ``days`` later, lies in the period."""

    def lies(alias: str) -> str:
        after, before = f"%(first_day)s::date - {days}", f"%(day_after)s::date - {days}"
        return f"{alias}.limit_on >= {after} and {alias}.limit_on < {before}"

    stated = placed_events(look, DISPUTE, ("case_id", "seq"), f"{STATED} and {lies('r')}")
    made = f"""select distinct a.id, a.case_id, a.seq, s.child
    from (
        {stated}
    ) s
    cross join lateral (
        select r.id, r.case_id, r.seq, r.at from cases_caseevent r
        where r.case_id = s.case_id and r.seq <= s.seq and {AGREED} order by r.seq desc limit 1
    ) a
    where a.at < %(as_of)s"""
    return _agreed(look, made, lies("said"))


def by_visit(look: Look) -> str:
    """CTEs up to ``agreed``: agreements made by T whose visit was planned for a day in the period."""
    return by_limit(look, FOLLOW_UP_DAYS)


def signed(look: Look) -> str:
    """CTEs up to ``agreed``: the agreements made in the period."""
    made = placed_events(look, DISPUTE, ("id", "case_id", "seq"), f"{AGREED} and {IN_PERIOD}")
    return _agreed(look, made, "true")


def by_application(look: Look) -> str:
    """CTEs up to ``agreed``: agreements whose time for applying for judicial confirmation ended in the period.

    That time is logged with the agreement, and again when a calendar is published (``ClockEntry``, clock confirm).
    """
    made = placed_events(
        look,
        DISPUTE,
        ("id", "case_id", "seq"),
        f"{AGREED} and r.at >= %(start)s::timestamptz - {WINDOW} and r.at < %(end)s",
    )
    ends = f"""
    cross join lateral (
        select c.due_at from cases_clockentry c
        join cases_caseevent r on r.case_id = c.case_id and r.seq = c.seq
        where c.case_id = a.case_id and c.clock = 'confirm_apply' and c.due_at is not null and c.seq >= a.seq
          and r.at < %(as_of)s and {look.seen("r")} and {of_agreement("r")}
        order by c.seq desc, c.id desc limit 1
    ) ends"""
    return _agreed(look, made, "ends.due_at >= %(start)s and ends.due_at < %(end)s", ends)


def _agreed(look: Look, made: str, condition: str, beside: str = "") -> str:
    """CTEs ``made`` and ``agreed``: agreements with their limit day, what the condition asks ``beside``, and what
    followed them by T.
    """
    followed = f"""select from cases_caseevent f
        where f.case_id = a.case_id and f.seq > a.seq and f.at < %(as_of)s and {look.seen("f")}
          and {of_agreement("f")}"""
    planned = f"said.limit_on + {FOLLOW_UP_DAYS}"
    return f"""with {moved(look, DISPUTE)},
made as (
    {made}
),
agreed as (
    select a.id, a.child, said.limit_on,
        exists ({followed} and f.performed_at is not null) as performed,
        exists ({followed} and f.verb = any (%(visiting)s) and {local_date("f.at")} <= {planned}) as visited,
        exists ({followed} and f.verb = any (%(applying)s)) as applied
    from made a{beside}
    cross join lateral (
        select r.limit_on from cases_caseevent r
        where r.case_id = a.case_id and r.seq >= a.seq and {STATED} and {look.seen("r")} and {of_agreement("r")}
        order by r.seq desc limit 1
    ) said
    where {condition}
)"""


def decisions(look: Look) -> str:
    """CTEs up to ``applied``: the applications for confirmation made in the period, and what the court said by T.

    A ledger's result has no date, so it holds from the application on.
    """
    applications = placed_events(
        look, DISPUTE, ("id", "case_id", "seq"), f"{IN_PERIOD} and {disputes.HAPPENED['confirmations']}"
    )
    return f"""with {moved(look, DISPUTE)},
applications as (
    {applications}
),
applied as (
    select a.id, a.child, (
        select r.data ->> 'result' from cases_caseevent r
        where r.case_id = a.case_id and r.seq >= a.seq and r.verb = any (%(deciding)s) and r.data ? 'result'
          and (r.at < %(as_of)s or r.data ? 'undated') and {look.seen("r")}
          and not exists (
            select from cases_caseevent n
            where n.case_id = a.case_id and n.seq > a.seq and n.seq <= r.seq and n.verb = any (%(applying)s))
        order by r.seq desc limit 1
    ) as result
    from applications a
)"""


COUNTED = (
    (by_limit, LIMITS, "agreed"),
    (by_visit, PLANNED, "agreed"),
    (signed, SIGNED, "agreed"),
    (by_application, APPLICATIONS, "agreed"),
    (decisions, DECISIONS, "applied"),
)
"""CTEs, the terms counted over them, and the last one's name."""


def count_agreements(look: Look, tallies: Tallies) -> None:
    """Count every term of this module by child place."""
    for ctes, terms, name in COUNTED:
        counts = ", ".join(f"count(*) filter (where {condition}) as {term}" for term, condition in terms.items())
        for row in dicts(f"{ctes(look)} select child, {counts} from {name} group by child", parameters(look)):
            tallies.add(row.pop("child"), row)
