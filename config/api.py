"""The API under /api/v1/: one router. Every viewset that passes it is safe to be sent the same POST twice."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from cases import api as cases
from config.once import Once
from grid import api as grid
from mediation import api as mediation
from mediation.reviews import api as reviews


class Router(SimpleRouter):
    """Registers viewsets with ``Once`` before them."""

    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:
        """Add a noun at ``prefix``."""
        once = type(viewset.__name__, (Once, viewset), {"__doc__": viewset.__doc__, "__module__": viewset.__module__})
        super().register(prefix, once, basename or prefix.replace("/", "-"))


router = Router(use_regex_path=False)
router.register("auth", grid.AuthDoor)
router.register("devices", grid.DeviceDoor)
router.register("units", grid.UnitDoor)
router.register("users", grid.UserDoor)
router.register("grid-members", grid.GridMemberDoor)
router.register("posts", grid.PostDoor)
router.register("incidents", cases.IncidentDoor)
router.register("cases", mediation.CaseDoor)
router.register("parties", cases.PartyDoor)
router.register("attachments", cases.AttachmentDoor)
router.register("hand-overs", cases.HandOverDoor)
router.register("nil-reports", cases.NilDoor)
router.register("notices", cases.NoticeDoor)
router.register("categories", cases.CategoryDoor)
router.register("codes", mediation.MediationCodesDoor)
router.register("calendar-days", cases.CalendarDayDoor)
router.register("committees", mediation.CommitteeDoor)
router.register("mediators", mediation.MediatorDoor)
router.register("studios", mediation.StudioDoor)
router.register("sessions", mediation.SessionDoor)
router.register("agreements", mediation.AgreementDoor)
router.register("obligations", mediation.ObligationDoor)
router.register("reviews", reviews.ReviewDoor)
router.register("measures", reviews.MeasureDoor)
router.register("papers", reviews.PaperDoor)
router.register("organs", reviews.OrganDoor)
router.register("recipients", reviews.RecipientDoor)
router.register("suggestions", reviews.SuggestionDoor)
router.register("surges", reviews.SurgeDoor)
router.register("inspections", reviews.SampleDoor)
router.register("inspection-items", reviews.ItemDoor)

urlpatterns = [
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
