"""What papers, suggestions and surges have in common in the API: what stands after a verb, and the timeline."""

from typing import Any

from rest_framework import serializers

from cases.serializers.records import MoveOut, moment


class MovingOut(serializers.Serializer[Any]):
    """A record after a verb: where it stands and what may follow; nothing may when it left the user's sight."""

    id = serializers.IntegerField()
    status = serializers.CharField()
    is_open = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Of the record, as in its ETag; figures have versions of their own.")
    last_event_at = serializers.DateTimeField()
    allowed_moves = MoveOut(many=True)

    def to_representation(self, record: Any) -> dict[str, Any]:
        """Write what stands."""
        return stands(record) | {"allowed_moves": self.context["view"].moves_out(record)}


def stands(record: Any) -> dict[str, Any]:
    """Where a record stands."""
    return {
        "id": record.pk,
        "status": record.status,
        "is_open": record.is_open,
        "version": record.version,
        "last_event_at": moment(record.last_event_at),
    }


class HappenedOut(serializers.Serializer[Any]):
    """One step of the timeline: what happened, who did it, what stood after it, and what was said."""

    seq = serializers.IntegerField()
    verb = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    by = serializers.SerializerMethodField(help_text="Name of the member of staff; empty for the machine.")
    role = serializers.CharField()
    status = serializers.CharField(help_text="What stood after it.")
    words = serializers.CharField()
    data = serializers.JSONField()  # type: ignore[assignment]

    def get_label(self, event: Any) -> str:
        """The verb in words."""
        return str(self.context["view"].moves[event.verb].label)

    def get_by(self, event: Any) -> str:
        """Who did it."""
        return event.by.name if event.by else ""
