"""Dispute cases with what happens at the table: sessions, agreements, performance, visits, judicial confirmation."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import cases
from cases.api.codes import LISTS, CodesDoor, Lists
from cases.api.moves import may
from cases.moves import Move
from cases.serializers.needs import serializer_for
from cases.serializers.records import Moved
from cases.workflow import CASE_MOVES, record_consent
from grid.api.doors import Deed, Detailed, Door, Nothing, deeds
from mediation.models import Agreement, Committee, FollowUp, Mediator, Obligation, Session, Signature
from mediation.serializers.table import (
    AgreementOut,
    ConfirmationOut,
    CourtIn,
    DocketIn,
    HeldSession,
    NewPerformance,
    NewSession,
    NewVisit,
    ObligationOut,
    PerformanceOut,
    RulingIn,
    SessionOut,
    TermsIn,
    VisitOut,
    WrittenTermsIn,
    with_terms,
)
from mediation.workflow import (
    MEDIATION_MOVES,
    advise_confirmation,
    apply_for_confirmation,
    cancel_session,
    hold_session,
    record_court_acceptance,
    record_court_decision,
    record_oral_agreement,
    record_performance,
    record_visit,
    schedule_session,
    sign_agreement,
)


def _may(verb: str) -> Any:
    """The check for a verb of the table, for a case or anything below one."""
    check = may(MEDIATION_MOVES[verb])

    def below(record: Any, user: Any) -> None:
        check(_case_of(record), user)

    return below


def _case_of(record: Any) -> Any:
    if isinstance(record, Obligation):
        return record.agreement.case
    return record.case if isinstance(record, Session) else record


def _deed(stem: str, verb: Any, takes: Any, answers: Any, **more: Any) -> Deed:
    move = MEDIATION_MOVES[verb.__name__]
    return Deed(stem, verb, takes, answers, why=move.why, may=_may(move.verb), **more)


TABLE = [
    _deed("sessions", schedule_session, NewSession, SessionOut, subject="case", makes=True),
    _deed(
        "sign-agreement",
        sign_agreement,
        WrittenTermsIn,
        AgreementOut,
        subject="case",
        makes=True,
        prepare=with_terms,
    ),
    _deed(
        "record-oral-agreement",
        record_oral_agreement,
        TermsIn,
        AgreementOut,
        subject="case",
        makes=True,
        prepare=with_terms,
    ),
    _deed("visits", record_visit, NewVisit, VisitOut, subject="case", makes=True),
    _deed("advise-confirmation", advise_confirmation, Nothing, Moved, subject="case"),
    _deed("apply-for-confirmation", apply_for_confirmation, CourtIn, ConfirmationOut, subject="case", makes=True),
    _deed("record-court-acceptance", record_court_acceptance, DocketIn, ConfirmationOut, subject="case"),
    _deed("record-court-decision", record_court_decision, RulingIn, ConfirmationOut, subject="case"),
    _deed("record-consent", record_consent, serializer_for(CASE_MOVES["record_consent"]), Moved),
]


def listing(serializer: type[serializers.BaseSerializer[Any]]) -> Any:
    """Decorate a list of what hangs on one record."""

    def decorate(handler: Any) -> Any:
        made = action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)(handler)
        return extend_schema(responses=serializer(many=True), filters=False)(made)

    return decorate


class _CaseLists(cases.CaseDoor):
    """What mediation keeps of a case."""

    @listing(SessionOut)
    def sessions(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The sessions of the case, oldest first."""
        rows = self.get_object().sessions.prefetch_related("mediators", "attended").order_by("planned_for", "pk")
        return Response(SessionOut(rows, many=True).data)

    @listing(AgreementOut)
    def agreements(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The agreements of the case; the last one stands."""
        rows = self.get_object().agreements.prefetch_related("signatures", "obligations__performances").order_by("pk")
        return Response(AgreementOut(rows, many=True).data)

    @listing(VisitOut)
    def visits(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The visits made, oldest first."""
        return Response(VisitOut(self.get_object().follow_ups.order_by("at", "pk"), many=True).data)

    @listing(ConfirmationOut)
    def confirmations(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The applications for judicial confirmation."""
        return Response(ConfirmationOut(self.get_object().confirmations.order_by("pk"), many=True).data)


@deeds(detail=True, table=TABLE)
class CaseDoor(_CaseLists):
    """Dispute cases (纠纷): registered, accepted, mediated, performed, closed."""

    moves: ClassVar[dict[str, Move]] = {**CASE_MOVES, **MEDIATION_MOVES}
    elsewhere: ClassVar[dict[str, str]] = {
        **_CaseLists.elsewhere,
        "hold_session": "/api/v1/sessions/{id}/hold/",
        "cancel_session": "/api/v1/sessions/{id}/cancel/",
        "record_performance": "/api/v1/obligations/{id}/performances/",
    }


@deeds(
    detail=True,
    table=[
        _deed("hold", hold_session, HeldSession, SessionOut, subject="session"),
        _deed("cancel", cancel_session, Nothing, SessionOut, subject="session"),
    ],
)
class SessionDoor(Detailed, Door):
    """One session."""

    model = Session
    related = ("case",)
    serializer_class = SessionOut
    http_method_names = ("get", "post", "head", "options")


class AgreementDoor(Detailed, Door):
    """One agreement."""

    model = Agreement
    related = ("case",)
    serializer_class = AgreementOut


@deeds(
    detail=True,
    table=[_deed("performances", record_performance, NewPerformance, PerformanceOut, subject="obligation", makes=True)],
)
class ObligationDoor(Detailed, Door):
    """One obligation and what was performed of it."""

    model = Obligation
    related = ("agreement__case",)
    serializer_class = ObligationOut


class MediationCodesDoor(CodesDoor):
    """The lists of the lower apps, and mediation's own."""

    lists: ClassVar[Lists] = {
        **LISTS,
        "session_form": Session.Form,
        "session_state": Session.State,
        "session_result": Session.Result,
        "signature_manner": Signature.Manner,
        "obligation_kind": Obligation.Kind,
        "visit_channel": FollowUp.Channel,
        "committee_kind": Committee.Kind,
        "mediator_employment": Mediator.Employment,
        "mediator_seat": Mediator.Seat,
        "mediator_gender": Mediator.Gender,
    }
