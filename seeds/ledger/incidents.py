"""The incident ledger: what a row means (LEDGER.md section 2; decisions in docs/ledger.md)."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from cases.deadlines import WorkCalendar
from cases.models import Category, Incident, Source
from cases.workflow.history import closing, duplicating, limiting, reopening, reporting, voiding
from grid.models import Unit
from seeds.ledger.checks import Checks
from seeds.ledger.columns import DUPLICATE, INVALID, VALID
from seeds.past import PastStep


@dataclass(slots=True)
class IncidentRow:
    """One row, read. Empty cells are None."""

    number: str
    reported_at: datetime
    category: Category
    source: Source
    reporter_name: str
    description: str
    place: Unit
    verdict: str | None = None
    inspected_at: datetime | None = None
    master: str | None = None
    limit_at: datetime | None = None
    closed_at: datetime | None = None
    closed_level: str | None = None
    outcome: str | None = None
    reopened_at: datetime | None = None
    closed_again_at: datetime | None = None

    BEGINS: ClassVar[str] = "reported_at"
    LATE: ClassVar[tuple[str, ...]] = ("limit_at",)
    """Cells that a later ledger may fill without a time of their own."""
    FIELDS: ClassVar[dict[str, str]] = {"limit": "limit_at", "outcome": "outcome", "category": "category"}
    """Inputs that guards name -> fields of the row."""


def check(row: IncidentRow, headers: dict[str, str], now: datetime) -> list[tuple[str, str]]:
    """Return what is wrong with the row as a whole: field and reason."""
    checks = Checks(row, headers)
    checks.together("verdict", "inspected_at")
    checks.together("closed_at", "closed_level", "outcome")
    if row.verdict == DUPLICATE and row.master is None:
        checks.refuse("master", _("“重复”须填写主事件的编号。"))
    if row.verdict != DUPLICATE and row.master is not None:
        checks.refuse("master", _("核实结果不是“重复”，此列须为空。"))
    if row.closed_at is not None and row.verdict != VALID:
        checks.refuse("closed_at", _("核实结果不是“有效”，不能办结。"))
    checks.only_with("reopened_at", "closed_at")
    checks.only_with("closed_again_at", "reopened_at")
    checks.in_order("reported_at", "inspected_at", "closed_at", "reopened_at", "closed_again_at")
    checks.past(now, "reported_at", "inspected_at", "closed_at", "reopened_at", "closed_again_at")
    return checks.found


def new_record(row: IncidentRow) -> Incident:
    """Return the unsaved incident as it was reported."""
    incident = Incident(
        client_uuid=uuid.uuid5(uuid.NAMESPACE_OID, f"incident-ledger:{row.number}"),
        outside_number=row.number,
        reporter_name=row.reporter_name,
        source=row.source,
        category=row.category,
        description=row.description,
        reported_at=row.reported_at,
    )
    incident.lie_at(row.place)
    return incident


def steps(row: IncidentRow, calendar: WorkCalendar, master: Incident | None) -> Iterator[PastStep]:
    """Yield what befell the incident, in order; ``master`` is needed where the row says 重复."""
    yield PastStep("record_incident", row.reported_at, reporting(row.limit_at), "reported_at")
    if row.inspected_at is not None:
        if row.verdict == VALID:
            yield PastStep("record_verification", row.inspected_at, None, "inspected_at")
        elif row.verdict == INVALID:
            yield PastStep("record_invalid", row.inspected_at, voiding(), "inspected_at")
        elif master is not None:
            yield PastStep("record_duplicate", row.inspected_at, duplicating(master), "inspected_at")
    close = closing(row.outcome or "", row.closed_level or "")
    if row.closed_at is not None:
        yield PastStep("record_closure", row.closed_at, close, "closed_at")
    if row.reopened_at is not None:
        yield PastStep("record_reopening", row.reopened_at, reopening(), "reopened_at")
    if row.closed_again_at is not None:
        yield PastStep("record_closure", row.closed_again_at, close, "closed_again_at")


def late_steps(row: IncidentRow, filled: Collection[str], record: Incident, at: datetime) -> Iterator[PastStep]:
    """Yield what a continuation adds beside steps with a time of their own; ``at`` is the record's last event."""
    if "limit_at" in filled and row.limit_at is not None:
        yield PastStep("record_limit", at, limiting(row.limit_at), "limit_at")


def said(record: Incident, events: list[Any]) -> dict[str, Any]:
    """Return what the stored record says under the ledger's fields, as far as it can be told from it."""
    found: dict[str, Any] = {
        "reported_at": record.reported_at,
        "places": [record.unit],
        "category": record.category,
        "source": record.source,
    }
    by_verb = {
        "record_verification": ("inspected_at", VALID),
        "record_invalid": ("inspected_at", INVALID),
        "record_duplicate": ("inspected_at", DUPLICATE),
    }
    for event in events:
        if event.verb in by_verb:
            found["inspected_at"], found["verdict"] = event.at, by_verb[event.verb][1]
        if event.verb in ("record_incident", "record_limit"):
            found["limit_at"] = event.due_at
        if event.verb == "record_closure":
            again = "closed_at" in found
            found["closed_again_at" if again else "closed_at"] = event.at
            found |= {"closed_level": event.closed_level, "outcome": event.outcome}
        if event.verb == "record_reopening":
            found["reopened_at"] = event.at
    if record.duplicate_of is not None:
        found["master"] = record.duplicate_of.outside_number
    return found
