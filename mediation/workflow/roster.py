"""Committees, mediators and studios: founded, appointed, ended; and the checks the law asks for (PML arts 7 to 16)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case
from cases.moves import Machine, NotAllowed, NotPossible
from grid.models import Unit
from grid.scope import LEVELS, Role, standing_of
from grid.workflow import open_unit
from mediation.models import Committee, Mediator, RosterEvent, Studio

SHANGHAI = ZoneInfo("Asia/Shanghai")
TERM_YEARS = 3
"""A term is three years, re-election allowed (PML art.9)."""
TERM_WARNING_DAYS = 90
MEMBERS = (3, 9)
"""Three to nine members (PML art.8)."""
KEEPERS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER)
"""Centre desks of the place keep the register of committees."""


@dataclass(frozen=True)
class CompositionWarning:
    """One thing about a committee that the law asks for and that is not so. Warned of, never blocked."""

    code: str
    text: str


def found_committee(
    *, place: Unit, name: str, kind: str, founded_on: date, by: Any, elected_on: date | None = None, **details: Any
) -> Committee:
    """Enter a committee at a place. Its unit hangs on the place; its term ends three years after the election."""
    _check_keeper(by, place)
    with transaction.atomic():
        unit = open_unit(
            parent=place,
            code=_code(place, "T"),
            name=name,
            kind=Unit.Kind.MEDIATION_COMMITTEE,
            valid_from=founded_on,
        )
        committee = Committee(
            kind=kind,
            founded_on=founded_on,
            elected_on=elected_on,
            term_ends_on=term_end(elected_on) if elected_on else None,
            **details,
        )
        committee.lie_at(unit)
        committee.save(force_insert=True)
        _count(committee, committee_kind(kind), +1, founded_on, by)
    return committee


def committee_kind(kind: str) -> str:
    """The roster kind a committee counts under."""
    return f"committee_{kind}"


def term_end(elected_on: date) -> date:
    """Three years on; 29 February ends on the 28th."""
    try:
        return elected_on.replace(year=elected_on.year + TERM_YEARS)
    except ValueError:
        return elected_on.replace(year=elected_on.year + TERM_YEARS, day=28)


def renew_term(*, committee: Committee, elected_on: date, by: Any) -> Committee:
    """Enter a new election."""
    _check_keeper(by, committee.unit)
    committee.elected_on, committee.term_ends_on = elected_on, term_end(elected_on)
    committee.save(update_fields=["elected_on", "term_ends_on"])
    return committee


def dissolve_committee(*, committee: Committee, on: date, by: Any) -> Committee:
    """End a committee. Raises NotPossible while mediators are in office or cases open."""
    _check_keeper(by, committee.unit)
    with transaction.atomic():
        committee = Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
        if committee.dissolved_on is not None:
            raise NotPossible(_("该调委会已撤销。"))
        if committee.mediators.filter(ended_on__isnull=True).exists():
            raise NotPossible(_("仍有在任调解员，不能撤销。"))
        if Case.objects.filter(committee_id=committee.unit_id, is_open=True).exists():
            raise NotPossible(_("仍有在办纠纷，请先移交其他调委会。"))
        if on < committee.founded_on:
            raise NotPossible(_("撤销日期不能早于设立日期。"), "on")
        committee.dissolved_on = on
        committee.save(update_fields=["dissolved_on"])
        Unit.objects.filter(pk=committee.unit_id).update(valid_to=on)
        _count(committee, committee_kind(committee.kind), -1, on, by)
    return committee


def appoint_mediator(
    *, user: Any, committee: Committee, employment: str, appointed_on: date, by: Any, **details: Any
) -> Mediator:
    """Put a user into office as mediator of a committee. Raises NotPossible when they hold it already."""
    _check_keeper(by, committee.unit)
    with transaction.atomic():
        if committee.mediators.filter(user=user, ended_on__isnull=True).exists():
            raise NotPossible(_("该人员已是本调委会的调解员。"), "user")
        mediator = Mediator(user=user, committee=committee, employment=employment, appointed_on=appointed_on, **details)
        mediator.lie_at(committee.unit)
        mediator.save(force_insert=True)
        _count(mediator, mediator_kind(employment), +1, appointed_on, by)
    return mediator


def mediator_kind(employment: str) -> str:
    """The roster kind a mediator counts under."""
    return f"mediator_{employment}"


def change_employment(*, mediator: Mediator, employment: str, on: date, by: Any) -> Mediator:
    """Move a mediator between full-time and part-time."""
    _check_keeper(by, mediator.unit)
    with transaction.atomic():
        mediator = Mediator.objects.select_for_update(of=("self",)).get(pk=mediator.pk)
        if mediator.employment == employment:
            raise NotPossible(_("任职方式没有变化。"), "employment")
        _count(mediator, mediator_kind(mediator.employment), -1, on, by)
        mediator.employment = employment
        mediator.save(update_fields=["employment"])
        _count(mediator, mediator_kind(employment), +1, on, by)
    return mediator


def end_mediator(*, mediator: Mediator, on: date, by: Any) -> Mediator:
    """Take a mediator out of office; ``on`` is the first day without."""
    _check_keeper(by, mediator.unit)
    with transaction.atomic():
        mediator = Mediator.objects.select_for_update(of=("self",)).get(pk=mediator.pk)
        if mediator.ended_on is not None:
            raise NotPossible(_("该调解员已离任。"))
        mediator.ended_on = on
        mediator.save(update_fields=["ended_on"])
        _count(mediator, mediator_kind(mediator.employment), -1, on, by)
    return mediator


def open_studio(*, place: Unit, name: str, opened_on: date, by: Any, specialty: str = "") -> Studio:
    """Enter a named studio at a place."""
    _check_keeper(by, place)
    with transaction.atomic():
        unit = open_unit(
            parent=place, code=_code(place, "S"), name=name, kind=Unit.Kind.MEDIATION_STUDIO, valid_from=opened_on
        )
        studio = Studio(name=name, specialty=specialty, opened_on=opened_on)
        studio.lie_at(unit)
        studio.save(force_insert=True)
        _count(studio, RosterEvent.Kind.STUDIO, +1, opened_on, by)
    return studio


def close_studio(*, studio: Studio, on: date, by: Any) -> Studio:
    """End a studio."""
    _check_keeper(by, studio.unit)
    with transaction.atomic():
        studio = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
        if studio.closed_on is not None:
            raise NotPossible(_("该调解室已撤销。"))
        studio.closed_on = on
        studio.save(update_fields=["closed_on"])
        _count(studio, RosterEvent.Kind.STUDIO, -1, on, by)
    return studio


def composition_warnings(committee: Committee, on: date) -> list[CompositionWarning]:
    """Say what of PML arts 8 and 9 does not hold on a day: number, director, a woman, a minority member, the term."""
    members = [
        mediator
        for mediator in committee.mediators.all()
        if mediator.seat != Mediator.Seat.ENGAGED
        and mediator.appointed_on <= on
        and (mediator.ended_on is None or mediator.ended_on > on)
    ]
    warnings = []
    if not MEMBERS[0] <= len(members) <= MEMBERS[1]:
        warnings.append(
            CompositionWarning(
                "members", _("委员应为3至9人，现为%(count)s人（人民调解法第八条）。") % {"count": len(members)}
            )
        )
    directors = sum(mediator.seat == Mediator.Seat.DIRECTOR for mediator in members)
    if directors != 1:
        warnings.append(
            CompositionWarning("director", _("应有主任1人，现为%(count)s人（第八条）。") % {"count": directors})
        )
    if not any(mediator.gender == Mediator.Gender.FEMALE for mediator in members):
        warnings.append(CompositionWarning("women", _("应有妇女成员（第八条）。")))
    if committee.is_multi_ethnic and not any(mediator.is_minority for mediator in members):
        warnings.append(CompositionWarning("minority", _("多民族居住地区应有人数较少民族的成员（第八条）。")))
    if committee.term_ends_on is None:
        warnings.append(CompositionWarning("term", _("未登记本届推选日期（任期三年，第九条）。")))
    elif committee.term_ends_on <= on:
        warnings.append(
            CompositionWarning("term_over", _("任期已于%(day)s届满（第九条）。") % {"day": committee.term_ends_on})
        )
    elif (committee.term_ends_on - on).days <= TERM_WARNING_DAYS:
        warnings.append(CompositionWarning("term_soon", _("任期将于%(day)s届满。") % {"day": committee.term_ends_on}))
    return warnings


def _check_keeper(by: Any, unit: Unit) -> None:
    if isinstance(by, Machine):
        return
    for held in standing_of(by).posts:
        if held.role in KEEPERS and getattr(unit, LEVELS[held.level]) == held.place_id:
            return
    raise NotAllowed(_("您的岗位不能维护该区划的调解组织名册。"))


def _code(place: Unit, letter: str) -> str:
    """The place's code, a letter for the kind, and a running number."""
    count = Unit.objects.filter(parent=place, code__startswith=f"{place.code}{letter}").count()
    return f"{place.code}{letter}{count + 1:02d}"


def _count(record: Any, kind: str, delta: int, on: date, by: Any) -> None:
    at = datetime.combine(on, time.min, SHANGHAI)
    recorded_at = by.recorded_at or at if isinstance(by, Machine) else timezone.now()
    role = by.role if isinstance(by, Machine) else Role.CENTRE_CLERK
    RosterEvent(
        kind=kind,
        subject=record.pk,
        delta=delta,
        at=at,
        recorded_at=recorded_at,
        by_id=by.pk,
        role=role,
        unit_id=record.unit_id,
        **record.levels,
    ).save(force_insert=True)
