"""Indexes by which a township's or a county's review reads no more than its own rows, however many cities there are."""

from django.db import migrations

INDEXES = {
    "caseevent_county_at": "cases_caseevent (county_id, at)",
    "caseevent_town_at": "cases_caseevent (township_id, at)",
    # Mediators, committees and studios in office: every entry up to the end counts.
    "rosterevent_county": "mediation_rosterevent (county_id)",
    "rosterevent_town": "mediation_rosterevent (township_id)",
    # The places and grids of a township; the county's and the city's have indexes of their own.
    "unit_town_level": "grid_unit (township_id, level)",
}


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_surge_extension"),
        ("cases", "0006_step_hours"),
        ("mediation", "0003_casework"),
        ("grid", "0003_device"),
    ]

    operations = [
        migrations.RunSQL(f"create index {name} on {definition}", f"drop index {name}")
        for name, definition in INDEXES.items()
    ]
