"""What may be chosen for a verb's input: choices pass through the chooser's own scope (RELIABILITY.md rule 8)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import DISPUTE_CLASS, Category, Incident
from cases.moves import Need
from grid.models import Unit, User
from grid.scope import LEVELS, Role, outermost, standing_of, today

PICKED_KINDS = frozenset(
    {
        *("unit", "units", "committee", "mediator", "mediators", "leader", "place", "incident", "party", "category"),
        *("objection", "task"),
    }
)
"""Kinds of inputs that are picked from rows; all others are plain shapes or fixed codes."""
MANY_KINDS = frozenset({"units", "mediators"})

CHOOSERS: dict[type, Callable[[Need, Any, Any], QuerySet[Any]]] = {}
"""Model -> what may be picked for a verb on one of its records: registered by apps that this one knows nothing of."""


def pickable(need: Need, record: Any, user: Any) -> QuerySet[Any]:
    """Return the rows ``user`` may pick for an input of a verb on ``record`` (an Incident, a Case, or of CHOOSERS)."""
    if type(record) in CHOOSERS:
        return CHOOSERS[type(record)](need, record, user)
    if need.kind in ("unit", "units"):
        return _hung_units(user)
    if need.kind == "committee":
        return committees_of(record.city_id)
    if need.kind in ("mediator", "mediators"):
        return _holders(Role.MEDIATOR, Q(posts__unit_id=record.committee_id))
    if need.kind == "leader":
        places = [pk for pk in record.levels.values() if pk is not None]
        return _holders(Role.LEADER, Q(posts__unit__place_id__in=places) | Q(posts__unit_id__in=places))
    if need.kind == "place":
        return places_of(user)
    if need.kind == "incident":
        return Incident.objects.visible_to(user).exclude(pk=record.pk).exclude(status__in=Incident.VOID)
    if need.kind == "party":
        return record.parties.all()
    if need.kind == "category":
        return categories_of(record)
    raise LookupError(f"nothing to pick for {need.kind!r}")


def places_of(user: Any) -> QuerySet[Unit]:
    """Divisions and grids at or under the user's places; a grid worker's village counts, statistical units do not."""
    q = Q(pk__in=[])
    for held in outermost(standing_of(user).posts):
        path = held.path if held.level != "grid" else held.path.rstrip(".").rpartition(".")[0] + "."
        q |= Q(path__startswith=path)
    return Unit.objects.divisions().valid_on(today()).filter(q, is_statistical_only=False)


def committees_of(city_id: int) -> QuerySet[Unit]:
    """Mediation committees of a city: disputes may be handed across counties, not across cities."""
    return Unit.objects.valid_on(today()).filter(kind=Unit.Kind.MEDIATION_COMMITTEE, city_id=city_id)


def committees_for(user: Any) -> QuerySet[Unit]:
    """Mediation committees of the cities where the user stands, for a case that is only being registered."""
    cities = Unit.objects.filter(pk__in=standing_of(user).place_ids).values("city_id")
    return Unit.objects.valid_on(today()).filter(kind=Unit.Kind.MEDIATION_COMMITTEE, city_id__in=cities)


def categories_of(record: Any) -> QuerySet[Category]:
    """Subcategories that fit the record: class 01 alone for a case."""
    subcategories = Category.objects.filter(parent__isnull=False)
    return subcategories if isinstance(record, Incident) else subcategories.filter(parent=DISPUTE_CLASS)


def _hung_units(user: Any) -> QuerySet[Unit]:
    q = Q(pk__in=[])
    for held in outermost(standing_of(user).posts):
        q |= Q(**{LEVELS[held.level]: held.place_id})
    return Unit.objects.valid_on(today()).filter(q).exclude(kind__in=[Unit.Kind.DIVISION, Unit.Kind.GRID])


def _holders(role: str, at: Q) -> QuerySet[User]:
    day = today()
    held = Q(posts__role=role, posts__confirmed_at__isnull=False, posts__starts_on__lte=day) & (
        Q(posts__ends_on__isnull=True) | Q(posts__ends_on__gt=day)
    )
    return User.objects.filter(held & at, is_active=True).distinct()
