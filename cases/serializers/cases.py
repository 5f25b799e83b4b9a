"""Shapes of dispute cases in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.choices import committees_for, places_of
from cases.models import Case, Incident, Source
from cases.serializers.incidents import MAX_DESCRIPTION, MAX_PEOPLE, Linked
from cases.serializers.parties import AttachmentOut, PartyOut
from cases.serializers.records import HandOverOut, MoveOut
from cases.workflow import Registration
from cases.workflow.intake import MIN_DESCRIPTION
from grid.serializers import Picked, UnitBrief, UserBrief


class RegistrationIn(serializers.Serializer[Any]):
    """What is known when a dispute is registered."""

    client_uuid = serializers.UUIDField(required=False, help_text="Made by the client; doubles as Idempotency-Key.")
    place = Picked(lambda context: places_of(context["request"].user))
    category = serializers.CharField(max_length=4, help_text="A subcategory of class 01.")
    description = serializers.CharField(min_length=MIN_DESCRIPTION, max_length=MAX_DESCRIPTION)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    people_count = serializers.IntegerField(min_value=0, max_value=MAX_PEOPLE, required=False, allow_null=True)
    committee = Picked(lambda context: committees_for(context["request"].user), required=False, allow_null=True)
    court_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


def with_registration(_record: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Gather the input into the verb's ``registration``."""
    return {"registration": Registration(**said)}


class CaseMediatorOut(serializers.Serializer[Any]):
    """A mediator of a case."""

    user = UserBrief()
    is_lead = serializers.BooleanField()
    assigned_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class CaseOut(serializers.ModelSerializer[Case]):
    """A dispute case and where it stands, with everything that hangs on it."""

    number = serializers.CharField()
    category_name = serializers.CharField(source="category.name")
    place = UnitBrief(source="unit")
    registrar = UserBrief(allow_null=True)
    committee = UnitBrief(allow_null=True)
    mediators = CaseMediatorOut(source="mediator_rows", many=True)
    incident = serializers.SerializerMethodField()
    parties = PartyOut(many=True)
    attachments = AttachmentOut(many=True)
    hand_overs = HandOverOut(many=True)
    allowed_moves = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "id",
            "number",
            "file_number",
            "outside_number",
            "client_uuid",
            "registrar",
            "incident",
            "source",
            "category",
            "category_name",
            "description",
            "people_count",
            "place",
            "city_id",
            "county_id",
            "township_id",
            "village_id",
            "grid_id",
            "registered_at",
            "committee",
            "committee_name",
            "court_reference",
            "mediators",
            "status",
            "is_open",
            "last_event_at",
            "version",
            "urgency",
            "risk_level",
            "restricted",
            "violence_flag",
            "handling_level",
            "due_at",
            "due_provisional",
            "step_due_on",
            "suspended_at",
            "accepted_at",
            "agreed_at",
            "agreement_form",
            "agreement_amount",
            "agreement_limit_on",
            "is_obliging",
            "performed_at",
            "breached_at",
            "terminated_at",
            "termination_reason",
            "resolved_at",
            "resolved_level",
            "confirmation",
            "confirm_apply_by",
            "confirmation_applied_at",
            "closed_at",
            "parties",
            "attachments",
            "hand_overs",
            "allowed_moves",
        ]
        read_only_fields = fields

    @extend_schema_field(Linked(allow_null=True))
    def get_incident(self, case: Case) -> Any:
        """The incident it came from, when the reader sees that too."""
        if case.incident_id is None:
            return None
        found = Incident.objects.visible_to(self.context["request"].user).filter(pk=case.incident_id).first()
        return Linked(found).data if found is not None else None

    @extend_schema_field(MoveOut(many=True))
    def get_allowed_moves(self, case: Case) -> Any:
        """What the reader may do with it now."""
        return self.context["view"].moves_out(case)
