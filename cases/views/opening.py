"""From incident to dispute case: the door between the two desks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms import FIND, MoveForm, attempt
from cases.models import Incident
from cases.moves import check_role
from cases.views.moves import pick_options
from cases.workflow import OPEN_CASE, check_convertible, open_case_from_incident
from grid.forms import typed


@require_http_methods(["GET", "POST"])
def incident_open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a triaged incident of the dispute class into a case."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user).select_related("category"), pk=pk)
    check_role(OPEN_CASE, incident, request.user)
    check_convertible(incident)
    if "pick" in request.GET:
        return pick_options(request, OPEN_CASE, incident)
    searching = FIND in request.POST
    if request.method == "POST" and not searching:
        form = MoveForm(OPEN_CASE, incident, request.user, request.POST)
        if form.is_valid():
            given = form.needs()
            case = attempt(form, lambda: open_case_from_incident(pk=pk, by=request.user, at=timezone.now(), **given))
            if case is not None:
                messages.success(request, _("已转为纠纷案件%(number)s。") % {"number": case.number})
                return redirect("mediation:case-detail", pk=case.pk)
    else:
        form = MoveForm(OPEN_CASE, incident, request.user, initial=typed(request.POST) if searching else {})
    context = {
        "form": form,
        "move": OPEN_CASE,
        "record": incident,
        "action": request.path,
        "back": reverse("cases:incident-detail", args=[pk]),
    }
    return render(request, "cases/move_page.html", context, status=422 if form.errors else 200)
