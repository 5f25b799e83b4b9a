"""Shapes of committees, mediators and studios."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.choices import places_of
from cases.codes import categories
from grid.models import User
from grid.scope import today
from grid.serializers import Picked, UnitBrief, UserBrief
from mediation.models import Committee, Mediator, Studio
from mediation.workflow import composition_warnings

MAX_LANGUAGES = 10


class WarningOut(serializers.Serializer[Any]):
    """One thing the law asks for and that is not so; warned of, never blocked."""

    code = serializers.CharField()
    text = serializers.CharField()


class CommitteeOut(serializers.ModelSerializer[Committee]):
    """A people's mediation committee."""

    unit = UnitBrief()

    class Meta:
        model = Committee
        fields = [
            "id",
            "unit",
            "kind",
            "field",
            "founded_on",
            "dissolved_on",
            "elected_on",
            "term_ends_on",
            "filed_on",
            "is_multi_ethnic",
        ]
        read_only_fields = fields


class CommitteeDetail(CommitteeOut):
    """A committee with what the law would have otherwise (PML arts 8 and 9)."""

    warnings = serializers.SerializerMethodField()

    class Meta(CommitteeOut.Meta):
        fields = [*CommitteeOut.Meta.fields, "warnings"]
        read_only_fields = fields

    @extend_schema_field(WarningOut(many=True))
    def get_warnings(self, committee: Committee) -> Any:
        """What does not hold today."""
        return WarningOut(composition_warnings(committee, today()), many=True).data


class MediatorOut(serializers.ModelSerializer[Mediator]):
    """A mediator of a committee. Gender and people are asked for the committee's composition and shown to nobody."""

    user = UserBrief()
    committee_name = serializers.CharField(source="committee.unit.name")

    class Meta:
        model = Mediator
        fields = [
            "id",
            "user",
            "committee",
            "committee_name",
            "employment",
            "seat",
            "specialties",
            "languages",
            "studio",
            "appointed_on",
            "ended_on",
        ]
        read_only_fields = fields


class StudioOut(serializers.ModelSerializer[Studio]):
    """A named studio."""

    unit = UnitBrief()

    class Meta:
        model = Studio
        fields = ["id", "unit", "name", "specialty", "opened_on", "closed_on"]
        read_only_fields = fields


# -- Input -----------------------------------------------------------------------------------------------------------


def own_places(context: dict[str, Any]) -> QuerySet[Any]:
    """Places at or under the user's own."""
    return places_of(context["request"].user)


def own_committees(context: dict[str, Any]) -> QuerySet[Any]:
    """Committees in office that the user sees."""
    return Committee.objects.visible_to(context["request"].user).filter(dissolved_on__isnull=True)


def own_studios(context: dict[str, Any]) -> QuerySet[Any]:
    """Studios that the user sees and that are open."""
    return Studio.objects.visible_to(context["request"].user).filter(closed_on__isnull=True)


class NewCommittee(serializers.Serializer[Any]):
    """A committee to enter."""

    place = Picked(own_places)
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=Committee.Kind.choices)
    founded_on = serializers.DateField()
    elected_on = serializers.DateField(required=False, allow_null=True)
    field = serializers.CharField(max_length=40, required=False, allow_blank=True)
    filed_on = serializers.DateField(required=False, allow_null=True)
    is_multi_ethnic = serializers.BooleanField(required=False)


class NewTerm(serializers.Serializer[Any]):
    """A new election."""

    elected_on = serializers.DateField()


class NewMediator(serializers.Serializer[Any]):
    """Somebody to put into office as mediator."""

    user = Picked(lambda context: User.objects.visible_to(context["request"].user).filter(is_active=True))
    committee = Picked(own_committees)
    employment = serializers.ChoiceField(choices=Mediator.Employment.choices)
    appointed_on = serializers.DateField()
    seat = serializers.ChoiceField(choices=Mediator.Seat.choices, required=False)
    gender = serializers.ChoiceField(choices=Mediator.Gender.choices, required=False, allow_blank=True)
    is_minority = serializers.BooleanField(required=False)
    specialties = serializers.ListField(child=serializers.CharField(max_length=4), max_length=20, required=False)
    languages = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=MAX_LANGUAGES, required=False
    )
    studio = Picked(own_studios, required=False, allow_null=True)

    def validate_specialties(self, codes: list[str]) -> list[str]:
        """Codes of categories."""
        if any(code not in categories() for code in codes):
            raise serializers.ValidationError(_("没有这个类别。"))
        return codes


class NewEmployment(serializers.Serializer[Any]):
    """Full-time or part-time from a day on."""

    employment = serializers.ChoiceField(choices=Mediator.Employment.choices)
    on = serializers.DateField()


class NewStudio(serializers.Serializer[Any]):
    """A studio to enter."""

    place = Picked(own_places)
    name = serializers.CharField(max_length=60)
    opened_on = serializers.DateField()
    specialty = serializers.CharField(max_length=60, required=False, allow_blank=True)
