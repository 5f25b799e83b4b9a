"""A stage for table tests: one record in every status, brought there through verbs.

The stage is built once per module inside one transaction; each test works in a savepoint that is rolled back. The
valid inputs of every verb are in ``tests.cases.inputs``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from cases.models import Case, Incident, Party
from cases.moves import Machine
from cases.workflow import CASE_VERBS, INCIDENT_VERBS
from grid import rls
from grid.models import Unit, User
from grid.scope import Role
from grid.workflow import add_user, open_unit, seat
from mediation import workflow as table
from mediation.models import Session
from mediation.workflow import Duty, Terms
from tests import cast as house
from tests.cast import SINCE, Cast

S, C = Incident.Status, Case.Status
START = datetime(2024, 11, 20, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Shanghai, in a year whose calendar is published."""
LONG = "已多次上门调查了解并当面沟通"
IMPORT = Machine(Role.LEDGER_IMPORT)
SYSTEM = Machine(Role.SYSTEM)
MORE_PEOPLE = {
    "strange_clerk": (Role.CENTRE_CLERK, "strange_centre"),
    "strange_village_leader": (Role.VILLAGE_LEADER, "strange_village"),
    "strange_leader": (Role.LEADER, "strange_centre"),
    "third_handler": (Role.HANDLER, "third_department"),
}


