"""By what places assess: rows of a place from a day on, appended only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from grid.rls import PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql

TABLE = "reviews_assessmentrule"


class Migration(migrations.Migration):
    dependencies = [
        ("grid", "0003_device"),
        ("reviews", "0008_papers_locked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "since",
                    models.DateField(help_text="Periods that begin on this day or later.", verbose_name="执行日期"),
                ),
                ("weights", models.JSONField(help_text="Measure -> points; together 100.", verbose_name="权重")),
                (
                    "targets",
                    models.JSONField(help_text='Measure -> percent with two decimals, "95.00".', verbose_name="目标值"),
                ),
                (
                    "windows",
                    models.JSONField(help_text='"objections" and kinds of review -> days.', verbose_name="时限"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="制定或调整理由")),
                ("recorded_at", models.DateTimeField(verbose_name="录入时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "since"], name="assessmentrule_unit_since")],
            },
        ),
        migrations.RunSQL(policy_sql(TABLE, PLACE_CHECK), policy_undo_sql(TABLE)),
        migrations.RunSQL(append_only_sql(TABLE), migrations.RunSQL.noop),
    ]
