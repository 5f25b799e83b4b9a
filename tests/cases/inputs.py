"""Valid inputs for every verb, and what must be so beforehand: the table tests take them from here.

``INCIDENT_CALLS`` and ``CASE_CALLS`` hold, per verb, a function ``(stage, pk, by, at) -> record`` that calls the public
function; ``ARRANGE`` holds what a record of the right status still lacks, such as a request to be answered.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from cases import workflow
from cases.models import Case, Category, ClockEntry, ClockRequest, HandOver, Incident
from cases.moves import Tie
from cases.workflow import CASE_VERBS, INCIDENT_VERBS, PartyData, history
from grid.scope import Role, local_day
from mediation.reviews.models import Surge
from tests.cases.stage import LONG, Stage, closing

Call = Callable[[Stage, int, Any, datetime], Any]

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


OVER = "surge:1"
"""Names the surge that is over in the log of a clock."""


def day(at: datetime, days: int) -> Any:
    """The day so many days after ``at``."""
    return (at + timedelta(days=days)).date()


INCIDENT_NEEDS: dict[str, Callable[[Stage, int, datetime], dict[str, Any]]] = {
    "restore_limits": lambda s, pk, at: {"reason": OVER},
    "return_incident": lambda s, pk, at: {"reason": "facts_unclear", "remark": LONG},
    "reject_incident": lambda s, pk, at: {"reason": "not_true"},
    "merge_incident": lambda s, pk, at: {"master": s.incident_now(s.master)},
    "undo_void": lambda s, pk, at: {"remark": LONG},
    "resubmit_incident": lambda s, pk, at: {"description": "楼上水管爆裂，楼下两户受损"},
    "correct_category": lambda s, pk, at: {"category": Category.objects.get(pk="0106")},
    "correct_place": lambda s, pk, at: {"place": s.cast.other_village},
    "set_risk": lambda s, pk, at: {"risk_level": "medium", "remark": LONG},
    "triage_incident": lambda s, pk, at: {"path": "department", "complexity": "simple"},
    "assign_incident": lambda s, pk, at: {"lead_unit": s.cast.department, "assisting": [s.cast.second_department]},
    "object_incident": lambda s, pk, at: {"reason": "not_competent", "remark": LONG},
    "overrule_objection": lambda s, pk, at: {"remark": LONG},
    "recall_incident": lambda s, pk, at: {"remark": LONG},
    "handle_incident": lambda s, pk, at: {"remark": LONG},
    "rework_incident": lambda s, pk, at: {"remark": LONG},
    "escalate_incident": lambda s, pk, at: {"remark": LONG},
    "send_down_incident": lambda s, pk, at: {"remark": LONG},
    "refer_to_police": lambda s, pk, at: {"police_unit": "滨河派出所"},
    "call_assistance": lambda s, pk, at: {"assisting": [s.cast.third_department]},
    "object_to_assistance": lambda s, pk, at: {"reason": "not_competent", "remark": LONG},
    "report_assistance": lambda s, pk, at: {"remark": LONG},
    "ask_suspension": lambda s, pk, at: {"reason": "appraisal", "until": day(at, 3), "remark": LONG},
    "ask_extension": lambda s, pk, at: {
        "reason": "complex",
        "until": day(s.incident_now(pk).due_at or at, 2),
        "remark": LONG,
    },
    "refuse_request": lambda s, pk, at: {"remark": LONG},
    "close_incident": lambda s, pk, at: closing("explained"),
    "reopen_incident": lambda s, pk, at: {"reason": "relapse", "remark": LONG},
}


def incident_verb(verb: str) -> Call:
    """Call a verb whose inputs are its needs."""

    def call(stage: Stage, pk: int, by: Any, at: datetime) -> Any:
        return INCIDENT_VERBS[verb](pk=pk, by=by, at=at, **INCIDENT_NEEDS.get(verb, lambda *_: {})(stage, pk, at))

    return call


def incident_history(change: Callable[[Stage], Any]) -> Callable[[str], Call]:
    """Call a verb that records the past."""

    def of(verb: str) -> Call:
        return lambda s, pk, by, at: history.record_incident_step(pk=pk, verb=verb, by=by, at=at, change=change(s))

    return of


def party_of(stage: Stage, pk: int, at: datetime) -> Any:
    """A party of an incident, added beforehand by a desk."""
    found = stage.incident_now(pk).parties.first()
    if found is not None:
        return found
    return arrange_party(stage, pk)


INCIDENT_CALLS: dict[str, Call] = {
    **{verb: incident_verb(verb) for verb in INCIDENT_VERBS},
    "convert_incident": lambda s, pk, by, at: workflow.convert_incident(
        pk=pk, by=by, at=at, case_pk=1, level="township"
    ),
    "add_party": lambda s, pk, by, at: workflow.add_party(
        record=s.incident_now(pk), by=by, at=at, side="applicant", data=PartyData("赵某某")
    ),
    "correct_party": lambda s, pk, by, at: workflow.correct_party(
        party=party_of(s, pk, at), by=by, at=at, data=PartyData("钱某某")
    ),
    "remove_party": lambda s, pk, by, at: workflow.remove_party(party=party_of(s, pk, at), by=by, at=at, remark=LONG),
    "attach_file": lambda s, pk, by, at: workflow.attach_file(
        record=s.incident_now(pk), by=by, at=at, content=PDF, name="回执.pdf"
    ),
    "record_verification": incident_history(lambda s: None)("record_verification"),
    "record_invalid": incident_history(lambda s: None)("record_invalid"),
    "record_duplicate": incident_history(lambda s: history.duplicating(s.incident_now(s.master)))("record_duplicate"),
    "record_closure": incident_history(lambda s: history.closing("handled", "village"))("record_closure"),
    "record_reopening": incident_history(lambda s: history.reopening())("record_reopening"),
    "record_limit": lambda s, pk, by, at: history.record_incident_step(
        pk=pk, verb="record_limit", by=by, at=at, change=history.limiting(at)
    ),
}


def arrange_party(stage: Stage, pk: int) -> Any:
    """Give an incident a party, past its verbs: it may stand in a status where none can be added."""
    from cases.models import Party

    incident = stage.incident_now(pk)
    party = Party(incident=incident, side="applicant", added_at=stage.moment, **incident.levels)
    workflow.parties.seal_into(party, PartyData("孙某某"))
    party.save()
    return party


def arrange_request(kind: str) -> Callable[[Stage, int], None]:
    """Lodge a request of the handler (or mediator) on the record."""

    def arrange(stage: Stage, pk: int, *, record: str = "incident", asked_by: str = "handler") -> None:
        model = Incident if record == "incident" else Case
        row = model._base_manager.get(pk=pk)
        if row.due_at is None:
            model._base_manager.filter(pk=pk).update(due_at=stage.moment + timedelta(days=7))
        ClockRequest(
            **{record: row},
            kind=kind,
            reason="other",
            until=day(stage.moment, 9),
            asked_by=stage.cast.users[asked_by],
            asked_at=stage.moment,
            **row.levels,
        ).save()

    return arrange


def arrange_provisional(stage: Stage, pk: int, *, record: str = "incident") -> None:
    """Leave the record with a limit that was counted on an unpublished calendar."""
    model = Incident if record == "incident" else Case
    row = model._base_manager.get(pk=pk)
    clock = ClockEntry.Clock.HANDLE if record == "incident" else ClockEntry.Clock.MEDIATE
    due_at = stage.moment + timedelta(days=7)
    ClockEntry(
        **{record: row},
        clock=clock,
        action="start",
        at=stage.moment,
        due_at=due_at,
        is_provisional=True,
        working_days=7,
        seq=1,
        **row.levels,
    ).save()
    model._base_manager.filter(pk=pk).update(due_at=due_at, due_provisional=True)


def arrange_surge(stage: Stage, pk: int, *, record: str = "incident", is_over: bool = False) -> None:
    """Leave the record with a centre's own limit, and a surge that shortens it, or shortened it and is over."""
    model = Incident if record == "incident" else Case
    row = model._base_manager.get(pk=pk)
    given: dict[str, Any] = {record: row, "clock": "handle", "at": stage.moment, "seq": 1, **row.levels}
    due_at = stage.moment + timedelta(days=28)
    ClockEntry(action="start", due_at=due_at, working_days=20, **given).save()
    if is_over:
        due_at = stage.moment + timedelta(days=14)
        ClockEntry(action="recompute", due_at=due_at, reason=OVER, **given).save()
    else:
        day = local_day(stage.moment)
        surge = Surge(
            status="active",
            starts_on=day - timedelta(days=1),
            ends_on=day + timedelta(days=9),
            limits_factor=Decimal("0.5"),
            cut_off=time(17),
            proposed_by=stage.cast.supervisor,
            last_event_at=stage.moment,
        )
        surge.lie_at(stage.cast.city)
        surge.save()
    model._base_manager.filter(pk=pk).update(due_at=due_at, due_provisional=False)


