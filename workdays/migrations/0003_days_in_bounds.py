"""Days of the calendar lie within its years: a validator alone, nothing in the database changes."""

from django.db import migrations, models

import workdays.models


class Migration(migrations.Migration):
    dependencies = [
        ("workdays", "0002_calendar_2004_2026"),
    ]

    operations = [
        migrations.AlterField(
            model_name="workcalendarday",
            name="date",
            field=models.DateField(
                unique=True, validators=[workdays.models.validate_calendar_day], verbose_name="日期"
            ),
        ),
    ]
