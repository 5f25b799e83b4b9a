"""The second lock for inspections: they lie at the place that inspects; a sample once drawn stays as it is."""

from django.db import migrations

from grid.rls import PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql

TABLES = ("reviews_inspectionsample", "reviews_inspectionitem")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_inspection")]

    operations = [
        *[migrations.RunSQL(policy_sql(table, PLACE_CHECK), policy_undo_sql(table)) for table in TABLES],
        migrations.RunSQL(append_only_sql("reviews_inspectionsample"), migrations.RunSQL.noop),
    ]
