"""The register of committees, mediators and studios."""

from typing import Any, ClassVar

import django_filters as filters
from django.utils.translation import gettext as _

from cases.moves import NotAllowed
from grid.api.doors import Deed, Detailed, Door, Listed, deeds
from grid.atlas import place
from grid.scope import LEVELS, standing_of
from grid.serializers import OnDay
from mediation.models import Committee, Mediator, Studio
from mediation.serializers.roster import (
    CommitteeDetail,
    CommitteeOut,
    MediatorOut,
    NewCommittee,
    NewEmployment,
    NewMediator,
    NewStudio,
    NewTerm,
    StudioOut,
)
from mediation.workflow import (
    appoint_mediator,
    change_employment,
    close_studio,
    dissolve_committee,
    end_mediator,
    found_committee,
    open_studio,
    renew_term,
)
from mediation.workflow.roster import KEEPERS


def _keeps(record: Any, user: Any) -> None:
    """Raises NotAllowed unless the user keeps the register, of the record's place if there is one."""
    for held in standing_of(user).posts:
        if held.role in KEEPERS and (record is None or getattr(record, LEVELS[held.level]) == held.place_id):
            return
    raise NotAllowed(_("您的岗位不能维护该区划的调解组织名册。"))


class RosterFilter(filters.FilterSet):
    """By place and by whether in office; ``ended`` is the column that says since when not."""

    ended = ""

    in_office = filters.BooleanFilter(method="standing")
    place = filters.NumberFilter(method="at_place", label="Id of a place: it and everything under it")

    def standing(self, queryset: Any, _name: str, value: bool) -> Any:
        """In office, or no longer."""
        return queryset.filter(**{f"{self.ended}__isnull": value})

    def at_place(self, queryset: Any, _name: str, pk: Any) -> Any:
        """By equality on the place's level column."""
        where = place(int(pk)) if 0 < pk < 2**63 else None
        return queryset.filter(**{LEVELS[where.level]: where.pk}) if where else queryset.none()


class CommitteeFilter(RosterFilter):
    """Filters of committees."""

    ended = "dissolved_on"
    kind = filters.MultipleChoiceFilter(choices=Committee.Kind.choices)

    class Meta:
        model = Committee
        fields: ClassVar[Any] = []


class MediatorFilter(RosterFilter):
    """Filters of mediators."""

    ended = "ended_on"
    committee = filters.NumberFilter(field_name="committee_id")
    employment = filters.MultipleChoiceFilter(choices=Mediator.Employment.choices)

    class Meta:
        model = Mediator
        fields: ClassVar[Any] = []


class StudioFilter(RosterFilter):
    """Filters of studios."""

    ended = "closed_on"

    class Meta:
        model = Studio
        fields: ClassVar[Any] = []


@deeds(
    detail=False,
    table=[Deed("", found_committee, NewCommittee, CommitteeDetail, may=_keeps, makes=True, timed=False)],
)
@deeds(
    detail=True,
    table=[
        Deed("renew-term", renew_term, NewTerm, CommitteeDetail, subject="committee", may=_keeps, timed=False),
        Deed("dissolve", dissolve_committee, OnDay, CommitteeDetail, subject="committee", may=_keeps, timed=False),
    ],
)
class CommitteeDoor(Listed, Detailed, Door):
    """Committees, with what the law would have otherwise."""

    model = Committee
    related = ("unit",)
    serializer_class = CommitteeOut
    filterset_class = CommitteeFilter

    def get_serializer_class(self) -> Any:
        """Details check the composition."""
        return CommitteeDetail if self.action == "retrieve" else CommitteeOut


@deeds(
    detail=False,
    table=[Deed("", appoint_mediator, NewMediator, MediatorOut, may=_keeps, makes=True, timed=False)],
)
@deeds(
    detail=True,
    table=[
        Deed(
            "change-employment",
            change_employment,
            NewEmployment,
            MediatorOut,
            subject="mediator",
            may=_keeps,
            timed=False,
        ),
        Deed("end", end_mediator, OnDay, MediatorOut, subject="mediator", may=_keeps, timed=False),
    ],
)
class MediatorDoor(Listed, Detailed, Door):
    """Mediators of committees."""

    model = Mediator
    related = ("user", "committee__unit")
    serializer_class = MediatorOut
    filterset_class = MediatorFilter


@deeds(
    detail=False,
    table=[Deed("", open_studio, NewStudio, StudioOut, may=_keeps, makes=True, timed=False)],
)
@deeds(
    detail=True,
    table=[Deed("close", close_studio, OnDay, StudioOut, subject="studio", may=_keeps, timed=False)],
)
class StudioDoor(Listed, Detailed, Door):
    """Named studios."""

    model = Studio
    related = ("unit",)
    serializer_class = StudioOut
    filterset_class = StudioFilter
