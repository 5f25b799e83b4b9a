"""Parties of an incident or case: added, told of their rights, corrected, removed (DOMAIN.md PV-01 to PV-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from cases.envelope import blind_index, seal, unseal
from cases.masking import mask_id_number, mask_name, mask_organisation, mask_phone
from cases.models import Case, Incident, Party, Source
from cases.moves import Actor, NotPossible, Step, perform
from cases.workflow.case_moves import CASES
from cases.workflow.incident_moves import INCIDENTS

TABLE = "cases_party"
NOTICE_VERSION = "2026-1"
"""The notice of rights, duties and personal information as worded now; each party keeps the version given (PV-08)."""
COMMITTEE_STARTS = frozenset({Source.COMMITTEE_INITIATED, Source.SCREENING})
"""Nobody asked for these: the notice comes before the first data of anybody is saved (PV-08)."""
_IDENTITY_COLUMNS = [
    *(f"{column}_sealed" for column in Party.SEALED),
    "name_masked",
    "phone_masked",
    "id_number_masked",
    "phone_index",
    "id_number_index",
]


@dataclass(frozen=True)
class PartyData:
    """Who a party is, in plain text: exists only on its way in or out."""

    name: str
    id_number: str = ""
    phone: str = ""
    address: str = ""

    @classmethod
    def opened(cls, party: Party) -> "PartyData":
        """Open every sealed field of a party, for copying."""
        return cls(**{column: open_field(party, column) for column in Party.SEALED})


def open_field(party: Party, column: str) -> str:
    """Open one sealed field. Raises WrongKey."""
    return unseal(getattr(party, f"{column}_sealed"), table=TABLE, column=column, uid=party.uid)


def seal_into(party: Party, data: PartyData) -> None:
    """Seal the identity into the party, and set masks and blind indexes."""
    for column in Party.SEALED:
        value = getattr(data, column).strip()
        setattr(party, f"{column}_sealed", seal(value, table=TABLE, column=column, uid=party.uid))
    party.name_masked = (
        mask_organisation(data.name)
        if party.kind == Party.Kind.ORGANISATION
        else mask_name(data.name, is_minor=party.is_minor)
    )
    party.phone_masked = mask_phone(data.phone)
    party.id_number_masked = mask_id_number(data.id_number)
    party.phone_index = blind_index(data.phone)
    party.id_number_index = blind_index(data.id_number)


def noun_of(record: Incident | Case) -> Any:
    """The noun whose table holds the verbs of ``record``."""
    return CASES if isinstance(record, Case) else INCIDENTS


def record_of(party: Party) -> Incident | Case:
    """The one record a party belongs to."""
    record = party.case or party.incident
    assert record is not None  # The database holds exactly one (party_one_record).
    return record


def add_party(
    *,
    record: Incident | Case,
    by: Actor,
    at: datetime,
    side: str,
    data: PartyData,
    kind: str = Party.Kind.PERSON,
    is_minor: bool = False,
    is_under_14: bool = False,
    guardian: Party | None = None,
    guardian_exception: str = "",
    represents: Party | None = None,
    notice_given: bool = False,
) -> Party:
    """Add a party to an open record.

    In a case the applicant, who is there, must have been given the notice of rights; where the committee starts on
    its own, so must everybody (PV-08). Others can be told later (``give_notice``), before their consent. Raises
    NotPossible for an empty name, the same party twice, a minor of a case without guardian or reasoned exception
    (PV-07), and for related parties of another record.
    """
    noun = noun_of(record)
    party = Party(
        side=side,
        kind=kind,
        is_minor=is_minor or is_under_14,
        is_under_14=is_under_14,
        guardian=guardian,
        guardian_exception=guardian_exception.strip(),
        represents=represents,
        notice_given_at=at if notice_given else None,
        notice_version=NOTICE_VERSION if notice_given else "",
        added_by_id=by.pk,
        added_at=at,
    )

    def change(record: Incident | Case, step: Step[Any]) -> None:
        if not data.name.strip():
            raise NotPossible(_("请填写姓名或单位名称。"), "name")
        setattr(party, noun.name, record)
        _check_related(party, guardian, represents)
        if isinstance(record, Case):
            _check_notice(record, side, notice_given)
            _check_guardian(party)
        seal_into(party, data)
        _check_new(party, data, record.parties.filter(side=side))
        for column, value in record.levels.items():
            setattr(party, column, value)
        party.save(force_insert=True)
        step.data |= {"party": party.pk, "side": side}

    perform(noun, "add_party", pk=record.pk, by=by, at=at, change=change)
    return party


def _check_notice(case: Case, side: str, notice_given: bool) -> None:
    if notice_given or not (case.source in COMMITTEE_STARTS or side == Party.Side.APPLICANT):
        return
    raise NotPossible(_("请先告知当事人权利义务和个人信息处理事项。"), "notice_given")


def _check_guardian(party: Party) -> None:
    if not party.is_minor or party.side == Party.Side.GUARDIAN:
        return
    if party.is_under_14 and party.guardian is None:
        raise NotPossible(_("未满十四周岁的当事人须登记监护人。"), "guardian")
    if party.guardian is None and not party.guardian_exception:
        raise NotPossible(_("未成年当事人须登记监护人，或说明理由。"), "guardian")


def _check_related(party: Party, *others: Party | None) -> None:
    for other in others:
        if other is not None and (other.case_id, other.incident_id) != (party.case_id, party.incident_id):
            raise NotPossible(_("监护人、被代理人须是同一事项的当事人。"), "guardian")
    if party.guardian is not None and party.guardian.is_minor:
        raise NotPossible(_("未成年人不能担任监护人。"), "guardian")


def _check_new(party: Party, data: PartyData, same_side: Iterable[Party]) -> None:
    """A second click, or a second desk, must not make the same person a party twice."""
    for other in same_side:
        if party.id_number_index and bytes(other.id_number_index) == party.id_number_index:
            raise NotPossible(_("该当事人已登记。"), "id_number")
        if bytes(other.phone_index) == party.phone_index and open_field(other, "name") == data.name.strip():
            raise NotPossible(_("该当事人已登记。"), "name")


def give_notice(*, party: Party, by: Actor, at: datetime) -> Party:
    """Record that a party of a case was told of rights, duties and the use of personal data (MOJ75 art.30)."""

    def change(case: Case, step: Step[Case]) -> None:
        held = _own(case, party)
        held.notice_given_at, held.notice_version = step.at, NOTICE_VERSION
        step.add(held)
        step.data |= {"party": held.pk, "notice": NOTICE_VERSION}

    perform(CASES, "give_notice", pk=_case_pk(party), by=by, at=at, change=change)
    party.refresh_from_db()
    return party


def correct_party(*, party: Party, by: Actor, at: datetime, data: PartyData) -> Party:
    """Put a party's identity right; fields left empty keep what they hold. The timeline says who, when and which."""

    def change(record: Incident | Case, step: Step[Any]) -> None:
        held = _own(record, party)
        former = PartyData.opened(held)
        merged = PartyData(**{name: getattr(data, name).strip() or getattr(former, name) for name in Party.SEALED})
        changed = [name for name in Party.SEALED if getattr(merged, name) != getattr(former, name)]
        if not changed:
            raise NotPossible(_("内容没有变化。"))
        seal_into(held, merged)
        held.save(update_fields=_IDENTITY_COLUMNS)
        step.data |= {"party": held.pk, "fields": changed}

    record = record_of(party)
    perform(noun_of(record), "correct_party", pk=record.pk, by=by, at=at, change=change)
    party.refresh_from_db()
    return party


