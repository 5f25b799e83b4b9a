"""The only machinery of "may do": moves as data, and the one function that performs them (DESIGN.md rules 1, 2).

A verb is a row of a MOVES table: from which states, to which, by which roles and how those are tied to the record,
and what it needs. ``perform`` does, always in this order: transaction; lock the row; state, role and the verb's own
guards; set fields; save what changed; append one event and what belongs to it; return the record.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.table import Move, Text, Tie
from cases.table import Need as Need
from cases.table import says as says
from cases.table import table as table
from grid.scope import LEVELS, REACH, Held, Reach, Role, standing_of

Record = TypeVar("Record", bound=Any)

CLOCK_TOLERANCE = timedelta(minutes=1)
"""A racer's clock was read before it waited for the lock; so far back it is moved up to the last event, not refused."""


class NotAllowed(Exception):
    """The record is visible, but this verb is not this user's: 403. The text is for the user."""


class NotPossible(Exception):
    """The verb does not fit the record as it stands or the input given: 409. The text is for the user.

    ``field`` names the input at fault, if there is one.
    """

    def __init__(self, text: Text, field: str = "") -> None:
        """Keep the user's text and the input it is about."""
        super().__init__(str(text))
        self.field = field


@dataclass(frozen=True)
class Machine:
    """Who acts when no person does: an import, or the house itself.

    ``recorded_at`` is when the machine learnt of it; without one, each event is recorded as it happens.
    """

    role: Role
    recorded_at: datetime | None = None
    pk: None = None


Actor = Any
"""A ``grid.models.User`` or a ``Machine``."""


@dataclass
class Step(Generic[Record]):
    """One performed move on its way: what the verb changes besides the record's own fields."""

    record: Record
    move: Move
    by: Actor
    at: datetime
    role: Role
    recorded_at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[models.Model] = field(default_factory=list)
    last: list[models.Model] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    notify: tuple[str, ...] = ()

    @property
    def user(self) -> Any:
        """The acting user, or None for a machine."""
        return None if isinstance(self.by, Machine) else self.by

    @property
    def seq(self) -> int:
        """The number the step's event will have."""
        return int(self.record.last_seq) + 1

    def add(self, row: models.Model) -> None:
        """Write ``row`` after the record is saved; level columns are copied from the record."""
        self.rows.append(row)

    def add_last(self, row: models.Model) -> None:
        """Write the end of an access row after all others, for its holder still has the rest to write."""
        self.last.append(row)


@dataclass(frozen=True)
class Noun(Generic[Record]):
    """What ``perform`` must know of a kind of record."""

    name: str
    model: type[Record]
    event_model: Any
    remark_model: Any
    outbox_model: Any
    moves: Mapping[str, Move]
    open_statuses: frozenset[str]
    counts_open: bool = False

    def event_of(self, record: Record, step: Step[Record], was_open: bool) -> dict[str, Any]:
        """Return the event's columns: what happened and what stands now."""
        facts: dict[str, Any] = {name: getattr(record, name) for name in self.event_model.STANDING}
        if self.counts_open:
            facts["delta"] = int(record.is_open) - int(was_open)
        return {
            f"{self.name}_id": record.pk,
            **record.levels,
            "seq": record.last_seq,
            "verb": step.move.verb,
            "at": step.at,
            "recorded_at": step.recorded_at,
            "by_id": step.by.pk,
            "role": step.role,
            "status": record.status,
            "unit_id": record.unit_id,
            "category_id": record.category_id,
            "reason": step.reason,
            "data": step.data,
            **facts,
            **step.facts,
        }


Change = Callable[[Any, Step[Any]], None]


def perform(
    noun: Noun[Record], verb: str, *, pk: int, by: Actor, at: datetime, change: Change | None = None, reason: str = ""
) -> Record:
    """Perform ``verb`` on the record ``pk`` and return it, locked.

    ``at`` is when it happened. Repeating one's own last move is a no-op that appends nothing. Raises NotAllowed
    when the user is not the one to do it, NotPossible when the state, the time or an input forbids it.
    """
    move = noun.moves[verb]
    with transaction.atomic():
        record = noun.model._base_manager.select_for_update(of=("self",)).get(pk=pk)
        if _is_own_repeat(noun, move, record, by):
            return record
        check_state(move, record)
        role = check_role(move, record, by)
        before = _fields(record)
        step = Step(record, move, by, at, role, recorded_at(by, at), reason, notify=move.notify)
        event = advance(noun, step, change)
        after = _fields(record)
        record.save(update_fields=[name for name, value in after.items() if value != before[name]])
        write(noun, step, event)
    return record


