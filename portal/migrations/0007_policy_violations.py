"""What browsers report of the Content-Security-Policy, and who reads it: the office, the auditor,
who keeps the system.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.models.functions import Now

READERS = ("公开办", "审计员", "系统管理员")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("portal")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permission = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get(codename="view_policyviolation")
    )
    for name in READERS:
        apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)[
            0
        ].permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_review_stands_between")]

    operations = [
        migrations.CreateModel(
            name="PolicyViolation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("directive", models.CharField(max_length=40, verbose_name="违反的规则")),
                (
                    "blocked",
                    models.CharField(
                        help_text="来源网站，或者 inline（页面内的脚本、样式）、eval 等。",
                        max_length=120,
                        verbose_name="被拦下的来源",
                    ),
                ),
                ("document", models.CharField(max_length=200, verbose_name="页面")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="次数")),
                ("first_at", models.DateTimeField(db_default=Now(), verbose_name="首次")),
                (
                    "last_at",
                    models.DateTimeField(db_default=Now(), db_index=True, verbose_name="最近一次"),
                ),
            ],
            options={
                "verbose_name": "内容安全策略报告",
                "verbose_name_plural": "内容安全策略报告",
                "ordering": ["-last_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("directive", "blocked", "document"),
                        name="one_row_a_kind_of_violation",
                    )
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
