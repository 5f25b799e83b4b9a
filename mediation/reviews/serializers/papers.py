"""Shapes of papers in the API: rows, the whole paper with what it quotes, and whether papers keep their rhythm."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.moves import Move
from cases.serializers.needs import serializer_for
from cases.serializers.records import MoveOut, moment
from grid.scope import standing_of
from grid.serializers import UnitBrief, UserBrief
from mediation.reviews import periods
from mediation.reviews.freezing import frozen
from mediation.reviews.hiding import may_hide, stands_over
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Correction, Objection, Paper, Receipt, Review, Suggestion
from mediation.reviews.models.moving import addressed_ids
from mediation.reviews.periods import Period
from mediation.reviews.serializers.moving import stands
from mediation.reviews.serializers.reviews import FIGURES
from mediation.reviews.texts import outline_of, parts_of
from mediation.reviews.workflow import PAPER_MOVES, as_object, hand_typed, unacknowledged
from mediation.reviews.yearbook import Row, State

OUTLINE = {
    "type": "object",
    "description": "The paper block by block. A number of the review is `{is: figure, ref, text}`: `ref` is its "
    "address in `figures`, so it can be looked up again. An issued paper is given word for word as it was issued.",
    "properties": {
        "title": {"type": "string"},
        "organ": {"type": "string"},
        "as_of": {"type": "string"},
        "number": {"type": "string"},
        "mark": {"type": "string", "description": "What stands across a paper that is not issued."},
        "blocks": {"type": "array", "items": {"type": "object"}},
        "annex_blocks": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["title", "organ", "as_of", "number", "mark", "blocks", "annex_blocks"],
}
"""JSON schema of an outline as the API gives it."""


class PaperRow(serializers.Serializer[Paper]):
    """A paper in a list. ``start`` is the first day of its period, ``end`` the day after its last."""

    id = serializers.IntegerField()
    review = serializers.IntegerField(help_text="Id of the review it is made of.")
    review_version = serializers.IntegerField()
    unit = UnitBrief()
    kind = serializers.ChoiceField(choices=Kind.choices)
    title = serializers.CharField(help_text="Name of the period, in the language asked for.")
    start = serializers.DateField()
    end = serializers.DateField()
    status = serializers.ChoiceField(choices=Paper.Status.choices)
    is_open = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Of the paper, as in its ETag.")
    last_event_at = serializers.DateTimeField()
    number = serializers.CharField(help_text="发文字号; empty until issued, and for sheets.")
    issued_at = serializers.DateTimeField(allow_null=True)
    objections_until = serializers.DateTimeField(allow_null=True, help_text="Exclusive.")

    def to_representation(self, paper: Paper) -> dict[str, Any]:
        """Write one line."""
        review = paper.review
        period = periods.starting(review.kind, review.start)
        return stands(paper) | {
            "review": review.pk,
            "review_version": review.version,
            "unit": UnitBrief(review.unit).data,
            "kind": paper.kind,
            "title": periods.label(period, get_language() or ""),
            "start": str(period.start_on),
            "end": str(period.end_on),
            "number": paper.number,
            "issued_at": moment(paper.issued_at),
            "objections_until": moment(paper.objections_until),
        }


class SectionOut(serializers.Serializer[Any]):
    """One section: what the figures say, and what a person wrote in its stead, both with addresses in braces."""

    key = serializers.CharField()
    heading = serializers.CharField()
    generated = serializers.CharField()
    written = serializers.CharField()
    is_required = serializers.BooleanField(help_text="It must be written before the paper is submitted.")
    hint = serializers.CharField()
    version = serializers.IntegerField(help_text="Send it back as `base` when editing.")


class ObjectionOut(serializers.Serializer[Objection]):
    """What a unit had to say against a paper before issue, and the answer."""

    id = serializers.IntegerField()
    of_unit = UnitBrief()
    at = serializers.DateTimeField()
    words = serializers.CharField()
    adopted = serializers.BooleanField(allow_null=True)
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ReadReceiptOut(serializers.Serializer[Receipt]):
    """That somebody of an addressed unit read the paper, and when they acknowledged it for the unit."""

    of_unit = UnitBrief()
    user = UserBrief()
    read_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class DifferenceOut(serializers.Serializer[Any]):
    """One number that comes out differently: a measure of a place ("" is the whole), as issued and as it is now."""

    measure = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    issued = serializers.CharField()
    now = serializers.CharField()


class CorrectionOut(serializers.Serializer[Correction]):
    """That the review is to be corrected, why, and once it is counted anew its next version and what differs."""

    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    built_at = serializers.DateTimeField(allow_null=True)
    review = serializers.IntegerField(source="review_id", allow_null=True)
    differences = DifferenceOut(many=True)


class VersionOut(serializers.Serializer[Any]):
    """One version of the figures of this period, and the paper made of it."""

    review = serializers.IntegerField()
    version = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=Review.Reason.choices)
    paper = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(allow_null=True)
    number = serializers.CharField()


class SuggestionBrief(serializers.Serializer[Suggestion]):
    """A suggestion drawn from the review; its verbs are at its own address."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    status = serializers.CharField()
    owner = UnitBrief(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class PaperOut(PaperRow):
    """A whole paper. Objections and receipts of other units are for the people of the place alone."""

    addressee = serializers.CharField()
    copies_to = serializers.ListField(child=serializers.CharField())
    drafted_by = UserBrief(allow_null=True)
    checked_by = UserBrief(allow_null=True)
    issued_by = UserBrief(allow_null=True)
    sections = SectionOut(many=True)
    outline = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    hand_typed = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="By heading, numbers typed by hand that no figure bears out; whoever checks confirms them.",
    )
    objections = ObjectionOut(many=True)
    receipts = ReadReceiptOut(many=True)
    waiting = UnitBrief(many=True, help_text="Units it was issued to that have not acknowledged it yet.")
    suggestions = SuggestionBrief(many=True)
    versions = VersionOut(many=True)
    correction = CorrectionOut(allow_null=True)
    allowed_moves = MoveOut(many=True)

    @extend_schema_field(OUTLINE)
    def get_outline(self, paper: Paper) -> Any:
        """The paper as it would be, or was, issued."""
        return frozen(outline_of(paper.review, paper))

    @extend_schema_field(FIGURES)
    def get_figures(self, paper: Paper) -> Any:
        """The stored snapshot, whose numbers it quotes."""
        return as_object(paper.review)

    def to_representation(self, paper: Paper) -> dict[str, Any]:
        """Write the whole."""
        user = self.context["request"].user
        is_house = stands_over(user, paper.review.unit)
        waiting: Any = unacknowledged(paper) if is_house and paper.is_out else []
        return super().to_representation(paper) | {
            "addressee": paper.addressee,
            "copies_to": paper.copies_to,
            **{name: _brief(getattr(paper, name)) for name in ("drafted_by", "checked_by", "issued_by")},
            "sections": SectionOut(_sections(paper), many=True).data if is_house else [],
            "outline": self.get_outline(paper),
            "figures": self.get_figures(paper),
            "hand_typed": hand_typed(paper) if is_house and not paper.is_out else {},
            "objections": ObjectionOut(_own(paper.objections, user, is_house).order_by("pk"), many=True).data,
            "receipts": ReadReceiptOut(_receipts(paper, user, is_house), many=True).data,
            "waiting": UnitBrief(waiting, many=True).data,
            "suggestions": SuggestionBrief(_suggestions(paper, user), many=True).data,
            "versions": VersionOut(_versions(paper, user), many=True).data,
            "correction": _correction(paper, is_house=is_house),
            "allowed_moves": self.context["view"].moves_out(paper),
        }


