"""The mediator's desk: lists of cases, registering one, and one case with everything around it."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases import filters
from cases.deadlines import CONFIRM_APPLY_DAYS, day_of
from cases.forms import FIND, attempt
from cases.models import DISPUTE_CLASS, Case, CaseMediator, ClockRequest, HandOver, Incident, Party, Source
from cases.moves import allowed_moves
from cases.timeline import entries, reason_label
from cases.views.incidents import one_tap
from cases.views.moves import make_move
from cases.workflow import CASE_MOVES, Registration, may_reveal, register_case
from grid.forms import typed
from grid.keyset import keyset_page
from grid.scope import Role, standing_of
from grid.views.gate import open_to
from mediation.forms import RegisterForm
from mediation.models import Agreement, Session
from mediation.queues import QUEUES
from mediation.stages import stages
from mediation.views.doors import CASE_DOOR, case_or_404
from mediation.workflow import MEDIATION_MOVES, confirmation_warning

DESK = (
    Role.CENTRE_CLERK,
    Role.CENTRE_DISPATCHER,
    Role.CENTRE_SUPERVISOR,
    Role.MEDIATOR,
    Role.COMMITTEE_DIRECTOR,
    Role.HANDLER,
    Role.LEADER,
)
REGISTRARS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER, Role.COMMITTEE_DIRECTOR, Role.MEDIATOR)
TABS: dict[str, str | Promise] = {
    "overview": gettext_lazy("概况"),
    "parties": gettext_lazy("当事人"),
    "sessions": gettext_lazy("调解"),
    "agreement": gettext_lazy("协议与履行"),
    "after": gettext_lazy("回访与司法确认"),
    "files": gettext_lazy("材料"),
    "timeline": gettext_lazy("办理过程"),
}


def case_list_context(request: HttpRequest) -> dict[str, Any]:
    """One queue of cases, narrowed by the filters, with the counts of the others."""
    now = timezone.now()
    mine = QUEUES.of(request.user)
    wanted = request.GET.get("queue", "")
    asked = filters.read(request.GET, request.user, Source, Case.Status.values)
    queue = next((queue for queue in mine if queue.key == wanted), None)
    if queue is None:
        queue = QUEUES["all"] if asked.is_set else QUEUES["open"]
    rows, *parts = (
        filters.narrow(rows, asked, request.user, now)
        for rows in (QUEUES.rows(queue, request.user, now), *QUEUES.parts(queue, request.user, now))
    )
    in_office = CaseMediator.objects.filter(released_at__isnull=True, is_lead=True).select_related("user")
    rows = rows.select_related("category", "unit", "committee").prefetch_related(
        Prefetch("mediator_rows", queryset=in_office, to_attr="leads")
    )
    way, below = filters.place_choices(asked, request.user)
    return {
        "queues": mine,
        "queue": queue,
        "counts": QUEUES.counts(mine, request.user, now),
        "page": keyset_page(rows, request.GET, queue.order, parts=parts),
        "filters": asked,
        "way": way,
        "below": below,
        "categories": filters.category_groups((DISPUTE_CLASS,)),
        "sources": Source.choices,
        "statuses": Case.Status.choices,
        "can_register": bool(standing_of(request.user).roles & set(REGISTRARS)),
    }


@require_safe
@open_to(*DESK)
def case_list(request: HttpRequest) -> HttpResponse:
    """Show a queue."""
    return render(request, "mediation/case_list_page.html", case_list_context(request))


@require_http_methods(["GET", "POST"])
@open_to(*REGISTRARS)
def case_register(request: HttpRequest) -> HttpResponse:
    """Register a dispute: an intake record before any decision to accept."""
    searching = FIND in request.POST
    if request.method == "POST" and not searching:
        form = RegisterForm(request.user, request.POST)
        if form.is_valid():
            given = registration(form.cleaned_data)
            case = attempt(form, lambda: register_case(by=request.user, at=timezone.now(), registration=given))
            if case is not None:
                messages.success(request, _("%(number)s 已登记，请接着登记双方当事人。") % {"number": case.number})
                return redirect(f"{CASE_DOOR.back(case)}?tab=parties")
    else:
        first = {"client_uuid": uuid.uuid4(), "source": Source.WALK_IN}
        form = RegisterForm(request.user, initial=typed(request.POST) if searching else first)
    return render(request, "mediation/register_page.html", {"form": form}, status=422 if form.errors else 200)


def registration(given: dict[str, Any]) -> Registration:
    """What the verb takes, from a valid form."""
    return Registration(
        place=given["place"],
        category=given["category"],
        description=given["description"],
        source=given["source"],
        people_count=given["people_count"],
        committee=given["committee"],
        court_reference=given["court_reference"],
        client_uuid=given["client_uuid"],
    )


def case_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What every tab of the case shows, and what the asked one shows besides."""
    user = request.user
    moves = allowed_moves(case, user, CASE_MOVES)
    table = allowed_moves(case, user, MEDIATION_MOVES)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "overview"
    parties = list(case.parties.select_related("guardian", "represents").order_by("pk"))
    context: dict[str, Any] = {
        "case": case,
        "tab": tab,
        "tabs": _tabs(case, parties),
        "stages": stages(case),
        "moves": moves,
        "main_moves": [move for move in moves if move.is_primary],
        "other_moves": [move for move in moves if not move.is_primary],
        "quick": one_tap(moves),
        "table": {move.verb for move in table},
        "can": {move.verb for move in table},
        "parties": parties,
        "mediators": case.mediator_rows.filter(released_at__isnull=True)
        .select_related("user")
        .order_by("-is_lead", "pk"),
        "warnings": _warnings(case, parties),
        "source": Source(case.source).label,
        "may_reveal": may_reveal(case, user),
        "request_asked": case.clock_requests.filter(state=ClockRequest.State.ASKED).select_related("asked_by").first(),
        "offer": case.hand_overs.filter(state=HandOver.State.OFFERED).select_related("to_unit", "from_unit").first(),
    }
    if context["request_asked"]:
        context["request_reason"] = reason_label(None, context["request_asked"].reason)
    context.update(TAB_CONTEXTS[tab](request, case))
    return context


