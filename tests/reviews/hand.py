"""A hand that writes histories: what happened to a matter, for the database and for the oracle alike.

A script is told step by step (``then``) and done later, as far as wanted (``do``). Every step goes through the
machinery of moves; only the question who may do it is left out. Times are naive and local, or text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cases.codes import categories
from cases.models import Case, Incident
from cases.moves import Machine, Noun, Step, Tie, begin, perform
from cases.workflow.case_moves import CASES
from cases.workflow.closing import unclose
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.inspection import recategorise, relocate
from cases.workflow.mediating import agree, set_confirmation_limit
from grid.models import Unit
from grid.scope import SHANGHAI, Role
from tests.ledger import oracle

BY_HAND = Machine(Role.SYSTEM)
Change = Callable[[Any, Step[Any]], None]

INCIDENT_STEPS = {
    "verify": ("verify_incident", "verified", "valid"),
    "return": ("return_incident", "returned", ""),
    "resubmit": ("resubmit_incident", "reported", ""),
    "resubmit_elsewhere": ("resubmit_incident", "reported", "place"),
    "reject": ("reject_incident", "void", "invalid"),
    "merge": ("merge_incident", "void", "duplicate"),
    "undo": ("undo_void", "reported", "undo"),
    "close": ("close_incident", "closed", "close"),
    "close_again": ("record_closure", "closed", "close"),
    "reopen": ("reopen_incident", "reopened", "reopen"),
    "place": ("correct_place", "", "place"),
    "category": ("correct_category", "", "category"),
    "limit": ("recompute_limit", "", "limit"),
    "triage": ("triage_incident", "triaged", ""),
    "assign": ("assign_incident", "assigned", ""),
    "sign": ("accept_incident", "working", ""),
    "extend": ("grant_extension", "", "limit extend"),
    "handle": ("handle_incident", "handled", ""),
    "rework": ("rework_incident", "working", ""),
}
"""Step -> its verb, the state after it ("" for the same), and what the oracle is told."""

DISPUTE_STEPS = {
    "accept": ("accept_case", "accepted", "accept"),
    "assign": ("assign_mediator", "assigned", ""),
    "mediate": ("begin_mediation", "mediating", ""),
    "agree": ("settle_case", "agreed", "agree"),
    "perform": ("note_full_performance", "performed", "perform resolve"),
    "breach": ("record_breach", "breached", "clear"),
    "refer": ("refer_to_court", "referred", ""),
    "resolve": ("resolve_case", "", "resolve"),
    "terminate": ("terminate_case", "terminated", ""),
    "end": ("close_case", "closed", ""),
    "restate": ("correct_prevention", "", ""),
    "renew": ("reopen_case", "mediating", "clear"),
    "visit": ("note_visit", "", "visit"),
    "apply": ("note_confirmation_application", "", "apply"),
    "decide": ("note_confirmation_result", "", "decide"),
    "police": ("escalate_to_police", "", "crime"),
    "place": ("correct_case_place", "", "place"),
    "category": ("correct_case_category", "", "category"),
}


@dataclass
class Act:
    """One move: when, which verb, what it changes, and what the oracle is told of it."""

    at: datetime
    verb: str
    change: Change
    told: list[oracle.Step]


@dataclass
class Script:
    """What happens to one matter. ``done`` acts are in the database already."""

    noun: Noun[Any]
    record: Any
    source: str
    acts: list[Act]
    state: str
    done: int = 0

    @property
    def told(self) -> oracle.Matter:
        """The matter as far as it is recorded."""
        return oracle.Matter(self.source, [step for act in self.acts[: self.done] for step in act.told])

    def known(self, what: str) -> Any:
        """The last value told of a kind of step."""
        return [step.value for act in self.acts for step in act.told if step.what == what][-1]


@dataclass
class Hand:
    """Tells scripts and writes them into the database; units are found by code."""

    units: dict[str, Unit] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        """The unit with a code."""
        if code not in self.units:
            self.units[code] = Unit.objects.get(code=code)
        return self.units[code]

    def incident(
        self, at: Any, place: str, category: str = "0102", source: str = "grid_report", *, self_handled: bool = False
    ) -> Script:
        """An incident reported at a time and place."""
        at = moment(at)
        incident = Incident(
            source=source,
            category=categories()[category],
            description="测试事件，描述内容足够长",
            reported_at=at.replace(tzinfo=SHANGHAI),
            self_handled=self_handled,
        )
        incident.lie_at(self.unit(place))
        told = [oracle.Step(at, "place", place), oracle.Step(at, "category", category)]
        return Script(INCIDENTS, incident, source, [Act(at, "report_incident", _nothing, told)], "reported")

    def dispute(
        self, at: Any, place: str, category: str = "0102", source: str = "walk_in", *, people: int | None = None
    ) -> Script:
        """A dispute registered at a time and place."""
        at = moment(at)
        case = Case(
            source=source,
            category=categories()[category],
            description="测试纠纷，简述内容足够长",
            registered_at=at.replace(tzinfo=SHANGHAI),
            people_count=people,
        )
        case.lie_at(self.unit(place))
        told = [oracle.Step(at, "register"), oracle.Step(at, "place", place), oracle.Step(at, "category", category)]
        return Script(CASES, case, source, [Act(at, "register_case", _nothing, told)], "registered")

    def then(self, script: Script, what: str, at: Any, value: Any = None) -> Script:
        """Tell one more step. Values: a place, a category, a limit, (outcome, level), the script merged into,
        (amount, limit day), an answer, a ruling, whether it is a crime, people saved from what.
        """
        at = moment(at)
        steps = INCIDENT_STEPS if script.noun is INCIDENTS else DISPUTE_STEPS
        verb, state, told = steps[what]
        change = _CHANGES[what](self, value) if what in _CHANGES else _nothing
        said = None if what == "merge" else value
        script.acts.append(Act(at, verb, change, [oracle.Step(at, word, said) for word in told.split()]))
        script.state = state or script.state
        return script

    def do(self, script: Script, until: int | None = None) -> Any:
        """Record the script's next acts, up to ``until``, and return the record; call it in a system scope."""
        for act in script.acts[script.done : until]:
            at = act.at.replace(tzinfo=SHANGHAI)
            noun = _by_anybody(script.noun, act.verb)
            if script.record.pk is None:
                begin(noun, act.verb, script.record, by=BY_HAND, at=at, change=act.change)
            else:
                perform(noun, act.verb, pk=script.record.pk, by=BY_HAND, at=at, change=act.change)
            script.done += 1
        return script.record


