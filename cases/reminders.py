"""What time alone brings about: limits that come near or pass, and calendars that were published meanwhile.

Each reminder is an outbox row with a key, so that looking again, or two machines looking at once, writes nothing new
(RELIABILITY.md K2). A limit that was moved has another key: whoever was reminded of the old day is reminded of the new.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import ExtractYear

from cases.deadlines import CONFIRM_REMINDER_DAYS, SHANGHAI, day_of, end_of
from cases.models import CalendarYear, Case, ClockEntry, Incident
from cases.moves import Machine, NotPossible
from cases.workflow import recompute_case_limit, recompute_limit
from grid.rls import system_scope
from grid.scope import Role

SOON_DAYS = 3
"""From the third day before a limit on, whoever works on it is reminded (FEATURES.md row 68)."""
SYSTEM = Machine(Role.SYSTEM)


@dataclass(frozen=True)
class Tended:
    """How much there was to do."""

    recomputed: int
    reminded: int


def tend(now: datetime) -> Tended:
    """Recompute provisional limits whose year is published, and write the reminders that are due at ``now``."""
    return Tended(_recompute(now), _remind(now))


_INSERT = """
insert into cases_outbox (topic, payload, created_at, attempts, key)
select 'due', jsonb_build_object('{record}', r.id, 'what', r.what, 'to', r.told), %(now)s, 0, r.key
from ({chosen}) r
on conflict (key) where key is not null do nothing
"""

_DAY = "({moment} at time zone 'Asia/Shanghai')::date"

_INCIDENT_DUE = f"""
select id, what, case when lead_unit_id is null then %(desk)s else %(unit)s end::jsonb as told,
       'incident:' || id || ':' || what || ':' || {_DAY.format(moment="due_at")} as key
from (select id, lead_unit_id, due_at,
             case when due_at < %(now)s then 'overdue' when {_DAY.format(moment="due_at")} = %(today)s then 'due_today'
                  else 'due_soon' end as what
      from cases_incident where is_open and due_at <= %(soon)s) i
"""

_CASE_DUE = f"""
select id, what, %(team)s::jsonb as told, 'case:' || id || ':' || what || ':' || {_DAY.format(moment="due_at")} as key
from (select id, due_at,
             case when due_at < %(now)s then 'overdue' when {_DAY.format(moment="due_at")} = %(today)s then 'due_today'
                  else 'due_soon' end as what
      from cases_case where is_open and due_at <= %(soon)s and status = any (%(mediating)s)) c
"""

_PERFORMANCE_DUE = """
select id, what, %(team)s::jsonb as told, 'case:' || id || ':' || what || ':' || next_due_on as key
from (select id, next_due_on,
             case when next_due_on < %(today)s then 'unperformed' when next_due_on = %(today)s then 'performance_today'
                  else 'performance_soon' end as what
      from cases_case where is_open and is_obliging and next_due_on <= %(soon_on)s and status = any (%(agreed)s)) c
"""

_CONFIRMATION_DUE = f"""
select id, 'confirm_' || step as what, %(team)s::jsonb as told,
       'case:' || id || ':confirm_' || step || ':' || agreed_on as key
from (select c.id, {_DAY.format(moment="c.agreed_at")} as agreed_on,
             (select max(step) from unnest(%(steps)s::int[]) step
              where step <= %(today)s - {_DAY.format(moment="c.agreed_at")}) as step
      from cases_case c join cases_category k on k.code = c.category_id and k.is_confirmable
      where c.is_open and c.confirmation in ('none', 'advised') and c.status = any (%(agreed)s)
        and c.confirm_apply_by >= %(today)s) c
where step is not null
"""

_PAUSE_OVER = """
select r.{record}_id as id, 'pause_over' as what, %({told})s::jsonb as told, 'pause:' || r.id as key
from cases_clockrequest r join cases_{record} m on m.id = r.{record}_id and m.is_open and {paused}
where r.kind = 'suspend' and r.state = 'granted' and r.until < %(today)s
  and not exists (select 1 from cases_clockrequest later where later.{record}_id = r.{record}_id and later.id > r.id)
"""

_CHOSEN = (
    ("incident", _INCIDENT_DUE),
    ("case", _CASE_DUE),
    ("case", _PERFORMANCE_DUE),
    ("case", _CONFIRMATION_DUE),
    ("incident", _PAUSE_OVER.format(record="incident", told="unit", paused="m.status = 'suspended'")),
    ("case", _PAUSE_OVER.format(record="case", told="team", paused="m.suspended_at is not null")),
)


def _remind(now: datetime) -> int:
    today = day_of(now)
    soon_on = today + timedelta(days=SOON_DAYS)
    given: dict[str, Any] = {
        "now": now,
        "today": today,
        "soon_on": soon_on,
        "soon": end_of(soon_on),
        "desk": json.dumps(["dispatchers"]),
        "unit": json.dumps(["lead_unit", "dispatchers"]),
        "team": json.dumps(["mediators", "director"]),
        "mediating": sorted(Case.BEFORE_AGREEMENT),
        "agreed": sorted(Case.AFTER_AGREEMENT),
        "steps": list(CONFIRM_REMINDER_DAYS),
    }
    written = 0
    with system_scope(), connection.cursor() as cursor:
        for record, chosen in _CHOSEN:
            cursor.execute(_INSERT.format(record=record, chosen=chosen), given)
            written += cursor.rowcount
    return written


def _recompute(now: datetime) -> int:
    """Each in a transaction of its own: one that cannot be settled yet must not hold up the others."""
    with system_scope():
        incidents, cases = _provisional("incident"), _provisional("case")
    done = 0
    for pks, verb in ((incidents, recompute_limit), (cases, recompute_case_limit)):
        for pk in pks:
            try:
                with system_scope():
                    verb(pk=pk, by=SYSTEM, at=now)
                done += 1
            except (NotPossible, Incident.DoesNotExist, Case.DoesNotExist):
                continue  # Settled or closed meanwhile, or the year after is still missing: the next look decides.
    return done


def _provisional(record: str) -> list[int]:
    """Ids of open records with a limit in force that is provisional though its year is published."""
    later = ClockEntry.objects.filter(
        **{f"{record}_id": OuterRef(f"{record}_id")},
        clock=OuterRef("clock"),
        pk__gt=OuterRef("pk"),
        due_at__isnull=False,
    )
    waiting = (
        ClockEntry.objects.filter(Q(**{f"{record}__is_open": True}), ~Exists(later), is_provisional=True)
        .annotate(year=ExtractYear("due_at", tzinfo=SHANGHAI))
        .filter(year__in=CalendarYear.objects.values("year"))
    )
    return sorted(set(waiting.values_list(f"{record}_id", flat=True)))
