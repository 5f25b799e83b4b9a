"""What others state of places; when units were opened and closed; extensions, which reviews look for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import grid.models.fields
from grid.rls import PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql

TABLES = ("reviews_population", "reviews_outsidefigure")

# A unit says from which day to which it stands, but not when that was learnt. Reviews count townships and grids, and
# must list the same ones later; so the database notes the transactions. No other code reads these columns.
UNITS_NOTED = """
alter table grid_unit add column opened_in xid8 not null default pg_current_xact_id(), add column closed_in xid8;
create function grid_unit_note_closing() returns trigger language plpgsql as $$
begin
    new.closed_in := case when new.valid_to is null then null else pg_current_xact_id() end;
    return new;
end $$;
create trigger grid_unit_note_closing before update of valid_to on grid_unit for each row
    when (old.valid_to is distinct from new.valid_to) execute function grid_unit_note_closing();
"""
UNITS_NOTED_UNDO = """
drop trigger grid_unit_note_closing on grid_unit;
drop function grid_unit_note_closing();
alter table grid_unit drop column opened_in, drop column closed_in;
"""

EXTENDED = "incidentevent_extended"


class Migration(migrations.Migration):
    dependencies = [
        ("grid", "0003_device"),
        ("reviews", "0003_timeline_indexes"),
        ("cases", "0005_nilreport"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        help_text="Printed beside every figure made with it.", max_length=100, verbose_name="来源"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="录入时间")),
                (
                    "txid",
                    grid.models.fields.TransactionIdField(
                        db_default=grid.models.fields.CurrentTransactionId(), editable=False
                    ),
                ),
                ("what", models.CharField(choices=[("suits", "一审民事行政案件")], max_length=12, verbose_name="指标")),
                ("start_on", models.DateField(verbose_name="期初")),
                ("end_on", models.DateField(help_text="Exclusive, like a period's.", verbose_name="期末")),
                ("number", models.PositiveBigIntegerField(verbose_name="数值")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "what", "start_on"], name="outsidefigure_unit_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end_on__gt", models.F("start_on"))), name="outsidefigure_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        help_text="Printed beside every figure made with it.", max_length=100, verbose_name="来源"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="录入时间")),
                (
                    "txid",
                    grid.models.fields.TransactionIdField(
                        db_default=grid.models.fields.CurrentTransactionId(), editable=False
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("people", models.PositiveBigIntegerField(verbose_name="人口数")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "year"], name="population_unit_year")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("people__gt", 0)), name="population_somebody")
                ],
            },
        ),
        *[migrations.RunSQL(policy_sql(table, PLACE_CHECK), policy_undo_sql(table)) for table in TABLES],
        *[migrations.RunSQL(append_only_sql(table), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(UNITS_NOTED, UNITS_NOTED_UNDO),
        migrations.RunSQL(
            f"create index {EXTENDED} on cases_incidentevent (at) where verb = 'grant_extension'",
            f"drop index {EXTENDED}",
        ),
    ]
