"""Files of a record: let in by ``cases.files``, served only to whoever may see the record (DOMAIN.md PV-20)."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.files import serve_file
from cases.forms import FilesForm
from cases.models import Case, Incident
from cases.moves import NotPossible
from cases.views.parties import check_can
from cases.workflow import attach_file
from grid.forms import sent


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Serve one file."""
    return serve_file(request.user, pk)


def attach_all(request: HttpRequest, record: Incident | Case, files: list[UploadedFile], kind: str) -> list[str]:
    """Add each file that passes the gate; return why the others did not. One bad photo does not lose the rest."""
    refusals = []
    for upload in files:
        try:
            attach_file(
                record=record,
                by=request.user,
                at=timezone.now(),
                content=upload.read(),
                name=upload.name or "",
                kind=kind,
            )
        except NotPossible as refusal:
            refusals.append(f"{upload.name}：{refusal}")
    return refusals


def upload_page(request: HttpRequest, record: Incident | Case, back: str) -> HttpResponse:
    """Show and handle the form that adds files to a record."""
    check_can("attach_file", record, request.user)
    form = FilesForm(sent(request), request.FILES or None, initial=_first_kind(record))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        refusals = attach_all(request, record, given["uploads"], given["kind"])
        saved = len(given["uploads"]) - len(refusals)
        if saved:
            messages.success(request, _("已上传%(count)s份材料。") % {"count": saved})
        for text in refusals:
            messages.error(request, text)
        return redirect(back)
    context = {"form": form, "record": record, "back": back}
    return render(request, "cases/upload_page.html", context, status=422 if form.errors else 200)


def _first_kind(record: Incident | Case) -> dict[str, Any]:
    return {"kind": "photo" if isinstance(record, Incident) else "evidence"}


@require_http_methods(["GET", "POST"])
def incident_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Add photos to an incident, also late ones."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    return upload_page(request, incident, reverse("cases:incident-detail", args=[pk]))
