"""Daily inspection: is a report real, complete and new; is its category and place right (日巡查)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import DISPUTE_CLASS, Access, Case, Category, Incident, LimitSetting
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.clocks import begin_step, begin_today
from cases.workflow.handling import has_handled, void
from cases.workflow.incident_moves import INCIDENTS
from cases.workflow.intake import check_description
from cases.workflow.offers import live_access
from grid.models import Unit
from grid.scope import LEVELS, Held, standing_of

IncidentStep = Step[Incident]


def verify_incident(*, pk: int, by: Actor, at: datetime, remark: str = "") -> Incident:
    """Find a report real, complete and not a duplicate.

    Raises NotPossible when the reporter inspects their own report.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own(incident, step)
        begin_step(incident, LimitSetting.Step.TRIAGE, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "verify_incident", pk=pk, by=by, at=at, change=change)


def return_incident(*, pk: int, by: Actor, at: datetime, reason: str, remark: str) -> Incident:
    """Send a report back to its reporter for correction; it stays pending inspection."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own(incident, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "return_incident", pk=pk, by=by, at=at, change=change, reason=reason)


def resubmit_incident(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    description: str,
    place_text: str = "",
    category: Category | None = None,
    place: Unit | None = None,
) -> Incident:
    """Report again what was returned, with words, category or place put right."""

    def change(incident: Incident, step: IncidentStep) -> None:
        check_description(description)
        step.remarks["former_description"] = incident.description
        incident.description = description.strip()
        begin_today(incident, step)
        incident.place_text = place_text or incident.place_text
        if category is not None and category.pk != incident.category_id:
            recategorise(incident, category, step)
        if place is not None and place.pk != incident.unit_id:
            relocate(incident, place, step)

    return perform(INCIDENTS, "resubmit_incident", pk=pk, by=by, at=at, change=change)


def reject_incident(*, pk: int, by: Actor, at: datetime, reason: str, remark: str = "") -> Incident:
    """Find a report invalid. It stays, typed, and can be brought back."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own(incident, step)
        _check_no_duplicates(incident)
        void(incident, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "reject_incident", pk=pk, by=by, at=at, change=change, reason=reason)


