"""An index of corrected preventions: few events, looked for at every closing of a period that is counted."""

from django.db import migrations

NAME = "caseevent_prevention"


class Migration(migrations.Migration):
    dependencies = [("reviews", "0012_assessment_inherited")]

    operations = [
        migrations.RunSQL(
            f"create index {NAME} on cases_caseevent (case_id, seq) where verb = 'correct_prevention'",
            f"drop index {NAME}",
        )
    ]
