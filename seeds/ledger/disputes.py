"""The dispute ledger: what a row means (LEDGER.md section 3; decisions in docs/ledger.md)."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from cases.deadlines import WorkCalendar
from cases.models import Case, Category, Source
from cases.workflow.history import (
    accepting,
    agreeing,
    applying,
    deciding,
    detailing,
    ending,
    performing,
    registering,
    resolving,
    terminating,
    visiting,
)
from grid.models import Unit
from seeds.ledger.checks import Checks
from seeds.past import PastStep


@dataclass(slots=True)
class DisputeRow:
    """One row, read. Empty cells are None."""

    number: str
    registered_at: datetime
    category: Category
    source: Source
    description: str
    place: Unit
    accepted_at: datetime | None = None
    committee_name: str | None = None
    people_count: int | None = None
    amount: Decimal | None = None
    agreed_at: datetime | None = None
    form: str | None = None
    limit_on: date | None = None
    performed_at: datetime | None = None
    terminated_at: datetime | None = None
    termination_reason: str | None = None
    resolved_at: datetime | None = None
    resolved_level: str | None = None
    applied_at: datetime | None = None
    result: str | None = None
    visited_at: datetime | None = None
    satisfaction: str | None = None

    BEGINS: ClassVar[str] = "registered_at"
    LATE: ClassVar[tuple[str, ...]] = ("committee_name", "people_count", "amount", "limit_on", "result", "satisfaction")
    FIELDS: ClassVar[dict[str, str]] = {
        "category": "category",
        "form": "form",
        "limit_on": "limit_on",
        "amount": "amount",
        "confirmation": "applied_at",
    }


TIMES = (
    "registered_at",
    "accepted_at",
    "agreed_at",
    "performed_at",
    "terminated_at",
    "resolved_at",
    "applied_at",
    "visited_at",
)


def check(row: DisputeRow, headers: dict[str, str], now: datetime) -> list[tuple[str, str]]:
    """Return what is wrong with the row as a whole: field and reason."""
    checks = Checks(row, headers)
    checks.together("agreed_at", "form")
    checks.together("terminated_at", "termination_reason")
    checks.together("resolved_at", "resolved_level")
    checks.only_with("agreed_at", "accepted_at")
    for name in ("amount", "limit_on", "performed_at", "applied_at", "result"):
        checks.only_with(name, "agreed_at")
    checks.only_with("terminated_at", "accepted_at")
    checks.not_both("terminated_at", "performed_at")
    checks.only_with("visited_at", "agreed_at", "terminated_at")
    checks.only_with("satisfaction", "visited_at")
    checks.in_order("registered_at", "accepted_at", "agreed_at", "performed_at")
    checks.in_order("registered_at", "accepted_at", "agreed_at", "resolved_at")
    checks.in_order("accepted_at", "agreed_at", "terminated_at")
    checks.in_order("agreed_at", "applied_at")
    if row.agreed_at is not None:
        checks.in_order("agreed_at", "visited_at")
    else:
        checks.in_order("terminated_at", "visited_at")
    checks.past(now, *TIMES)
    # The same pair can be out of order along two chains; once is enough.
    return list(dict.fromkeys(checks.found))


def new_record(row: DisputeRow) -> Case:
    """Return the unsaved case as it was registered. It keeps its outside number and gets no file number."""
    case = Case(
        client_uuid=uuid.uuid5(uuid.NAMESPACE_OID, f"dispute-ledger:{row.number}"),
        outside_number=row.number,
        source=row.source,
        category=row.category,
        committee_name=row.committee_name or "",
        description=row.description,
        people_count=row.people_count,
        registered_at=row.registered_at,
    )
    case.lie_at(row.place)
    return case


def steps(row: DisputeRow, calendar: WorkCalendar, master: None = None) -> Iterator[PastStep]:
    """Yield what befell the dispute in order of time; at the same second in the order of a case's life."""
    found = list(_steps(row, calendar))
    found.sort(key=lambda step: step.at)
    yield from found
    if row.result is not None and row.applied_at is None:
        yield PastStep("record_confirmation_result", found[-1].at, deciding(row.result), "result")


def _steps(row: DisputeRow, calendar: WorkCalendar) -> Iterator[PastStep]:
    yield PastStep("record_case", row.registered_at, registering(), "registered_at")
    if row.accepted_at is not None:
        yield PastStep("record_acceptance", row.accepted_at, accepting(), "accepted_at")
    if row.agreed_at is not None:
        agree = agreeing(row.form or "", row.amount, row.limit_on, calendar)
        yield PastStep("record_agreement", row.agreed_at, agree, "agreed_at")
    if row.performed_at is not None:
        yield PastStep("record_performance", row.performed_at, performing(), "performed_at")
    if row.terminated_at is not None:
        reason = terminating(row.termination_reason or "")
        yield PastStep("record_termination", row.terminated_at, reason, "terminated_at")
    if row.resolved_at is not None:
        yield PastStep("record_resolution", row.resolved_at, resolving(row.resolved_level or ""), "resolved_at")
    if row.performed_at is not None:
        yield PastStep("record_case_closure", row.performed_at, ending(), "performed_at")
    if row.terminated_at is not None:
        yield PastStep("record_case_closure", row.terminated_at, ending(), "terminated_at")
    if row.applied_at is not None:
        apply = applying(row.result or "")
        yield PastStep("record_confirmation_application", row.applied_at, apply, "applied_at")
    if row.visited_at is not None:
        yield PastStep("record_visit_answer", row.visited_at, visiting(row.satisfaction or ""), "visited_at")


def late_steps(row: DisputeRow, filled: Collection[str], record: Case, at: datetime) -> Iterator[PastStep]:
    """Yield what a continuation adds beside steps with a time of their own; ``at`` is the record's last event."""
    given: dict[str, Any] = {name: getattr(row, name) for name in ("committee_name", "people_count") if name in filled}
    if "agreed_at" not in filled:
        given |= {name: getattr(row, name) for name in ("amount", "limit_on") if name in filled}
    if given:
        yield PastStep("record_particulars", at, detailing(**given), next(iter(given)))
    if "result" in filled and "applied_at" not in filled:
        yield PastStep("record_confirmation_result", at, deciding(row.result or ""), "result")
    if "satisfaction" in filled and "visited_at" not in filled:
        yield PastStep("record_visit_answer", at, visiting(row.satisfaction or ""), "satisfaction")


def said(record: Case, events: list[Any]) -> dict[str, Any]:
    """Return what the stored record says under the ledger's fields, as far as it can be told from it."""
    found: dict[str, Any] = {
        "registered_at": record.registered_at,
        "places": [record.unit],
        "category": record.category,
        "source": record.source,
        "people_count": record.people_count,
        "amount": record.agreement_amount,
        "form": record.agreement_form or None,
        "limit_on": record.agreement_limit_on,
        "termination_reason": record.termination_reason or None,
        "resolved_level": record.resolved_level or None,
    }
    for event in events:
        name = {
            "record_acceptance": "accepted_at",
            "record_agreement": "agreed_at",
            "record_performance": "performed_at",
            "record_termination": "terminated_at",
            "record_resolution": "resolved_at",
            "record_confirmation_application": "applied_at",
            "record_visit_answer": "visited_at",
        }.get(event.verb)
        if name is not None:
            found[name] = event.at
        if "result" in event.data:
            found["result"] = event.data["result"]
        if event.satisfaction:
            found["satisfaction"] = event.satisfaction
    return found
