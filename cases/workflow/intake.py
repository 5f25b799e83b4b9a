"""The lean intake path: one statement writes an incident, its first event, its limit and its outbox row.

Phones resend until they are answered. The row itself keeps the key (reporter, client_uuid) and a digest of what was
said, so a resend finds the first answer, from one process or from five at once (RELIABILITY.md I1 to I5).
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.codes import categories
from cases.deadlines import day_of, end_of
from cases.models import INCIDENT_SOURCES, Incident
from cases.moves import CLOCK_TOLERANCE, Machine, NotAllowed, NotPossible, acting_role, recorded_at
from cases.workflow.incident_moves import INCIDENT_MOVES
from grid.atlas import place
from grid.scope import standing_of

REPORT = INCIDENT_MOVES["report_incident"]
MIN_DESCRIPTION = 10
"""DOMAIN.md 5.1: what happened, in at least ten characters."""


@dataclass(frozen=True)
class Report:
    """What a reporter says.

    ``place`` is the id of a grid or division, ``device_at`` the phone's own clock, ``follows`` the id of a finished
    incident that came back after the time for reopening it.
    """

    client_uuid: uuid.UUID
    place: int
    category: str
    description: str
    source: str = "grid_report"
    place_text: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    people_count: int | None = None
    self_handled: bool = False
    limit_on: date | None = None
    device_at: datetime | None = None
    urgency: str = "ordinary"
    follows: int | None = None

    @property
    def digest(self) -> bytes:
        """A hash of what was said: the same key with another body is another matter (I3)."""
        said = {name: value for name, value in asdict(self).items() if name != "client_uuid"}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class Receipt:
    """The answer to a report: only what never changes, so that every resend gets the same."""

    pk: int
    client_uuid: uuid.UUID
    number: str
    reported_at: datetime
    is_replay: bool = False


class KeyReused(Exception):
    """The same client_uuid came with other content: 422, and nothing of the first is shown."""


def may_report(by: Any) -> bool:
    """Whether reporting is the user's at all, somewhere."""
    return isinstance(by, Machine) or any(held.role in REPORT.who for held in standing_of(by).posts)


def report_incident(*, by: Any, at: datetime, report: Report) -> Receipt:
    """Report one incident at ``at``, the server's receipt of it.

    Raises NotAllowed for somebody who reports nothing, NotPossible naming the input (a place that is not one's own
    too), KeyReused for a key used otherwise.
    """
    (result,) = report_incidents(by=by, at=at, reports=[report])
    if isinstance(result, Exception):
        raise result
    return result


def report_incidents(*, by: Any, at: datetime, reports: Sequence[Report]) -> list[Receipt | Exception]:
    """Report a batch, as an outbox coming online does; each item gets its own receipt or refusal, in order.

    What was reported before gets its receipt again, even when it would be refused by now: its limit has passed, or
    what it follows was reopened.
    """
    refusals: dict[int, NotAllowed | NotPossible] = {}
    rows: dict[uuid.UUID, dict[str, Any]] = {}
    finished = _finished(by, [report.follows for report in reports if report.follows is not None])
    for index, report in enumerate(reports):
        try:
            row = _row(by, at, report, finished)
        except (NotAllowed, NotPossible) as refusal:
            refusals[index] = refusal
            continue
        rows.setdefault(report.client_uuid, row)
    known = _insert(list(rows.values())) if rows else {}
    unknown = {report.client_uuid for report in reports if report.client_uuid not in known}
    if unknown:
        known |= _found(by, list(unknown))
    seen: set[uuid.UUID] = set()
    return [
        refusals[index] if index in refusals and report.client_uuid not in known else _answer(report, known, seen)
        for index, report in enumerate(reports)
    ]


def _answer(report: Report, known: dict[uuid.UUID, tuple[Receipt, bytes]], seen: set[uuid.UUID]) -> Receipt | KeyReused:
    # A row that neither could be inserted nor is in sight was reported from a place the user has left since.
    receipt, digest = known.get(report.client_uuid, (None, b""))
    if receipt is None or digest != report.digest:
        return KeyReused(_("该编号已用于另一条上报，请重新生成后提交。"))
    if report.client_uuid in seen:
        return replace(receipt, is_replay=True)
    seen.add(report.client_uuid)
    return receipt


def _row(by: Any, at: datetime, report: Report, finished: set[int]) -> dict[str, Any]:
    """Check one report and return its columns; ``finished`` are the incidents that may be followed."""
    where = place(report.place)
    role = acting_role(REPORT, Incident(unit_id=where.pk, **where.levels), by) if where else None
    if where is None or role is None:
        if not may_report(by):
            raise NotAllowed(_("您的岗位不能上报事件。"))
        # A place of somebody else's answers like one that does not exist (RELIABILITY.md rule 7).
        raise NotPossible(_("所选区划不存在、已停用，或不在您的上报范围内。"), "place")
    category = categories().get(report.category)
    if category is None or category.is_class:
        raise NotPossible(_("请选择具体类别。"), "category")
    if report.source not in INCIDENT_SOURCES:
        raise NotPossible(_("来源不适用于事件。"), "source")
    check_description(report.description)
    today = day_of(at)
    if report.limit_on is not None and report.limit_on < today:
        raise NotPossible(_("办结时限不能早于今天。"), "limit_on")
    if at > timezone.now() + CLOCK_TOLERANCE:
        raise NotPossible(_("时间不能晚于现在。"), "at")
    if report.follows is not None and report.follows not in finished:
        raise NotPossible(_("所关联的事件不存在或尚未办结。"), "follows")
    due_at = end_of(report.limit_on) if report.limit_on else None
    return {
        **where.levels,
        "unit_id": where.pk,
        "client_uuid": str(report.client_uuid),
        "intake_digest": report.digest.hex(),
        "reporter_id": by.pk,
        "reporter_name": by.name,
        "role": role,
        "source": report.source,
        "category_id": report.category,
        "description": report.description.strip(),
        "place_text": report.place_text,
        "latitude": report.latitude and str(report.latitude),
        "longitude": report.longitude and str(report.longitude),
        "people_count": report.people_count,
        "self_handled": report.self_handled,
        "urgency": report.urgency,
        "restricted": category.is_restricted,
        "device_at": report.device_at and report.device_at.isoformat(),
        "reported_at": at.isoformat(),
        "recorded_at": recorded_at(by, at).isoformat(),
        "step_due_on": today.isoformat(),
        "due_at": due_at and due_at.isoformat(),
        "follows_id": report.follows,
    }