def begin(
    noun: Noun[Record], verb: str, record: Record, *, by: Actor, at: datetime, change: Change | None = None
) -> Record:
    """Perform a verb that makes the record: save it, append its first event."""
    move = noun.moves[verb]
    with transaction.atomic():
        role = check_role(move, record, by)
        step = Step(record, move, by, at, role, recorded_at(by, at), notify=move.notify)
        event = advance(noun, step, change)
        record.save(force_insert=True)
        event[f"{noun.name}_id"] = record.pk
        write(noun, step, event)
    return record


def advance(noun: Noun[Record], step: Step[Record], change: Change | None) -> dict[str, Any]:
    """Check state and time, apply the verb's change, and return the event's columns: no database involved.

    Bulk writers call this with unsaved records, so that history written by COPY obeys the same rules as a desk.
    """
    record, move = step.record, step.move
    is_new = not record.status
    if not is_new:
        check_state(move, record)
    _check_time(step, is_new)
    was_open = False if is_new else record.is_open
    if change is not None:
        change(record, step)
    if move.target is not None:
        record.status = move.target
    record.is_open = record.status in noun.open_statuses
    record.last_event_at = step.at
    record.last_seq += 1
    if not is_new:
        record.version += 1
    return noun.event_of(record, step, was_open)


def write(noun: Noun[Record], step: Step[Record], event: dict[str, Any]) -> None:
    """Append the event and what belongs to it: rows, remarks, one outbox row when somebody is to be told."""
    noun.event_model(**event).save(force_insert=True)
    for row in belongings(noun, step):
        row.save(force_insert=row._state.adding)
    if step.last:
        # In one statement: after the first of them its own holder would not find the second any more.
        type(step.last[0])._base_manager.bulk_update(step.last, ["until"])
    if step.notify:
        noun.outbox_model.objects.create(
            topic="moved",
            payload={noun.name: step.record.pk, "seq": event["seq"], "verb": event["verb"], "to": list(step.notify)},
            created_at=step.recorded_at,
        )


def belongings(noun: Noun[Record], step: Step[Record]) -> Iterable[models.Model]:
    """Return the rows that go with a step, tied to the record and carrying its level columns."""
    record = step.record
    for row in step.rows:
        names = {f.name for f in row._meta.fields} & {"incident", "case"}
        if any(getattr(row, f"{name}_id") is not None for name in names - {noun.name}):
            continue  # It belongs to a record of the other noun and lies where that one does.
        if noun.name in names:
            setattr(row, f"{noun.name}_id", record.pk)
        for column, value in record.levels.items():
            if hasattr(row, column):
                setattr(row, column, value)
    yield from step.rows
    for name, text in step.remarks.items():
        if text:
            yield noun.remark_model(
                **{f"{noun.name}_id": record.pk}, **record.levels, seq=record.last_seq, field=name, text=text
            )


def allowed_moves(record: Any, user: Any, moves: Mapping[str, Move]) -> list[Move]:
    """Return the live moves the user may make on the record as it stands; buttons and API details list them.

    It asks for posts and ties, so call it on a detail page, not per row of a list. Ties and conditions read whole
    relations of the record (mediators, hand-overs, requests, access): read along with it, they cost nothing here.
    """
    return [
        move
        for move in moves.values()
        if move.is_live
        and record.status in move.sources
        and acting_role(move, record, user) is not None
        and (move.when is None or move.when(record))
    ]


def acting_role(move: Move, record: Any, by: Actor) -> Role | None:
    """Return the role in which ``by`` may make the move on the record, or None."""
    if isinstance(by, Machine):
        return by.role if move.who.get(by.role) is Tie.MACHINE else None
    for held in standing_of(by).posts:
        tie = move.who.get(held.role)
        if tie is not None and _is_tied(tie, record, held, by):
            return held.role
    return None


