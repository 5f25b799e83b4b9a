"""Nil reports: what a grid says when nothing happened."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import grid.models.fields
from grid.rls import PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_incident_by_reporter"),
        ("grid", "0003_device"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NilReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("on", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="报告时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "txid",
                    grid.models.fields.TransactionIdField(
                        db_default=grid.models.fields.CurrentTransactionId(), editable=False
                    ),
                ),
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
                "indexes": [models.Index(fields=["city_id", "on"], name="nilreport_city_on")],
                "constraints": [models.UniqueConstraint(fields=("unit", "on"), name="nilreport_once_a_day")],
            },
        ),
        migrations.RunSQL(policy_sql("cases_nilreport", PLACE_CHECK), policy_undo_sql("cases_nilreport")),
        migrations.RunSQL(append_only_sql("cases_nilreport"), migrations.RunSQL.noop),
    ]
