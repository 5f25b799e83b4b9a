"""The centre's and the handler's queues as data: what waits for whom. Lists, counts and "my day" read these rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.deadlines import day_of, end_of
from cases.models import ClockRequest, HandOver, Incident
from cases.queueing import Condition, Queue, Queues
from grid.scope import Role, Standing

S = Incident.Status
DESKS = frozenset({Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER})
CENTRE = DESKS | {Role.CENTRE_SUPERVISOR}
LOCAL = CENTRE | {Role.VILLAGE_LEADER}
OLDEST_FIRST = ("reported_at", "pk")
NEWEST_FIRST = ("-reported_at", "-pk")
DUE_FIRST = ("due_at", "pk")


@dataclass(frozen=True)
class IncidentQueue(Queue):
    """A queue of incidents, the oldest first unless it says otherwise."""

    order: tuple[str, ...] = OLDEST_FIRST


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


TABLE: tuple[Queue, ...] = (
    IncidentQueue(
        "inspect",
        _("待核实"),
        DESKS,
        _in(S.REPORTED),
        hint=_("核对是否真实、完整、不重复"),
        is_mine=True,
        batch="verify_incident",
    ),
    IncidentQueue(
        "triage",
        _("待分流"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.VERIFIED, S.ESCALATED, S.SENT_DOWN, S.REOPENED),
        hint=_("选择去向"),
        is_mine=True,
    ),
    IncidentQueue(
        "assign",
        _("待交办"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.TRIAGED),
        hint=_("交给承办单位或转调解"),
        is_mine=True,
    ),
    IncidentQueue(
        "objected",
        _("异议待裁定"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.OBJECTED),
        hint=_("承办单位认为不属其职责"),
        tone="wait",
        is_mine=True,
    ),
    IncidentQueue(
        "close",
        _("待办结"),
        frozenset({Role.CENTRE_DISPATCHER}),
        _in(S.HANDLED),
        hint=_("承办单位已报结"),
        tone="wait",
        is_mine=True,
    ),
    IncidentQueue(
        "requests",
        _("申请待审批"),
        frozenset({Role.CENTRE_SUPERVISOR}),
        _asked,
        hint=_("挂起与延期申请"),
        tone="wait",
        is_mine=True,
    ),
    IncidentQueue(
        "sign",
        _("待签收"),
        frozenset({Role.HANDLER}),
        _my_unit(S.ASSIGNED),
        hint=_("一个工作日内签收或提出异议"),
        is_mine=True,
    ),
    IncidentQueue(
        "assist",
        _("待签收协办"),
        frozenset({Role.HANDLER}),
        _asked_to_assist,
        hint=_("协助主办单位办理"),
        is_mine=True,
    ),
    IncidentQueue(
        "handling",
        _("办理中"),
        frozenset({Role.HANDLER}),
        _my_unit(S.ACCEPTED, S.IN_PROGRESS),
        tone="active",
        is_mine=True,
    ),
    IncidentQueue(
        "suspended",
        _("挂起中"),
        frozenset({Role.HANDLER}),
        _my_unit(S.SUSPENDED),
        tone="wait",
    ),
    IncidentQueue(
        "today",
        _("今天到期"),
        LOCAL | {Role.HANDLER},
        due_today,
        order=DUE_FIRST,
        tone="wait",
        is_mine=True,
    ),
    IncidentQueue("overdue", _("已逾期"), LOCAL | {Role.HANDLER}, overdue, order=DUE_FIRST, tone="bad", is_mine=True),
    IncidentQueue(
        "high",
        _("高风险"),
        CENTRE,
        lambda _standing, _now: Q(is_open=True, risk_level="high"),
        tone="bad",
    ),
    IncidentQueue(
        "working",
        _("单位办理中"),
        LOCAL,
        _in(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.SUSPENDED),
        hint=_("等承办单位"),
        tone="active",
    ),
    IncidentQueue("returned", _("待补正"), LOCAL, _in(S.RETURNED), hint=_("等上报人"), tone="wait"),
    IncidentQueue(
        "all",
        _("全部"),
        LOCAL | {Role.HANDLER, Role.LEADER},
        lambda _standing, _now: Q(),
        order=NEWEST_FIRST,
        is_counted=False,
    ),
)

QUEUES = Queues(Incident, TABLE)
