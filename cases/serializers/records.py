"""What incidents and cases have in common in the API: rows of lists, moves allowed, answers of verbs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from cases.choices import PICKED_KINDS
from cases.codes import categories
from cases.models import Case, Incident
from cases.moves import Move, Need
from grid.scope import SHANGHAI
from grid.serializers import UnitBrief

SUMMARY = 60


def moment(at: datetime | None) -> str | None:
    """Write a moment as every other one of the API: ISO 8601 in Asia/Shanghai."""
    return None if at is None else at.astimezone(SHANGHAI).isoformat()


def brief(unit: Any) -> dict[str, Any] | None:
    """Write a unit by id and name."""
    return None if unit is None else {"id": unit.pk, "code": unit.code, "name": unit.name}


class Row(serializers.Serializer[Any]):
    """One line of a list. Written by hand, for a list is read a thousand times more often than anything else.

    ``tests/api/test_schema.py`` holds the written fields against the declared ones.
    """

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.CharField()
    category = serializers.CharField()
    category_name = serializers.CharField()
    place = UnitBrief()
    source = serializers.CharField()  # type: ignore[assignment]
    summary = serializers.CharField(help_text=f"The first {SUMMARY} characters of the description.")
    urgency = serializers.CharField()
    risk_level = serializers.CharField()
    restricted = serializers.BooleanField()
    is_open = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    due_provisional = serializers.BooleanField()
    step_due_on = serializers.DateField(allow_null=True)
    step_due_at = serializers.DateTimeField(allow_null=True, help_text="The hour, where a surge has shortened it.")
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    def to_representation(self, record: Any) -> dict[str, Any]:
        """Write the fields that both nouns have."""
        category = categories().get(record.category_id)
        text = record.description
        return {
            "id": record.pk,
            "number": record.number,
            "status": record.status,
            "category": record.category_id,
            "category_name": category.name if category else "",
            "place": brief(record.unit),
            "source": record.source,
            "summary": text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…",
            "urgency": record.urgency,
            "risk_level": record.risk_level,
            "restricted": record.restricted,
            "is_open": record.is_open,
            "due_at": moment(record.due_at),
            "due_provisional": record.due_provisional,
            "step_due_on": record.step_due_on and record.step_due_on.isoformat(),
            "step_due_at": moment(record.step_due_at),
            "closed_at": moment(record.closed_at),
            "version": record.version,
        }


class IncidentRow(Row):
    """An incident in a list."""

    reported_at = serializers.DateTimeField()
    lead_unit = UnitBrief(allow_null=True)
    outcome = serializers.CharField()

    def to_representation(self, record: Incident) -> dict[str, Any]:
        """Write one line."""
        return super().to_representation(record) | {
            "reported_at": moment(record.reported_at),
            "lead_unit": brief(record.lead_unit),
            "outcome": record.outcome,
        }


class CaseRow(Row):
    """A dispute case in a list."""

    registered_at = serializers.DateTimeField()
    committee = UnitBrief(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, record: Case) -> dict[str, Any]:
        """Write one line."""
        return super().to_representation(record) | {
            "registered_at": moment(record.registered_at),
            "committee": brief(record.committee),
            "resolved_at": moment(record.resolved_at),
            "suspended_at": moment(record.suspended_at),
        }


# -- Moves -------------------------------------------------------------------------------------------------------------


class ChoiceOut(serializers.Serializer[Any]):
    """One value of a fixed list and its label."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class NeedOut(serializers.Serializer[Need]):
    """One input of a verb. ``choices`` is a fixed list; for picked kinds ask ``choices/<verb>/<name>/``."""

    name = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    is_required = serializers.BooleanField()
    is_picked = serializers.BooleanField()
    min_length = serializers.IntegerField()
    initial = serializers.JSONField()
    choices = ChoiceOut(many=True)

    def to_representation(self, need: Need) -> dict[str, Any]:
        """Write one input."""
        choices = need.choices.choices if need.choices is not None else []
        return {
            "name": need.name,
            "kind": need.kind,
            "label": str(need.label),
            "help": str(need.help),
            "is_required": need.required,
            "is_picked": need.kind in PICKED_KINDS,
            "min_length": need.min_length,
            "initial": None if callable(need.initial) else need.initial,
            "choices": [{"value": value, "label": str(label)} for value, label in choices],
        }


