"""Parties of a case: added with notice of their rights, asked for their will."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms import PartyForm, attempt
from cases.models import Party
from cases.moves import NotPossible
from cases.views.moves import gone
from cases.views.parties import party_data
from cases.workflow import add_party, record_consent
from mediation.views.doors import case_or_404, check_open, page_of


@require_http_methods(["GET", "POST"])
def party_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party."""
    case = case_or_404(request, pk)
    check_open(case, "add_party", request.user)
    form = PartyForm(case, request.POST or None, initial={"side": request.GET.get("side", "applicant")})
    back = page_of(pk, "parties")
    if request.method == "POST" and form.is_valid():
        given = party_data(form.cleaned_data)
        if attempt(form, lambda: add_party(record=case, by=request.user, at=timezone.now(), **given)):
            messages.success(request, _("当事人已登记，身份信息已加密保存。"))
            return gone(request, back)
    context = {"form": form, "record": case, "back": back}
    return render(request, "cases/party_page.html", context, status=422 if form.errors else 200)


@require_POST
def party_consent(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """Record what a party said: willing, refusing, or no longer willing."""
    case = case_or_404(request, pk)
    check_open(case, "record_consent", request.user)
    party = get_object_or_404(Party.objects.visible_to(request.user).filter(case_id=pk), pk=party_pk)
    consent = request.POST.get("consent", "")
    if consent not in Party.Consent.values:
        raise NotPossible(_("请选择当事人的意愿。"))
    record_consent(pk=pk, by=request.user, at=timezone.now(), party=party, consent=consent)
    messages.success(request, _("调解意愿已登记：%(consent)s。") % {"consent": Party.Consent(consent).label})
    return redirect(page_of(pk, "parties"))
