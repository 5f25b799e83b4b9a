"""Shapes of sending in the API: who issues the papers of a place, and who gets them."""

from typing import Any

from rest_framework import serializers

from grid.models import Unit
from grid.scope import LEVELS, standing_of
from grid.serializers import Picked, UnitBrief
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Organ, Recipient
from mediation.reviews.workflow.numbering import KEEPERS


class OrganOut(serializers.ModelSerializer[Organ]):
    """Who issues the papers of a place: the name under them and the code in their numbers."""

    unit = UnitBrief()

    class Meta:
        model = Organ
        fields = ["id", "unit", "name", "code"]
        read_only_fields = fields


class RecipientOut(serializers.ModelSerializer[Recipient]):
    """Who gets which papers of a place; ``until`` is the first day without."""

    unit = UnitBrief()
    to_unit = UnitBrief(allow_null=True)

    class Meta:
        model = Recipient
        fields = ["id", "unit", "kind", "to_unit", "email", "is_copy", "since", "until"]
        read_only_fields = fields


def _kept(context: dict[str, Any]) -> Any:
    """The divisions whose sending the user keeps: those of their posts and below."""
    found = Unit.objects.none()
    for post in standing_of(context["request"].user).posts:
        if post.role in KEEPERS:
            found = found | Unit.objects.filter(**{LEVELS[post.level]: post.place_id})
    return found.filter(kind=Unit.Kind.DIVISION, valid_to__isnull=True)


def _city(context: dict[str, Any]) -> Any:
    """Units of the user's cities; that it is the paper's city, the workflow checks."""
    cities = Unit.objects.filter(pk__in=standing_of(context["request"].user).place_ids).values("city_id")
    return Unit.objects.filter(city_id__in=cities, valid_to__isnull=True)


class OrganIn(serializers.Serializer[Any]):
    """How the papers of a place are signed."""

    unit = Picked(_kept)
    name = serializers.CharField(max_length=60)
    code = serializers.CharField(max_length=20)


class RecipientIn(serializers.Serializer[Any]):
    """Who is to get the papers of a place of one cadence: a unit of the city, an e-mail address, or both."""

    unit = Picked(_kept)
    kind = serializers.ChoiceField(choices=Kind.choices)
    to_unit = Picked(_city, required=False)
    email = serializers.EmailField(required=False)
    is_copy = serializers.BooleanField(required=False)
