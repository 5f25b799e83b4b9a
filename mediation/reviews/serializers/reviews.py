"""Shapes of reviews, of the records behind their numbers, and of the register of measures."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from cases.serializers.records import CaseRow, IncidentRow, MoveOut, moment
from grid.models import Unit
from grid.serializers import UnitBrief
from mediation.models import Committee, Mediator, Studio
from mediation.reviews import periods
from mediation.reviews.indicators import Measure, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.models import OutsideFigure, Paper, Population, Review, Stated
from mediation.reviews.workflow import as_object
from mediation.serializers.roster import CommitteeOut, MediatorOut, StudioOut

_COUNT = {"type": "object", "properties": {"value": {"type": "integer"}}, "required": ["value"]}
_AMOUNT = {"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]}
_DAYS = {
    "type": "object",
    "properties": {
        "value": {"type": ["string", "null"]},
        "count": {"type": "integer"},
        "display": {"type": "string"},
    },
    "required": ["value", "count", "display"],
}
_RATE = {
    "type": "object",
    "properties": {
        "numerator": {"type": "integer"},
        "denominator": {"type": "integer"},
        "display": {"type": "string"},
    },
    "required": ["numerator", "denominator", "display"],
}
_HIDDEN = {"type": "object", "properties": {"hidden": {"type": "boolean", "const": True}}, "required": ["hidden"]}
_MEASURES = {
    "type": "object",
    "description": (
        "Id of a measure -> its figure; a rate over nothing displays a dash. Of places below, figures that would tell "
        "of one or two people are hidden from those who stand neither at the unit nor above it."
    ),
    "additionalProperties": {"anyOf": [_COUNT, _RATE, _AMOUNT, _DAYS, _HIDDEN]},
}
_FINDINGS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "kind": {"type": "string"},
            "of": {"type": "string", "enum": ["incident", "dispute"]},
            "place": {"type": "string"},
            "count": {"type": "integer"},
            "sentence": {"type": "string"},
        },
        "required": ["id", "kind", "of", "place", "count", "sentence"],
    },
}
_PLACES = {"type": "object", "additionalProperties": _MEASURES}
_CODES = {"type": "object", "additionalProperties": {"type": "integer"}}
FIGURES = {
    "type": "object",
    "description": "The review object of LEDGER.md section 4; by_county, by_township or by_village after the unit.",
    "properties": {
        "unit": {"type": "string"},
        "kind": {"type": "string", "enum": Kind.values},
        "start": {"type": "string", "format": "date"},
        "end": {"type": "string", "format": "date"},
        "as_of": {"type": "string", "format": "date-time"},
        "version": {"type": "integer"},
        "measures": _MEASURES,
        "by_county": _PLACES,
        "by_township": _PLACES,
        "by_village": _PLACES,
        "reported_valid_by_category": _CODES,
        "reported_valid_by_source": _CODES,
        "disputes_found_by_category": _CODES,
        "disputes_found_by_source": _CODES,
        "comparisons": {"type": "object", "additionalProperties": {"type": "object"}},
        "course": {
            "type": "array",
            "items": {"type": "object"},
            "description": "Months of a quarter, quarters of a year.",
        },
        "findings": _FINDINGS,
        "guard": _FINDINGS,
        "findings_left_out": _CODES,
        "ranking": {
            "type": "object",
            "description": "Measure -> its places, the best first.",
            "additionalProperties": {"type": "array", "items": {"type": "object"}},
        },
        "comparison": {"type": "object", "description": "Method, scores, who is commended and urged."},
    },
    "required": ["unit", "kind", "start", "end", "as_of", "version", "measures"],
}
"""JSON schema of a stored review as the API gives it."""


class ReviewRow(serializers.Serializer[Review]):
    """A review in a list. ``start`` is the first day of the period, ``end`` the day after its last."""

    id = serializers.IntegerField()
    unit = UnitBrief()
    kind = serializers.ChoiceField(choices=Kind.choices)
    title = serializers.CharField(help_text="Name of the period, in the language asked for.")
    start = serializers.DateField()
    end = serializers.DateField()
    as_of = serializers.DateTimeField(help_text="What had happened before this moment is counted.")
    version = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=Review.Reason.choices)
    register_version = serializers.IntegerField()
    built_at = serializers.DateTimeField()

    def to_representation(self, review: Review) -> dict[str, Any]:
        """Write one line."""
        period = periods.starting(review.kind, review.start)
        return {
            "id": review.pk,
            "unit": UnitBrief(review.unit).data,
            "kind": review.kind,
            "title": periods.label(period, get_language() or ""),
            "start": str(period.start_on),
            "end": str(period.end_on),
            "as_of": moment(review.as_of),
            "version": review.version,
            "reason": review.reason,
            "register_version": review.register_version,
            "built_at": moment(review.built_at),
        }


class PaperBrief(serializers.Serializer[Paper]):
    """The paper people make of a review; its verbs are at its own address."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Paper.Status.choices)
    number = serializers.CharField()


