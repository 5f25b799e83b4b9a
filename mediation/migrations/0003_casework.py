"""Agreement numbers are unique within a city, as file numbers are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_casework"),
        ("mediation", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="agreement",
            name="number",
            field=models.CharField(max_length=90, verbose_name="协议编号"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(fields=("city_id", "number"), name="agreement_number"),
        ),
    ]
