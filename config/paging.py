"""Keyset paging for every list of the API: no OFFSET, no COUNT (PERFORMANCE.md 5)."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """Newest first by id unless a view names another order, which must end in the id."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
