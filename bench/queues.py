"""Pages of every desk at ten times the rows: what they cost must not grow with the table (PERFORMANCE.md T5, T18).

A page is drawn through the whole stack of middleware, in this process; the time of a page at the larger size is
divided by its time at the smaller one. Statements per page are counted as well.
"""

import time
from statistics import median
from typing import Any

from bench.ground import machine, stand

SMALL = 20_000
TIMES = 10
DRAWS = 15
MOST = 1.3
"""T5's bound, there for the 95th of a hundred over HTTP."""

PAGES = (
    ("my day", "dispatcher", "/"),
    ("queue: to inspect", "clerk", "/incidents/?queue=inspect"),
    ("queue: to triage", "dispatcher", "/incidents/?queue=triage"),
    ("all incidents of a county", "dispatcher", "/incidents/?queue=all"),
    ("all incidents of a township", "town_dispatcher", "/incidents/?queue=all"),
    ("all incidents of a city", "city_dispatcher", "/incidents/?queue=all"),
    ("a handler's incidents", "handler", "/incidents/"),
    ("one's own reports", "worker", "/reports/"),
    ("all cases of a county", "dispatcher", "/cases/?queue=all"),
    ("API list of a county", "dispatcher", "/api/v1/incidents/"),
)

# One incident in two hundred waits, the others are closed; they spread over the villages of the city as reports do.
FILL = """
with places as (
    select row_number() over (order by id) - 1 as place, id, city_id, county_id, township_id, village_id
    from grid_unit where level = 'village' and kind = 'division' and city_id = %(city)s
), numbers as (
    select n, n %% (select count(*) from places) as place from generate_series(1, %(rows)s) n
), made as (
    insert into cases_incident ({columns})
    select {values} from cases_incident i, numbers join places using (place) where i.id = %(model)s
    returning *
)
insert into cases_incidentevent (incident_id, city_id, county_id, township_id, village_id, seq, verb, at, recorded_at,
    role, status, unit_id, category_id, reason, data, delta, {standing})
select id, city_id, county_id, township_id, village_id, 1, 'report_incident', reported_at, reported_at,
    'grid_worker', status, unit_id, category_id, '', '{{}}', 1, {standing}
from made
"""
NEW = {
    "client_uuid": "gen_random_uuid()",
    "reporter_id": "null",
    "unit_id": "places.id",
    "city_id": "places.city_id",
    "county_id": "places.county_id",
    "township_id": "places.township_id",
    "village_id": "places.village_id",
    "grid_id": "null",
    "reported_at": "i.reported_at - n * interval '1 minute'",
    "last_event_at": "i.reported_at - n * interval '1 minute'",
    "status": "case when n %% 200 = 0 then 'reported' else 'closed' end",
    "is_open": "n %% 200 = 0",
    "closed_at": "case when n %% 200 = 0 then null else i.reported_at end",
    "outcome": "case when n %% 200 = 0 then '' else 'handled' end",
}


def main() -> None:
    """Measure and print."""
    cast = stand()
    from django.test import Client

    from tests.cast import case_in_mediation, report

    print(machine())
    model = report(cast).pk
    case_in_mediation(cast)
    readers = {}
    for who in {who for _name, who, _url in PAGES}:
        readers[who] = Client()
        readers[who].force_login(cast.users[who], backend="grid.login.StaffBackend")
    fill(cast, model, SMALL)
    small = {name: drawn(readers[who], url) for name, who, url in PAGES}
    fill(cast, model, SMALL * (TIMES - 1))
    large = {name: drawn(readers[who], url) for name, who, url in PAGES}
    print(f"{'page':<32} {SMALL:>9} rows {SMALL * TIMES:>9} rows   ratio  statements")
    for name, _who, _url in PAGES:
        (before, counted), (after, counted_after) = small[name], large[name]
        mark = "" if after / before <= MOST else "  > 1.3"
        print(
            f"{name:<32} {before:>11.1f} ms {after:>11.1f} ms {after / before:>7.2f}  {counted}, {counted_after}{mark}"
        )


def fill(cast: Any, model: int, rows: int) -> None:
    """Write so many incidents with an event each, under row-level security like everything else."""
    from django.db import connection

    from cases.models import Incident, IncidentEvent
    from grid import rls

    columns = [str(field.column) for field in Incident._meta.concrete_fields if field.column != "id"]
    values = [NEW.get(column, f"i.{column}") for column in columns]
    named: Any = IncidentEvent._meta.get_field
    standing = [str(named(name).column) for name in IncidentEvent.STANDING]
    sql = FILL.format(columns=", ".join(columns), values=", ".join(values), standing=", ".join(standing))
    with rls.system_scope(), connection.cursor() as cursor:
        cursor.execute(sql, {"city": cast.city.pk, "rows": rows, "model": model})
    with connection.cursor() as cursor:
        cursor.execute("analyze cases_incident, cases_incidentevent")


def drawn(reader: Any, url: str) -> tuple[float, int]:
    """Draw the page again and again; return the median in milliseconds, and its SQL statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.test_queries import NOT_COUNTED

    def draw() -> None:
        answer = reader.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url}: {answer.status_code}")

    draw()
    with CaptureQueriesContext(connection) as captured:
        draw()
    # Now: the next request empties the log of queries.
    counted = sum(not NOT_COUNTED.search(query["sql"]) for query in captured)
    took = []
    for _draw in range(DRAWS):
        began = time.perf_counter()
        draw()
        took.append((time.perf_counter() - began) * 1000)
    return median(took), counted


if __name__ == "__main__":
    main()
