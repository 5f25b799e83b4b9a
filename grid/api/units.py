"""The tree of places and units: search, browse, and its keeping by system administrators."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from grid.api.doors import Deed, Detailed, Door, Listed, deeds
from grid.keeping import add_unit, end_unit
from grid.models import Unit
from grid.scope import Role, today
from grid.serializers import EndOfUnit, NewUnit, UnitOut
from grid.workflow import check_grantor, check_holds


class UnitFilter(filters.FilterSet):
    """Search by name or code, browse by parent; ended and statistical-only units only when asked for."""

    q = filters.CharFilter(method="search", label="Part of the name, or the beginning of the code")
    parent = filters.NumberFilter(field_name="parent_id", label="Id of the unit directly above")
    under = filters.NumberFilter(method="at_or_below", label="Id of a place: it and everything below it")
    kind = filters.MultipleChoiceFilter(choices=Unit.Kind.choices)
    level = filters.MultipleChoiceFilter(choices=Unit.Level.choices)
    all = filters.BooleanFilter(method="with_all", label="Ended and statistical-only units as well")

    class Meta:
        model = Unit
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave out what is ended or for statistics only, unless ``all``."""
        if not self.form.cleaned_data.get("all"):
            queryset = queryset.valid_on(today()).filter(is_statistical_only=False)
        return super().filter_queryset(queryset)

    def search(self, queryset: QuerySet[Unit], _name: str, text: str) -> QuerySet[Unit]:
        """Codes are digits from the left, names are searched anywhere."""
        return queryset.filter(code__startswith=text) if text.isdigit() else queryset.filter(name__contains=text)

    def at_or_below(self, queryset: QuerySet[Unit], _name: str, pk: Any) -> QuerySet[Unit]:
        """The place and what lies at or under it."""
        above = Unit.objects.filter(pk=int(pk)).first()
        return queryset.filter(path__startswith=above.path) if above else queryset.none()

    def with_all(self, queryset: QuerySet[Unit], _name: str, _value: bool) -> QuerySet[Unit]:
        """Seen to in ``filter_queryset``."""
        return queryset


def _may_add(_record: Any, user: Any) -> None:
    check_holds(user, Role.SYSTEM_ADMIN)


def _may_end(unit: Unit, user: Any) -> None:
    check_grantor(user, unit, Role.SYSTEM_ADMIN)


@deeds(
    detail=False,
    table=[Deed("", add_unit, NewUnit, UnitOut, may=_may_add, makes=True, timed=False)],
)
@deeds(
    detail=True,
    table=[Deed("close", end_unit, EndOfUnit, UnitOut, subject="unit", may=_may_end, timed=False)],
)
class UnitDoor(Listed, Detailed, Door):
    """Places and units are public knowledge: everybody signed in reads all of them."""

    model = Unit
    serializer_class = UnitOut
    filterset_class = UnitFilter
    ordering = ("path",)

    def get_queryset(self) -> Any:
        """The whole tree."""
        return Unit.objects.all()