@dataclass
class Stage:
    """The cast, a record per status, and the moment it is."""

    cast: Cast
    moment: datetime = START
    incidents: dict[str, int] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    master: int = 0

    def now(self) -> datetime:
        """The next minute."""
        self.moment += timedelta(minutes=1)
        return self.moment

    def wait(self, **span: int) -> datetime:
        """Let time pass."""
        self.moment += timedelta(**span)
        return self.moment

    def actor(self, by: str | Machine) -> Any:
        """Somebody of the cast by name, with their posts read anew; a machine as it is."""
        if isinstance(by, Machine):
            return by
        user = self.cast.users[by]
        user._standing = None  # type: ignore[attr-defined]
        return user

    # -- Incidents ------------------------------------------------------------------------------------------------

    def do(self, verb: str, pk: int, by: str | Machine, **needs: Any) -> Incident:
        """Perform an incident verb now."""
        return INCIDENT_VERBS[verb](pk=pk, by=self.actor(by), at=self.now(), **needs)

    def report(self, by: str = "worker", **said: Any) -> int:
        """Report an incident now and return its id."""
        return house.report(self.cast, at=self.now(), by=by, **said).pk

    def incident(self, status: str, by: str = "worker", **said: Any) -> int:
        """Bring a new incident into a status through the verbs of the table."""
        pk = self.report(by, **said)
        for verb, actor, needs in self._road(status):
            self.do(verb, pk, actor, **needs)
        assert self.incident_now(pk).status == status
        return pk

    def incident_now(self, pk: int) -> Incident:
        """The incident as it stands."""
        return Incident._base_manager.get(pk=pk)

    def _road(self, status: str) -> list[tuple[str, str, dict[str, Any]]]:
        until = (self.moment + timedelta(days=3)).date()
        units = {"lead_unit": self.cast.department, "assisting": [self.cast.second_department]}
        verified: list[Any] = [("verify_incident", "clerk", {})]
        triaged = [*verified, ("triage_incident", "dispatcher", {"path": "department", "complexity": "ordinary"})]
        assigned = [*triaged, ("assign_incident", "dispatcher", units)]
        accepted = [*assigned, ("accept_incident", "handler", {})]
        started = [*accepted, ("start_incident", "handler", {})]
        handled = [*started, ("handle_incident", "handler", {"remark": LONG})]
        closed = [*handled, ("close_incident", "dispatcher", closing("resolved"))]
        pause = {"reason": "appraisal", "until": until, "remark": LONG}
        roads: dict[str, list[Any]] = {
            S.REPORTED: [],
            S.RETURNED: [("return_incident", "clerk", {"reason": "facts_unclear", "remark": LONG})],
            S.INVALID: [("reject_incident", "clerk", {"reason": "not_true"})],
            S.DUPLICATE: [("merge_incident", "clerk", {"master": Incident(pk=self.master)})],
            S.VERIFIED: verified,
            S.TRIAGED: triaged,
            S.ASSIGNED: assigned,
            S.OBJECTED: [*assigned, ("object_incident", "handler", {"reason": "not_competent", "remark": LONG})],
            S.ACCEPTED: accepted,
            S.IN_PROGRESS: started,
            S.SUSPENDED: [*started, ("ask_suspension", "handler", pause), ("grant_suspension", "supervisor", {})],
            S.ESCALATED: [
                *verified,
                ("triage_incident", "town_dispatcher", {"path": "department"}),
                ("escalate_incident", "town_dispatcher", {"remark": LONG}),
            ],
            S.SENT_DOWN: [*triaged, ("send_down_incident", "dispatcher", {"remark": LONG})],
            S.HANDLED: handled,
            S.CLOSED: closed,
            S.REVISITED: [*closed, ("revisit_incident", "clerk", {})],
            S.REOPENED: [*closed, ("reopen_incident", "dispatcher", {"reason": "relapse", "remark": LONG})],
            S.ARCHIVED: [*closed, ("archive_incident", "clerk", {})],
        }
        return roads[status]

    # -- Cases ----------------------------------------------------------------------------------------------------

    def go(self, verb: str, pk: int, by: str | Machine, **needs: Any) -> Case:
        """Perform a case verb now."""
        return CASE_VERBS[verb](pk=pk, by=self.actor(by), at=self.now(), **needs)

    def case(self, status: str, **given: Any) -> int:
        """Bring a new case with two willing parties into a status, through verbs of cases and mediation."""
        pk = house.case_with_parties(self.cast, at=self.now(), **given)[0].pk
        for act in self._path(status, pk):
            act()
        found = self.case_now(pk).status
        assert found == status, f"{found} instead of {status}"
        return pk

    def case_now(self, pk: int) -> Case:
        """The case as it stands."""
        return Case._base_manager.get(pk=pk)

    def _path(self, status: str, pk: int) -> list[Callable[[], Any]]:
        ending = {"remedies": ["litigation"], "remark": LONG}
        who = {"mediator": self.cast.mediator, "no_interest": True}
        accepted: list[Callable[[], Any]] = [lambda: self.go("accept_case", pk, "director")]
        assigned = [*accepted, lambda: self.go("assign_mediator", pk, "director", **who)]
        mediating = [*assigned, lambda: self.plan(pk)]
        agreed = [*mediating, lambda: self.agree(pk)]
        performing = [*agreed, lambda: self.pay(pk, 100)]
        breached = [*agreed, lambda: self.breach(pk)]
        stop = {**ending, "reason": "no_agreement"}
        terminated = [*mediating, lambda: self.go("terminate_case", pk, "director", **stop)]
        closed = [*terminated, lambda: self.go("close_case", pk, "director", remark="同意结案")]
        paths: dict[str, list[Callable[[], Any]]] = {
            C.REGISTERED: [],
            C.CONSENT_PENDING: [lambda: self.go("seek_consent", pk, "clerk")],
            C.DECLINED: [lambda: self.go("decline_case", pk, "director", reason="special_organ", **ending)],
            C.WITHDRAWN: [lambda: self.go("withdraw_case", pk, "clerk", reason="applicant", remark=LONG)],
            C.ACCEPTED: accepted,
            C.MEDIATOR_ASSIGNED: assigned,
            C.INVESTIGATING: [*assigned, lambda: self.go("begin_investigation", pk, "mediator")],
            C.MEDIATING: mediating,
            C.AGREED: agreed,
            C.PERFORMING: performing,
            C.PERFORMED: [*performing, lambda: self.pay(pk)],
            C.BREACHED: breached,
            C.URGED: [*breached, lambda: self.go("urge_performance", pk, "mediator", remark=LONG)],
            C.REFERRED: [*breached, lambda: self.go("refer_to_court", pk, "mediator", remark=LONG)],
            C.TERMINATED: terminated,
            C.CLOSED: closed,
            C.ARCHIVED: [*closed, lambda: self.go("archive_case", pk, "director")],
        }
        return paths[status]

    def party(self, pk: int, side: str = "applicant") -> Party:
        """A party of a case as it stands."""
        return Party._base_manager.filter(case_id=pk, side=side).order_by("pk")[0]

    def plan(self, pk: int, **given: Any) -> Session:
        """Plan a session as the mediator."""
        at = self.now()
        needs = {"planned_for": at + timedelta(minutes=1), "venue": "调解室", "form": "joint", **given}
        return table.schedule_session(case=self.case_now(pk), by=self.actor("mediator"), at=at, **needs)

    def terms(self, pk: int, *, paid: bool = False, due_on: date | None = None) -> Terms:
        """Terms of a written agreement over 1000 yuan, due tomorrow, that both sides signed."""
        debtor, creditor = self.party(pk, "respondent"), self.party(pk)
        day = due_on or (self.moment + timedelta(days=1)).date()
        return Terms(
            facts="因漏水造成损失",
            content="乙方赔偿甲方一千元",
            duties=[Duty("pay", debtor, "赔偿", day, amount=Decimal(1000), creditor=creditor, done=paid)],
            signatures={debtor.pk: "signature", creditor.pk: "fingerprint"},
            mediator_signed=True,
            seal_affixed=True,
        )

    def agree(self, pk: int, **given: Any) -> Any:
        """Sign an agreement as the mediator."""
        terms = self.terms(pk, **given)
        return table.sign_agreement(case=self.case_now(pk), by=self.actor("mediator"), at=self.now(), terms=terms)

    def obligation(self, pk: int) -> Any:
        """The first obligation of the newest agreement."""
        return self.case_now(pk).agreements.order_by("-pk")[0].obligations.order_by("pk")[0]

    def pay(self, pk: int, amount: int | None = None, **given: Any) -> Any:
        """Record a payment as the mediator; without an amount, what is left."""
        paid = None if amount is None else Decimal(amount)
        by, at = self.actor("mediator"), self.now()
        return table.record_performance(obligation=self.obligation(pk), by=by, at=at, amount=paid, **given)

    def breach(self, pk: int) -> Case:
        """Let the limit pass and record the breach."""
        self.wait(days=3)
        return self.go("record_breach", pk, "mediator", remark=LONG)