def merge_incident(*, pk: int, by: Actor, at: datetime, master: Incident, remark: str = "") -> Incident:
    """Find a report to be a duplicate of ``master``: linked, not deleted, no longer counted as valid.

    Raises NotPossible when the master is the incident itself, void, reported later than now, or when others were
    merged into this one.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own(incident, step)
        _check_no_duplicates(incident)
        point_to(incident, locked.get(master.pk, master), step.at)
        void(incident, step)
        step.data["master"] = master.pk
        step.remarks["remark"] = remark

    with transaction.atomic():
        # Both rows, always in the same order: two desks merging in opposite directions must not make a ring.
        both = Incident._base_manager.filter(pk__in=(pk, master.pk)).order_by("pk")
        locked = {row.pk: row for row in both.select_for_update(of=("self",))}
        return perform(INCIDENTS, "merge_incident", pk=pk, by=by, at=at, change=change)


def _check_no_duplicates(incident: Incident) -> None:
    if incident.duplicates.exists():
        raise NotPossible(_("已有其他事件并入本事件，请先处理它们。"))


def point_to(incident: Incident, master: Incident, at: datetime) -> None:
    """Check that ``master`` can be the master of a duplicate found at ``at``, and link to it."""
    if master is incident or (master.pk is not None and master.pk == incident.pk):
        raise NotPossible(_("不能并入自身。"), "master")
    if master.status in Incident.VOID:
        raise NotPossible(_("所选事件本身无效或重复，不能作为主事件。"), "master")
    if master.reported_at > at:
        raise NotPossible(_("主事件的上报时间不能晚于核实重复的时间。"), "master")
    incident.duplicate_of = master


def undo_void(*, pk: int, by: Actor, at: datetime, remark: str) -> Incident:
    """Bring a rejected or merged report back to inspection."""

    def change(incident: Incident, step: IncidentStep) -> None:
        _not_own(incident, step)
        if incident.duplicate_of_id:
            step.data["master"] = incident.duplicate_of_id
        incident.duplicate_of = None
        begin_today(incident, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "undo_void", pk=pk, by=by, at=at, change=change)


def correct_category(*, pk: int, by: Actor, at: datetime, category: Category, remark: str = "") -> Incident:
    """Put the category right; restricted categories close the record to wider eyes."""

    def change(incident: Incident, step: IncidentStep) -> None:
        recategorise(incident, category, step)
        step.remarks["remark"] = remark

    return perform(INCIDENTS, "correct_category", pk=pk, by=by, at=at, change=change)


def recategorise(record: Any, category: Category, step: Step[Any]) -> None:
    """Change the category of an incident or case and say so in the step."""
    if category.is_class:
        raise NotPossible(_("请选择具体类别，而不是大类。"), "category")
    if isinstance(record, Case) and category.parent_id != DISPUTE_CLASS:
        raise NotPossible(_("请选择矛盾纠纷类别。"), "category")
    if category.pk == record.category_id:
        raise NotPossible(_("类别没有变化。"), "category")
    step.data["category_from"] = record.category_id
    # What was restricted for its wrong category alone is open now; what was restricted otherwise stays so.
    otherwise = (record.restricted and not record.category.is_restricted) or getattr(record, "violence_flag", False)
    record.category = category
    record.restricted = otherwise or category.is_restricted


def correct_place(*, pk: int, by: Actor, at: datetime, place: Unit, remark: str = "") -> Incident:
    """Put the place right. The record then belongs there, in every figure from then on.

    Raises NotPossible for a unit that is no place, or outside the user's own places: beyond them a superior desk
    corrects, or the work is handed over.
    """

    def change(incident: Incident, step: IncidentStep) -> None:
        relocate(incident, place, step)
        step.remarks["remark"] = remark
        if incident.reporter_id is not None:
            keep_open_to_reporter(incident, step)

    return perform(INCIDENTS, "correct_place", pk=pk, by=by, at=at, change=change)


def relocate(record: Any, place: Unit, step: Step[Any]) -> None:
    """Move an incident or case to ``place`` and say so in the step."""
    if not place.is_place or place.valid_to is not None:
        raise NotPossible(_("请选择现行的行政区划或网格。"), "place")
    if place.pk == record.unit_id:
        raise NotPossible(_("位置没有变化。"), "place")
    if step.user is not None and not any(_reaches(held, place) for held in standing_of(step.user).posts):
        raise NotPossible(_("所选区划不在您的辖区内，请由上级中心更正或移交。"), "place")
    step.data["place_from"] = record.unit_id
    record.lie_at(place)


def _reaches(held: Held, place: Unit) -> bool:
    """At or under the post's place; a grid worker's reach is the village, as it is for reporting."""
    if held.level == Unit.Level.GRID:
        return place.village_id is not None and f".{place.village_id}." in f".{held.path}"
    return bool(getattr(place, LEVELS[held.level]) == held.place_id)


def keep_open_to_reporter(incident: Incident, step: IncidentStep) -> None:
    """Whoever reported it still sees it where row-level security alone would not let them."""
    if live_access(incident, step.at, Access.Reason.REPORTER).exists():
        return
    step.add(
        Access(
            incident=incident, user_id=incident.reporter_id, reason=Access.Reason.REPORTER, granted_at=step.recorded_at
        )
    )


def set_risk(
    *, pk: int, by: Actor, at: datetime, risk_level: str, remark: str, triggers: list[str] | None = None
) -> Incident:
    """Set the risk of the matter, with reason; high risk needs at least one objective trigger (DOMAIN.md 4.3)."""

    def change(incident: Incident, step: IncidentStep) -> None:
        rate_risk(incident, step, risk_level, triggers or [], remark)

    return perform(INCIDENTS, "set_risk", pk=pk, by=by, at=at, change=change)


def rate_risk(record: Any, step: Step[Any], level: str, triggers: list[str], remark: str) -> None:
    """Set the risk of an incident or case."""
    if level == "high" and not triggers:
        raise NotPossible(_("评为高风险须至少勾选一项触发情形。"), "triggers")
    step.data |= {"risk_from": record.risk_level, "risk_to": level, "triggers": triggers}
    record.risk_level = level
    step.remarks["remark"] = remark


def _not_own(incident: Incident, step: IncidentStep) -> None:
    """Separation of duties: neither the reporter nor whoever handled it inspects it (PV-12)."""
    if step.user is None:
        return
    if step.user.pk in (incident.reporter_id, incident.handler_id) or has_handled(incident, step.user):
        raise NotPossible(_("上报人、承办人不能核实自己的事件。"))