def _tabs(case: Case, parties: list[Party]) -> list[dict[str, Any]]:
    waiting = sum(
        party.consent == Party.Consent.PENDING for party in parties if party.side in ("applicant", "respondent")
    )
    numbers = {"parties": (len(parties), bool(waiting))}
    return [
        {"key": key, "label": label, "n": numbers.get(key, (None, False))[0], "is_bad": numbers.get(key, (0, False))[1]}
        for key, label in TABS.items()
    ]


def _warnings(case: Case, parties: list[Party]) -> list[str]:
    """What stands in the way, said before anybody runs into it."""
    found = []
    sides = {party.side for party in parties}
    if case.status in (Case.Status.REGISTERED, Case.Status.CONSENT_PENDING):
        if case.committee_id is None:
            found.append(_("尚未指定调委会。"))
        if not {Party.Side.APPLICANT, Party.Side.RESPONDENT} <= sides:
            found.append(_("受理前须登记申请人和被申请人。"))
        if any(
            party.consent == Party.Consent.PENDING for party in parties if party.side in ("applicant", "respondent")
        ):
            found.append(_("仍有当事人未表示调解意愿。"))
    if case.is_open and any(party.consent in ("refused", "withdrawn") for party in parties):
        found.append(_("有当事人拒绝或撤回调解意愿，不得继续调解（人民调解法第十七条）。"))
    if case.violence_flag:
        found.append(_("涉家庭暴力：不安排面对面调解，注意保密和人身安全，必要时立即报告公安。"))
    elif case.category.screens_violence and case.status in Case.BEFORE_AGREEMENT | {Case.Status.REGISTERED}:
        found.append(_("此类纠纷须先筛查有无家庭暴力；如有，请标记。"))
    if case.suspended_at is not None:
        found.append(_("本案已中止计时。"))
    if case.category.is_written_only and case.status in Case.BEFORE_AGREEMENT:
        found.append(_("此类纠纷依法须订立书面协议。"))
    return found


def _overview(request: HttpRequest, case: Case) -> dict[str, Any]:
    return {
        "incident": Incident.objects.visible_to(request.user).filter(case=case).first(),
        "clocks": case.clock_entries.select_related("by").order_by("-pk"),
        "hand_overs": case.hand_overs.select_related("from_unit", "to_unit", "answered_by").order_by("-pk"),
        "next_session": case_sessions(case).filter(state=Session.State.PLANNED).first(),
        "agreement": case_agreements(case).first(),
    }


def case_sessions(case: Case) -> QuerySet[Session]:
    """The case's sessions, the next or latest first."""
    return Session.objects.filter(case=case).prefetch_related("mediators", "attended").order_by("-planned_for", "-pk")


def case_agreements(case: Case) -> QuerySet[Agreement]:
    """The case's agreements with obligations and signatures, the one in force first."""
    return (
        Agreement.objects.filter(case=case)
        .select_related("recorded_by")
        .prefetch_related(
            "obligations__debtor", "obligations__creditor", "obligations__performances", "signatures__party"
        )
        .order_by("-pk")
    )


def _after(_request: HttpRequest, case: Case) -> dict[str, Any]:
    today = day_of(timezone.now())
    left = (case.confirm_apply_by - today).days if case.confirm_apply_by else None
    return {
        "confirmations": case.confirmations.select_related("agreement").order_by("-pk"),
        "visits": case.follow_ups.select_related("party", "visited_by").order_by("-at", "-pk"),
        "confirm_left": left,
        "confirm_days": CONFIRM_APPLY_DAYS,
        "confirm_used": _used(case.agreed_at and day_of(case.agreed_at), case.confirm_apply_by, today),
        "confirm_warning": confirmation_warning(case),
    }


def _used(start: date | None, end: date | None, today: date) -> int:
    """How much of the time is used up, in percent."""
    if start is None or end is None or end <= start:
        return 0
    return max(0, min(100, round((today - start).days * 100 / (end - start).days)))


TabContext = Callable[[HttpRequest, Case], dict[str, Any]]
TAB_CONTEXTS: dict[str, TabContext] = {
    "overview": _overview,
    "parties": lambda request, _case: {"may_check_person": Role.CENTRE_DISPATCHER in standing_of(request.user).roles},
    "sessions": lambda _request, case: {"sessions": case_sessions(case)},
    "agreement": lambda _request, case: {"agreements": case_agreements(case), "today": day_of(timezone.now())},
    "after": _after,
    "files": lambda _request, case: {"files": case.attachments.select_related("added_by").order_by("-pk")},
    "timeline": lambda _request, case: {"timeline": entries(case, CASE_MOVES)},
}


@require_safe
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case, on one of its tabs."""
    return render(request, "mediation/case_page.html", case_context(request, case_or_404(request, pk)))


@require_http_methods(["GET", "POST"])
def case_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Make a move on a case."""
    return make_move(request, CASE_DOOR, pk, verb)
