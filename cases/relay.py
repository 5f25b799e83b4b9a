"""What leaves through the outbox, and to whom (DESIGN.md rule 5, RELIABILITY.md rules 11 and 12).

The request path writes a row; this delivers it, once, however often and by however many it is tried. Nothing but ids
and codes is in a row, so whoever is told is worked out here, from the posts held now.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from cases.models import Access, Case, CaseEvent, HandOver, Incident, IncidentEvent, Notice, Outbox
from grid.models import Post, User
from grid.rls import system_scope
from grid.scope import LEVELS, Role, forget_standing, today

log = logging.getLogger("hemu.relay")

BATCH = 100
LONGEST_WAIT = timedelta(hours=1)
DESKS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER)
UPWARDS = list(reversed(LEVELS))

Record = Incident | Case
Deliver = Callable[[Mapping[str, Any], Outbox], None]


class Undeliverable(Exception):
    """The row names something this release does not know; it stays and is tried again."""


def relay_once(now: datetime, limit: int = BATCH) -> int:
    """Deliver up to ``limit`` rows that wait, oldest first, and return how many went through.

    Rows that another relay holds are passed over. A row that fails stays, with what it failed of and a later time to
    try it again: twice as late each time, an hour at most, for ever.
    """
    sent = 0
    with system_scope():
        waiting = Outbox.objects.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), sent_at__isnull=True)
        for row in waiting.order_by("pk").select_for_update(skip_locked=True)[:limit]:
            sent += _try(row, now)
    return sent


def _try(row: Outbox, now: datetime) -> bool:
    try:
        with transaction.atomic():
            deliver = DELIVERIES.get(row.topic)
            if deliver is None:
                raise Undeliverable(row.topic)
            deliver(row.payload, row)
    except Exception as error:
        # One bad row must not keep the others waiting; it is kept, counted and logged without its content.
        row.attempts += 1
        row.next_try_at = now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(row.attempts, 12)))
        row.trouble = type(error).__name__[:60]
        row.save(update_fields=["attempts", "next_try_at", "trouble"])
        log.warning("outbox %s (%s) failed with %s, try %s", row.pk, row.topic, row.trouble, row.attempts)
        return False
    row.sent_at, row.trouble = now, ""
    row.save(update_fields=["sent_at", "trouble"])
    return True


def _moved(payload: Mapping[str, Any], row: Outbox) -> None:
    """A record moved: tell those whom the move's table names, but not whoever did it."""
    record = _record(payload)
    if record is None:
        return
    events = IncidentEvent if isinstance(record, Incident) else CaseEvent
    event = events.objects.filter(**{record._meta.model_name or "": record.pk}, seq=payload["seq"]).first()
    doer = event.by_id if event is not None else None
    _tell(row, record, payload["verb"], [user for user in audience(record, payload["to"]) if user.pk != doer])


def _due(payload: Mapping[str, Any], row: Outbox) -> None:
    """A limit comes near or has passed: tell those who work on it."""
    record = _record(payload)
    if record is not None and record.is_open:
        _tell(row, record, payload["what"], audience(record, payload["to"]))


def _many_looks(payload: Mapping[str, Any], row: Outbox) -> None:
    """Somebody opened more sealed fields in an hour than work explains: tell the auditors above them (PV-04)."""
    places: set[int] = set()
    for post in Post.objects.active_on(today()).filter(user_id=payload["user"]):
        places |= {pk for pk in post.levels.values() if pk is not None}
    for post in _holders(Role.AUDITOR, Q(unit__place_id__in=places) | Q(unit_id__in=places)):
        _write(row, post.user, "many_looks", post.levels)


DELIVERIES: dict[str, Deliver] = {"moved": _moved, "due": _due, "many_looks": _many_looks}
"""Topic -> what delivers it."""


def _record(payload: Mapping[str, Any]) -> Record | None:
    """The record a row is about, or None when it is gone."""
    if "case" in payload:
        return Case._base_manager.filter(pk=payload["case"]).first()
    return Incident._base_manager.filter(pk=payload["incident"]).first()


def _tell(row: Outbox, record: Record, verb: str, users: Iterable[User]) -> None:
    for user in users:
        forget_standing(user)
        # A restricted matter is not announced to those who may not open it.
        if record.restricted and not type(record).objects.visible_to(user).filter(pk=record.pk).exists():
            continue
        _write(row, user, verb, record.levels, **{record._meta.model_name or "": record})


