"""The inbox: notices read by the one they are for."""

from datetime import datetime

from cases.models import Notice
from grid.models import User


def read_notices(*, by: User, at: datetime, notice: Notice | None = None) -> int:
    """Mark one notice of the user's, or all of them, as read at ``at``; return how many were not yet."""
    unread = Notice.objects.filter(user=by, read_at__isnull=True)
    if notice is not None:
        unread = unread.filter(pk=notice.pk)
    return unread.update(read_at=at)
