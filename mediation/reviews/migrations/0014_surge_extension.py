"""An extension of a surge that waits for approval."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grid", "0003_device"),
        ("reviews", "0013_prevention_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="surge",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="surge",
            name="asked_ends_on",
            field=models.DateField(
                help_text="An extension that waits for approval.", null=True, verbose_name="申请延至"
            ),
        ),
        migrations.AddField(
            model_name="surge",
            name="asked_why",
            field=models.TextField(blank=True, verbose_name="延长理由"),
        ),
        migrations.AddConstraint(
            model_name="surge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by", None), ("asked_ends_on", None)),
                    models.Q(
                        ("asked_by__isnull", False),
                        ("asked_ends_on__gt", models.F("ends_on")),
                        ("asked_ends_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="surge_extended_only_later",
            ),
        ),
    ]
