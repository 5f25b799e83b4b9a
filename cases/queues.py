"""The centre's and the handler's queues as data: what waits for whom. Lists, counts and "my day" read these rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.deadlines import day_of, end_of
from cases.models import ClockRequest, HandOver, Incident
from grid.keyset import counted
from grid.scope import Role, Standing, standing_of

S = Incident.Status
DESKS = frozenset({Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER})
CENTRE = DESKS | {Role.CENTRE_SUPERVISOR}
LOCAL = CENTRE | {Role.VILLAGE_LEADER}
OLDEST_FIRST = ("reported_at", "pk")
NEWEST_FIRST = ("-reported_at", "-pk")
DUE_FIRST = ("due_at", "pk")

Text = str | Promise
Condition = Callable[[Standing, datetime], Q]


@dataclass(frozen=True)
class Queue:
    """One list of incidents: for whom, which, in what order."""

    key: str
    label: Text
    roles: frozenset[Role]
    q: Condition
    order: tuple[str, ...] = OLDEST_FIRST
    hint: Text = ""
    tone: str = "info"
    is_mine: bool = False
    """Whether it waits for the holder of one of the roles; "my day" shows these."""
    batch: str = ""
    """A verb that may be done to many at once."""


def _in(*statuses: str) -> Condition:
    return lambda _standing, _now: Q(status__in=statuses, is_open=True)


def _my_unit(*statuses: str) -> Condition:
    return lambda standing, _now: Q(lead_unit_id__in=standing.unit_ids, status__in=statuses, is_open=True)


def _asked(_standing: Standing, _now: datetime) -> Q:
    rows = ClockRequest.objects.filter(incident=OuterRef("pk"), state=ClockRequest.State.ASKED)
    return Q(Exists(rows), is_open=True)


def _asked_to_assist(standing: Standing, _now: datetime) -> Q:
    rows = HandOver.objects.filter(
        incident=OuterRef("pk"), kind="assist", state=HandOver.State.OFFERED, to_unit_id__in=standing.unit_ids
    )
    return Q(Exists(rows), is_open=True)


def overdue(_standing: Standing, now: datetime) -> Q:
    """Open, its limit passed."""
    return Q(is_open=True, due_at__lt=now) & ~Q(status=S.SUSPENDED)


def due_today(_standing: Standing, now: datetime) -> Q:
    """Open, its limit today."""
    return Q(is_open=True, due_at__gte=now, due_at__lte=end_of(day_of(now))) & ~Q(status=S.SUSPENDED)


def due_soon(_standing: Standing, now: datetime) -> Q:
    """Open, its limit within three days."""
    return Q(is_open=True, due_at__gte=now, due_at__lte=end_of(day_of(now) + timedelta(days=3)))


QUEUES: tuple[Queue, ...] = (
    Queue(
        "inspect",
        _("待核实"),
        DESKS,
        _in(S.REPORTED),
        hint=_("核对是否真实、完整、不重复"),
        is_mine=True,
        batch="verify_incident",
    ),
    Queue(
        "triage",
        _("待分流"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.VERIFIED, S.ESCALATED, S.SENT_DOWN, S.REOPENED),
        hint=_("选择去向"),
        is_mine=True,
    ),
    Queue(
        "assign",
        _("待交办"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.TRIAGED),
        hint=_("交给承办单位或转调解"),
        is_mine=True,
    ),
    Queue(
        "objected",
        _("异议待裁定"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.OBJECTED),
        hint=_("承办单位认为不属其职责"),
        tone="wait",
        is_mine=True,
    ),
    Queue(
        "close",
        _("待办结"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.HANDLED),
        hint=_("承办单位已报结"),
        tone="wait",
        is_mine=True,
    ),
    Queue(
        "requests",
        _("申请待审批"),
        frozenset({Role.CENTRE_SUPERVISOR}),
        _asked,
        hint=_("挂起与延期申请"),
        tone="wait",
        is_mine=True,
    ),
    Queue(
        "sign",
        _("待签收"),
        frozenset({Role.HANDLER}),
        _my_unit(S.ASSIGNED),
        hint=_("一个工作日内签收或提出异议"),
        is_mine=True,
    ),
    Queue(
        "assist",
        _("待签收协办"),
        frozenset({Role.HANDLER}),
        _asked_to_assist,
        hint=_("协助主办单位办理"),
        is_mine=True,
    ),
    Queue(
        "handling",
        _("办理中"),
        frozenset({Role.HANDLER}),
        _my_unit(S.ACCEPTED, S.IN_PROGRESS),
        tone="active",
        is_mine=True,
    ),
    Queue(
        "suspended",
        _("挂起中"),
        frozenset({Role.HANDLER}),
        _my_unit(S.SUSPENDED),
        tone="wait",
    ),
    Queue(
        "today",
        _("今天到期"),
        LOCAL | {Role.HANDLER},
        due_today,
        order=DUE_FIRST,
        tone="wait",
        is_mine=True,
    ),
    Queue("overdue", _("已逾期"), LOCAL | {Role.HANDLER}, overdue, order=DUE_FIRST, tone="bad", is_mine=True),
    Queue(
        "high",
        _("高风险"),
        CENTRE,
        lambda _standing, _now: Q(is_open=True, risk_level="high"),
        tone="bad",
    ),
    Queue(
        "working",
        _("单位办理中"),
        LOCAL,
        _in(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.SUSPENDED),
        hint=_("等承办单位"),
        tone="active",
    ),
    Queue("returned", _("待补正"), LOCAL, _in(S.RETURNED), hint=_("等上报人"), tone="wait"),
    Queue("all", _("全部"), LOCAL | {Role.HANDLER, Role.LEADER}, lambda _standing, _now: Q(), order=NEWEST_FIRST),
)

BY_KEY = {queue.key: queue for queue in QUEUES}
COUNTED = frozenset(queue.key for queue in QUEUES) - {"all"}


def queues_for(user: Any) -> list[Queue]:
    """The queues of the user's roles."""
    roles = standing_of(user).roles
    return [queue for queue in QUEUES if queue.roles & roles]


def rows_of(queue: Queue, user: Any, now: datetime) -> QuerySet[Incident]:
    """The incidents of a queue that the user may see."""
    return Incident.objects.visible_to(user).filter(queue.q(standing_of(user), now))


def parts_of(queue: Queue, user: Any, now: datetime) -> list[QuerySet[Incident]]:
    """The same rows in overlapping parts that an index can each read in order (``ScopedQuerySet.visible_parts``)."""
    return [part.filter(queue.q(standing_of(user), now)) for part in Incident.objects.all().visible_parts(user)]


def counts(queues: list[Queue], user: Any, now: datetime) -> dict[str, int]:
    """How many wait in each queue, counted no further than the cap; the whole list is never counted."""
    return {queue.key: counted(rows_of(queue, user, now)) for queue in queues if queue.key in COUNTED}
