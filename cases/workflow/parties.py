"""Parties of an incident or case: added, corrected, revealed field by field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.envelope import blind_index, seal, unseal
from cases.masking import mask_id_number, mask_name, mask_organisation, mask_phone
from cases.models import Case, Incident, Party, Reveal
from cases.moves import Actor, NotPossible

TABLE = "cases_party"
REASON_LENGTH = 4
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


def add_party(
    *,
    record: Incident | Case,
    by: Actor,
    at: datetime,
    side: str,
    data: PartyData,
    kind: str = Party.Kind.PERSON,
    is_minor: bool = False,
    guardian: Party | None = None,
    guardian_exception: str = "",
    represents: Party | None = None,
    notice_given: bool = False,
) -> Party:
    """Add a party to an open record.

    Raises NotPossible for an empty name, for a minor of a case without guardian or reasoned exception (PV-07), for
    related parties of another record, and for case parties before the notice of rights was given (PV-08).
    """
    if not data.name.strip():
        raise NotPossible(_("请填写姓名或单位名称。"), "name")
    if not record.is_open:
        raise NotPossible(_("已结束的事项不能再添加当事人。"))
    if isinstance(record, Case):
        if not notice_given:
            raise NotPossible(_("请先告知当事人权利义务和个人信息处理事项。"), "notice_given")
        if is_minor and side != Party.Side.GUARDIAN and guardian is None and not guardian_exception:
            raise NotPossible(_("未成年当事人须登记监护人，或说明理由。"), "guardian")
    owner: dict[str, Any] = {"case": record} if isinstance(record, Case) else {"incident": record}
    for other in (guardian, represents):
        if other is not None and (other.case_id, other.incident_id) != (
            getattr(owner.get("case"), "pk", None),
            getattr(owner.get("incident"), "pk", None),
        ):
            raise NotPossible(_("监护人、被代理人须是同一事项的当事人。"), "guardian")
    party = Party(
        **owner,
        **record.levels,
        side=side,
        kind=kind,
        is_minor=is_minor,
        guardian=guardian,
        guardian_exception=guardian_exception,
        represents=represents,
        notice_given_at=at if notice_given else None,
        added_by_id=by.pk,
        added_at=at,
    )
    seal_into(party, data)
    party.save(force_insert=True)
    return party


def correct_party(*, party: Party, by: Actor, data: PartyData) -> Party:
    """Put a party's identity right; fields left empty keep what they hold."""
    with transaction.atomic():
        party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
        held = PartyData.opened(party)
        merged = PartyData(**{name: getattr(data, name) or getattr(held, name) for name in Party.SEALED})
        seal_into(party, merged)
        party.save(update_fields=_IDENTITY_COLUMNS)
    return party


def reveal_field(*, party: Party, field: str, reason: str, by: Any, at: datetime) -> str:
    """Show one sealed field to somebody with a reason; the look is logged before it is given (PV-04)."""
    if field not in Party.SEALED:
        raise NotPossible(_("没有这个字段。"), "field")
    if len(reason.strip()) < REASON_LENGTH:
        raise NotPossible(_("请写明查看理由（至少%(count)s个字）。") % {"count": REASON_LENGTH}, "reason")
    with transaction.atomic():
        Reveal(party=party, field=field, reason=reason.strip(), by=by, at=at, **party.levels).save(force_insert=True)
        return open_field(party, field)
