"""What waits for whom among dispute cases, as data: lists, counts and "my day" read these rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.deadlines import day_of, end_of
from cases.models import Case, CaseMediator, ClockRequest, HandOver
from cases.queueing import Condition, Queue, Queues
from grid.scope import Role, Standing
from mediation.models import Session

S = Case.Status

OLDEST_FIRST = ("registered_at", "pk")
NEWEST_FIRST = ("-registered_at", "-pk")
DUE_FIRST = ("due_at", "pk")

DESKS = frozenset({Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER})
CENTRE = DESKS | {Role.CENTRE_SUPERVISOR}
DIRECTOR = frozenset({Role.COMMITTEE_DIRECTOR})
MEDIATOR = frozenset({Role.MEDIATOR})
TEAM = DIRECTOR | MEDIATOR
EVERYBODY = CENTRE | TEAM | {Role.LEADER, Role.HANDLER}
CONFIRM_WARNING_DAYS = 10


@dataclass(frozen=True)
class CaseQueue(Queue):
    """A queue of cases, the oldest first unless it says otherwise."""

    order: tuple[str, ...] = OLDEST_FIRST


def _mine(standing: Standing) -> Q:
    """Cases of which one is a mediator now."""
    rows = CaseMediator.objects.filter(case=OuterRef("pk"), user_id=standing.user_id, released_at__isnull=True)
    return Q(Exists(rows))


def _my_committee(standing: Standing) -> Q:
    return Q(committee_id__in=[post.unit_id for post in standing.posts if post.role == Role.COMMITTEE_DIRECTOR])


def _of_mediator(*statuses: str) -> Condition:
    return lambda standing, _now: _mine(standing) & Q(status__in=statuses)


def _of_director(*statuses: str) -> Condition:
    return lambda standing, _now: _my_committee(standing) & Q(status__in=statuses)


def _asked(standing: Standing, _now: datetime) -> Q:
    rows = ClockRequest.objects.filter(case=OuterRef("pk"), state=ClockRequest.State.ASKED)
    return _my_committee(standing) & Q(Exists(rows))


def _offered(standing: Standing, _now: datetime) -> Q:
    rows = HandOver.objects.filter(case=OuterRef("pk"), state=HandOver.State.OFFERED, to_unit_id__in=standing.unit_ids)
    return Q(Exists(rows), is_open=True)


def _sessions_today(standing: Standing, now: datetime) -> Q:
    start = end_of(day_of(now) - timedelta(days=1))
    rows = Session.objects.filter(
        case=OuterRef("pk"), state=Session.State.PLANNED, planned_for__gt=start, planned_for__lte=end_of(day_of(now))
    )
    return _mine(standing) & Q(Exists(rows))


def _team(standing: Standing) -> Q:
    """What one works on oneself; a centre desk sees all of its place."""
    if standing.roles & CENTRE:
        return Q()
    return _mine(standing) | _my_committee(standing)


def overdue(standing: Standing, now: datetime) -> Q:
    """Mediation past its limit, or performance past its day."""
    late = Q(status__in=Case.BEFORE_AGREEMENT, due_at__lt=now, suspended_at__isnull=True)
    owed = Q(status__in=Case.AFTER_AGREEMENT, next_due_on__lt=day_of(now))
    return (late | owed) & _team(standing)


def due_soon(standing: Standing, now: datetime) -> Q:
    """Mediation whose limit lies within five days, or performance due within three."""
    soon = Q(status__in=Case.BEFORE_AGREEMENT, due_at__gte=now, due_at__lte=end_of(day_of(now) + timedelta(days=5)))
    today = day_of(now)
    owed = Q(
        status__in=Case.AFTER_AGREEMENT,
        next_due_on__gte=today,
        next_due_on__lte=today + timedelta(days=3),
    )
    return (soon | owed) & _team(standing)


def confirm_soon(standing: Standing, now: datetime) -> Q:
    """Judicial confirmation not applied for, with ten days or fewer left (DOMAIN.md 5.3)."""
    today = day_of(now)
    return _team(standing) & Q(
        status__in=Case.AFTER_AGREEMENT | {S.PERFORMED},
        confirmation__in=[Case.Confirmation.NONE, Case.Confirmation.ADVISED],
        confirm_apply_by__gte=today,
        confirm_apply_by__lte=today + timedelta(days=CONFIRM_WARNING_DAYS),
    )


TABLE: tuple[Queue, ...] = (
    CaseQueue(
        "accept",
        _("待受理"),
        DIRECTOR,
        _of_director(S.REGISTERED, S.CONSENT_PENDING),
        hint=_("三个工作日内决定是否受理"),
        is_mine=True,
    ),
    CaseQueue("offered", _("待接受移交"), DIRECTOR, _offered, hint=_("其他调委会拟移交"), tone="wait", is_mine=True),
    CaseQueue("appoint", _("待指派调解员"), DIRECTOR, _of_director(S.ACCEPTED), hint=_("指派后开始调解"), is_mine=True),
    CaseQueue("requests", _("申请待审批"), DIRECTOR, _asked, hint=_("中止与延长申请"), tone="wait", is_mine=True),
    CaseQueue(
        "finish",
        _("待结案"),
        DIRECTOR,
        _of_director(S.PERFORMED, S.TERMINATED, S.REFERRED),
        hint=_("履行完毕或已终止"),
        is_mine=True,
    ),
    CaseQueue("today", _("今天有调解"), MEDIATOR, _sessions_today, tone="active", is_mine=True),
    CaseQueue(
        "new",
        _("新指派给我"),
        MEDIATOR,
        _of_mediator(S.MEDIATOR_ASSIGNED),
        hint=_("联系双方，安排调解"),
        is_mine=True,
    ),
    CaseQueue(
        "mediating", _("我在调解"), MEDIATOR, _of_mediator(S.INVESTIGATING, S.MEDIATING), tone="active", is_mine=True
    ),
    CaseQueue(
        "performing",
        _("履行跟踪"),
        MEDIATOR,
        _of_mediator(S.AGREED, S.PERFORMING, S.BREACHED, S.URGED),
        hint=_("督促履行、登记、回访"),
        tone="active",
        is_mine=True,
    ),
    CaseQueue(
        "unassigned",
        _("待定调委会"),
        DESKS,
        lambda _standing, _now: Q(status__in=[S.REGISTERED, S.CONSENT_PENDING], committee__isnull=True),
        hint=_("登记后尚未指定调解组织"),
        is_mine=True,
    ),
    CaseQueue(
        "registered",
        _("等待受理"),
        CENTRE,
        lambda _standing, _now: Q(status__in=[S.REGISTERED, S.CONSENT_PENDING], committee__isnull=False),
        hint=_("等调委会决定"),
        tone="wait",
    ),
    CaseQueue("soon", _("临期"), CENTRE | TEAM, due_soon, tone="wait", is_mine=True),
    CaseQueue("overdue", _("已逾期"), CENTRE | TEAM, overdue, tone="bad", is_mine=True),
    CaseQueue("confirm", _("司法确认将到期"), TEAM, confirm_soon, tone="wait", is_mine=True),
    CaseQueue("high", _("高风险"), CENTRE, lambda _standing, _now: Q(is_open=True, risk_level="high"), tone="bad"),
    CaseQueue(
        "open", _("在办"), EVERYBODY, lambda _standing, _now: Q(is_open=True), order=NEWEST_FIRST, is_counted=False
    ),
    CaseQueue("all", _("全部"), EVERYBODY, lambda _standing, _now: Q(), order=NEWEST_FIRST, is_counted=False),
)

QUEUES = Queues(Case, TABLE)