def check_role(move: Move, record: Any, by: Actor) -> Role:
    """Return the role in which ``by`` may make the move on the record, whatever its state. Raises NotAllowed."""
    role = acting_role(move, record, by)
    if role is None:
        raise NotAllowed(_("您的岗位不能执行“%(verb)s”。") % {"verb": move.label})
    return role


def check_state(move: Move, record: Any) -> None:
    """Raise NotPossible unless the move starts from where the record stands."""
    if record.status not in move.sources:
        raise NotPossible(
            _("当前状态为“%(status)s”，不能%(verb)s。") % {"status": record.get_status_display(), "verb": move.label}
        )


def _is_tied(tie: Tie, record: Any, held: Held, user: Any) -> bool:
    if tie is Tie.PLACE:
        return bool(getattr(record, LEVELS[held.level]) == held.place_id) and _may_open(record, held, user)
    if tie is Tie.VILLAGE:
        return record.village_id is not None and f".{record.village_id}." in f".{held.path}"
    if tie is Tie.LEAD:
        return bool(record.lead_unit_id == held.unit_id)
    if tie is Tie.REPORTER:
        return bool(record.reporter_id == user.pk)
    if tie is Tie.COMMITTEE:
        return bool(record.committee_id == held.unit_id)
    if tie is Tie.MEDIATOR:
        return any(row.user_id == user.pk and row.released_at is None for row in record.mediator_rows.all())
    if tie is Tie.OFFERED:
        return any(row.state == "offered" and row.to_unit_id == held.unit_id for row in record.hand_overs.all())
    if tie is Tie.ADDRESSED:
        return bool(record.is_addressed_to(held))
    if tie is Tie.WORK and record.lead_unit_id == held.unit_id:
        return True
    if tie in (Tie.ASSIST, Tie.WORK):
        return any(
            row.kind == "assist" and row.state in ("offered", "accepted") and row.to_unit_id == held.unit_id
            for row in record.hand_overs.all()
        )
    return False


def _may_open(record: Any, held: Held, user: Any) -> bool:
    """A restricted record is closed to roles that see open ones alone, unless it was opened to them (PV-06)."""
    if record.pk is None or not record.restricted or getattr(record, "reporter_id", None) == user.pk:
        return True
    if REACH.get(held.role, {}).get(record.SCOPE_NOUN) is not Reach.SUBTREE_OPEN:
        return True
    return any(row.opens_to(standing_of(user)) for row in record.access.all())


def _is_own_repeat(noun: Noun[Any], move: Move, record: Any, by: Actor) -> bool:
    if record.status != move.target or record.status in move.sources:
        return False
    last = noun.event_model.objects.filter(**{noun.name: record}).order_by("-seq").only("verb", "by_id").first()
    return last is not None and last.verb == move.verb and last.by_id == by.pk


def _check_time(step: Step[Any], is_new: bool) -> None:
    if step.at > step.recorded_at + CLOCK_TOLERANCE:
        raise NotPossible(_("时间不能晚于现在。"), "at")
    if is_new:
        return
    last = step.record.last_event_at
    if step.at < last:
        if last - step.at > CLOCK_TOLERANCE or isinstance(step.by, Machine):
            raise NotPossible(_("时间不能早于上一环节（%(last)s）。") % {"last": timezone.localtime(last)}, "at")
        step.at = last


_at_once: ContextVar[bool] = ContextVar("at_once", default=False)


@contextmanager
def recorded_at_once() -> Iterator[None]:
    """Let what people do inside the block count as recorded when it happened: the invented past of a demo city.

    Without it a made-up month would read as a month of late entries. Nothing that serves a request uses it.
    """
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


def recorded_at(by: Actor, at: datetime) -> datetime:
    """Return when the house learns of what happened ``at``: now, or as a machine was told."""
    if isinstance(by, Machine):
        return by.recorded_at or at
    return at if _at_once.get() else timezone.now()


def _fields(record: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
