"""What may be chosen for a verb's input on papers, suggestions and surges; pages and the API offer the same."""

from typing import Any

from django.db.models import QuerySet

from cases.choices import CHOOSERS
from cases.moves import Need
from grid.models import Unit
from grid.scope import LEVELS
from mediation.reviews.models import Paper, Suggestion, Surge, SurgeTask
from mediation.reviews.workflow import units_on_duty


def units_below(place: Unit) -> QuerySet[Unit]:
    """Divisions of the place and just below it, and the units hung on them, as they stand; grids are none."""
    kinds = (Unit.Kind.GRID, Unit.Kind.MEDIATION_STUDIO, Unit.Kind.GRID_TEAM)
    depth = list(LEVELS).index(place.level)
    deeper = list(LEVELS)[depth + 2 :]
    under = Unit.objects.filter(path__startswith=place.path, valid_to__isnull=True)
    return under.exclude(kind__in=kinds).exclude(level__in=deeper).order_by("path")


def of_paper(need: Need, paper: Paper, _user: Any) -> QuerySet[Any]:
    """An objection of the paper's own."""
    if need.kind == "objection":
        return paper.objections.all()
    raise LookupError(f"nothing to pick for {need.kind!r}")


def of_suggestion(need: Need, suggestion: Suggestion, _user: Any) -> QuerySet[Any]:
    """Who is to carry it out: units of the review's place."""
    if need.kind == "unit":
        return units_below(suggestion.unit)
    raise LookupError(f"nothing to pick for {need.kind!r}")


def of_surge(need: Need, surge: Surge, user: Any) -> QuerySet[Any]:
    """A unit of the surge, the place that commands among those with a roster; or a task of it that the user sees."""
    if need.name == "of_unit":
        return Unit.objects.filter(pk__in=[unit.pk for unit in units_on_duty(surge)]).order_by("path")
    if need.kind in ("unit", "units"):
        return Unit.objects.filter(pk__in=surge.units.values("of_unit_id")).order_by("path")
    if need.kind == "task":
        return SurgeTask.objects.visible_to(user).filter(surge=surge)
    raise LookupError(f"nothing to pick for {need.kind!r}")


def register() -> None:
    """Have forms and the API choose so (``cases`` knows nothing of reviews)."""
    CHOOSERS.update({Paper: of_paper, Suggestion: of_suggestion, Surge: of_surge})
