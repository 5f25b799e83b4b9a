"""What a review reads: only the rows of its own place, by index, however many places there are beside it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grid import rls
from mediation.reviews import periods
from mediation.reviews.figures.looking import rows
from mediation.reviews.workflow.building import figures_for
from tests.cast import Cast, report
from tests.reviews.conftest import COUNTY, TOWNSHIP
from tests.reviews.hand import Hand


@pytest.mark.parametrize(("code", "level"), [(TOWNSHIP, "township_id"), (COUNTY, "county_id")])
def test_a_place_is_read_by_indexes_that_begin_with_it(hand: Hand, code: str, level: str) -> None:
    """In a province there are a hundred other places' rows for each of one's own.

    Tables are empty here, so what is asked is which index there is, not which one the planner takes.
    """
    period = periods.parse("daily", "2024-05-06")
    with CaptureQueriesContext(connection) as captured:
        figures_for(hand.unit(code), period, period.end)
    read = [row["sql"] for row in captured if f".{level} = any" in row["sql"]]
    assert len(read) > 20
    with connection.cursor() as cursor:
        cursor.execute("select indexname from pg_indexes where indexdef ~ %s", [rf"\({level}\M"])
        own = {name.split("_")[0] for (name,) in cursor.fetchall()}
        cursor.execute("set local enable_seqscan = off")
        for sql in read:
            cursor.execute("explain " + sql)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
    assert own >= {"caseevent", "rosterevent", "unit"}


def test_a_kept_plan_still_asks_who_is_reading(cast: Cast) -> None:
    """Policies read settings of the transaction: a plan kept from one reader must not answer for another."""
    now = timezone.now()
    look = {"place": [cast.county.pk], "start": now, "end": now}
    sql = "select count(*) from cases_incident r where r.county_id = any (%(place)s)"

    def seen() -> int:
        return int(rows(sql, look)[0][0])

    with connection.cursor() as cursor:
        # PostgreSQL takes the plan for all values when it finds it as cheap; here it is to be taken at once.
        cursor.execute("set local plan_cache_mode = force_generic_plan")
    with rls.system_scope():
        report(cast)
        assert {seen() for _time in range(12)} == {1}
    assert seen() == 0
    for who, number in (("dispatcher", 1), ("strange_supervisor", 0), ("worker", 1)):
        with rls.scope_of(cast.users[who]):
            assert seen() == number, who
    with connection.cursor() as cursor:
        cursor.execute("select generic_plans from pg_prepared_statements where statement ~ 'r.county_id = any \\(\\$1'")
        assert max(number for (number,) in cursor.fetchall()) > 5
