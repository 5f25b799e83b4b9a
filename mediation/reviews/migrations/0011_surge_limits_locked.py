"""The second lock for duty rosters; which surges are on is known to whoever works under them, seen or not."""

from importlib import import_module

from django.db import migrations

from grid.rls import PLACE_CHECK, policy_sql, policy_undo_sql

SURGES_OF_MINE = import_module("mediation.reviews.migrations.0008_papers_locked").SURGES_OF_MINE

# A township's desk is bound by its county's surge without seeing it: one statement, past the policy, and of the city
# asked for alone. It tells where a surge is on and how it changes limits, not why, nor who asked for it.
SURGES_ON_SQL = """
create function hemu_surges_on(city bigint, day date)
returns table (id bigint, city_id bigint, county_id bigint, township_id bigint, village_id bigint, grid_id bigint,
    categories jsonb, limits_factor numeric, step_hours jsonb)
language sql stable security definer set search_path from current as $$
    select s.id, s.city_id, s.county_id, s.township_id, s.village_id, s.grid_id, s.categories, s.limits_factor,
        s.step_hours
    from reviews_surge s
    where s.status = 'active' and s.city_id = $1 and s.starts_on <= $2 and s.ends_on >= $2
$$;
create policy reviews_surge_owner on reviews_surge for select to current_user using (true);
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_surge_limits")]

    operations = [
        migrations.RunSQL(
            policy_sql("reviews_surgeduty", f"{PLACE_CHECK} or surge_id in {SURGES_OF_MINE}"),
            policy_undo_sql("reviews_surgeduty"),
        ),
        migrations.RunSQL(
            SURGES_ON_SQL,
            "drop policy reviews_surge_owner on reviews_surge; drop function hemu_surges_on(bigint, date);",
        ),
    ]
