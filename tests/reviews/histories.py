"""Random histories through the machinery of moves, with everything a ledger cannot tell: corrections of place and
category, voidings undone, limits set later, agreements broken and made anew, facts entered late.

A script is what happened to one matter, for two readers: ``Hand`` does it to the database, ``told`` tells it to the
oracle. Only the question who may do it is left out; state, time and what an event says are the product's own.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cases.codes import categories
from cases.models import Case, Incident
from cases.moves import Machine, Noun, Step, Tie, begin, perform
from cases.workflow.case_moves import CASES
from cases.workflow.closing import unclose
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.inspection import recategorise, relocate
from cases.workflow.mediating import agree
from grid.models import Unit
from grid.scope import SHANGHAI, Role
from tests.ledger import oracle
from tests.ledger.random_ledger import EDGES

PLACES = [
    "141102001001",
    "141102001002",
    "141102002001",
    "141102001000",
    "141102000000",
    "141121100016",
    "141100000000",
    # Another city: corrected across its border, a record leaves one review and enters another.
    "140502001001",
]
CATEGORIES = ["0101", "0102", "0199"]
SOURCES = ["grid_report", "walk_in", "110_link"]
LEVELS = ["grid", "village", "township", "county", "city"]
OUTCOMES = ["resolved", "handled", "explained", "withdrawn"]
BY_HAND = Machine(Role.SYSTEM)
FIRST, LAST = datetime(2023, 2, 1), datetime(2024, 4, 1)

Change = Callable[[Any, Step[Any]], None]


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
    acts: list[Act] = field(default_factory=list)
    done: int = 0

    @property
    def told(self) -> oracle.Matter:
        """The matter as far as it is recorded."""
        return oracle.Matter(self.source, [step for act in self.acts[: self.done] for step in act.told])


@dataclass
class Hand:
    """Writes scripts into the database."""

    places: dict[str, Unit]

    def do(self, script: Script, until: int | None = None) -> None:
        """Record the script's next acts, up to ``until``; call it in a system scope."""
        for act in script.acts[script.done : until]:
            at = act.at.replace(tzinfo=SHANGHAI)
            noun = _by_anybody(script.noun, act.verb)
            if script.record.pk is None:
                begin(noun, act.verb, script.record, by=BY_HAND, at=at, change=act.change)
            else:
                perform(noun, act.verb, pk=script.record.pk, by=BY_HAND, at=at, change=act.change)
            script.done += 1


def _by_anybody(noun: Noun[Any], verb: str) -> Noun[Any]:
    """The same noun, whose verb the hand may perform: who may is not the question here."""
    move = replace(noun.moves[verb], who={Role.SYSTEM: Tie.MACHINE}, notify=())
    return replace(noun, moves={**noun.moves, verb: move})


def history_of(scripts: list[Script]) -> oracle.History:
    """What is recorded so far, for the oracle."""
    told = [(script.noun.name, script.told) for script in scripts if script.done]
    return oracle.History(
        [matter for name, matter in told if name == "incident"], [matter for name, matter in told if name == "case"]
    )


def random_scripts(dice: random.Random, hand: Hand, incidents: int, disputes: int) -> list[Script]:
    """Return scripts of so many matters; the first incident is a plain one that duplicates can point to."""
    master = _incident(hand, FIRST, PLACES[0], CATEGORIES[0], SOURCES[0])
    master.acts.append(Act(FIRST, "verify_incident", _nothing, [oracle.Step(FIRST, "valid")]))
    scripts = [master]
    for _number in range(incidents):
        scripts.append(_random_incident(dice, hand, master))
    for _number in range(disputes):
        scripts.append(_random_dispute(dice, hand))
    return scripts


def _nothing(_record: Any, _step: Step[Any]) -> None:
    return None


