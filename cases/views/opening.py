"""From incident to dispute case: the door between the two desks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.forms import FIND, MoveForm, attempt
from cases.models import DISPUTE_CLASS, Incident
from cases.moves import Move, Need, NotAllowed, NotPossible, acting_role
from cases.views.moves import pick_options
from cases.workflow import INCIDENT_MOVES, open_case_from_incident
from grid.forms import typed

OPENING = Move(
    "open_case_from_incident",
    gettext_lazy("转为纠纷案件"),
    INCIDENT_MOVES["convert_incident"].sources,
    None,
    INCIDENT_MOVES["convert_incident"].who,
    (Need("committee", "committee", gettext_lazy("调解组织"), required=False, help=gettext_lazy("可以登记后再指定")),),
)
"""What the opening asks for; the change itself is the verb's."""


@require_http_methods(["GET", "POST"])
def incident_open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a triaged incident of the dispute class into a case."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user).select_related("category"), pk=pk)
    if acting_role(OPENING, incident, request.user) is None:
        raise NotAllowed(_("您的岗位不能把本件转为纠纷案件。"))
    if incident.category.parent_id != DISPUTE_CLASS:
        raise NotPossible(_("只有矛盾纠纷类事件可以转为纠纷案件。"))
    if incident.status not in OPENING.sources:
        raise NotPossible(
            _("当前状态为“%(status)s”，不能%(verb)s。")
            % {"status": incident.get_status_display(), "verb": OPENING.label}
        )
    if "pick" in request.GET:
        return pick_options(request, OPENING, incident)
    searching = FIND in request.POST
    if request.method == "POST" and not searching:
        form = MoveForm(OPENING, incident, request.user, request.POST)
        if form.is_valid():
            given = form.needs()
            case = attempt(form, lambda: open_case_from_incident(pk=pk, by=request.user, at=timezone.now(), **given))
            if case is not None:
                messages.success(request, _("已转为纠纷案件%(number)s。") % {"number": case.number})
                return redirect("mediation:case-detail", pk=case.pk)
    else:
        form = MoveForm(OPENING, incident, request.user, initial=typed(request.POST) if searching else {})
    context = {
        "form": form,
        "move": OPENING,
        "record": incident,
        "action": request.path,
        "back": reverse("cases:incident-detail", args=[pk]),
    }
    return render(request, "cases/move_page.html", context, status=422 if form.errors else 200)
