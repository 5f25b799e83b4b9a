"""Dispute cases in the API: registration, lists, details, and every verb of CASE_MOVES."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from cases.api.children import ChildLists, child_deeds
from cases.api.filters import CaseFilter
from cases.api.moves import RecordDoor, deeds_of, in_order
from cases.models import Attachment, Case, CaseMediator, HandOver, Party
from cases.moves import Move, NotAllowed
from cases.serializers.cases import CaseOut, RegistrationIn, with_registration
from cases.serializers.records import CaseRow
from cases.workflow import CASE_MOVES, CASE_VERBS, register_case
from grid.api.doors import Deed, deeds
from grid.scope import standing_of

REGISTER = CASE_MOVES["register_case"]


def _may_register(_record: Any, user: Any) -> None:
    if not any(held.role in REGISTER.who for held in standing_of(user).posts):
        raise NotAllowed(_("您的岗位不能登记纠纷。"))


@deeds(
    detail=False,
    table=[Deed("", register_case, RegistrationIn, CaseOut, may=_may_register, makes=True, prepare=with_registration)],
)
@deeds(detail=True, table=[*child_deeds(CASE_MOVES), *deeds_of(CASE_MOVES, CASE_VERBS)])
class CaseDoor(ChildLists, RecordDoor):
    """Dispute cases (纠纷): registered, accepted, mediated, performed, closed."""

    model = Case
    noun = "case"
    moves: ClassVar[dict[str, Move]] = CASE_MOVES
    related = ("unit", "committee", "category", "registrar")
    serializer_class = CaseOut
    row_class = CaseRow
    filterset_class = CaseFilter
    ordering = ("-registered_at", "-pk")

    def joined(self, queryset: Any) -> Any:
        """A row needs its units; a detail also what hangs on the record."""
        if self.action == "list":
            return queryset.select_related("unit", "committee")
        queryset = super().joined(queryset)
        if self.action != "retrieve":
            return queryset
        return queryset.prefetch_related(
            in_order("mediator_rows", CaseMediator.objects.select_related("user")),
            in_order("parties", Party.objects.all()),
            in_order("attachments", Attachment.objects.all()),
            in_order("hand_overs", HandOver.objects.select_related("from_unit", "to_unit")),
            "clock_requests",
        )