def _brief(user: Any) -> Any:
    return None if user is None else UserBrief(user).data


def _sections(paper: Paper) -> list[dict[str, Any]]:
    """The sections with what is expected of their writer."""
    parts = {part.key: part for part in parts_of(paper.review)}
    found = []
    for row in paper.sections.order_by("position"):
        part = parts.get(row.key)
        said = {name: getattr(row, name) for name in ("key", "heading", "generated", "written", "version")}
        found.append(said | {"is_required": bool(part and part.is_required), "hint": str(part.hint) if part else ""})
    return found


def _own(rows: Any, user: Any, is_house: bool) -> Any:
    """All for the people of the place; those of one's own unit for somebody the paper was sent to."""
    found = rows.select_related("of_unit")
    return found if is_house else found.filter(of_unit__in=addressed_ids(standing_of(user)))


def _receipts(paper: Paper, user: Any, is_house: bool) -> Any:
    if not paper.is_out:
        return []
    return _own(paper.receipts, user, is_house).select_related("of_unit", "user").order_by("read_at", "pk")


def _suggestions(paper: Paper, user: Any) -> Any:
    rows = Suggestion.objects.visible_to(user).filter(review=paper.review_id)
    return rows.select_related("owner").order_by("pk")


def _versions(paper: Paper, user: Any) -> list[dict[str, Any]]:
    """Every version of the figures the reader may see, the newest first."""
    review = paper.review
    same = Review.objects.visible_to(user).filter(unit=review.unit_id, kind=review.kind, start=review.start)
    found = list(same.defer("figures", "snapshot").order_by("-version"))
    papers = {one.review_id: one for one in Paper.objects.visible_to(user).filter(review__in=found).defer("outline")}
    return [
        {
            "review": one.pk,
            "version": one.version,
            "reason": one.reason,
            "paper": made.pk if (made := papers.get(one.pk)) else None,
            "status": made.status if made else None,
            "number": made.number if made else "",
        }
        for one in found
    ]


