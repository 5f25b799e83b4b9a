"""Shapes of surges (平战结合) in the API."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.serializers.records import MoveOut, brief, moment
from grid.models import Unit
from grid.scope import local_day, standing_of
from grid.serializers import Picked, PickedMany, UnitBrief, UserBrief
from mediation.reviews.choices import units_below
from mediation.reviews.freezing import frozen
from mediation.reviews.models import Surge, SurgeTask, SurgeUnit
from mediation.reviews.serializers.moving import stands
from mediation.reviews.serializers.papers import OUTLINE
from mediation.reviews.texts.surge import number
from mediation.reviews.workflow.surge_days import due_today
from mediation.reviews.workflow.surge_duty import NAMES, PHONES, gaps_of, roster_of, units_on_duty
from mediation.reviews.workflow.surge_extension import latest_end
from mediation.reviews.workflow.surge_moves import STAFF
from mediation.reviews.workflow.surges import MOST_HOURS, STEPS

MOST_UNITS = 200


class SurgeRow(serializers.Serializer[Surge]):
    """An activation in a list. ``ends_on`` is its last day; ``limits_factor`` shortens a centre's own limits."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    unit = UnitBrief()
    status = serializers.ChoiceField(choices=Surge.Status.choices)
    reason = serializers.CharField()
    authority = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    ended_at = serializers.DateTimeField(allow_null=True)
    categories = serializers.ListField(child=serializers.CharField(), help_text="Codes; none means all.")
    limits_factor = serializers.DecimalField(max_digits=3, decimal_places=2)
    step_hours = serializers.DictField(
        child=serializers.IntegerField(), help_text="Step -> hours it may take; others keep their day."
    )
    cut_off = serializers.TimeField(help_text="When the day's reports close, in Asia/Shanghai.")
    is_open = serializers.BooleanField()
    version = serializers.IntegerField()
    last_event_at = serializers.DateTimeField()

    def to_representation(self, surge: Surge) -> dict[str, Any]:
        """Write one line."""
        said = {name: getattr(surge, name) for name in ("reason", "authority", "categories", "step_hours")}
        return (
            stands(surge)
            | said
            | {
                "number": number(surge),
                "unit": brief(surge.unit),
                "starts_on": str(surge.starts_on),
                "ends_on": str(surge.ends_on),
                "ended_at": moment(surge.ended_at),
                "limits_factor": str(surge.limits_factor),
                "cut_off": f"{surge.cut_off:%H:%M:%S}",
            }
        )


class DayReportOut(serializers.Serializer[Any]):
    """What a unit reported today. No report at all is ``missing`` (未报), never nothing."""

    unit = UnitBrief()
    state = serializers.ChoiceField(choices=["reported", "nil", "missing"])
    words = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class DutyOut(serializers.Serializer[Any]):
    """Who is on duty in a unit today, with numbers to be called; ``missing`` (未排) where nobody is put down."""

    unit = UnitBrief()
    state = serializers.ChoiceField(choices=["set", "missing"])
    leader = serializers.CharField()
    leader_phone = serializers.CharField()
    officer = serializers.CharField()
    officer_phone = serializers.CharField()


class GapOut(serializers.Serializer[Any]):
    """How many units have nobody on duty on a day."""

    day = serializers.DateField()
    missing = serializers.IntegerField()


class TaskOut(serializers.Serializer[SurgeTask]):
    """One task of the daily dispatch."""

    id = serializers.IntegerField()
    owner = UnitBrief()
    text = serializers.CharField()
    given_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField()


class ExtensionOut(serializers.Serializer[Any]):
    """A request to go on for longer that waits for approval."""

    ends_on = serializers.DateField(help_text="The last day asked for.")
    reason = serializers.CharField()
    asked_by = UserBrief()