def history_of(scripts: list[Script]) -> oracle.History:
    """What is recorded so far, for the oracle."""
    told = [(script.noun, script.told) for script in scripts if script.done]
    return oracle.History(
        [matter for noun, matter in told if noun is INCIDENTS], [matter for noun, matter in told if noun is CASES]
    )


def moment(at: Any) -> datetime:
    """A naive local time from text or itself."""
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _by_anybody(noun: Noun[Any], verb: str) -> Noun[Any]:
    """The same noun, whose verb the hand may perform: who may is not the question here."""
    move = replace(noun.moves[verb], who={Role.SYSTEM: Tie.MACHINE}, notify=())
    return replace(noun, moves={**noun.moves, verb: move})


# -- What steps change ----------------------------------------------------------------------------------------------


def _nothing(_record: Any, _step: Step[Any]) -> None:
    return None


def _move(hand: Hand, place: str) -> Change:
    return lambda record, step: relocate(record, hand.unit(place), step)


def _sort(_hand: Hand, code: str) -> Change:
    return lambda record, step: recategorise(record, categories()[code], step)


def _limit(_hand: Hand, limit: Any) -> Change:
    return _assigning(due_at=moment(limit).replace(tzinfo=SHANGHAI))


def _close(_hand: Hand, value: tuple[str, str]) -> Change:
    def change(record: Any, step: Step[Any]) -> None:
        record.closed_at, (record.outcome, record.closed_level) = step.at, value

    return change


def _reopen(_hand: Hand, _value: None) -> Change:
    return lambda record, _step: unclose(record)


def _merge(_hand: Hand, master: Script) -> Change:
    def change(record: Any, _step: Step[Any]) -> None:
        record.duplicate_of = master.record

    return change


def _agree(_hand: Hand, value: tuple[str, date]) -> Change:
    amount, limit_on = Decimal(value[0]), value[1]

    def change(case: Any, step: Step[Any]) -> None:
        agree(case, step, form="written", amount=amount, limit_on=limit_on, obliging=True)
        set_confirmation_limit(case, step)

    return change


def _decide(_hand: Hand, ruling: str) -> Change:
    def change(case: Any, step: Step[Any]) -> None:
        case.confirmation = ruling
        step.data["result"] = ruling

    return change


def _tell_police(_hand: Hand, is_crime: bool) -> Change:
    def change(_case: Any, step: Step[Any]) -> None:
        step.data["escalated_to_crime"] = is_crime

    return change


def _end(_hand: Hand, prevented: dict[str, int] | None) -> Change:
    def change(case: Any, step: Step[Any]) -> None:
        case.closed_at = step.at
        if prevented:
            step.data["prevented"] = prevented

    return change


def _restate(_hand: Hand, prevented: dict[str, int]) -> Change:
    def change(_case: Any, step: Step[Any]) -> None:
        step.data["prevented"] = prevented

    return change


def _answer(_hand: Hand, answer: str) -> Change:
    def change(_case: Any, step: Step[Any]) -> None:
        step.facts["satisfaction"] = answer

    return change


def _assigning(**values: Any) -> Change:
    """Set fields to values, or to the step's time where the value is ``...``."""

    def change(record: Any, step: Step[Any]) -> None:
        for name, value in values.items():
            setattr(record, name, step.at if value is ... else value)

    return change


def _always(**values: Any) -> Callable[[Hand, Any], Change]:
    return lambda _hand, _value: _assigning(**values)


_CHANGES: dict[str, Callable[[Hand, Any], Change]] = {
    "place": _move,
    "resubmit_elsewhere": _move,
    "category": _sort,
    "limit": _limit,
    "extend": _limit,
    "decide": _decide,
    "police": _tell_police,
    "close": _close,
    "close_again": _close,
    "reopen": _reopen,
    "merge": _merge,
    "undo": _always(duplicate_of=None),
    "accept": _always(accepted_at=...),
    "agree": _agree,
    "perform": _always(performed_at=..., resolved_at=...),
    "breach": _always(resolved_at=None),
    "resolve": _always(resolved_at=...),
    "end": _end,
    "restate": _restate,
    "renew": _always(closed_at=None, resolved_at=None),
    "visit": _answer,
}
