"""My day: what waits for me, what is due, what I wait for; and the page that shows every component."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Case as DbCase
from django.db.models import DateField, F, When
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import queues as incident_queues
from cases.models import Case, Incident
from cases.moves import Text
from cases.workflow.quiet import Answer, own_answers
from config.specimens import specimens
from grid.keyset import counted
from grid.models import Post
from grid.scope import CASES, Role, local_day, standing_of
from mediation import queues as case_queues
from mediation.models import Session
from mediation.reviews.shelves import latest, missing_of, own_units
from mediation.reviews.workflow import to_decide, to_report

SHOWN = 6
REPORTERS = frozenset({Role.GRID_WORKER, Role.VILLAGE_LEADER})
SOON = 8


@dataclass(frozen=True)
class Tile:
    """One number of my day, and the list behind it."""

    label: str | Promise
    count: int
    url: str
    tone: str
    hint: Text = ""


@dataclass(frozen=True)
class Matter:
    """One line of a short list: an incident or a case."""

    record: Any
    url: str
    kind: str
    ends_on: date


def home_context(request: HttpRequest) -> dict[str, Any]:
    """Counts are capped, lists are short, and every one reads an indexed queue."""
    user, now = request.user, timezone.now()
    standing = standing_of(user)
    return {
        "tiles": [*_incident_tiles(user, now), *_case_tiles(user, now), *_reporter_tiles(user), *_admin_tiles(user)],
        "matters": _urgent(user, now),
        "sessions": _sessions(user, now),
        "reviews": _reviews(user, now),
        "reports": _reports(user) if standing.roles & REPORTERS else [],
        "roles": standing.roles,
        "quiet": [row for row in own_answers(user, local_day(now)) if row.answer != Answer.REPORTED],
        "surges": to_report(user, now),
        "decisions": to_decide(user),
        "is_reporter": bool(standing.roles & REPORTERS),
        "day": now,
    }


def _incident_tiles(user: Any, now: datetime) -> list[Tile]:
    mine = [queue for queue in incident_queues.QUEUES.of(user) if queue.is_mine]
    numbers = incident_queues.QUEUES.counts(mine, user, now)
    url = reverse("cases:incident-list")
    return [Tile(queue.label, numbers[queue.key], f"{url}?queue={queue.key}", queue.tone, queue.hint) for queue in mine]


def _case_tiles(user: Any, now: datetime) -> list[Tile]:
    if not standing_of(user).sees(CASES):
        return []
    mine = [queue for queue in case_queues.QUEUES.of(user) if queue.is_mine]
    numbers = case_queues.QUEUES.counts(mine, user, now)
    url = reverse("mediation:case-list")
    prefix = f"{_('纠纷')} · " if incident_queues.QUEUES.of(user) else ""
    return [
        Tile(f"{prefix}{queue.label}", numbers[queue.key], f"{url}?queue={queue.key}", queue.tone, queue.hint)
        for queue in mine
    ]


def _reporter_tiles(user: Any) -> list[Tile]:
    if not standing_of(user).roles & REPORTERS:
        return []
    mine = Incident.objects.visible_to(user).filter(reporter_id=user.pk)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    url = reverse("cases:report-list")
    return [
        Tile(_("需要我补正"), counted(mine.filter(status=Incident.Status.RETURNED)), f"{url}?state=returned", "wait"),
        Tile(_("正在办理"), counted(mine.filter(is_open=True)), f"{url}?state=open", "active", _("我上报的")),
        Tile(_("今天已上报"), counted(mine.filter(reported_at__gte=today)), url, "info"),
    ]


def _reports(user: Any) -> list[Incident]:
    """One's last reports, those returned first."""
    mine = Incident.objects.visible_to(user).filter(reporter_id=user.pk).select_related("category", "unit")
    returned = list(mine.filter(status=Incident.Status.RETURNED).order_by("-pk")[:SHOWN])
    return (returned + list(mine.exclude(status=Incident.Status.RETURNED).order_by("-pk")[:SHOWN]))[:SHOWN]


def _admin_tiles(user: Any) -> list[Tile]:
    if Role.SYSTEM_ADMIN not in standing_of(user).roles:
        return []
    waiting = Post.objects.visible_to(user).filter(confirmed_at__isnull=True)
    return [Tile(_("岗位待复核"), counted(waiting), reverse("grid:user-list"), "wait")]


def _urgent(user: Any, now: datetime) -> list[Matter]:
    """What is late or due soonest among one's own, incidents and cases together."""
    standing = standing_of(user)
    found: list[Matter] = []
    if any(queue.key == "overdue" for queue in incident_queues.QUEUES.of(user)):
        late = incident_queues.overdue(standing, now) | incident_queues.due_soon(standing, now)
        rows = Incident.objects.visible_to(user).filter(late)
        if Role.HANDLER in standing.roles and not standing.roles & incident_queues.LOCAL:
            rows = rows.filter(lead_unit_id__in=standing.unit_ids)
        rows = rows.select_related("category", "unit").order_by("due_at", "pk")[:SHOWN]
        for row in rows:
            # Both queues ask for a limit.
            assert row.due_at is not None
            url = reverse("cases:incident-detail", args=[row.pk])
            found.append(Matter(row, url, "incident", local_day(row.due_at)))
    if any(queue.key == "overdue" for queue in case_queues.QUEUES.of(user)):
        late = case_queues.overdue(standing, now) | case_queues.due_soon(standing, now)
        cases = Case.objects.visible_to(user).filter(late).select_related("category", "unit")
        # After the agreement what is owed counts, and the limit of the mediation no longer does.
        owed = When(status__in=Case.AFTER_AGREEMENT, then=F("next_due_on"))
        ends = DbCase(owed, default=TruncDate("due_at"), output_field=DateField())
        rows_of_cases = cases.annotate(ends_on=ends).order_by("ends_on", "pk")[:SHOWN]
        found += [
            Matter(row, reverse("mediation:case-detail", args=[row.pk]), "case", row.ends_on) for row in rows_of_cases
        ]
    return sorted(found, key=lambda matter: matter.ends_on)[:SOON]


def _reviews(user: Any, now: datetime) -> dict[str, Any] | None:
    """The newest review of each kind of one's own place, and how many are missing."""
    own = own_units(user)
    if not own:
        return None
    return {"unit": own[0], "latest": latest(user, own[0]), "missing": missing_of(user, own[0], now).count()}


def _sessions(user: Any, now: datetime) -> list[Session]:
    if not standing_of(user).roles & {Role.MEDIATOR, Role.COMMITTEE_DIRECTOR}:
        return []
    until = now + timedelta(days=7)
    rows = Session.objects.visible_to(user).filter(state=Session.State.PLANNED, planned_for__lte=until)
    if Role.COMMITTEE_DIRECTOR not in standing_of(user).roles:
        rows = rows.filter(mediators=user)
    return list(rows.select_related("case__category").order_by("planned_for", "pk")[:SHOWN])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show my day."""
    return render(request, "home_page.html", home_context(request))


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show every component in both themes; nothing on this page is real."""
    messages.success(request, _("这是一条成功提示。"))
    return render(request, "design_page.html", specimens())