def arrange_self_handled(stage: Stage, pk: int) -> None:
    """Say that the grid solved it on the spot."""
    Incident._base_manager.filter(pk=pk).update(self_handled=True)


INCIDENT_ARRANGE: dict[str, Callable[[Stage, int], Any]] = {
    "grant_suspension": arrange_request("suspend"),
    "grant_extension": arrange_request("extend"),
    "refuse_request": arrange_request("extend"),
    "recompute_limit": arrange_provisional,
    "shorten_limits": arrange_surge,
    "restore_limits": lambda stage, pk: arrange_surge(stage, pk, is_over=True),
    "close_incident": arrange_self_handled,
    "correct_party": arrange_party,
    "remove_party": arrange_party,
}

ACTORS: dict[tuple[Role, Tie], str] = {
    (Role.GRID_WORKER, Tie.VILLAGE): "sibling_worker",
    (Role.GRID_WORKER, Tie.REPORTER): "worker",
    (Role.VILLAGE_LEADER, Tie.PLACE): "village_leader",
    (Role.VILLAGE_LEADER, Tie.REPORTER): "village_leader",
    (Role.CENTRE_CLERK, Tie.PLACE): "clerk",
    (Role.CENTRE_DISPATCHER, Tie.PLACE): "dispatcher",
    (Role.CENTRE_SUPERVISOR, Tie.PLACE): "supervisor",
    (Role.HANDLER, Tie.LEAD): "handler",
    (Role.HANDLER, Tie.WORK): "handler",
    (Role.HANDLER, Tie.ASSIST): "second_handler",
    (Role.MEDIATOR, Tie.MEDIATOR): "mediator",
    (Role.MEDIATOR, Tie.PLACE): "mediator",
    (Role.COMMITTEE_DIRECTOR, Tie.COMMITTEE): "director",
    (Role.COMMITTEE_DIRECTOR, Tie.PLACE): "director",
    (Role.COMMITTEE_DIRECTOR, Tie.OFFERED): "strange_director",
}
"""Who of the cast holds a role and is tied to the stage's records."""

