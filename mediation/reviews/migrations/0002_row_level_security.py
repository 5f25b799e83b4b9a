"""The second lock: reviews lie at a place like all else, and what was built stays as it was built."""

from django.db import migrations

from grid.rls import PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql

TABLES = ("reviews_review", "reviews_reviewreader", "reviews_duereview")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("cases", "0002_row_level_security")]

    operations = [
        *[migrations.RunSQL(policy_sql(table, PLACE_CHECK), policy_undo_sql(table)) for table in TABLES],
        migrations.RunSQL(append_only_sql("reviews_review"), migrations.RunSQL.noop),
    ]
