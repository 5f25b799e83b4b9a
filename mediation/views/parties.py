"""Parties of a case: added, and asked for their will."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Party
from cases.moves import NotPossible
from cases.views.files import upload_page
from cases.views.parties import add_party_page
from cases.workflow import record_consent
from mediation.views.doors import case_or_404, check_open, page_of


@require_http_methods(["GET", "POST"])
def party_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party."""
    return add_party_page(request, case_or_404(request, pk))


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add material to a case."""
    return upload_page(request, case_or_404(request, pk), page_of(pk, "files"))


@require_POST
def party_consent(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """Record what a party said: willing, refusing, or no longer willing."""
    case = case_or_404(request, pk)
    check_open(request, case, "record_consent")
    party = get_object_or_404(Party.objects.visible_to(request.user).filter(case_id=pk), pk=party_pk)
    consent = request.POST.get("consent", "")
    if consent not in Party.Consent.values:
        raise NotPossible(_("请选择当事人的意愿。"))
    record_consent(pk=pk, by=request.user, at=timezone.now(), party=party, consent=consent)
    messages.success(request, _("调解意愿已登记：%(consent)s。") % {"consent": Party.Consent(consent).label})
    return redirect(page_of(pk, "parties"))
