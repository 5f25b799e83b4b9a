"""Shapes of sessions, agreements and what follows them."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from cases.models import Case, Party
from grid.serializers import Picked, PickedMany, UserBrief
from mediation.models import Agreement, Confirmation, FollowUp, Obligation, Performance, Session, Signature
from mediation.workflow import Duty, Terms

MAX_TEXT = 20_000
MAX_DUTIES = 50


def parties_of(context: dict[str, Any]) -> QuerySet[Any]:
    """The parties of the case the verb is for."""
    record = context["record"]
    case = record if isinstance(record, Case) else record.case
    return Party.objects.filter(case=case)


def mediators_of(context: dict[str, Any]) -> QuerySet[Any]:
    """The mediators of the case the verb is for."""
    case: Case = context["record"]
    return case.mediators.filter(pk__in=case.mediator_rows.filter(released_at__isnull=True).values("user_id"))


class SessionOut(serializers.ModelSerializer[Session]):
    """A meeting: planned, held or cancelled."""

    mediators = UserBrief(many=True)
    attended: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Session
        fields = [
            "id",
            "case",
            "form",
            "state",
            "planned_for",
            "venue",
            "is_open",
            "mediators",
            "attended",
            "others_present",
            "began_at",
            "minutes",
            "record",
            "agreed_points",
            "disputed_points",
            "result",
        ]
        read_only_fields = fields


class SignatureOut(serializers.ModelSerializer[Signature]):
    """How a party signed."""

    class Meta:
        model = Signature
        fields = ["party", "manner", "signed_at"]
        read_only_fields = fields


class PerformanceOut(serializers.ModelSerializer[Performance]):
    """One payment or act towards an obligation."""

    class Meta:
        model = Performance
        fields = ["id", "obligation", "at", "amount", "receipt", "recorded_at"]
        read_only_fields = fields


class ObligationOut(serializers.ModelSerializer[Obligation]):
    """One thing a party has to do, by a day."""

    performances = PerformanceOut(many=True)

    class Meta:
        model = Obligation
        fields = [
            "id",
            "agreement",
            "kind",
            "debtor",
            "creditor",
            "text",
            "amount",
            "due_on",
            "performed_amount",
            "performed_at",
            "performances",
        ]
        read_only_fields = fields


class AgreementOut(serializers.ModelSerializer[Agreement]):
    """A mediation agreement with its signatures and obligations."""

    signatures = SignatureOut(many=True)
    obligations = ObligationOut(many=True)

    class Meta:
        model = Agreement
        fields = [
            "id",
            "case",
            "number",
            "form",
            "made_at",
            "facts",
            "content",
            "manner",
            "amount",
            "limit_on",
            "mediator_signed_at",
            "seal_affixed_at",
            "performed_at",
            "signatures",
            "obligations",
        ]
        read_only_fields = fields


class VisitOut(serializers.ModelSerializer[FollowUp]):
    """A visit to one party."""

    class Meta:
        model = FollowUp
        fields = ["id", "case", "party", "at", "channel", "satisfaction", "findings", "has_remaining_risk"]
        read_only_fields = fields


class ConfirmationOut(serializers.ModelSerializer[Confirmation]):
    """An application for judicial confirmation and what the court did."""

    class Meta:
        model = Confirmation
        fields = [
            "id",
            "case",
            "agreement",
            "court",
            "applied_at",
            "court_accepted_at",
            "court_number",
            "decided_at",
            "result",
        ]
        read_only_fields = fields


# -- Input -----------------------------------------------------------------------------------------------------------


class NewSession(serializers.Serializer[Any]):
    """A session to plan; without mediators, those of the case."""

    client_uuid = serializers.UUIDField(required=False)
    planned_for = serializers.DateTimeField()
    venue = serializers.CharField(max_length=100)
    form = serializers.ChoiceField(choices=Session.Form.choices)
    is_open = serializers.BooleanField(required=False)
    mediators = PickedMany(mediators_of, required=False, max_length=20)


class HeldSession(serializers.Serializer[Any]):
    """What happened at a session."""

    began_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=1, max_value=24 * 60)
    attended = PickedMany(parties_of, max_length=50)
    record = serializers.CharField(max_length=MAX_TEXT)
    result = serializers.ChoiceField(choices=Session.Result.choices)
    agreed_points = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    disputed_points = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    others_present = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DutyIn(serializers.Serializer[Any]):
    """One obligation as agreed."""

    kind = serializers.ChoiceField(choices=Obligation.Kind.choices)
    debtor = serializers.IntegerField(min_value=1, help_text="Id of a party of the case.")
    creditor = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    text = serializers.CharField(max_length=200)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0), required=False)
    due_on = serializers.DateField()
    done = serializers.BooleanField(required=False)


class SignatureIn(serializers.Serializer[Any]):
    """How a party signed."""

    party = serializers.IntegerField(min_value=1, help_text="Id of a party of the case.")
    manner = serializers.ChoiceField(choices=Signature.Manner.choices)


class TermsIn(serializers.Serializer[Any]):
    """What was agreed; ``at`` may be earlier than now, never before the last step."""

    client_uuid = serializers.UUIDField(required=False)
    at = serializers.DateTimeField(required=False, help_text="When it was agreed; now unless given.")
    facts = serializers.CharField(max_length=MAX_TEXT)
    content = serializers.CharField(max_length=MAX_TEXT)
    manner = serializers.CharField(max_length=200, required=False, allow_blank=True)
    duties = serializers.ListField(child=DutyIn(), max_length=MAX_DUTIES, required=False)


class WrittenTermsIn(TermsIn):
    """A written agreement: every party, the mediator and the seal (PML art.29)."""

    signatures = serializers.ListField(child=SignatureIn(), max_length=MAX_DUTIES)
    mediator_signed = serializers.BooleanField()
    seal_affixed = serializers.BooleanField()


def with_terms(case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Gather the input into the verb's ``terms``, parties by their ids within the case."""
    parties = {party.pk: party for party in case.parties.all()}

    def party(pk: int | None, field: str) -> Any:
        if pk is not None and pk not in parties:
            raise ValidationError({field: [Picked.default_error_messages["does_not_exist"]]})
        return None if pk is None else parties[pk]

    duties = [
        Duty(
            **{
                **duty,
                "debtor": party(duty["debtor"], "duties"),
                "creditor": party(duty.get("creditor"), "duties"),
            }
        )
        for duty in said.pop("duties", [])
    ]
    signed = {party(one["party"], "signatures").pk: one["manner"] for one in said.pop("signatures", [])}
    outside: dict[str, Any] = {name: said.pop(name) for name in ("client_uuid", "at") if name in said}
    return {**outside, "terms": Terms(duties=duties, signatures=signed, **said)}