def _correction(paper: Paper, *, is_house: bool) -> Any:
    correction = Correction.objects.filter(corrects=paper.review_id).first()
    if correction is not None and not is_house:
        # Cells that may be hidden or merged outside; those that leave the unit are in the corrected paper.
        correction.differences = [one for one in correction.differences if not may_hide(one["measure"], one["place"])]
    return None if correction is None else CorrectionOut(correction).data


_EDIT: Move = PAPER_MOVES["edit_section"]


class EditSectionIn(serializer_for(_EDIT)):  # type: ignore[misc]
    """Input of edit_section; with ``base`` nobody overwrites what somebody else wrote into the section meanwhile."""

    base = serializers.IntegerField(required=False, min_value=1, help_text="The section's version one began from.")


# -- Rhythm -----------------------------------------------------------------------------------------------------------


class PeriodOut(serializers.Serializer[Period]):
    """One period. ``end`` is the day after its last."""

    title = serializers.CharField()
    start = serializers.DateField(source="start_on")
    end = serializers.DateField(source="end_on")

    def to_representation(self, period: Period) -> dict[str, Any]:
        """Write one period."""
        title = periods.label(period, get_language() or "")
        return {"title": title, "start": str(period.start_on), "end": str(period.end_on)}


class RhythmOut(serializers.Serializer[Row]):
    """One cadence of a unit in a year, as the calendar of the reading room shows it."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    due = serializers.IntegerField(help_text="How many there should be by now.")
    built = serializers.IntegerField()
    issued = serializers.IntegerField()
    late = PeriodOut(many=True, help_text="Built too late.")
    missing = PeriodOut(many=True, help_text="Due and not built.")
    slow = PeriodOut(many=True, help_text="Papers that went out after their time, or are not out when it is over.")

    def to_representation(self, row: Row) -> dict[str, Any]:
        """Write one cadence."""
        found = {
            "late": [slot.period for slot in row.slots if slot.state is State.LATE],
            "missing": [slot.period for slot in row.slots if slot.state is State.MISSING],
            "slow": [slot.period for slot in row.slots if slot.is_slow],
        }
        counts = {"kind": row.kind, "due": row.due, "built": row.built, "issued": row.issued}
        return counts | {name: [PeriodOut(one).data for one in kept] for name, kept in found.items()}


class RhythmIn(serializers.Serializer[Any]):
    """Whose rhythm, and of which year."""

    unit = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    year = serializers.IntegerField(required=False, min_value=periods.YEARS[0], max_value=periods.YEARS[-1])


class RhythmsOut(serializers.Serializer[Any]):
    """Whether the papers of a unit keep their rhythm."""

    unit = UnitBrief(allow_null=True)
    year = serializers.IntegerField()
    kinds = RhythmOut(many=True)
