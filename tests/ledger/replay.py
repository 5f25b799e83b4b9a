"""Play a ledger's rows through the history verbs, one step after the other in the order of their times."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cases.codes import categories
from cases.models import Case, Incident
from cases.moves import Machine
from cases.workflow import history
from grid.models import Unit
from grid.scope import SHANGHAI, Role
from tests.ledger.oracle import ANSWER_CODES, FINDINGS, LEVEL_CODES, OUTCOME_CODES, SOURCE_CODES
from tests.ledger.random_ledger import Ledger

IMPORT = Machine(Role.LEDGER_IMPORT)
FORMS = {"书面": Case.Form.WRITTEN, "口头": Case.Form.ORAL}
REASONS = {str(label): code for code, label in Case.TerminationReason.choices}
RESULTS = {"确认": "confirmed", "驳回": "rejected", "撤回": "withdrawn"}


@dataclass
class Replay:
    """A replay under way: what is still to be done, and the records made so far."""

    todo: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    places: dict[str, Unit] = field(default_factory=dict)

    def at(self, moment: str, rank: int, do: Callable[[datetime], None]) -> None:
        """Plan a step; ``rank`` orders those of one instant."""
        if moment:
            when = local(moment)
            self.todo.append((when, rank, lambda: do(when)))

    def place(self, code: str) -> Unit:
        """The unit with a code."""
        if code not in self.places:
            self.places[code] = Unit.objects.get(code=code)
        return self.places[code]


def local(written: str) -> datetime:
    """A ledger's time as an instant."""
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def replay(ledger: Ledger) -> Replay:
    """Play a whole ledger; call it in a system scope."""
    run = Replay()
    for row in ledger.incidents:
        _plan_incident(run, row)
    for row in ledger.disputes:
        _plan_dispute(run, row)
    for _when, _rank, do in sorted(run.todo, key=lambda step: step[:2]):
        do()
    return run


def _plan_incident(run: Replay, row: dict[str, str]) -> None:
    number = row["事件编号"]

    def report(at: datetime) -> None:
        incident = Incident(
            outside_number=number,
            source=SOURCE_CODES[row["来源"]],
            category=categories()[row["类别代码"]],
            description=row["事件描述"],
            reported_at=at,
            due_at=local(row["办结时限"]) if row["办结时限"] else None,
        )
        incident.lie_at(run.place(row["区划代码"]))
        run.incidents[number] = history.begin_incident(incident=incident, by=IMPORT)

    def step(verb: str, change: Callable[[], Any] = lambda: None) -> Callable[[datetime], None]:
        def do(at: datetime) -> None:
            history.record_incident_step(pk=run.incidents[number].pk, verb=verb, by=IMPORT, at=at, change=change())

        return do

    run.at(row["上报时间"], 0, report)
    found = {
        "": step(""),
        "valid": step("record_verification"),
        "invalid": step("record_invalid"),
        "duplicate": step("record_duplicate", lambda: history.duplicating(run.incidents[row["重复于"]])),
    }[FINDINGS.get(row["核实结果"], "")]
    run.at(row["核实时间"], 1, found)
    close = step(
        "record_closure", lambda: history.closing(OUTCOME_CODES[row["办结结果"]], LEVEL_CODES[row["办结层级"]])
    )
    run.at(row["办结时间"], 2, close)
    run.at(row["重开时间"], 3, step("record_reopening", history.reopening))
    run.at(row["再次办结时间"], 4, close)


def _plan_dispute(run: Replay, row: dict[str, str]) -> None:
    number = row["纠纷编号"]

    def register(at: datetime) -> None:
        case = Case(
            outside_number=number,
            source=SOURCE_CODES[row["来源"]],
            category=categories()[row["类别代码"]],
            description=row["纠纷简述"],
            people_count=int(row["涉及人数"] or 0),
            committee_name=row["调解组织"],
            registered_at=at,
        )
        case.lie_at(run.place(row["区划代码"]))
        run.cases[number] = history.begin_case(case=case, by=IMPORT)

    def step(verb: str, change: Callable[[datetime], Any]) -> Callable[[datetime], None]:
        def do(at: datetime) -> None:
            history.record_case_step(pk=run.cases[number].pk, verb=verb, by=IMPORT, at=at, change=change(at))

        return do

    def agreeing(at: datetime) -> Any:
        limit = date.fromisoformat(row["履行期限"]) if row["履行期限"] else None
        return history.agreeing(FORMS[row["协议形式"]], Decimal(row["协议金额"] or 0), limit, history.calendar_for(at))

    run.at(row["登记时间"], 0, register)
    run.at(row["受理时间"], 1, step("record_acceptance", lambda _at: history.accepting()))
    run.at(row["协议时间"], 2, step("record_agreement", agreeing))
    result = RESULTS.get(row["司法确认结果"], "")
    run.at(
        row["司法确认申请时间"],
        3,
        step("record_confirmation_application", lambda _at: history.applying(result)),
    )
    run.at(row["履行完毕时间"], 4, step("record_performance", lambda _at: history.performing()))
    reason = REASONS.get(row["终止原因"], "")
    run.at(row["终止时间"], 4, step("record_termination", lambda _at: history.terminating(reason)))
    level = LEVEL_CODES.get(row["化解层级"], "")
    run.at(row["化解时间"], 5, step("record_resolution", lambda _at: history.resolving(level)))
    run.at(row["履行完毕时间"] or row["终止时间"], 6, step("record_case_closure", lambda _at: history.ending()))
    answer = ANSWER_CODES[row["满意度"]]
    run.at(row["回访时间"], 7, step("record_visit_answer", lambda _at: history.visiting(answer)))