class NewPerformance(serializers.Serializer[Any]):
    """A payment, or an act done; ``at`` may be earlier than now, never before the last step."""

    client_uuid = serializers.UUIDField(required=False)
    at = serializers.DateTimeField(required=False, help_text="When it was performed; now unless given.")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    receipt = serializers.CharField(max_length=100, required=False, allow_blank=True)


class NewVisit(serializers.Serializer[Any]):
    """A visit to one party; no answer is an empty satisfaction."""

    client_uuid = serializers.UUIDField(required=False)
    at = serializers.DateTimeField(required=False, help_text="When the visit was; now unless given.")
    party = Picked(parties_of)
    channel = serializers.ChoiceField(choices=FollowUp.Channel.choices)
    satisfaction = serializers.ChoiceField(choices=Case.Satisfaction.choices, required=False, allow_blank=True)
    findings = serializers.CharField(max_length=4000)
    has_remaining_risk = serializers.BooleanField(required=False)


class CourtIn(serializers.Serializer[Any]):
    """The court applied to."""

    court = serializers.CharField(max_length=60)


class DocketIn(serializers.Serializer[Any]):
    """The court's docket number."""

    court_number = serializers.CharField(max_length=60)


class RulingIn(serializers.Serializer[Any]):
    """What the court decided, or that the parties withdrew."""

    result = serializers.ChoiceField(
        choices=[
            (value, label)
            for value, label in Case.Confirmation.choices
            if value in (Case.Confirmation.CONFIRMED, Case.Confirmation.REJECTED, Case.Confirmation.WITHDRAWN)
        ]
    )