class SurgeOut(SurgeRow):
    """A whole activation: today's reports and the tasks, as far as the reader may see them, and its days."""

    proposed_by = UserBrief()
    extension = ExtensionOut(allow_null=True)
    latest_end = serializers.DateField(help_text="The latest day it can be extended to.")
    closes_at = serializers.DateTimeField(help_text="When today's reports close.")
    reports = DayReportOut(many=True)
    roster = DutyOut(many=True)
    gaps = GapOut(many=True, help_text="From today on, while it is active.")
    tasks = TaskOut(many=True)
    days = serializers.ListField(child=serializers.DateField(), help_text="Days that are frozen, the newest first.")
    allowed_moves = MoveOut(many=True)

    def to_representation(self, surge: Surge) -> dict[str, Any]:
        """Write the whole."""
        now = timezone.now()
        tasks: Any = SurgeTask.objects.visible_to(self.context["request"].user).filter(surge=surge)
        return super().to_representation(surge) | {
            "proposed_by": UserBrief(surge.proposed_by).data,
            "extension": _extension(surge),
            "latest_end": str(latest_end(surge)),
            "closes_at": moment(due_today(surge, now)),
            "reports": _reports(surge, self.context["request"].user, now),
            "roster": _roster(surge, now),
            "gaps": _gaps(surge, now),
            "tasks": TaskOut(tasks.select_related("owner").order_by("due_at", "pk"), many=True).data,
            "days": [str(day) for day in surge.days.order_by("-day").values_list("day", flat=True)],
            "allowed_moves": self.context["view"].moves_out(surge),
        }


def _extension(surge: Surge) -> dict[str, Any] | None:
    if surge.asked_ends_on is None:
        return None
    asked_by = UserBrief(surge.asked_by).data
    return {"ends_on": str(surge.asked_ends_on), "reason": surge.asked_why, "asked_by": asked_by}


def _roster(surge: Surge, now: datetime) -> list[dict[str, Any]]:
    """Today's; before the first day that one's, after the last the last one's."""
    day = min(max(local_day(now), surge.starts_on), surge.ends_on)
    return [
        {
            "unit": brief(unit),
            "state": "missing" if row is None else "set",
            **{name: getattr(row, name, "") for name in (*NAMES, *PHONES)},
        }
        for unit, row in roster_of(surge, day, units_on_duty(surge))
    ]


def _gaps(surge: Surge, now: datetime) -> list[dict[str, Any]]:
    if surge.status != Surge.Status.ACTIVE:
        return []
    found = gaps_of(surge, units_on_duty(surge), local_day(now))
    return [{"day": str(day), "missing": missing} for day, missing in found]


def _reports(surge: Surge, user: Any, now: datetime) -> list[dict[str, Any]]:
    made = {row.of_unit_id: row for row in surge.reports.filter(day=local_day(now))}
    found = []
    units = SurgeUnit.objects.visible_to(user).filter(surge=surge).select_related("of_unit")
    for row in units.order_by("of_unit__path"):
        report = made.get(row.of_unit_id)
        state = "missing" if report is None else "nil" if report.is_nil else "reported"
        said = {"words": report.words, "at": moment(report.at)} if report else {"words": "", "at": None}
        found.append({"unit": brief(row.of_unit), "state": state, **said})
    return found


class SurgeDayOut(serializers.Serializer[Any]):
    """A day of a surge, or the whole of it: papers made of figures frozen at the cut-off."""

    day = serializers.DateField(allow_null=True, help_text="Null for the closing report.")
    as_of = serializers.DateTimeField()
    papers = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": OUTLINE})
    def get_papers(self, said: Mapping[str, Any]) -> Any:
        """Each paper block by block."""
        return [frozen(outline) for outline in said["papers"]]


# -- Input ------------------------------------------------------------------------------------------------------------


def own_places(context: Mapping[str, Any]) -> Any:
    """The divisions one may ask for, the widest first."""
    posts = [post for post in standing_of(context["request"].user).posts if post.role in STAFF]
    return Unit.objects.filter(pk__in=[post.place_id for post in posts]).order_by("path")


def _may_report(context: Mapping[str, Any]) -> Any:
    """Units of one's own places; those of the place asked for, the workflow checks."""
    found = Unit.objects.none()
    for place in own_places(context):
        found = found | units_below(place)
    return found


class ProposalIn(serializers.Serializer[Any]):
    """What an activation must say (DOMAIN.md 7.1): why, by whose authority, where, about what, how long."""

    unit = Picked(own_places, required=False, help_text="One's own widest place unless said.")
    reason = serializers.CharField(max_length=4000)
    authority = serializers.CharField(max_length=200)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day.")
    units = PickedMany(_may_report, max_length=MOST_UNITS, help_text="Units that report every day.")
    categories = serializers.ListField(child=serializers.CharField(max_length=4), required=False, max_length=200)
    limits_factor = serializers.DecimalField(max_digits=3, decimal_places=2, required=False, min_value=Decimal(0))
    step_hours = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_HOURS),
        required=False,
        help_text=f"Hours a step may take: {', '.join(STEPS)}; what is left out keeps its day.",
    )
    cut_off = serializers.TimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say what was left unsaid."""
        return {"unit": own_places(self.context).first()} | attrs
