"""Sending in the API: who issues the papers of a place under which code, and who gets them."""

from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _

from cases.moves import NotAllowed
from grid.api.doors import Deed, Detailed, Door, Listed, Nothing, deeds
from grid.scope import LEVELS, standing_of, today
from mediation.reviews.api.moving import PlacedFilter
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Organ, Recipient
from mediation.reviews.serializers.sending import OrganIn, OrganOut, RecipientIn, RecipientOut
from mediation.reviews.workflow import add_recipient, end_recipient, set_organ
from mediation.reviews.workflow.numbering import KEEPERS


def _keeps(row: Recipient | None, user: Any) -> bool:
    """Whether the user keeps the sending of a place at all, or of the one a row is of."""
    posts = [held for held in standing_of(user).posts if held.role in KEEPERS]
    return any(row is None or getattr(row, LEVELS[held.level]) == held.place_id for held in posts)


def _may_keep(row: Recipient | None, user: Any) -> None:
    if not _keeps(row, user):
        raise NotAllowed(_("您的岗位不能设置该区划的发文。"))


class OrganFilter(PlacedFilter):
    """By unit and place."""

    class Meta:
        model = Organ
        fields: ClassVar[Any] = []


class RecipientFilter(PlacedFilter):
    """By unit, place and cadence, and whether papers still go there."""

    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    current = filters.BooleanFilter(field_name="until", lookup_expr="isnull", label="Only those papers still go to")

    class Meta:
        model = Recipient
        fields: ClassVar[Any] = []


@deeds(detail=False, table=[Deed("", set_organ, OrganIn, OrganOut, may=_may_keep, timed=False)])
class OrganDoor(Listed, Door):
    """Who issues the papers of a place; said anew, it stands in the stead of what was said before."""

    model = Organ
    related = ("unit",)
    serializer_class = OrganOut
    filterset_class = OrganFilter
    http_method_names = ("get", "post", "head", "options")


def _from_today(_recipient: Any, said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "on": today()}


@deeds(detail=False, table=[Deed("", add_recipient, RecipientIn, RecipientOut, may=_may_keep, makes=True)])
@deeds(
    detail=True,
    table=[
        Deed(
            "end",
            end_recipient,
            Nothing,
            RecipientOut,
            subject="recipient",
            may=_may_keep,
            timed=False,
            prepare=_from_today,
        )
    ],
)
class RecipientDoor(Listed, Detailed, Door):
    """Who gets which papers of a place, from when to when; for those who keep it alone, as the page is."""

    model = Recipient
    related = ("unit", "to_unit")
    serializer_class = RecipientOut
    filterset_class = RecipientFilter
    http_method_names = ("get", "post", "head", "options")

    def get_queryset(self) -> Any:
        """Addresses are nobody else's business."""
        found = super().get_queryset()
        return found if _keeps(None, self.request.user) else found.none()

    def get_object(self) -> Any:
        """One that the user keeps; any other is absent."""
        row = super().get_object()
        if not _keeps(row, self.request.user):
            raise Http404
        return row
