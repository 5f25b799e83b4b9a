"""Looking at sealed identities: one field, with a reason, logged before it is shown (DOMAIN.md PV-01, PV-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deadlines import SHANGHAI
from cases.envelope import blind_index
from cases.models import Case, Incident, Outbox, Party, Reveal
from cases.moves import Move, NotAllowed, NotPossible, Tie, acting_role
from cases.workflow.case_moves.ties import CASE_TEAM
from cases.workflow.incident_moves.ties import DESKS, HANDLER
from cases.workflow.parties import open_field, record_of
from grid.scope import Role, standing_of

REASON_LENGTH = 4
LOOKS_AN_HOUR = 20
"""More than these in an hour and the auditor is told (PV-04)."""


def _look(who: Mapping[Role, Tie]) -> Move:
    return Move("reveal_field", gettext_lazy("查看隐藏信息"), frozenset(), None, who)


LOOKERS = {Incident: _look({**DESKS, **HANDLER}), Case: _look({**DESKS, **CASE_TEAM})}
"""Who may open a field: those who work on the matter. Supervisors and leaders see masks (PV-05)."""


@dataclass(frozen=True)
class SamePerson:
    """An open matter in which somebody with the same ID number is a party: only what it is and where."""

    kind: str
    number: str
    unit: str


def may_reveal(record: Incident | Case, user: Any) -> bool:
    """Whether the user may open sealed fields of the record's parties; pages show the button by it."""
    return acting_role(LOOKERS[type(record)], record, user) is not None


def reveal_field(*, party: Party, field: str, reason: str, by: Any, at: datetime) -> str:
    """Show one sealed field to somebody with a reason; the look is logged before it is given.

    Raises NotAllowed for anybody who does not work on the matter, NotPossible without a field or reason.
    """
    if field not in Party.SEALED:
        raise NotPossible(_("没有这个字段。"), "field")
    if len(reason.strip()) < REASON_LENGTH:
        raise NotPossible(_("请写明查看理由（至少%(count)s个字）。") % {"count": REASON_LENGTH}, "reason")
    if not may_reveal(record_of(party), by):
        raise NotAllowed(_("您不承办本件，不能查看隐藏信息。"))
    with transaction.atomic():
        _log(party, field, reason.strip(), by, at)
        return open_field(party, field)


def find_same_person(*, id_number: str, by: Any, at: datetime) -> list[SamePerson]:
    """Answer a dispatcher whether the same ID number is party to an open matter in their places, and where.

    No names, no search by parts: the exact number or nothing. Every hit is logged as a look. Raises NotAllowed for
    other roles, NotPossible without a number.
    """
    if Role.CENTRE_DISPATCHER not in standing_of(by).roles:
        raise NotAllowed(_("只有调度员可以核对当事人是否已有在办事项。"))
    index = blind_index(id_number)
    if not index:
        raise NotPossible(_("请填写完整的证件号码。"), "id_number")
    same = Party.objects.visible_to(by).filter(id_number_index=index)
    still_open = same.filter(Q(case__is_open=True) | Q(incident__is_open=True)).order_by("pk")
    found = []
    with transaction.atomic():
        for party in still_open.select_related("case__unit", "incident__unit"):
            record = record_of(party)
            _log(party, "conflict", "同一当事人核对", by, at)
            kind = "case" if isinstance(record, Case) else "incident"
            found.append(SamePerson(kind, record.number, record.unit.name))
    return found


def _log(party: Party, field: str, reason: str, by: Any, at: datetime) -> None:
    Reveal(
        party=party,
        incident_id=party.incident_id,
        case_id=party.case_id,
        field=field,
        reason=reason,
        by=by,
        at=at,
        **party.levels,
    ).save(force_insert=True)
    looks = Reveal.objects.filter(by=by, at__gt=at - timedelta(hours=1), at__lte=at).count()
    if looks > LOOKS_AN_HOUR:
        hour = at.astimezone(SHANGHAI).strftime("%Y%m%d%H")
        Outbox.objects.bulk_create(
            [Outbox(topic="many_looks", payload={"user": by.pk}, created_at=at, key=f"looks:{by.pk}:{hour}")],
            ignore_conflicts=True,
        )
