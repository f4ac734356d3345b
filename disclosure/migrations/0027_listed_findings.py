"""What lists of findings are chosen by. Rows of before are filled by `check_reports`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0026_written_packages")]

    operations = [
        migrations.AddField(
            model_name="reportfindings",
            name="identities",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="表格核对结果",
            ),
        ),
        migrations.AddField(
            model_name="reportfindings",
            name="kinds",
            field=models.TextField(
                blank=True, db_default="", default="", verbose_name="结论和种类"
            ),
        ),
        migrations.AddField(
            model_name="reportfindings",
            name="version",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="规则版本"
            ),
        ),
    ]