class MoveOut(serializers.Serializer[Move]):
    """A verb the user may call on the record as it stands: POST its needs to its address."""

    verb = serializers.CharField()
    address = serializers.CharField(help_text="`{id}` stands for the session, obligation or the like it is about.")
    label = serializers.CharField()  # type: ignore[assignment]
    is_primary = serializers.BooleanField()
    is_grave = serializers.BooleanField()
    needs = NeedOut(many=True)


NOUNS = ("incident", "case", "paper", "suggestion", "surge")
STEMS = {
    "open_case_from_incident": "open-case",
    "add_party": "parties",
    "attach_file": "attachments",
    "schedule_session": "sessions",
    "record_visit": "visits",
    "object_to_paper": "object",
    "correct_review": "correct",
}
"""Verbs whose address is not simply their name without the noun."""


def stem_of(verb: str) -> str:
    """Return the last part of a verb's address: ``verify_incident`` -> ``verify``."""
    known = STEMS.get(verb)
    return known or "-".join(part for part in verb.split("_") if part not in NOUNS)


def moves_out(moves: Iterable[Move], base: str, elsewhere: Mapping[str, str]) -> list[dict[str, Any]]:
    """Write moves, the main one first. ``base`` is the record's address, ``elsewhere`` verbs that have another one."""
    return [
        {
            "verb": move.verb,
            "address": elsewhere.get(move.verb) or f"{base}{stem_of(move.verb)}/",
            "label": str(move.label),
            "is_primary": move.is_primary,
            "is_grave": move.is_grave,
            "needs": [NeedOut().to_representation(need) for need in move.needs],
        }
        for move in sorted(moves, key=lambda move: not move.is_primary)
    ]


class Moved(serializers.Serializer[Any]):
    """A record after a verb: where it stands and what may follow; nothing may when it left the user's sight."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.CharField()
    is_open = serializers.BooleanField()
    version = serializers.IntegerField()
    last_event_at = serializers.DateTimeField()
    allowed_moves = MoveOut(many=True)

    def to_representation(self, record: Any) -> dict[str, Any]:
        """Write what stands."""
        return {
            "id": record.pk,
            "number": record.number,
            "status": record.status,
            "is_open": record.is_open,
            "version": record.version,
            "last_event_at": moment(record.last_event_at),
            "allowed_moves": self.context["view"].moves_out(record),
        }


# -- What hangs on a record ---------------------------------------------------------------------------------------


class EventOut(serializers.Serializer[Any]):
    """One step of the timeline: what happened, who did it, what stood after it, and the words that went with it."""

    seq = serializers.IntegerField()
    verb = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField(help_text="When it happened.")
    recorded_at = serializers.DateTimeField(help_text="When the house learnt of it.")
    by = serializers.CharField(help_text="Name of the member of staff; empty for the machine.")
    role = serializers.CharField()
    status = serializers.CharField(help_text="What stood after it.")
    reason = serializers.CharField()
    data = serializers.JSONField()  # type: ignore[assignment]
    remarks = serializers.DictField(child=serializers.CharField())


class HandOverOut(serializers.Serializer[Any]):
    """One hop to a unit and its answer."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    case = serializers.IntegerField(source="case_id", allow_null=True)
    kind = serializers.CharField()
    state = serializers.CharField()
    from_unit = UnitBrief(allow_null=True)
    to_unit = UnitBrief()
    offered_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ClockEntryOut(serializers.Serializer[Any]):
    """One entry in the log of a record's limits."""

    seq = serializers.IntegerField()
    clock = serializers.CharField()
    action = serializers.CharField()
    at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_provisional = serializers.BooleanField()
    working_days = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
