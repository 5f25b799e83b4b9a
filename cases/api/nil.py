"""Nil reports (零报告) in the API: who has said nothing at all of a day, and saying that there was nothing."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import NilReport
from cases.moves import NotAllowed
from cases.serializers.nil import NilIn, NilOut, ToldIn, ToldOut
from cases.workflow import report_nothing
from cases.workflow.quiet import REPORTERS, days_told_of, own_places, place_within, told_at
from grid.api.doors import Deed, Door, deeds, refuses
from grid.scope import standing_of


def _may_report(_record: Any, user: Any) -> None:
    if standing_of(user).roles.isdisjoint(REPORTERS):
        raise NotAllowed(_("您的岗位不能执行“%(verb)s”。") % {"verb": _("零报告")})


@deeds(detail=False, table=[Deed("", report_nothing, NilIn, NilOut, may=_may_report)])
class NilDoor(Door):
    """Nil reports (零报告): silence (未报) is not nothing, so who has nothing says so."""

    model = NilReport
    serializer_class = ToldOut
    pagination_class = None
    http_method_names = ("get", "post", "head", "options")

    @refuses(400, 403, 404)
    @extend_schema(
        summary="What the grids of a place said of a day",
        responses=ToldOut,
        filters=False,
        parameters=[
            OpenApiParameter("unit", int, OpenApiParameter.QUERY, description="Id of a place; one's own unless said."),
            OpenApiParameter("on", date, OpenApiParameter.QUERY, description="Today, unless said, or yesterday."),
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell which grids reported something, which nothing, and which have said nothing at all.

        For grid workers, of the grids they cover; for a village's head and a centre's desks, of their place and all
        below it. Of days before yesterday nothing can be said any more; they are absent.
        """
        _may_report(None, request.user)
        asked = ToldIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        days, places = days_told_of(timezone.now()), own_places(request.user)
        key, on = asked.validated_data.get("unit"), asked.validated_data.get("on", days[0])
        place = places[0] if key is None else place_within(places, key)
        if place is None or on not in days:
            raise Http404
        return Response(ToldOut({"place": place, "on": on, "told": told_at(place, on)}).data)
