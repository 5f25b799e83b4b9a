"""What a review reads: only the rows of its own place, by index, however many places there are beside it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediation.reviews import periods
from mediation.reviews.workflow.building import figures_for
from tests.reviews.conftest import COUNTY, TOWNSHIP
from tests.reviews.hand import Hand


@pytest.mark.parametrize(("code", "level"), [(TOWNSHIP, "township_id"), (COUNTY, "county_id")])
def test_a_place_is_read_by_indexes_that_begin_with_it(hand: Hand, code: str, level: str) -> None:
    """In a province there are a hundred other places' rows for each of one's own."""
    period = periods.parse("daily", "2024-05-06")
    with CaptureQueriesContext(connection) as captured:
        figures_for(hand.unit(code), period, period.end)
    read = [row["sql"] for row in captured if f".{level} = any" in row["sql"]]
    assert len(read) > 20
    with connection.cursor() as cursor:
        cursor.execute("select indexname from pg_indexes where indexdef ~ %s", [rf"\({level}\M"])
        own = {name for (name,) in cursor.fetchall()}
        # Tables are empty here: what is asked is which index could serve, not what a row is worth.
        cursor.execute("set local enable_seqscan = off")
        used = set()
        for sql in read:
            cursor.execute("explain " + sql)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
            used |= set(re.findall(r"(?:using|Bitmap Index Scan on) ([a-z_]+)", plan))
    assert {name.split("_")[0] for name in used & own} >= {"incident", "case", "caseevent", "rosterevent", "unit"}
    assert not {name for name in used if re.match(r"(incident|case|caseevent|rosterevent|unit)_city", name)}
