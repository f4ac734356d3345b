"""Organs begin and end between 1949 and what can be planned: validators alone, nothing in the
database changes.
"""

from django.db import migrations, models

import catalog.models.department


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_stamps_that_fold"),
    ]

    operations = [
        migrations.AlterField(
            model_name="department",
            name="active_from",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[catalog.models.department.validate_existence],
                verbose_name="设立日期",
            ),
        ),
        migrations.AlterField(
            model_name="department",
            name="active_until",
            field=models.DateField(
                blank=True,
                help_text="机构撤销或合并后填写；它已公开的信息仍然保留。",
                null=True,
                validators=[catalog.models.department.validate_existence],
                verbose_name="撤销日期",
            ),
        ),
    ]
