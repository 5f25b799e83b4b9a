"""The planner's statistics after bulk writing."""

from django.db import connection


def refresh_statistics() -> None:
    """Have the server count anew what its tables hold, so that what is read next is planned for it."""
    with connection.cursor() as cursor:
        cursor.execute("select refresh_statistics()")