def _write(row: Outbox, user: User, verb: str, levels: Mapping[str, int | None], **record: Record) -> None:
    notice = Notice(user=user, verb=verb, created_at=row.created_at, outbox_id=row.pk, **levels, **record)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


# -- Who is meant ---------------------------------------------------------------------------------------------------


def audience(record: Record, codes: Iterable[str]) -> list[User]:
    """Return the active users the codes of ``Move.notify`` mean now, each once, in order.

    Codes: reporter, registrar, lead_unit, assisting, dispatchers, desk, supervisors, director, mediators, offered,
    leader, and ``user:<id>``. Raises Undeliverable for any other.
    """
    users: dict[int, User] = {}
    for code in codes:
        name, _colon, pk = code.partition(":")
        if name not in AUDIENCES:
            raise Undeliverable(code)
        for user in AUDIENCES[name](record, pk):
            if user.is_active:
                users.setdefault(user.pk, user)
    return list(users.values())


def _holders(role: str | Iterable[str], at: Q) -> list[Post]:
    roles = [role] if isinstance(role, str) else list(role)
    held = Post.objects.active_on(today()).filter(at, role__in=roles, user__is_active=True)
    return list(held.select_related("user").order_by("pk"))


def _nearest(record: Record, *roles: str) -> list[User]:
    """Holders of the roles at the level that has the matter, or at the next above where there is anybody."""
    start = UPWARDS.index(record.handling_level) if record.handling_level else 0
    for level in UPWARDS[start:]:
        place = getattr(record, LEVELS[level])
        if place is None:
            continue
        found = _holders(roles, Q(unit__place_id=place) | Q(unit_id=place))
        if found:
            return [post.user for post in found]
    return []


def _at_units(role: str, units: Iterable[int | None]) -> list[User]:
    return [post.user for post in _holders(role, Q(unit_id__in=[pk for pk in units if pk is not None]))]


def _reporter(record: Record, _pk: str) -> list[User]:
    user = record.reporter if isinstance(record, Incident) else None
    return [user] if user is not None else []


def _registrar(record: Record, _pk: str) -> list[User]:
    user = record.registrar if isinstance(record, Case) else None
    return [user] if user is not None else []


def _lead_unit(record: Record, _pk: str) -> list[User]:
    return _at_units(Role.HANDLER, [getattr(record, "lead_unit_id", None)])


def _assisting(record: Record, _pk: str) -> list[User]:
    asked = record.hand_overs.filter(
        kind=HandOver.Kind.ASSIST, state__in=[HandOver.State.OFFERED, HandOver.State.ACCEPTED]
    )
    return _at_units(Role.HANDLER, asked.values_list("to_unit_id", flat=True))


def _director(record: Record, _pk: str) -> list[User]:
    return _at_units(Role.COMMITTEE_DIRECTOR, [getattr(record, "committee_id", None)])


def _offered(record: Record, _pk: str) -> list[User]:
    offered = record.hand_overs.filter(kind=HandOver.Kind.COMMITTEE, state=HandOver.State.OFFERED)
    return _at_units(Role.COMMITTEE_DIRECTOR, offered.values_list("to_unit_id", flat=True))


def _mediators(record: Record, _pk: str) -> list[User]:
    if not isinstance(record, Case):
        return []
    rows = record.mediator_rows.filter(released_at__isnull=True).select_related("user").order_by("pk")
    return [row.user for row in rows]


def _leader(record: Record, _pk: str) -> list[User]:
    rows = record.access.live().filter(reason=Access.Reason.LEADER).select_related("user")
    return [row.user for row in rows if row.user is not None]


def _named(_record: Record, pk: str) -> list[User]:
    return list(User.objects.filter(pk=pk))


AUDIENCES: dict[str, Callable[[Record, str], list[User]]] = {
    "reporter": _reporter,
    "registrar": _registrar,
    "lead_unit": _lead_unit,
    "assisting": _assisting,
    "dispatchers": lambda record, _pk: _nearest(record, Role.CENTRE_DISPATCHER),
    "desk": lambda record, _pk: _nearest(record, *DESKS),
    "supervisors": lambda record, _pk: _nearest(record, Role.CENTRE_SUPERVISOR),
    "director": _director,
    "offered": _offered,
    "mediators": _mediators,
    "leader": _leader,
    "user": _named,
}
"""Code -> the users it means for a record (and the id after a colon)."""
