"""What a virus scanner found in an attachment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0017_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="scan_state",
            field=models.CharField(
                "查毒",
                max_length=10,
                blank=True,
                choices=[("", "未查"), ("clean", "未发现病毒"), ("infected", "含病毒")],
                default="",
                db_default="",
                editable=False,
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="found",
            field=models.CharField(
                "查出的病毒", max_length=100, blank=True, default="", db_default="", editable=False
            ),
        ),
    ]
