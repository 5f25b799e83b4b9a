"""The cast of the tests: one street of Lüliang with everybody at work in it, and strangers next door.

All people are invented. Places are real divisions of ``seeds/data/divisions.csv``.
"""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cases.models import Case, Incident, Party
from cases.moves import Machine
from cases.workflow import (
    PartyData,
    Registration,
    Report,
    accept_case,
    add_party,
    assign_mediator,
    record_consent,
    register_case,
    report_incident,
)
from grid import rls
from grid.models import Unit, User
from grid.scope import Role
from grid.workflow import add_user, enrol_grid_member, open_unit, seat
from mediation.models import Committee, Mediator
from mediation.workflow import appoint_mediator, found_committee

CITY, COUNTY, TOWNSHIP, VILLAGE = "141100000000", "141102000000", "141102001000", "141102001001"
OTHER_VILLAGE = "141102001002"
OTHER_TOWNSHIP = "141102002000"
OTHER_COUNTY, STRANGE_TOWNSHIP, STRANGE_VILLAGE = "141121000000", "141121100000", "141121100001"
SINCE = date(2020, 1, 1)
SYSTEM = Machine(Role.SYSTEM)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Shanghai; tests give verbs times from here on."""

_serial = itertools.count(1)


@dataclass
class Cast:
    """Units by what they are, users by their role; the ``strange_`` ones belong to another county."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    committee: Committee = None  # type: ignore[assignment]
    strange_committee: Committee = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        for found in (self.__dict__.get("users", {}), self.__dict__.get("units", {})):
            if name in found:
                return found[name]
        raise AttributeError(name)

    def acting(self, name: str) -> Any:
        """A transaction in the scope of one of the users."""
        return rls.scope_of(self.users[name])


def build_cast() -> Cast:
    """Make units, users and posts; call it in a system scope."""
    cast = Cast()
    for name, code in {
        "city": CITY,
        "county": COUNTY,
        "township": TOWNSHIP,
        "village": VILLAGE,
        "other_village": OTHER_VILLAGE,
        "other_township": OTHER_TOWNSHIP,
        "other_county": OTHER_COUNTY,
        "strange_township": STRANGE_TOWNSHIP,
    }.items():
        cast.units[name] = Unit.objects.get(code=code)
    cast.units["strange_village"] = Unit.objects.filter(parent=cast.strange_township).order_by("code")[0]
    _open_units(cast)
    _seat_people(cast)
    return cast


def _open_units(cast: Cast) -> None:
    def hang(name: str, parent: str, kind: str, title: str) -> None:
        cast.units[name] = open_unit(
            parent=cast.units[parent], code=f"t{next(_serial)}", name=title, kind=kind, valid_from=SINCE
        )

    def grid(name: str, parent: str) -> None:
        unit = cast.units[parent]
        cast.units[name] = open_unit(
            parent=unit,
            code=f"{unit.code}J{next(_serial):02d}",
            name=f"{unit.name}第一网格",
            kind="grid",
            valid_from=SINCE,
            grid_kind="basic",
        )

    grid("grid", "village")
    grid("sibling_grid", "village")
    grid("strange_grid", "strange_village")
    hang("centre", "county", Unit.Kind.CENTRE, "离石区综治中心")
    hang("town_centre", "township", Unit.Kind.CENTRE, "滨河街道综治中心")
    hang("city_centre", "city", Unit.Kind.CENTRE, "吕梁市综治中心")
    hang("strange_centre", "other_county", Unit.Kind.CENTRE, "文水县综治中心")
    hang("department", "county", Unit.Kind.DEPARTMENT, "离石区住房和城乡建设局")
    hang("second_department", "county", Unit.Kind.DEPARTMENT, "离石区生态环境局")
    hang("strange_department", "other_county", Unit.Kind.DEPARTMENT, "文水县住房和城乡建设局")
    cast.committee = found_committee(
        place=cast.township,
        name="滨河街道人民调解委员会",
        kind=Committee.Kind.SUBDISTRICT,
        founded_on=SINCE,
        elected_on=date(2025, 1, 1),
        by=SYSTEM,
    )
    cast.strange_committee = found_committee(
        place=cast.strange_township,
        name="文水县城关人民调解委员会",
        kind=Committee.Kind.TOWNSHIP,
        founded_on=SINCE,
        by=SYSTEM,
    )
    cast.units["committee_unit"] = cast.committee.unit
    cast.units["strange_committee_unit"] = cast.strange_committee.unit


