"""The second lock: policies on every table that carries a place, timelines that only grow, levels that follow."""

from django.db import migrations

from grid.rls import (
    OWN_UNIT,
    PLACE_CHECK,
    append_only_sql,
    levels_follow_sql,
    opened_check,
    policy_sql,
    policy_undo_sql,
)

INCIDENT = opened_check("incident", "incident_id")
CASE = opened_check("case", "case_id")

OF_EITHER = (
    "cases_access",
    "cases_attachment",
    "cases_clockentry",
    "cases_clockrequest",
    "cases_handover",
    "cases_notice",
    "cases_party",
    "cases_remark",
)
CHECKS = {
    "cases_incident": f"{PLACE_CHECK} or {opened_check('incident', 'id')}",
    "cases_case": f"{PLACE_CHECK} or {opened_check('case', 'id')}",
    "cases_incidentevent": f"{PLACE_CHECK} or {INCIDENT}",
    "cases_caseevent": f"{PLACE_CHECK} or {CASE}",
    "cases_casemediator": f"{PLACE_CHECK} or {CASE}",
    "cases_filecounter": f"{PLACE_CHECK} or committee_id = {OWN_UNIT}",
    "cases_reveal": f"{PLACE_CHECK} or exists (select 1 from cases_party p where p.id = party_id)",
    **dict.fromkeys(OF_EITHER, f"{PLACE_CHECK} or {INCIDENT} or {CASE}"),
}
TIMELINES = ("cases_incidentevent", "cases_caseevent", "cases_clockentry", "cases_reveal")

# The access rows decide about themselves too, so somebody must be able to read them past their policy: the owner,
# inside these two functions and nowhere else. They give away nothing but the caller's own ids.
OPENED_SQL = "\n".join(
    f"""
create function hemu_opened_{record}s() returns setof bigint
language sql stable security definer set search_path from current as $$
    select {record}_id from cases_access
    where {record}_id is not null and (until is null or until > now())
      and (user_id = nullif(current_setting('app.user', true), '')::bigint
           or unit_id = any (nullif(current_setting('app.units', true), '')::bigint[]))
$$;
"""
    for record in ("incident", "case")
)
OWNER_READS_SQL = "create policy cases_access_owner on cases_access for select to current_user using (true);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("grid", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(OPENED_SQL, "drop function hemu_opened_incidents(); drop function hemu_opened_cases();"),
        *[migrations.RunSQL(policy_sql(table, check), policy_undo_sql(table)) for table, check in CHECKS.items()],
        migrations.RunSQL(OWNER_READS_SQL, "drop policy cases_access_owner on cases_access;"),
        *[migrations.RunSQL(append_only_sql(table), migrations.RunSQL.noop) for table in TIMELINES],
        migrations.RunSQL(
            levels_follow_sql(
                "cases_incident", "incident_id", ("cases_incidentevent", *OF_EITHER), "cases_incident_levels_follow"
            ),
            "drop trigger cases_incident_levels_follow on cases_incident; drop function cases_incident_levels_follow();",
        ),
        migrations.RunSQL(
            levels_follow_sql(
                "cases_case",
                "case_id",
                ("cases_caseevent", "cases_casemediator", *OF_EITHER),
                "cases_case_levels_follow",
            ),
            "drop trigger cases_case_levels_follow on cases_case; drop function cases_case_levels_follow();",
        ),
    ]
