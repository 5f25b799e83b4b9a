"""Incidents in the API: the lean intake path, lists, details, and every verb of INCIDENT_MOVES."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.children import ChildLists, child_deeds
from cases.api.filters import IncidentFilter
from cases.api.moves import RecordDoor, deeds_of, in_order, may
from cases.models import Attachment, HandOver, Incident, Party
from cases.moves import Move, NotAllowed, NotPossible
from cases.serializers.incidents import (
    BATCH,
    BatchIn,
    BatchOut,
    IncidentOut,
    Linked,
    ReceiptOut,
    ReportIn,
    SimilarIn,
    SimilarOut,
)
from cases.serializers.needs import serializer_for
from cases.serializers.records import IncidentRow, stem_of
from cases.similar import similar_incidents
from cases.workflow import (
    INCIDENT_MOVES,
    INCIDENT_VERBS,
    OPEN_CASE,
    KeyReused,
    Receipt,
    open_case_from_incident,
    report_incident,
    report_incidents,
)
from cases.workflow.intake import may_report
from grid.api.doors import Deed, deeds, keeps_own_key, signed_in
from grid.atlas import place
from grid.login import enter_or_refuse
from grid.middleware import opens_own_transaction

REFUSALS = {NotAllowed: 403, NotPossible: 409, KeyReused: 422}
"""What a refused item of a batch answers, as the same report sent alone would."""


@deeds(
    detail=True,
    table=[
        *child_deeds(INCIDENT_MOVES),
        Deed(
            stem_of(OPEN_CASE.verb),
            open_case_from_incident,
            serializer_for(OPEN_CASE),
            Linked,
            why="Only matters of class 01 become dispute cases; the link between the two stays (DOMAIN.md 0.1).",
            may=may(OPEN_CASE),
            makes=True,
        ),
        *deeds_of(INCIDENT_MOVES, INCIDENT_VERBS),
    ],
)
class IncidentDoor(ChildLists, RecordDoor):
    """Incidents (事件): reported, inspected, handed out, handled, closed."""

    model = Incident
    noun = "incident"
    moves: ClassVar[dict[str, Move]] = {
        OPEN_CASE.verb: OPEN_CASE,
        **INCIDENT_MOVES,
        # Doors of their own, for identities and files are no plain inputs.
        **{
            verb: replace(INCIDENT_MOVES[verb], is_inner=False)
            for verb in ("add_party", "correct_party", "remove_party", "attach_file")
        },
    }
    related = ("unit", "lead_unit", "category", "reporter", "handler")
    serializer_class = IncidentOut
    row_class = IncidentRow
    filterset_class = IncidentFilter
    ordering = ("-reported_at", "-pk")

    def joined(self, queryset: Any) -> Any:
        """A row needs its units; a detail also what hangs on the record."""
        if self.action == "list":
            return queryset.select_related("unit", "lead_unit")
        queryset = super().joined(queryset)
        if self.action != "retrieve":
            return queryset
        return queryset.prefetch_related(
            in_order("parties", Party.objects.all()),
            in_order("attachments", Attachment.objects.all()),
            in_order("hand_overs", HandOver.objects.select_related("from_unit", "to_unit")),
            "clock_requests",
        )

    @extend_schema(request=ReportIn, responses={201: ReceiptOut, 200: ReceiptOut})
    @opens_own_transaction
    @keeps_own_key
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Report one incident.

        The `client_uuid` is the key: sent again with the same content the answer is the same (200), with other
        content it is refused (422), and under another account it is another incident.
        """
        with transaction.atomic():
            self._enter(request)
            given = ReportIn(data=request.data)
            given.is_valid(raise_exception=True)
            receipt = report_incident(by=request.user, at=timezone.now(), report=given.to_report())
        return Response(ReceiptOut(receipt).data, status=200 if receipt.is_replay else 201)

    @extend_schema(request=BatchIn, responses={200: BatchOut})
    @action(detail=False, methods=["post"])
    @opens_own_transaction
    @keeps_own_key
    def batch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Report up to fifty incidents; each item gets its own receipt or problem, and none refuses the others."""
        with transaction.atomic():
            self._enter(request)
            items = request.data.get("items") if isinstance(request.data, dict) else None
            if not isinstance(items, list) or not 1 <= len(items) <= BATCH:
                raise ValidationError({"items": [_("一次须上报1到%(most)s条。") % {"most": BATCH}]})
            checked = [ReportIn(data=item) for item in items]
            reports = [one.to_report() for one in checked if one.is_valid()]
            results = iter(report_incidents(by=request.user, at=timezone.now(), reports=reports) if reports else [])
            lines = [
                _line(item, one, None if one.errors else next(results))
                for item, one in zip(items, checked, strict=True)
            ]
        return Response({"results": lines})

    @extend_schema(request=SimilarIn, responses=SimilarOut(many=True), filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    @keeps_own_key
    def similar(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Look for reports that may already say the same, before sending a new one; at most five, the likest first.

        It changes nothing; it is a POST because a description does not belong in an address.
        """
        said = self.shaped(SimilarIn)
        where = place(said["place"])
        if where is None:
            return Response([])
        found = similar_incidents(
            request.user,
            place=where,
            category=said["category"],
            description=said["description"],
            at=timezone.now(),
        )
        return Response(SimilarOut(found, many=True).data)

    def _enter(self, request: Request) -> None:
        """Set the scope of the transaction, and turn away those who report nothing."""
        enter_or_refuse(signed_in(request))
        if not may_report(request.user):
            raise NotAllowed(_("您的岗位不能上报事件。"))


def _line(item: Any, given: ReportIn, result: Receipt | Exception | None) -> dict[str, Any]:
    """Write what became of one item of a batch."""
    key = item.get("client_uuid") if isinstance(item, dict) else None
    line: dict[str, Any] = {"client_uuid": key if isinstance(key, str) else None}
    if result is None:
        return line | {"status": 400, "problem": {"status": 400, "errors": given.errors}}
    if isinstance(result, Receipt):
        return line | {"status": 200 if result.is_replay else 201, "incident": ReceiptOut(result).data}
    status = REFUSALS[type(result)]
    problem: dict[str, Any] = {"status": status, "detail": str(result)}
    field = getattr(result, "field", "")
    return line | {"status": status, "problem": problem | ({"errors": {field: [str(result)]}} if field else {})}
