"""Every row of MEDIATION_MOVES and every pair not in it: one event on the case's timeline, or none at all."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case
from cases.moves import Move, NotAllowed, NotPossible
from cases.workflow import CASES, PartyData
from grid.scope import Role
from mediation import workflow as table
from mediation.models import Agreement, Confirmation, Obligation, Session
from mediation.workflow import MEDIATION_MOVES, Duty, Terms
from tests.cases.inputs import BEST_TIED, NEXT_DOOR, PDF
from tests.cases.rows import actor_for, name_of, timeline
from tests.cases.stage import LONG, C, Stage, undone

ROWS = list(MEDIATION_MOVES.values())
Call = Callable[[Stage, int, Any, datetime], Any]


def planned(stage: Stage, pk: int) -> Session:
    """A planned session of the case, past its verb: it may stand in a status where none can be planned."""
    case = stage.case_now(pk)
    return Session.objects.create(
        case=case,
        form="separate",
        planned_for=stage.moment,
        venue="调解室",
        planned_by=stage.cast.mediator,
        client_uuid=uuid.uuid4(),
        **case.levels,
    )


def owed(stage: Stage, pk: int) -> Obligation:
    """The open obligation of the case, or one made up where the status has none."""
    case = stage.case_now(pk)
    found = Obligation.objects.filter(agreement__case=case).order_by("-pk").first()
    if found is not None:
        return found
    debtor = stage.party(pk, "respondent")
    agreement = Agreement.objects.create(
        case=case,
        number=f"x{pk}",
        form="oral",
        made_at=stage.moment,
        facts="事实",
        content="内容",
        limit_on=stage.moment.date(),
        recorded_by=stage.cast.mediator,
        client_uuid=uuid.uuid4(),
        **case.levels,
    )
    return Obligation.objects.create(
        agreement=agreement, kind="pay", debtor=debtor, text="赔偿", amount=5, due_on=stage.moment.date(), **case.levels
    )


def oral(stage: Stage, pk: int) -> Terms:
    """Terms performed on the spot."""
    debtor = stage.party(pk, "respondent")
    return Terms(facts="事实", content="当场道歉", duties=[Duty("act", debtor, "道歉", stage.moment.date(), done=True)])


def hold(stage: Stage, pk: int, by: Any, at: datetime) -> Any:
    """Record a session that has just ended."""
    return table.hold_session(
        session=planned(stage, pk),
        by=by,
        at=at,
        began_at=at - timedelta(seconds=30),
        minutes=1,
        attended=[stage.party(pk)],
        record=LONG,
        result="to_continue",
    )


CALLS: dict[str, Call] = {
    "schedule_session": lambda s, pk, by, at: table.schedule_session(
        case=s.case_now(pk), by=by, at=at, planned_for=at, venue="调解室", form="joint"
    ),
    "hold_session": hold,
    "cancel_session": lambda s, pk, by, at: table.cancel_session(session=planned(s, pk), by=by, at=at),
    "sign_agreement": lambda s, pk, by, at: table.sign_agreement(case=s.case_now(pk), by=by, at=at, terms=s.terms(pk)),
    "record_oral_agreement": lambda s, pk, by, at: table.record_oral_agreement(
        case=s.case_now(pk), by=by, at=at, terms=replace(oral(s, pk), duties=())
    ),
    "record_performance": lambda s, pk, by, at: table.record_performance(obligation=owed(s, pk), by=by, at=at),
    "record_visit": lambda s, pk, by, at: table.record_visit(
        case=s.case_now(pk), party=s.party(pk), by=by, at=at, channel="phone", findings=LONG, satisfaction="satisfied"
    ),
    "advise_confirmation": lambda s, pk, by, at: table.advise_confirmation(case=s.case_now(pk), by=by, at=at),
    "apply_for_confirmation": lambda s, pk, by, at: table.apply_for_confirmation(
        case=s.case_now(pk), by=by, at=at, court="离石区人民法院"
    ),
    "record_court_acceptance": lambda s, pk, by, at: table.record_court_acceptance(
        case=s.case_now(pk), by=by, at=at, court_number="（2024）晋1102民特1号"
    ),
    "record_court_decision": lambda s, pk, by, at: table.record_court_decision(
        case=s.case_now(pk), by=by, at=at, result="confirmed"
    ),
    "add_party": lambda s, pk, by, at: workflow.add_party(
        record=s.case_now(pk), by=by, at=at, side="third", data=PartyData("赵某某")
    ),
    "give_notice": lambda s, pk, by, at: workflow.give_notice(party=s.party(pk), by=by, at=at),
    "correct_party": lambda s, pk, by, at: workflow.correct_party(
        party=s.party(pk), by=by, at=at, data=PartyData("", phone="10012345678")
    ),
    "remove_party": lambda s, pk, by, at: workflow.remove_party(party=s.party(pk), by=by, at=at, remark=LONG),
    "record_consent": lambda s, pk, by, at: workflow.record_consent(
        pk=pk, by=by, at=at, party=s.party(pk), consent="given"
    ),
    "attach_file": lambda s, pk, by, at: workflow.attach_file(
        record=s.case_now(pk), by=by, at=at, content=PDF, name="证据.pdf"
    ),
}

NOTED = {
    "schedule_session": {"begin_mediation", "note_session"},
    "hold_session": {"note_session"},
    "cancel_session": {"note_session"},
    "sign_agreement": {"settle_case"},
    "record_oral_agreement": {"settle_case"},
    "record_performance": {"note_full_performance", "note_part_performance"},
    "record_visit": {"note_visit"},
    "advise_confirmation": {"note_confirmation_advice"},
    "apply_for_confirmation": {"note_confirmation_application"},
    "record_court_acceptance": {"note_court_acceptance"},
    "record_court_decision": {"note_confirmation_result"},
}
"""What each leaves on the timeline of the case; the others leave their own name."""


def arrange(stage: Stage, move: Move, pk: int) -> None:
    """Give the case what the verb is about."""
    case = stage.case_now(pk)
    if move.verb in ("record_court_acceptance", "record_court_decision"):
        agreement = case.agreements.order_by("-pk").first() or owed(stage, pk).agreement
        court = {"court": "离石区人民法院", "applied_at": stage.moment}
        Confirmation.objects.create(case=case, agreement=agreement, **court, **case.levels)
        Case._base_manager.filter(pk=pk).update(confirmation="applied")


def status_for(move: Move, role: Role) -> str:
    """A status of the row in which a mediator is assigned."""
    tied = [status for status in (C.MEDIATING, C.AGREED, C.MEDIATOR_ASSIGNED) if status in move.sources]
    return tied[0] if tied and role in (Role.MEDIATOR, Role.COMMITTEE_DIRECTOR) else sorted(move.sources)[-1]


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_row_succeeds_from_each_of_its_states_and_is_noted_once(cases: Stage, move: Move) -> None:
    role = Role.COMMITTEE_DIRECTOR if Role.COMMITTEE_DIRECTOR in move.who else next(iter(move.who))
    for status in sorted(move.sources):
        with undone():
            pk = cases.cases[status]
            arrange(cases, move, pk)
            before, seen = cases.case_now(pk), len(timeline(CASES, pk))
            CALLS[move.verb](cases, pk, actor_for(cases, role, move.who[role]), cases.now())
            events = timeline(CASES, pk)
            assert len(events) == seen + 1, status
            assert events[-1].verb in NOTED.get(move.verb, {move.verb})
            assert events[-1].at == cases.moment
            assert cases.case_now(pk).version == before.version + 1


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_every_role_of_a_row_may_do_it(cases: Stage, move: Move) -> None:
    for role, tie in move.who.items():
        with undone():
            pk = cases.cases[status_for(move, role)]
            arrange(cases, move, pk)
            CALLS[move.verb](cases, pk, actor_for(cases, role, tie), cases.now())
            event = timeline(CASES, pk)[-1]
            assert (event.role, event.at) == (role, cases.moment)


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_a_pair_not_in_the_table_is_not_possible(cases: Stage, move: Move) -> None:
    role, tie = next(iter(move.who.items()))
    actor = actor_for(cases, role, tie)
    for status in set(Case.Status) - move.sources:
        pk = cases.cases[status]
        before, seen = cases.case_now(pk), len(timeline(CASES, pk))
        with pytest.raises(NotPossible), undone():
            CALLS[move.verb](cases, pk, actor, cases.now())
        assert len(timeline(CASES, pk)) == seen, status
        assert cases.case_now(pk).version == before.version


@pytest.mark.parametrize("move", ROWS, ids=name_of)
def test_others_and_strangers_are_not_allowed(cases: Stage, move: Move) -> None:
    pk = cases.cases[status_for(move, next(iter(move.who)))]
    arrange(cases, move, pk)
    seen = len(timeline(CASES, pk))
    names = [name for role, name in BEST_TIED.items() if role not in move.who]
    names += [name for role in move.who for name in NEXT_DOOR.get(role, ())]
    for name in names:
        with pytest.raises(NotAllowed), undone():
            CALLS[move.verb](cases, pk, cases.actor(name), cases.now())
    assert len(timeline(CASES, pk)) == seen


def test_every_row_has_a_call_here() -> None:
    assert set(CALLS) == set(MEDIATION_MOVES)