class ReviewOut(ReviewRow):
    """A review with its figures."""

    figures = serializers.SerializerMethodField()
    paper = PaperBrief(allow_null=True, help_text="Null until somebody has taken it up.")
    allowed_moves = MoveOut(many=True)

    @extend_schema_field(FIGURES)
    def get_figures(self, review: Review) -> Any:
        """The object of LEDGER.md section 4."""
        return as_object(review)

    def to_representation(self, review: Review) -> dict[str, Any]:
        """Write the whole."""
        paper = Paper.objects.visible_to(self.context["request"].user).filter(review=review).defer("outline").first()
        return super().to_representation(review) | {
            "figures": self.get_figures(review),
            "paper": None if paper is None else PaperBrief(paper).data,
            "allowed_moves": self.context["view"].moves_out(review),
        }


class StatedOut(serializers.Serializer[Stated]):
    """A fact that another body stated of a place: how many people live there, how many suits a court had."""

    unit = UnitBrief()
    number = serializers.IntegerField()
    source = serializers.CharField(help_text="Who says so, and where.")  # type: ignore[assignment]

    def to_representation(self, stated: Stated) -> dict[str, Any]:
        """Write one row."""
        number = stated.people if isinstance(stated, Population) else getattr(stated, "number", None)
        return {"unit": UnitBrief(stated.unit).data, "number": number, "source": stated.source}


class RecordBehind(serializers.Serializer[Any]):
    """One record a number counts: what ``kind`` names, or for an event the incident or case it happened to."""

    KINDS = (
        *("incident", "incident_event", "case", "case_event"),
        *("mediator", "committee", "studio", "unit", "population", "outside_figure"),
    )
    FIELDS = ("incident", "case", "mediator", "committee", "studio", "unit", "stated")

    kind = serializers.ChoiceField(choices=KINDS)
    id = serializers.IntegerField(help_text="Id of the record or event; the list is in its order.")
    verb = serializers.CharField(help_text="What happened, for events.")
    at = serializers.DateTimeField(allow_null=True, help_text="When it happened, for events.")
    incident = IncidentRow(allow_null=True)
    case = CaseRow(allow_null=True)
    mediator = MediatorOut(allow_null=True)
    committee = CommitteeOut(allow_null=True)
    studio = StudioOut(allow_null=True)
    unit = UnitBrief(allow_null=True)
    stated = StatedOut(allow_null=True)

    def to_representation(self, record: Any) -> dict[str, Any]:
        """Write one record."""
        kind, noun, shape = SHAPES[type(record)]
        is_event = kind.endswith("_event")
        return {
            "kind": kind,
            "id": record.pk,
            "verb": record.verb if is_event else "",
            "at": moment(record.at) if is_event else None,
            **dict.fromkeys(self.FIELDS),
            noun: shape(getattr(record, noun) if is_event else record, context=self.context).data,
        }


SHAPES: dict[type[Any], tuple[str, str, Any]] = {
    Incident: ("incident", "incident", IncidentRow),
    IncidentEvent: ("incident_event", "incident", IncidentRow),
    Case: ("case", "case", CaseRow),
    CaseEvent: ("case_event", "case", CaseRow),
    Mediator: ("mediator", "mediator", MediatorOut),
    Committee: ("committee", "committee", CommitteeOut),
    Studio: ("studio", "studio", StudioOut),
    Unit: ("unit", "unit", UnitBrief),
    Population: ("population", "stated", StatedOut),
    OutsideFigure: ("outside_figure", "stated", StatedOut),
}
"""Kind of record -> its name here, the field it fills, and the shape of that."""


class RecordsBehind(serializers.Serializer[Any]):
    """The records behind one number of a review: those the reader may see, and how many there are."""

    measure = serializers.CharField()
    part = serializers.CharField()
    child = serializers.CharField()
    category = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    total = serializers.IntegerField(help_text="How many records the stored number counts.")
    visible = serializers.IntegerField(
        help_text="How many of them the reader may see; the rest is outside their rights."
    )
    results = RecordBehind(many=True)
    next = serializers.URLField(allow_null=True)


class MeasureOut(serializers.Serializer[Measure]):
    """One measure of the register."""

    id = serializers.CharField()
    shape = serializers.ChoiceField(choices=[shape.value for shape in Shape])
    name = serializers.CharField()
    formula = serializers.CharField()
    basis = serializers.CharField(help_text="What it is counted over.")
    unit = serializers.CharField()
    version = serializers.IntegerField()


@extend_schema_serializer(many=False)
class RegisterOut(serializers.Serializer[Any]):
    """The register of measures, in the order reviews print them."""

    register_version = serializers.IntegerField()
    measures = MeasureOut(many=True)
