"""Policies on every table of this app, the append-only ones, and levels that follow a corrected case."""

from django.db import migrations

from grid.rls import (
    OWN_CHECK,
    OWN_UNIT,
    PLACE_CHECK,
    append_only_sql,
    levels_follow_sql,
    opened_check,
    policy_sql,
    policy_undo_sql,
)

CASE = opened_check("case", "case_id")


def _below(parent: str, key: str) -> str:
    """Rows below another record of this app are open where it is: its own policy answers."""
    return f"{PLACE_CHECK} or exists (select 1 from {parent} p where p.id = {key})"


OF_CASE = ("mediation_session", "mediation_agreement", "mediation_confirmation", "mediation_followup")
CHECKS = {
    "mediation_committee": f"{PLACE_CHECK} or unit_id = {OWN_UNIT}",
    "mediation_studio": f"{PLACE_CHECK} or unit_id = {OWN_UNIT}",
    "mediation_mediator": f"{PLACE_CHECK} or unit_id = {OWN_UNIT} or {OWN_CHECK}",
    "mediation_rosterevent": f"{PLACE_CHECK} or unit_id = {OWN_UNIT}",
    **dict.fromkeys(OF_CASE, f"{PLACE_CHECK} or {CASE}"),
    "mediation_signature": _below("mediation_agreement", "agreement_id"),
    "mediation_obligation": _below("mediation_agreement", "agreement_id"),
    "mediation_performance": _below("mediation_obligation", "obligation_id"),
}
APPEND_ONLY = ("mediation_rosterevent", "mediation_performance")

# Rows two and three steps below the case follow their parent's parent.
DEEPER_SQL = """
create function mediation_deeper_levels_follow() returns trigger language plpgsql security definer
set search_path from current as $$
begin
    update mediation_signature set city_id = new.city_id, county_id = new.county_id, township_id = new.township_id,
        village_id = new.village_id, grid_id = new.grid_id where agreement_id = new.id;
    update mediation_obligation set city_id = new.city_id, county_id = new.county_id, township_id = new.township_id,
        village_id = new.village_id, grid_id = new.grid_id where agreement_id = new.id;
    update mediation_performance set city_id = new.city_id, county_id = new.county_id, township_id = new.township_id,
        village_id = new.village_id, grid_id = new.grid_id
        where obligation_id in (select id from mediation_obligation where agreement_id = new.id);
    return null;
end $$;
create trigger mediation_deeper_levels_follow
    after update of city_id, county_id, township_id, village_id, grid_id on mediation_agreement
    for each row execute function mediation_deeper_levels_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial"), ("cases", "0002_row_level_security")]

    operations = [
        *[migrations.RunSQL(policy_sql(table, check), policy_undo_sql(table)) for table, check in CHECKS.items()],
        *[migrations.RunSQL(append_only_sql(table), migrations.RunSQL.noop) for table in APPEND_ONLY],
        migrations.RunSQL(
            levels_follow_sql("cases_case", "case_id", OF_CASE, "mediation_case_levels_follow"),
            "drop trigger mediation_case_levels_follow on cases_case; drop function mediation_case_levels_follow();",
        ),
        migrations.RunSQL(
            DEEPER_SQL,
            "drop trigger mediation_deeper_levels_follow on mediation_agreement;"
            " drop function mediation_deeper_levels_follow();",
        ),
    ]
