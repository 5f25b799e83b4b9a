"""Parties and files of a record: added below it, then found by an address of their own."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.moves import may
from cases.files import serve_file
from cases.models import Attachment, Incident, Party
from cases.moves import Move, NotAllowed
from cases.serializers.parties import (
    AttachmentIn,
    AttachmentOut,
    CorrectedParty,
    IdNumberIn,
    NewParty,
    PartyOut,
    Revealed,
    RevealIn,
    SamePersonOut,
    WhyIn,
    is_on_team,
    with_content,
    with_identity,
)
from cases.workflow import (
    CASE_MOVES,
    INCIDENT_MOVES,
    PartyData,
    add_party,
    attach_file,
    correct_party,
    find_same_person,
    give_notice,
    may_reveal,
    remove_party,
    reveal_field,
)
from cases.workflow.parties import record_of
from grid.api.doors import Deed, Detailed, Door, Nothing, deeds, keeps_own_key, signed_in
from grid.api.uploads import AnyAccept, BoundedMultiPartParser
from grid.scope import Role, standing_of


def child_deeds(moves: dict[str, Move]) -> list[Deed]:
    """What is added below a record: POST at the address of the list."""
    return [
        Deed(
            "parties",
            add_party,
            NewParty,
            PartyOut,
            subject="record",
            may=may(moves["add_party"]),
            makes=True,
            prepare=with_identity,
        ),
        Deed(
            "attachments",
            attach_file,
            AttachmentIn,
            AttachmentOut,
            subject="record",
            may=may(moves["attach_file"]),
            makes=True,
            prepare=with_content,
        ),
    ]


class ChildLists:
    """Mixin for records: the lists of their parties and files."""

    @extend_schema(responses=PartyOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def parties(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The parties, masked; people exist only inside their record, so there is no other list of them."""
        record = self.get_object()
        self.on_team = is_on_team(record, standing_of(request.user))
        rows = record.parties.order_by("pk")
        return Response(PartyOut(rows, many=True, context=self.get_serializer_context()).data)

    @extend_schema(responses=AttachmentOut(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        pagination_class=None,
        filterset_class=None,
        parser_classes=[BoundedMultiPartParser],
    )
    def attachments(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The files, oldest first."""
        return Response(AttachmentOut(self.get_object().attachments.order_by("pk"), many=True).data)


def _moves_of(party: Party) -> dict[str, Move]:
    return INCIDENT_MOVES if isinstance(record_of(party), Incident) else CASE_MOVES


def _may(verb: str) -> Any:
    """The check for a verb on a party, by the table of its record's noun."""

    def check(party: Party, user: Any) -> None:
        move = _moves_of(party).get(verb)
        if move is None:
            raise NotAllowed(_("事件的当事人没有此项操作。"))
        may(move)(record_of(party), user)

    return check


@deeds(
    detail=True,
    table=[
        Deed("give-notice", give_notice, Nothing, PartyOut, subject="party", may=_may("give_notice")),
        Deed("remove", remove_party, WhyIn, None, subject="party", may=_may("remove_party")),
    ],
)
class PartyDoor(Detailed, Door):
    """One party, masked; a field in plain text costs a reason, and the look is logged (DOMAIN.md PV-04)."""

    model = Party
    related = ("incident", "case")
    serializer_class = PartyOut

    def get_serializer_context(self) -> dict[str, Any]:
        """Let the masks know whether the reader works on the record."""
        return super().get_serializer_context() | {"on_team": getattr(self, "on_team", False)}

    def answer_record(self, record: Any, status: int = 200, serializer: Any = None) -> Response:
        """Answer a party."""
        self.on_team = is_on_team(record_of(record), standing_of(self.request.user))
        return super().answer_record(record, status, serializer)

    @extend_schema(request=CorrectedParty, responses=PartyOut)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put the identity right; what is left out or empty stays. Needs If-Match."""
        party = self.get_object()
        _may("correct_party")(party, request.user)
        self.check_match(party, required=True)
        data = PartyData(**self.shaped(CorrectedParty))
        return self.answer_record(correct_party(party=party, by=request.user, at=timezone.now(), data=data))

    @extend_schema(request=RevealIn, responses=Revealed)
    @action(detail=True, methods=["post"])
    @keeps_own_key
    def reveal(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one field in plain text to somebody who works on the matter; who, which and why are logged first."""
        party = self.get_object()
        if not may_reveal(record_of(party), request.user):
            raise NotAllowed(_("您不承办本件，不能查看隐藏信息。"))
        said = self.shaped(RevealIn)
        value = reveal_field(party=party, by=request.user, at=timezone.now(), **said)
        return Response({"field": said["field"], "value": value})

    @extend_schema(request=IdNumberIn, responses=SamePersonOut(many=True))
    @action(detail=False, methods=["post"], url_path="same-person", pagination_class=None)
    @keeps_own_key
    def same_person(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask whether an exact ID number is party to an open matter in one's places, and where; every hit is logged.

        For dispatchers alone (DOMAIN.md PV-01); no names, no search by parts.
        """
        if Role.CENTRE_DISPATCHER not in standing_of(request.user).roles:
            raise NotAllowed(_("只有调度员可以核对当事人是否已有在办事项。"))
        said = self.shaped(IdNumberIn)
        found = find_same_person(by=request.user, at=timezone.now(), **said)
        return Response(SamePersonOut(found, many=True).data)

    def as_of(self, record: Any, tag: str | None = None) -> dict[str, Any]:
        """Say what the party is now, masked."""
        stands: dict[str, Any] = {}
        if tag is None:
            stands = dict(PartyOut(record, context=self.get_serializer_context()).data)
        return super().as_of(record, tag) | stands


class AttachmentDoor(Detailed, Door):
    """One file: what it is, and its bytes."""

    model = Attachment
    serializer_class = AttachmentOut
    http_method_names = ("get", "head", "options")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], content_negotiation_class=AnyAccept)
    def file(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The bytes: pictures to be shown, all else as a download, nothing of it active (DOMAIN.md PV-20)."""
        return serve_file(signed_in(request), self.kwargs["pk"])
