"""Verbs of incidents and cases as operations, made from the rows of MOVES: no action is written twice."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.choices import PICKED_KINDS, pickable
from cases.models import Incident
from cases.moves import Move, Need, allowed_moves, check_role
from cases.serializers.needs import serializer_for
from cases.serializers.parties import is_on_team
from cases.serializers.records import ClockEntryOut, EventOut, HandOverOut, Moved, moves_out, stem_of
from cases.similar import similar_incidents
from grid.api.doors import Deed, Detailed, Door, Listed, etag_of, refuses
from grid.atlas import place
from grid.models import User
from grid.scope import standing_of

CHOICES_SHOWN = 100


def may(move: Move) -> Callable[[Any, Any], None]:
    """Return the check whether a move is a user's at all, whatever the state: 403 comes before 409 and 400."""

    def check(record: Any, user: Any) -> None:
        check_role(move, record, user)

    return check


def deeds_of(
    moves: Mapping[str, Move], verbs: Mapping[str, Callable[..., Any]], answers: type[Any] = Moved
) -> list[Deed]:
    """Return one deed per live move that has a verb of its own."""
    return [
        Deed(stem_of(move.verb), verbs[move.verb], serializer_for(move), answers, why=move.why, may=may(move))
        for move in moves.values()
        if move.is_live and move.verb in verbs
    ]


class PickOut(serializers.Serializer[Any]):
    """One row that may be picked for an input."""

    id = serializers.CharField(source="pk")
    label = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_label(self, row: Any) -> str:
        """What to show for it; of people the name alone, for logins are nobody else's business."""
        return row.name if isinstance(row, User) else str(row)


class MovingDoor(Listed, Detailed, Door):
    """What all nouns with a table of moves share: verbs, their choices, and what stood at an earlier version."""

    noun: ClassVar[str]
    moves: ClassVar[Mapping[str, Move]]
    elsewhere: ClassVar[Mapping[str, str]] = {}
    """Verbs whose address is not below the record's own."""
    row_class: ClassVar[type[serializers.Serializer[Any]]]

    def get_serializer_class(self) -> Any:
        """A row in lists, everything in details."""
        return self.row_class if self.action == "list" else super().get_serializer_class()

    def get_parts(self) -> list[Any]:
        """The ways in which the user sees the noun, each read by its own index."""
        return [self.joined(part) for part in self.model.objects.visible_parts(self.request.user)]

    def moves_out(self, record: Any) -> Any:
        """The moves the user may make now; none on a record that has left the user's sight."""
        if self.action != "retrieve" and self.model.objects.one_visible(self.request.user, record.pk) is None:
            return []
        return self.offered(record)

    def offered(self, record: Any) -> Any:
        """The moves the user may make now on a record in sight, with their addresses."""
        base = reverse(f"{self.noun}s-detail", kwargs={"pk": record.pk})
        return moves_out(allowed_moves(record, self.request.user, self.moves), base, self.elsewhere)

    def as_of(self, record: Any, tag: str | None = None) -> dict[str, Any]:
        """Say where the record stands, or stood at the version of ``tag``: status and last event."""
        version = record.version if tag is None else _version(tag)
        # A record that was there before its first event is one version ahead of its events.
        seq = version - (record.version - record.last_seq)
        event = record.events.filter(seq=seq).first() if version else None
        said: dict[str, Any] = {"etag": etag_of(record) if tag is None else tag, "version": version}
        if event is not None:
            said |= {"status": event.status, "last_event": _brief_event(event)}
        return said

    @refuses(403)
    @extend_schema(
        responses=PickOut(many=True),
        filters=False,
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, description="Part of the label")],
    )
    @action(
        detail=True,
        methods=["get"],
        url_path="choices/<slug:verb>/<slug:need>",
        url_name="choices",
        pagination_class=None,
        filterset_class=None,
    )
    def choices(self, request: Request, verb: str, need: str, *args: Any, **kwargs: Any) -> Response:
        """What the user may pick for an input of a verb, at most a hundred rows; ``q`` narrows them.

        Of other incidents, those are shown that may say the same; any visible one may be picked.
        """
        record = self.get_object()
        move = self.moves.get(verb)
        wanted = next((one for one in move.needs if one.name == need), None) if move else None
        if move is None or wanted is None or wanted.kind not in PICKED_KINDS:
            raise Http404
        may(move)(record, request.user)
        rows = self.candidates(wanted, record)
        if not isinstance(rows, list):
            text = request.query_params.get("q", "").strip()
            if text and any(f.name == "name" for f in rows.model._meta.fields):
                rows = rows.filter(name__contains=text)
            rows = rows.order_by("pk")[:CHOICES_SHOWN]
        return Response(PickOut(rows, many=True).data)

    def candidates(self, need: Need, record: Any) -> Any:
        """The rows to choose from, before anything is searched for."""
        return pickable(need, record, self.request.user)