BEST_TIED: dict[Role, str] = {
    Role.GRID_WORKER: "worker",
    Role.VILLAGE_LEADER: "village_leader",
    Role.CENTRE_CLERK: "clerk",
    Role.CENTRE_DISPATCHER: "dispatcher",
    Role.HANDLER: "handler",
    Role.MEDIATOR: "mediator",
    Role.COMMITTEE_DIRECTOR: "director",
    Role.CENTRE_SUPERVISOR: "supervisor",
    Role.LEADER: "leader",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMIN: "system_admin",
    Role.SECURITY_ADMIN: "security_admin",
}
"""Whoever of a role is tied most closely to the stage's records: not even they do what their role may not."""

NEXT_DOOR: dict[Role, tuple[str, ...]] = {
    Role.GRID_WORKER: ("strange_worker",),
    Role.VILLAGE_LEADER: ("strange_village_leader",),
    Role.CENTRE_CLERK: ("strange_clerk",),
    Role.CENTRE_DISPATCHER: ("stranger",),
    Role.HANDLER: ("strange_handler", "third_handler"),
    Role.MEDIATOR: ("strange_mediator", "second_mediator"),
    Role.COMMITTEE_DIRECTOR: ("strange_director",),
    Role.CENTRE_SUPERVISOR: ("strange_supervisor",),
}
"""The same role elsewhere: in the next county, or at the same desk without being given the matter."""


