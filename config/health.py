"""Is the process up, and can it serve."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from grid.middleware import opens_own_transaction


@login_not_required
@opens_own_transaction
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer as soon as the process runs; asks nobody, so that a slow database does not get us killed."""
    return JsonResponse({"status": "ok"})


@login_not_required
@opens_own_transaction
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and is filled; the cache may be away, intake works without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from grid_unit limit 1")
            is_filled = cursor.fetchone() is not None
    except (OperationalError, InterfaceError):
        return JsonResponse({"status": "away"}, status=503)
    status = 200 if is_filled else 503
    return JsonResponse({"status": "ok" if is_filled else "empty", "cache": _cache_answers()}, status=status)


def _cache_answers() -> bool:
    try:
        cache.get("readyz")
    except (OSError, RedisError):
        return False
    return True
