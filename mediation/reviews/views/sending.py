"""How the papers of a place are signed and to whom they go; and what becomes of suggestions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms import attempt
from cases.moves import check_role, check_state
from grid.forms import sent
from grid.models import Unit
from grid.scope import today
from grid.views.asked import place_of
from grid.views.gate import open_to
from mediation.reviews.models import Organ, Recipient, Review, Suggestion
from mediation.reviews.sending_forms import AcceptForm, OrganForm, RecipientForm, WordsForm
from mediation.reviews.workflow import (
    SUGGESTION_MOVES,
    SUGGESTION_VERBS,
    add_recipient,
    end_recipient,
    set_organ,
)
from mediation.reviews.workflow.numbering import KEEPERS

keepers = open_to(*KEEPERS)


@require_http_methods(["GET", "POST"])
@keepers
def sending(request: HttpRequest) -> HttpResponse:
    """Show and change the organ and the recipients of one's own place."""
    unit = place_of(request.user, KEEPERS)
    organ = Organ.objects.filter(unit=unit).first()
    first = {"name": organ.name, "code": organ.code} if organ else {"name": f"{unit.name}社会治安综合治理中心"}
    about_organ = "code" in request.POST
    organ_form = OrganForm(sent(request) if about_organ else None, initial=first)
    form = RecipientForm(unit, None if about_organ else sent(request))
    if request.method == "POST":
        done = _save(request, unit, organ_form if about_organ else form)
        if done is not None:
            messages.success(request, _("已保存。"))
            return redirect("reviews:sending")
    rows = Recipient.objects.filter(unit=unit, until__isnull=True).select_related("to_unit").order_by("kind", "pk")
    context = {"unit": unit, "organ_form": organ_form, "form": form, "rows": list(rows)}
    status = 422 if organ_form.errors or form.errors else 200
    return render(request, "reviews/sending_page.html", context, status=status)


def _save(request: HttpRequest, unit: Unit, form: Any) -> Any:
    if not form.is_valid():
        return None
    given = form.cleaned_data
    if isinstance(form, OrganForm):
        return attempt(form, lambda: set_organ(unit=unit, by=request.user, **given))
    return attempt(form, lambda: add_recipient(unit=unit, by=request.user, at=timezone.now(), **given))


@require_POST
@keepers
def recipient_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing more to one of the recipients, from today on."""
    recipient = get_object_or_404(Recipient.objects.filter(unit=place_of(request.user, KEEPERS)), pk=pk)
    end_recipient(recipient=recipient, on=today(), by=request.user)
    messages.success(request, _("已停止发送。"))
    return redirect("reviews:sending")


@require_http_methods(["GET", "POST"])
def suggestion_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline a suggestion, or note that it was carried out.

    Raises Http404 outside one's scope or for an unknown verb, NotAllowed and NotPossible as the verb itself would.
    """
    visible = Suggestion.objects.visible_to(request.user).select_related("unit", "review")
    suggestion = get_object_or_404(visible, pk=pk)
    if verb not in SUGGESTION_VERBS:
        raise Http404
    move = SUGGESTION_MOVES[verb]
    check_role(move, suggestion, request.user)
    check_state(move, suggestion)
    form: Any
    if verb == "accept_suggestion":
        form = AcceptForm(suggestion.unit, sent(request), initial={"text": suggestion.text})
    else:
        form = WordsForm(sent(request))
    back = reverse("reviews:paper-detail", kwargs={"pk": suggestion.review_id})
    if Review.objects.all().one_visible(request.user, suggestion.review_id) is None:
        # A unit may owe what stands in a paper that was never sent to it.
        back = f"{reverse('reviews:paper-list')}?tab=received"
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = SUGGESTION_VERBS[verb]
        if attempt(form, lambda: act(pk=pk, by=request.user, at=timezone.now(), **given)) is not None:
            messages.success(request, _("“%(verb)s”已记录。") % {"verb": move.label})
            return redirect(back)
    context = {"suggestion": suggestion, "move": move, "form": form, "back": back}
    return render(request, "reviews/suggestion_page.html", context, status=422 if form.errors else 200)
