"""The two kinds of ledger, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from seeds.ledger import disputes, incidents
from seeds.ledger.columns import Codes, Column, dispute_columns, incident_columns


@dataclass(frozen=True)
class Ledger:
    """What the importer must know of a kind of ledger; the functions are those of its module."""

    kind: str
    model: Any
    event_model: Any
    row_type: Any
    columns: Callable[[Codes], Sequence[Column]]
    check: Callable[..., list[tuple[str, str]]]
    new_record: Callable[[Any], Any]
    steps: Callable[..., Any]
    late_steps: Callable[..., Any]
    said: Callable[..., dict[str, Any]]


INCIDENTS = Ledger(
    "incident",
    Incident,
    IncidentEvent,
    incidents.IncidentRow,
    incident_columns,
    incidents.check,
    incidents.new_record,
    incidents.steps,
    incidents.late_steps,
    incidents.said,
)
DISPUTES = Ledger(
    "dispute",
    Case,
    CaseEvent,
    disputes.DisputeRow,
    dispute_columns,
    disputes.check,
    disputes.new_record,
    disputes.steps,
    disputes.late_steps,
    disputes.said,
)
LEDGERS = {"incidents": INCIDENTS, "disputes": DISPUTES}