def closing(outcome: str) -> dict[str, Any]:
    """Inputs of ``close_incident``."""
    return {"outcome": outcome, "level": "county", "evidence": "none_declared", "remark": "情况属实"}


def build_stage(*, with_incidents: bool = False, with_cases: bool = False) -> Stage:
    """Make the cast, some more people, and one record per status; call it in a system scope."""
    stage = Stage(house.build_cast())
    units = stage.cast.units
    units["third_department"] = open_unit(
        parent=units["county"], code="t-third", name="离石区城市管理局", kind=Unit.Kind.DEPARTMENT, valid_from=SINCE
    )
    for name, (role, unit) in MORE_PEOPLE.items():
        user: User = add_user(username=f"more-{name}", name=name)
        seat(user=user, unit=units[unit], role=role, starts_on=SINCE, at=datetime(2020, 1, 1, tzinfo=UTC))
        stage.cast.users[name] = user
    stage.master = stage.report()
    if with_incidents:
        stage.incidents = {status: stage.incident(status) for status in S}
    if with_cases:
        stage.cases = {status: stage.case(status) for status in C}
    return stage


@contextmanager
def undone() -> Iterator[None]:
    """Run a block and take everything back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def standing(**given: bool) -> Iterator[Stage]:
    """A stage in a transaction of its own that is never committed, in the system scope."""
    with undone(), rls.system_scope():
        yield build_stage(**given)
