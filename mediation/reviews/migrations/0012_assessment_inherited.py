"""Assessment rules hold below the place they were set for: they are read there, and say who set them."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "reviews_assessmentrule"

# Rows of the places above mine, for reading alone; writing keeps to the policy there is. Places are public, so this
# asks the tree of them past nobody's lock.
ABOVE_SQL = f"""
create policy {TABLE}_above on {TABLE} for select using (unit_id in (
    select above.id
    from grid_unit place, unnest(array[place.city_id, place.county_id, place.township_id]) as above (id)
    where place.id = any ((select nullif(current_setting('app.scope', true), ''))::bigint[])));
"""


class Migration(migrations.Migration):
    dependencies = [("grid", "0003_device"), ("reviews", "0011_surge_limits_locked")]

    operations = [
        migrations.AddField(
            model_name="assessmentrule",
            name="set_from",
            field=models.ForeignKey(
                help_text="Whose supervisor set it, where not its own.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="grid.unit",
            ),
        ),
        migrations.RunSQL(ABOVE_SQL, f"drop policy {TABLE}_above on {TABLE};"),
    ]