def _moment(dice: random.Random) -> datetime:
    if dice.random() < 0.4:
        return dice.choice([edge for edge in EDGES if edge >= FIRST])
    return FIRST + timedelta(minutes=dice.randrange(int((LAST - FIRST).total_seconds() // 60)))


def _next(dice: random.Random, moment: datetime) -> datetime:
    """At or after a moment: the same instant, a little later, days later, or an edge."""
    way = dice.randrange(5)
    if way == 0:
        return moment
    if way == 1:
        return moment + timedelta(minutes=dice.randrange(1, 300))
    if way == 2:
        return next((edge for edge in EDGES if edge >= moment), moment)
    return moment + timedelta(days=dice.randrange(1, 40))


# -- Incidents ------------------------------------------------------------------------------------------------------

AFTER_INCIDENT: dict[str, list[str]] = {
    "reported": [*["verify"] * 4, "limit", "limit", "return", "reject", "merge", "place", "category"],
    "returned": ["resubmit", "reject", "place"],
    "verified": [*["close"] * 4, "limit", "limit", "reject", "merge", "place", "category"],
    "closed": ["reopen", "reopen", "place", "place", "category"],
    "reopened": ["close", "close", "reject", "place", "limit"],
    "void": ["undo"],
}
VERBS = {
    "verify": ("verify_incident", "verified", "valid"),
    "return": ("return_incident", "returned", ""),
    "resubmit": ("resubmit_incident", "reported", ""),
    "reject": ("reject_incident", "void", "invalid"),
    "merge": ("merge_incident", "void", "duplicate"),
    "undo": ("undo_void", "reported", "undo"),
    "close": ("close_incident", "closed", "close"),
    "reopen": ("reopen_incident", "reopened", "reopen"),
    "place": ("correct_place", "", "place"),
    "category": ("correct_category", "", "category"),
    "limit": ("recompute_limit", "", "limit"),
}


def _incident(hand: Hand, at: datetime, place: str, category: str, source: str) -> Script:
    incident = Incident(
        source=source,
        category=categories()[category],
        description="测试事件，描述内容足够长",
        reported_at=at.replace(tzinfo=SHANGHAI),
    )
    incident.lie_at(hand.places[place])
    told = [oracle.Step(at, "place", place), oracle.Step(at, "category", category)]
    return Script(INCIDENTS, incident, source, [Act(at, "report_incident", _nothing, told)])


def _random_incident(dice: random.Random, hand: Hand, master: Script) -> Script:
    at = _moment(dice)
    place, category = dice.choice(PLACES), dice.choice(CATEGORIES)
    script = _incident(hand, at, place, category, dice.choice(SOURCES))
    state = "reported"
    for _number in range(dice.randrange(9)):
        what = dice.choice(AFTER_INCIDENT[state])
        at = _next(dice, at)
        verb, target, told = VERBS[what]
        if what == "close" and state == "reopened":
            # A desk would triage it first; the history verb closes it as it is.
            verb = "record_closure"
        value: Any = None
        change: Change = _nothing
        if what == "place":
            place = value = dice.choice([code for code in PLACES if code != place])
            change = _moving(hand.places[value])
        elif what == "resubmit" and dice.random() < 0.5:
            # What was wrong with the report may have been its place.
            place = value = dice.choice([code for code in PLACES if code != place])
            told, change = "place", _moving(hand.places[value])
        elif what == "category":
            category = value = dice.choice([code for code in CATEGORIES if code != category])
            change = _sorting(value)
        elif what == "limit":
            value = _next(dice, at) + timedelta(days=dice.choice([0, 10, 40]))
            change = _limiting(value)
        elif what == "close":
            value = (dice.choice(OUTCOMES), dice.choice(LEVELS))
            change = _closing(*value)
        elif what == "reopen":
            change = _reopening
        elif what == "merge":
            change = _merging(master)
        elif what == "undo":
            change = _unmerging
        script.acts.append(Act(at, verb, change, [oracle.Step(at, told, value)] if told else []))
        state = target or state
    return script


def _moving(place: Unit) -> Change:
    return lambda record, step: relocate(record, place, step)


def _sorting(code: str) -> Change:
    return lambda record, step: recategorise(record, categories()[code], step)


def _limiting(limit: datetime) -> Change:
    def change(record: Any, _step: Step[Any]) -> None:
        record.due_at = limit.replace(tzinfo=SHANGHAI)

    return change


def _closing(outcome: str, level: str) -> Change:
    def change(record: Any, step: Step[Any]) -> None:
        record.closed_at, record.outcome, record.closed_level = step.at, outcome, level

    return change


def _reopening(record: Any, _step: Step[Any]) -> None:
    unclose(record)


def _merging(master: Script) -> Change:
    def change(record: Any, _step: Step[Any]) -> None:
        record.duplicate_of = master.record

    return change


def _unmerging(record: Any, _step: Step[Any]) -> None:
    record.duplicate_of = None


# -- Disputes -------------------------------------------------------------------------------------------------------

AFTER_DISPUTE: dict[str, list[str]] = {
    "registered": ["accept", "accept", "accept", "place", "category"],
    "accepted": ["assign"],
    "assigned": ["mediate"],
    "mediating": ["agree", "agree", "agree", "terminate", "place"],
    "agreed": ["perform", "perform", "breach", "apply", "visit"],
    "breached": ["perform", "visit", "refer"],
    "referred": ["resolve", "end", "visit"],
    "performed": ["end", "end", "visit", "visit", "apply"],
    "terminated": ["end", "resolve"],
    "closed": ["renew", "visit", "place", "resolve"],
}
CASE_VERBS = {
    "accept": ("accept_case", "accepted"),
    "assign": ("assign_mediator", "assigned"),
    "mediate": ("begin_mediation", "mediating"),
    "agree": ("settle_case", "agreed"),
    "perform": ("note_full_performance", "performed"),
    "breach": ("record_breach", "breached"),
    "refer": ("refer_to_court", "referred"),
    "resolve": ("resolve_case", ""),
    "terminate": ("terminate_case", "terminated"),
    "end": ("close_case", "closed"),
    "renew": ("reopen_case", "mediating"),
    "visit": ("note_visit", ""),
    "apply": ("note_confirmation_application", ""),
    "place": ("correct_case_place", ""),
    "category": ("correct_case_category", ""),
}


def _random_dispute(dice: random.Random, hand: Hand) -> Script:
    at = _moment(dice)
    place, category = dice.choice(PLACES), dice.choice(CATEGORIES)
    source = dice.choice(SOURCES)
    case = Case(
        source=source,
        category=categories()[category],
        description="测试纠纷，简述内容足够长",
        registered_at=at.replace(tzinfo=SHANGHAI),
    )
    case.lie_at(hand.places[place])
    told = [oracle.Step(at, "register"), oracle.Step(at, "place", place), oracle.Step(at, "category", category)]
    script = Script(CASES, case, source, [Act(at, "register_case", _nothing, told)])
    state = "registered"
    for _number in range(dice.randrange(12)):
        what = dice.choice(AFTER_DISPUTE[state])
        at = _next(dice, at)
        verb, target = CASE_VERBS[what]
        change, told = _dispute_act(dice, hand, what, at, script)
        script.acts.append(Act(at, verb, change, told))
        state = target or state
    return script


def _dispute_act(
    dice: random.Random, hand: Hand, what: str, at: datetime, script: Script
) -> tuple[Change, list[oracle.Step]]:
    if what in ("place", "category"):
        known = [step.value for act in script.acts for step in act.told if step.what == what][-1]
        value = dice.choice([code for code in (PLACES if what == "place" else CATEGORIES) if code != known])
        change = _moving(hand.places[value]) if what == "place" else _sorting(value)
        return change, [oracle.Step(at, what, value)]
    if what == "agree":
        amount, limit = dice.choice(["0", "0.01", "1200.50"]), _next(dice, at).date()

        def agreeing(case: Any, step: Step[Any]) -> None:
            agree(case, step, form="written", amount=Decimal(amount), limit_on=limit, obliging=True)

        return agreeing, [oracle.Step(at, "agree", (amount, limit))]
    if what == "visit":
        answer = dice.choice(["very_satisfied", "satisfied", "fair", "dissatisfied", ""])
        return _answering(answer), [oracle.Step(at, "visit", answer)]
    told = {
        "accept": ["accept"],
        "perform": ["perform", "resolve"],
        "breach": ["clear"],
        "renew": ["clear"],
        "resolve": ["resolve"],
        "apply": ["apply"],
    }.get(what, [])
    return _CASE_CHANGES.get(what, _nothing), [oracle.Step(at, step) for step in told]


def _answering(answer: str) -> Change:
    def change(_case: Any, step: Step[Any]) -> None:
        step.facts["satisfaction"] = answer

    return change


def _setting(*names: str, clearing: tuple[str, ...] = ()) -> Change:
    """Set fields to the step's time, clear others."""

    def change(case: Any, step: Step[Any]) -> None:
        for name in names:
            setattr(case, name, step.at)
        for name in clearing:
            setattr(case, name, None)

    return change


_CASE_CHANGES: dict[str, Change] = {
    "accept": _setting("accepted_at"),
    "perform": _setting("performed_at", "resolved_at"),
    "breach": _setting(clearing=("resolved_at",)),
    "resolve": _setting("resolved_at"),
    "end": _setting("closed_at"),
    "renew": _setting(clearing=("closed_at", "resolved_at")),
}