def _finished(by: Any, ids: Sequence[int]) -> set[int]:
    """Return which of the incidents the user sees and are done."""
    if not ids:
        return set()
    seen = Incident.objects.visible_to(by).filter(pk__in=ids, status__in=Incident.DONE)
    return set(seen.values_list("pk", flat=True))


def check_description(text: str) -> None:
    """Refuse a description that is too short to say what happened."""
    if len(text.strip()) < MIN_DESCRIPTION:
        raise NotPossible(_("情况描述至少%(count)s个字。") % {"count": MIN_DESCRIPTION}, "description")


_INSERT_SQL = """
with given as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as g(
        city_id bigint, county_id bigint, township_id bigint, village_id bigint, grid_id bigint, unit_id bigint,
        client_uuid uuid, intake_digest text, reporter_id bigint, reporter_name text, role text, source text,
        category_id text, description text, place_text text, latitude numeric, longitude numeric, people_count int,
        self_handled boolean, urgency text, restricted boolean, device_at timestamptz, reported_at timestamptz,
        recorded_at timestamptz, step_due_on date, due_at timestamptz, follows_id bigint)
), made as (
    insert into cases_incident (
        city_id, county_id, township_id, village_id, grid_id, unit_id, client_uuid, intake_digest, reporter_id,
        reporter_name, source, category_id, description, place_text, latitude, longitude, people_count, self_handled,
        urgency, restricted, device_at, reported_at, step_due_on, due_at, follows_id, due_provisional, status, is_open,
        last_event_at, last_seq, version, complexity, risk_level, triage_path, handling_level, report_back, outcome,
        closed_level)
    select city_id, county_id, township_id, village_id, grid_id, unit_id, client_uuid, decode(intake_digest, 'hex'),
        reporter_id, reporter_name, source, category_id, description, place_text, latitude, longitude, people_count,
        self_handled, urgency, restricted, device_at, reported_at, step_due_on, due_at, follows_id, false, 'reported',
        true, reported_at, 1, 1, '', '', '', '', false, '', ''
    -- One order for all senders: two batches with keys in common wait for each other, never both ways.
    from given order by client_uuid
    on conflict (reporter_id, client_uuid) do nothing
    returning id, client_uuid, intake_digest, reported_at
), timeline as (
    insert into cases_incidentevent (
        incident_id, city_id, county_id, township_id, village_id, grid_id, seq, verb, at, recorded_at, by_id, role,
        status, unit_id, category_id, reason, data, delta, due_at, outcome, closed_level)
    select made.id, city_id, county_id, township_id, village_id, grid_id, 1, 'report_incident', given.reported_at,
        recorded_at, reporter_id, role, 'reported', unit_id, category_id, '', '{}', 1, due_at, '', ''
    from made join given using (client_uuid)
), limits as (
    insert into cases_clockentry (
        incident_id, city_id, county_id, township_id, village_id, grid_id, clock, action, at, by_id, due_at,
        is_provisional, reason, seq)
    select made.id, city_id, county_id, township_id, village_id, grid_id, 'handle', 'start', given.reported_at,
        reporter_id, due_at, false, '', 1
    from made join given using (client_uuid) where due_at is not null
), told as (
    insert into cases_outbox (topic, payload, created_at, attempts)
    select 'moved', jsonb_build_object('incident', made.id, 'seq', 1, 'verb', 'report_incident',
        'to', jsonb_build_array('desk')), recorded_at, 0
    from made join given using (client_uuid)
    -- Ordinary reports are found on the desk's list; only urgent ones interrupt somebody.
    where urgency <> 'ordinary'
)
select id, client_uuid, intake_digest, reported_at from made
"""


def _insert(rows: list[dict[str, Any]]) -> dict[uuid.UUID, tuple[Receipt, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_SQL, {"rows": json.dumps(rows, ensure_ascii=False)})
        return _receipts(cursor.fetchall(), is_replay=False)


def _found(by: Any, keys: list[uuid.UUID]) -> dict[uuid.UUID, tuple[Receipt, bytes]]:
    rows = Incident.objects.filter(reporter_id=by.pk, client_uuid__in=keys).values_list(
        "pk", "client_uuid", "intake_digest", "reported_at"
    )
    return _receipts(rows, is_replay=True)


def _receipts(rows: Any, *, is_replay: bool) -> dict[uuid.UUID, tuple[Receipt, bytes]]:
    return {
        key: (Receipt(pk, key, Incident(pk=pk, reported_at=at).number, at, is_replay), bytes(digest))
        for pk, key, digest, at in rows
    }