CASE_NEEDS: dict[str, Callable[[Stage, int, datetime], dict[str, Any]]] = {
    "restore_case_limits": lambda s, pk, at: {"reason": OVER},
    "record_consent": lambda s, pk, at: {"party": s.party(pk), "consent": "given"},
    "choose_committee": lambda s, pk, at: {"committee": s.cast.strange_committee_unit},
    "decline_case": lambda s, pk, at: {"reason": "special_organ", "remedies": ["litigation"], "remark": LONG},
    "return_case": lambda s, pk, at: {"reason": "wrong_place", "remark": LONG},
    "withdraw_case": lambda s, pk, at: {"reason": "applicant", "remark": LONG},
    "propose_hand_over": lambda s, pk, at: {"committee": s.cast.strange_committee_unit, "remark": LONG},
    "object_to_hand_over": lambda s, pk, at: {"reason": "not_competent", "remark": LONG},
    "assign_mediator": lambda s, pk, at: {"mediator": s.cast.mediator, "no_interest": True},
    "change_mediator": lambda s, pk, at: {
        "mediator": s.cast.second_mediator,
        "no_interest": True,
        "remark": LONG,
    },
    "note_session": lambda s, pk, at: {"session": 1, "state": "held"},
    "settle_case": lambda s, pk, at: {
        "agreement": 1,
        "form": "written",
        "amount": Decimal(10),
        "limit_on": day(at, 5),
        "obliging": True,
    },
    "terminate_case": lambda s, pk, at: {"reason": "no_agreement", "remedies": ["litigation"], "remark": LONG},
    "note_part_performance": lambda s, pk, at: {"agreement": 1},
    "note_full_performance": lambda s, pk, at: {"agreement": 1},
    "record_breach": lambda s, pk, at: {"remark": LONG},
    "urge_performance": lambda s, pk, at: {"remark": LONG},
    "refer_to_court": lambda s, pk, at: {"remark": LONG},
    "note_visit": lambda s, pk, at: {"visit": 1, "satisfaction": "satisfied"},
    "note_confirmation_application": lambda s, pk, at: {"confirmation": 1},
    "note_court_acceptance": lambda s, pk, at: {"confirmation": 1},
    "note_confirmation_result": lambda s, pk, at: {"confirmation": 1, "result": "confirmed"},
    "ask_case_suspension": lambda s, pk, at: {"reason": "appraisal", "until": day(at, 3), "remark": LONG},
    "ask_case_extension": lambda s, pk, at: {
        "reason": "complex",
        "until": day(s.case_now(pk).due_at or at, 5),
        "parties_agree": True,
        "remark": LONG,
    },
    "refuse_case_request": lambda s, pk, at: {"remark": LONG},
    "resolve_case": lambda s, pk, at: {"reason": "debt_waived", "level": "township", "remark": LONG},
    "close_case": lambda s, pk, at: {"remark": "同意结案"},
    "correct_prevention": lambda s, pk, at: {"prevented_crime": 2, "remark": LONG},
    "reopen_case": lambda s, pk, at: {"reason": "relapse", "remark": LONG},
    "correct_case_category": lambda s, pk, at: {"category": Category.objects.get(pk="0106")},
    "correct_case_place": lambda s, pk, at: {"place": s.cast.other_village},
    "set_case_risk": lambda s, pk, at: {"risk_level": "high", "triggers": ["violence"], "remark": LONG},
    "flag_violence": lambda s, pk, at: {"remark": LONG},
    "unflag_violence": lambda s, pk, at: {"remark": LONG},
    "escalate_to_police": lambda s, pk, at: {"police_unit": "滨河派出所", "is_crime": True},
    "name_leader": lambda s, pk, at: {"leader": s.cast.leader},
}


def case_verb(verb: str) -> Call:
    """Call a verb whose inputs are its needs."""

    def call(stage: Stage, pk: int, by: Any, at: datetime) -> Any:
        return CASE_VERBS[verb](pk=pk, by=by, at=at, **CASE_NEEDS.get(verb, lambda *_: {})(stage, pk, at))

    return call


def case_history(verb: str, change: Callable[[], Any]) -> Call:
    """Call a verb that records the past."""
    return lambda s, pk, by, at: history.record_case_step(pk=pk, verb=verb, by=by, at=at, change=change())


