"""Divisions, categories and the working calendar: an import needs nothing else (LEDGER.md section 1)."""

from django.db import migrations
from django.utils import timezone

from seeds import categories, divisions, workdays


def load_divisions(apps, schema_editor):
    """Write the five cities' 9,000 divisions."""
    with schema_editor.connection.cursor() as cursor:
        count = divisions.load(cursor)
    if count != apps.get_model("grid", "Unit").objects.count():
        raise RuntimeError("divisions were not all written")


def load_categories(apps, schema_editor):
    """Write the category tree, classes first."""
    category = apps.get_model("cases", "Category")
    for entry in categories.entries():
        category.objects.create(
            code=entry.code,
            name=entry.name,
            slug=entry.slug,
            parent_id=entry.parent,
            stat_code=entry.stat_code,
            default_route=entry.default_route,
            **entry.flags,
        )


def load_calendar(apps, schema_editor):
    """Write every day of the published years."""
    day_model, year_model = apps.get_model("cases", "CalendarDay"), apps.get_model("cases", "CalendarYear")
    for year in workdays.published_years():
        day_model.objects.bulk_create(
            day_model(day=day, is_workday=is_workday, name=name) for day, is_workday, name in workdays.days(year)
        )
        year_model.objects.create(year=year, loaded_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("grid", "0002_row_level_security"), ("cases", "0002_row_level_security")]

    operations = [
        migrations.RunPython(load_divisions, migrations.RunPython.noop),
        migrations.RunPython(load_categories, migrations.RunPython.noop),
        migrations.RunPython(load_calendar, migrations.RunPython.noop),
    ]
