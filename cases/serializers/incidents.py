"""Shapes of incidents in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.models import INCIDENT_SOURCES, Case, Incident, Urgency
from cases.serializers.parties import AttachmentOut, PartyOut
from cases.serializers.records import HandOverOut, IncidentRow, MoveOut
from cases.table import MOST_PEOPLE
from cases.workflow import Receipt, Report
from cases.workflow.intake import MIN_DESCRIPTION
from grid.serializers import UnitBrief, UserBrief

BATCH = 50
MAX_DESCRIPTION = 4000


class ReportIn(serializers.Serializer[Any]):
    """What a reporter says. Whether place and category fit, the verb decides from what the process keeps."""

    client_uuid = serializers.UUIDField(help_text="Made by the client; resend with the same one until answered.")
    place = serializers.IntegerField(min_value=1, help_text="Id of a grid or division.")
    category = serializers.CharField(max_length=4, help_text="A subcategory's code.")
    description = serializers.CharField(min_length=MIN_DESCRIPTION, max_length=MAX_DESCRIPTION)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[(source.value, source.label) for source in INCIDENT_SOURCES], default="grid_report"
    )
    place_text = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False, allow_null=True
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False, allow_null=True
    )
    people_count = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE, required=False, allow_null=True)
    self_handled = serializers.BooleanField(required=False, default=False)
    limit_on = serializers.DateField(required=False, allow_null=True)
    device_at = serializers.DateTimeField(required=False, allow_null=True, help_text="The phone's clock: a claim.")
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.ORDINARY)
    follows = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="Id of a finished incident that came back too late."
    )

    def to_report(self) -> Report:
        """Return what was said as the verb takes it."""
        return Report(**self.validated_data)


class ReceiptOut(serializers.Serializer[Receipt]):
    """The answer to a report: only what never changes, so that every resend gets the same bytes."""

    id = serializers.IntegerField()
    client_uuid = serializers.UUIDField()
    number = serializers.CharField()
    reported_at = serializers.DateTimeField()

    def to_representation(self, receipt: Receipt) -> dict[str, Any]:
        """Write the receipt."""
        return {
            "id": receipt.pk,
            "client_uuid": str(receipt.client_uuid),
            "number": receipt.number,
            "reported_at": serializers.DateTimeField().to_representation(receipt.reported_at),
        }


class BatchIn(serializers.Serializer[Any]):
    """Up to fifty reports, as an outbox coming online sends them."""

    items = serializers.ListField(child=ReportIn(), min_length=1, max_length=BATCH)


class BatchLine(serializers.Serializer[Any]):
    """What became of one item: its own status, and its receipt or its problem."""

    client_uuid = serializers.UUIDField(allow_null=True)
    status = serializers.IntegerField(help_text="201 made, 200 known already, or the status of the problem.")
    incident = ReceiptOut(required=False)
    problem = serializers.JSONField(required=False)


class BatchOut(serializers.Serializer[Any]):
    """One line per item, in their order."""

    results = BatchLine(many=True)


class SimilarIn(serializers.Serializer[Any]):
    """The report as far as it is written."""

    place = serializers.IntegerField(min_value=1)
    category = serializers.CharField(max_length=4)
    description = serializers.CharField(max_length=MAX_DESCRIPTION, allow_blank=True, default="")


class SimilarOut(serializers.Serializer[Any]):
    """An incident that may be the same."""

    incident = IncidentRow()
    score = serializers.FloatField(help_text="Likeness of the words, 0 to 1.")
    is_same_grid = serializers.BooleanField()


class Linked(serializers.Serializer[Any]):
    """A record that another one came from or became, for those who see it."""

    id = serializers.IntegerField()
    number = serializers.CharField()


class IncidentOut(serializers.ModelSerializer[Incident]):
    """An incident and where it stands, with everything that hangs on it."""

    category_name = serializers.CharField(source="category.name")
    place = UnitBrief(source="unit")
    reporter = UserBrief(allow_null=True)
    lead_unit = UnitBrief(allow_null=True)
    handler = UserBrief(allow_null=True)
    number = serializers.CharField()
    duplicate_of = serializers.SerializerMethodField(help_text="The incident it was merged into, if you see that.")
    follows = serializers.SerializerMethodField(help_text="The incident it follows, if you see that.")
    case = serializers.SerializerMethodField()
    parties = PartyOut(many=True)
    attachments = AttachmentOut(many=True)
    hand_overs = HandOverOut(many=True)
    allowed_moves = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = [
            "id",
            "number",
            "outside_number",
            "client_uuid",
            "reporter",
            "reporter_name",
            "source",
            "category",
            "category_name",
            "description",
            "place",
            "city_id",
            "county_id",
            "township_id",
            "village_id",
            "grid_id",
            "place_text",
            "latitude",
            "longitude",
            "people_count",
            "self_handled",
            "device_at",
            "reported_at",
            "status",
            "is_open",
            "last_event_at",
            "version",
            "urgency",
            "complexity",
            "risk_level",
            "restricted",
            "triage_path",
            "handling_level",
            "lead_unit",
            "handler",
            "report_back",
            "duplicate_of",
            "follows",
            "due_at",
            "due_provisional",
            "step_due_on",
            "step_due_at",
            "closed_at",
            "outcome",
            "closed_level",
            "case",
            "parties",
            "attachments",
            "hand_overs",
            "allowed_moves",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_duplicate_of(self, incident: Incident) -> int | None:
        """Related records are named to those who see them."""
        return self._if_seen(incident, incident.duplicate_of_id)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_follows(self, incident: Incident) -> int | None:
        """Related records are named to those who see them."""
        return self._if_seen(incident, incident.follows_id)

    @extend_schema_field(Linked(allow_null=True))
    def get_case(self, incident: Incident) -> Any:
        """The case it became, when the reader sees that too."""
        found = Case.objects.visible_to(self.context["request"].user).filter(incident=incident).first()
        return Linked(found).data if found is not None else None

    @extend_schema_field(MoveOut(many=True))
    def get_allowed_moves(self, incident: Incident) -> Any:
        """What the reader may do with it now."""
        return self.context["view"].moves_out(incident)

    def _if_seen(self, incident: Incident, pk: int | None) -> int | None:
        if pk is None:
            return None
        if not hasattr(self, "_seen"):
            related = [incident.duplicate_of_id, incident.follows_id]
            seen = Incident.objects.visible_to(self.context["request"].user).filter(
                pk__in=[one for one in related if one]
            )
            self._seen = set(seen.values_list("pk", flat=True))
        return pk if pk in self._seen else None