CASE_CALLS: dict[str, Call] = {
    **{verb: case_verb(verb) for verb in CASE_VERBS},
    "add_party": lambda s, pk, by, at: workflow.add_party(
        record=s.case_now(pk), by=by, at=at, side="third", data=PartyData("赵某某")
    ),
    "give_notice": lambda s, pk, by, at: workflow.give_notice(party=s.party(pk), by=by, at=at),
    "correct_party": lambda s, pk, by, at: workflow.correct_party(
        party=s.party(pk), by=by, at=at, data=PartyData("", phone="10012345678")
    ),
    "remove_party": lambda s, pk, by, at: workflow.remove_party(party=s.party(pk), by=by, at=at, remark=LONG),
    "attach_file": lambda s, pk, by, at: workflow.attach_file(
        record=s.case_now(pk), by=by, at=at, content=PDF, name="证据.pdf", client_uuid=uuid.uuid4()
    ),
    "record_acceptance": case_history("record_acceptance", history.accepting),
    "record_agreement": lambda s, pk, by, at: history.record_case_step(
        pk=pk,
        verb="record_agreement",
        by=by,
        at=at,
        change=history.agreeing("written", Decimal(5), day(at, 9), history.whole_calendar()),
    ),
    "record_performance": case_history("record_performance", history.performing),
    "record_termination": case_history("record_termination", lambda: history.terminating("no_agreement")),
    "record_resolution": case_history("record_resolution", lambda: history.resolving("township")),
    "record_confirmation_application": case_history("record_confirmation_application", history.applying),
    "record_confirmation_result": case_history("record_confirmation_result", lambda: history.deciding("confirmed")),
    "record_visit_answer": case_history("record_visit_answer", lambda: history.visiting("fair")),
    "record_case_closure": case_history("record_case_closure", history.ending),
    "record_particulars": case_history("record_particulars", lambda: history.detailing(people_count=4)),
}


def arrange_offer(stage: Stage, pk: int) -> None:
    """Offer the case to the committee of the next county."""
    case = stage.case_now(pk)
    HandOver(
        case=case,
        kind="committee",
        to_unit=stage.cast.strange_committee_unit,
        offered_at=stage.moment,
        **case.levels,
    ).save()


def arrange_update(**facts: Any) -> Callable[[Stage, int], None]:
    """Set facts on the case."""

    def arrange(stage: Stage, pk: int) -> None:
        Case._base_manager.filter(pk=pk).update(**facts)

    return arrange


def of_case(arrange: Callable[..., None], **given: Any) -> Callable[[Stage, int], None]:
    """The same arrangement for a case."""
    return lambda stage, pk: arrange(stage, pk, record="case", **given)


def arrange_suspension(stage: Stage, pk: int) -> None:
    """Stop the clock of the case."""
    case = stage.case_now(pk)
    ClockEntry(case=case, clock="mediate", action="pause", at=stage.moment, seq=1, **case.levels).save()
    Case._base_manager.filter(pk=pk).update(suspended_at=stage.moment, due_at=None)


def arrange_agreed(stage: Stage, pk: int) -> None:
    """A ledger's case of any status may hold an agreement."""
    Case._base_manager.filter(pk=pk, agreed_at__isnull=True).update(agreed_at=stage.moment)


CASE_ARRANGE: dict[str, Callable[[Stage, int], Any]] = {
    "accept_hand_over": arrange_offer,
    "object_to_hand_over": arrange_offer,
    "withdraw_hand_over": arrange_offer,
    "grant_case_suspension": of_case(arrange_request("suspend"), asked_by="mediator"),
    "grant_case_extension": of_case(arrange_request("extend"), asked_by="mediator"),
    "refuse_case_request": of_case(arrange_request("extend"), asked_by="mediator"),
    "resume_case": arrange_suspension,
    "recompute_case_limit": of_case(arrange_provisional),
    "shorten_case_limits": of_case(arrange_surge),
    "restore_case_limits": of_case(arrange_surge, is_over=True),
    "note_court_acceptance": arrange_update(confirmation="applied"),
    "note_confirmation_result": arrange_update(confirmation="applied"),
    "record_confirmation_application": arrange_agreed,
    "record_confirmation_result": arrange_agreed,
    "close_case": arrange_update(is_obliging=False),
    "unflag_violence": arrange_update(violence_flag=True, restricted=True),
}