def remove_party(*, party: Party, by: Actor, at: datetime, remark: str) -> None:
    """Take out somebody who was registered by mistake, before the matter goes on; the person's data goes with it."""
    pk = party.pk

    def change(record: Incident | Case, step: Step[Any]) -> None:
        held = _own(record, party)
        if held.wards.exists() or held.agents.exists():
            raise NotPossible(_("请先处理其被监护人或代理人。"))
        held.delete()
        step.data["party"] = pk
        step.remarks["remark"] = remark

    record = record_of(party)
    perform(noun_of(record), "remove_party", pk=record.pk, by=by, at=at, change=change)


def copy_parties(incident: Incident, case: Case, at: datetime) -> None:
    """Copy an incident's parties into the case made from it.

    The seals are bound to the row's uid, so each is opened and set anew. Will and notice are not copied: both are
    asked for in the case.
    """
    copies: dict[int, Party] = {}
    originals = list(incident.parties.order_by("pk"))
    for party in originals:
        copy = Party(
            case=case,
            side=party.side,
            kind=party.kind,
            is_minor=party.is_minor,
            is_under_14=party.is_under_14,
            guardian_exception=party.guardian_exception,
            added_by_id=party.added_by_id,
            added_at=at,
            **case.levels,
        )
        seal_into(copy, PartyData.opened(party))
        copy.save(force_insert=True)
        copies[party.pk] = copy
    for party in originals:
        copy = copies[party.pk]
        copy.guardian, copy.represents = copies.get(party.guardian_id or 0), copies.get(party.represents_id or 0)
        if copy.guardian or copy.represents:
            copy.save(update_fields=["guardian", "represents"])


def _own(record: Incident | Case, party: Party) -> Party:
    """Return the party as it stands, locked with its record. Raises NotPossible when it belongs elsewhere."""
    held: Party | None = record.parties.filter(pk=party.pk).first()
    return held if held is not None else _foreign()


def _foreign() -> NoReturn:
    raise NotPossible(_("该当事人不属于本件。"), "party")


def _case_pk(party: Party) -> int:
    if party.case_id is None:
        _foreign()
    return party.case_id
