"""Files of a record, served only to whoever may see the record (DOMAIN.md PV-20)."""

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.models import Attachment

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp")


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Serve one file; anything but a picture is downloaded, never run by the browser."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    answer = FileResponse(
        attachment.file.open("rb"),
        as_attachment=attachment.content_type not in SHOWN_INLINE,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
