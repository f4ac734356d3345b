"""Items of an import that is under way are marked, so that they can be written a few at a time and
appear at once.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0020_days_in_bounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkimport",
            name="claimed_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="正在导入"
            ),
        ),
        migrations.CreateModel(
            name="StagedItem",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="staged",
                        serialize=False,
                        to="disclosure.item",
                        verbose_name="信息",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged",
                        to="disclosure.bulkimport",
                        verbose_name="批量导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入中的信息",
                "verbose_name_plural": "导入中的信息",
            },
        ),
    ]
