"""Long lists read from several indexes are the same lists (PERFORMANCE.md 5)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Incident
from grid import rls
from grid.keyset import keyset_page
from tests.cast import NOW, Cast, report

ORDER = ("-reported_at", "-pk")


def test_parts_are_merged_without_a_gap_or_a_double_forth_and_back(cast: Cast) -> None:
    """Some a dispatcher reported at home, some beyond, some are others' — and two fall on one second."""
    for minute, (by, place) in enumerate(
        [("dispatcher", "village"), ("worker", "grid"), ("worker", "village"), ("dispatcher", "other_village")] * 2
    ):
        report(cast, at=NOW - timedelta(minutes=minute // 2), by=by, place=place)
    with rls.scope_of(cast.dispatcher) as standing:
        standing.has_access_rows = True
        seen = Incident.objects.visible_to(cast.dispatcher)
        parts = Incident.objects.all().visible_parts(cast.dispatcher)
        assert len(parts) == 3
        whole = [row.pk for row in seen.order_by(*ORDER)]
        assert len(whole) == 8
        forth: list[int] = []
        query: dict[str, str] = {}
        last: Any = None
        while last is None or last.next:
            with CaptureQueriesContext(connection) as captured:
                last = keyset_page(seen, query, ORDER, size=3, parts=parts)
            assert sum("UNION" in statement["sql"] for statement in captured) == 1
            forth += [row.pk for row in last]
            query = {"after": last.next}
        assert forth == whole
        back, page = [row.pk for row in last], last
        while page.previous:
            page = keyset_page(seen, {"before": page.previous}, ORDER, size=3, parts=parts)
            back = [row.pk for row in page] + back
        assert back == whole
