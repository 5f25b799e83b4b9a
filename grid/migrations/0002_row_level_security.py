"""Lock the one table of this app that carries a place. Units are public knowledge; users carry none."""

from django.db import migrations

from grid.rls import OWN_CHECK, PLACE_CHECK, policy_sql, policy_undo_sql


class Migration(migrations.Migration):
    dependencies = [("grid", "0001_initial")]

    operations = [
        migrations.RunSQL(policy_sql("grid_post", f"{PLACE_CHECK} or {OWN_CHECK}"), policy_undo_sql("grid_post")),
    ]
