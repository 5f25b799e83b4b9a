"""Indexes of the timelines that only reviews read: small ones, which most moves do not touch."""

from django.db import migrations

INDEXES = {
    # Records whose place was corrected since a moment: few, and looked for by every count.
    "incidentevent_moved": "cases_incidentevent (at) where data ? 'place_from'",
    "caseevent_moved": "cases_caseevent (at) where data ? 'place_from'",
    # What opened again, so that the closures it undid need not be looked for one by one.
    "incidentevent_reopened": "cases_incidentevent (city_id, at) where delta = 1 and seq > 1",
    # A county's comings and goings; the city's and the townships' have indexes of their own.
    "incidentevent_county_flow": "cases_incidentevent (county_id, at) where delta <> 0",
    # What was closed or voided since a review was built, whatever time it bears (drill-down).
    "incidentevent_ended": "cases_incidentevent (txid) where delta = -1",
}


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_row_level_security"), ("cases", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(f"create index {name} on {definition}", f"drop index {name}")
        for name, definition in INDEXES.items()
    ]