class RecordDoor(MovingDoor):
    """What incidents and cases share besides: what hangs on the record."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "give_notice": "/api/v1/parties/{id}/give-notice/",
        "correct_party": "/api/v1/parties/{id}/",
        "remove_party": "/api/v1/parties/{id}/remove/",
    }

    def get_object(self) -> Any:
        """Find the record; a restricted one with those it is opened to, for its moves ask that each time."""
        record = super().get_object()
        if self.action == "retrieve" and record.restricted:
            prefetch_related_objects([record], "access")
        return record

    def get_serializer_context(self) -> dict[str, Any]:
        """Let details know whether the reader works on the record."""
        return super().get_serializer_context() | {"on_team": getattr(self, "on_team", False)}

    def answer_record(self, record: Any, status: int = 200, serializer: Any = None) -> Response:
        """Answer a record, or what a verb made of it."""
        self.on_team = is_on_team(record, standing_of(self.request.user)) if isinstance(record, self.model) else False
        return super().answer_record(record, status, serializer)

    @extend_schema(responses=EventOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def timeline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every step of the record, oldest first, with the words that went with it."""
        record = self.get_object()
        words: dict[int, dict[str, str]] = {}
        for remark in record.remarks.all():
            words.setdefault(remark.seq, {})[remark.field] = remark.text
        events = record.events.select_related("by").order_by("seq")
        return Response(EventOut([self._event(event, words) for event in events], many=True).data)

    @extend_schema(responses=HandOverOut(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        url_path="hand-overs",
        url_name="hand-overs",
        pagination_class=None,
        filterset_class=None,
    )
    def hand_overs_of(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every hop to a unit and its answer, oldest first."""
        rows = self.get_object().hand_overs.select_related("from_unit", "to_unit").order_by("pk")
        return Response(HandOverOut(rows, many=True).data)

    @extend_schema(responses=ClockEntryOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def clock(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The log of the record's limits, oldest first."""
        return Response(ClockEntryOut(self.get_object().clock_entries.order_by("pk"), many=True).data)

    def candidates(self, need: Need, record: Any) -> Any:
        """Of other incidents, those that may say the same."""
        if need.kind == "incident":
            return _alike(record, self.request.user)
        return super().candidates(need, record)

    def _event(self, event: Any, words: dict[int, dict[str, str]]) -> dict[str, Any]:
        move = self.moves.get(event.verb)
        return {
            "seq": event.seq,
            "verb": event.verb,
            "label": str(move.label) if move else event.verb,
            "at": event.at,
            "recorded_at": event.recorded_at,
            "by": event.by.name if event.by else "",
            "role": event.role,
            "status": event.status,
            "reason": event.reason,
            "data": event.data,
            "remarks": words.get(event.seq, {}),
        }


def _alike(incident: Incident, user: Any) -> list[Incident]:
    where = place(incident.unit_id)
    if where is None:
        return []
    found = similar_incidents(
        user,
        place=where,
        category=incident.category_id,
        description=incident.description,
        at=timezone.now(),
        besides=incident.pk,
    )
    return [one.incident for one in found]


def in_order(relation: str, queryset: Any) -> Any:
    """Read a record's children along, oldest first."""
    return Prefetch(relation, queryset.order_by("pk"))


def _version(tag: str) -> int:
    text = tag.strip('"')
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _brief_event(event: Any) -> dict[str, Any]:
    return {"verb": event.verb, "at": event.at.isoformat(), "by": event.by.name if event.by else ""}
