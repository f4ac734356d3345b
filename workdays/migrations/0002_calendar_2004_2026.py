"""The State Council's calendar of 2004–2026, frozen in the file beside (later years are entered at
the desk).
"""

import csv
import datetime as dt
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).with_name("calendar_2004_2026.csv")


def add_days(apps, schema_editor):
    days = apps.get_model("workdays", "WorkCalendarDay")
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [
            days(
                date=dt.date.fromisoformat(row["date"]),
                is_workday=row["kind"] == "班",
                name=row["name"],
                source="国务院办公厅历年部分节假日安排的通知",
                notice_no=row["notice_no"],
            )
            for row in csv.DictReader(file)
        ]
    days.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]

    operations = [migrations.RunPython(add_days, migrations.RunPython.noop)]