PEOPLE = {
    "worker": (Role.GRID_WORKER, "grid", "网格员甲"),
    "sibling_worker": (Role.GRID_WORKER, "sibling_grid", "网格员乙"),
    "village_leader": (Role.VILLAGE_LEADER, "village", "网格长甲"),
    "clerk": (Role.CENTRE_CLERK, "centre", "登记员甲"),
    "town_dispatcher": (Role.CENTRE_DISPATCHER, "town_centre", "街道调度员"),
    "dispatcher": (Role.CENTRE_DISPATCHER, "centre", "调度员甲"),
    "city_dispatcher": (Role.CENTRE_DISPATCHER, "city_centre", "市调度员"),
    "handler": (Role.HANDLER, "department", "承办人甲"),
    "second_handler": (Role.HANDLER, "second_department", "承办人乙"),
    "mediator": (Role.MEDIATOR, "committee_unit", "调解员甲"),
    "second_mediator": (Role.MEDIATOR, "committee_unit", "调解员乙"),
    "director": (Role.COMMITTEE_DIRECTOR, "committee_unit", "主任甲"),
    "supervisor": (Role.CENTRE_SUPERVISOR, "centre", "督查员甲"),
    "city_supervisor": (Role.CENTRE_SUPERVISOR, "city_centre", "市督查员"),
    "leader": (Role.LEADER, "centre", "领导甲"),
    "auditor": (Role.AUDITOR, "centre", "审计员甲"),
    "system_admin": (Role.SYSTEM_ADMIN, "centre", "系统管理员甲"),
    "security_admin": (Role.SECURITY_ADMIN, "centre", "安全管理员甲"),
    "stranger": (Role.CENTRE_DISPATCHER, "strange_centre", "外县调度员"),
    "strange_worker": (Role.GRID_WORKER, "strange_grid", "外县网格员"),
    "strange_handler": (Role.HANDLER, "strange_department", "外县承办人"),
    "strange_mediator": (Role.MEDIATOR, "strange_committee_unit", "外县调解员"),
    "strange_director": (Role.COMMITTEE_DIRECTOR, "strange_committee_unit", "外县主任"),
    "strange_supervisor": (Role.CENTRE_SUPERVISOR, "strange_centre", "外县督查员"),
}


def _seat_people(cast: Cast) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    for name, (role, unit, title) in PEOPLE.items():
        user = add_user(username=f"{name}{next(_serial)}", name=title)
        seat(user=user, unit=cast.units[unit], role=role, starts_on=SINCE, at=at)
        cast.users[name] = user
    enrol_grid_member(user=cast.worker, kind="full_time")
    for name in ("mediator", "second_mediator"):
        appoint_mediator(
            user=cast.users[name],
            committee=cast.committee,
            employment=Mediator.Employment.FULL_TIME,
            appointed_on=SINCE,
            by=SYSTEM,
        )


def report(cast: Cast, *, at: datetime = NOW, by: str = "worker", place: str = "grid", **said: Any) -> Incident:
    """Report an incident through the verb and return it, within the reporter's scope."""
    given = {"category": "0102", "description": "楼上漏水，两家争吵多日未能解决", **said}
    with cast.acting(by):
        receipt = report_incident(
            by=cast.users[by], at=at, report=Report(client_uuid=uuid.uuid4(), place=cast.units[place].pk, **given)
        )
        return Incident._base_manager.get(pk=receipt.pk)


def case_with_parties(cast: Cast, *, at: datetime = NOW, **given: Any) -> tuple[Case, Party, Party]:
    """Register a case for the cast's committee with an applicant and a respondent, both willing."""
    with cast.acting("dispatcher"):
        case = register_case(
            by=cast.dispatcher,
            at=at,
            registration=Registration(
                **{
                    "place": cast.village,
                    "category": "0102",
                    "description": "两户因排水沟走向多次争执，请求调解",
                    "source": "walk_in",
                    "committee": cast.committee.unit,
                    **given,
                }
            ),
        )
        parties = [
            add_party(record=case, by=cast.dispatcher, at=at, side=side, data=PartyData(name=name), notice_given=True)
            for side, name in (("applicant", "甲某某"), ("respondent", "乙某某"))
        ]
        for party in parties:
            record_consent(pk=case.pk, by=cast.dispatcher, at=at, party=party, consent="given")
    return case, parties[0], parties[1]


def case_in_mediation(cast: Cast, *, at: datetime = NOW, **given: Any) -> tuple[Case, Party, Party]:
    """A case accepted by the cast's director and given to the cast's mediator."""
    case, applicant, respondent = case_with_parties(cast, at=at, **given)
    with cast.acting("director"):
        accept_case(pk=case.pk, by=cast.director, at=at + timedelta(minutes=1))
        case = assign_mediator(
            pk=case.pk, by=cast.director, at=at + timedelta(minutes=2), mediator=cast.mediator, no_interest=True
        )
    return case, applicant, respondent
