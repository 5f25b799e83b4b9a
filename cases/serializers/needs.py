"""Inputs of verbs, made from the ``needs`` of their moves: one serializer class per move, shapes only."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from cases.choices import MANY_KINDS, PICKED_KINDS, pickable
from cases.moves import Move, Need
from cases.table import MOST_PEOPLE
from grid.api.doors import Nothing
from grid.serializers import Picked, PickedMany

MAX_TEXT = 4000
MAX_SHORT = 200


def serializer_for(move: Move) -> type[serializers.Serializer[Any]]:
    """Return the input serializer of a move; its name is the verb's."""
    if not move.needs:
        return Nothing
    fields: dict[str, Any] = {need.name: field_for(need) for need in move.needs}
    name = "".join(part.capitalize() for part in move.verb.split("_"))
    return type(f"{name}In", (serializers.Serializer,), {"__doc__": f"Input of {move.verb}.", **fields})


def field_for(need: Need) -> serializers.Field[Any, Any, Any, Any]:
    """Return the field for one input. Inputs that are not given are left to the verb's own defaults."""
    common: dict[str, Any] = {"required": need.required, "label": need.label, "help_text": need.help or None}
    if need.kind in PICKED_KINDS:
        return _picked(need, common)
    if need.kind == "choice":
        return serializers.ChoiceField(choices=need.choices.choices, allow_blank=not need.required, **common)
    if need.kind == "codes":
        codes = serializers.ChoiceField(choices=need.choices.choices)
        return serializers.ListField(child=codes, allow_empty=not need.required, max_length=20, **common)
    if need.kind in ("text", "short"):
        longest = MAX_TEXT if need.kind == "text" else MAX_SHORT
        shortest = need.min_length or None
        return serializers.CharField(max_length=longest, min_length=shortest, allow_blank=not need.required, **common)
    if need.kind == "number":
        return serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE, **common)
    plain: dict[str, Any] = {
        "date": serializers.DateField,
        "moment": serializers.DateTimeField,
        "yes": serializers.BooleanField,
    }
    field: serializers.Field[Any, Any, Any, Any] = plain[need.kind](**common)
    return field


def _picked(need: Need, common: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any]:
    def pick(context: dict[str, Any]) -> QuerySet[Any]:
        return pickable(need, context["record"], context["request"].user)

    if need.kind in MANY_KINDS:
        return PickedMany(pick, max_length=20, allow_empty=not need.required, **common)
    if need.kind == "category":
        return Picked(pick, pk_field=serializers.CharField(max_length=4), **common)
    return Picked(pick, **common)
