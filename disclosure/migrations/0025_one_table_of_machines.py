"""One table of the machines that serve the portal. Only its name in the code changes, and a column
comes: an older program goes on using it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0024_imports_are_jobs"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("ClearedNode", "Node"),
                migrations.AlterModelTable("Node", "disclosure_clearednode"),
                migrations.AlterModelOptions(
                    "Node",
                    {
                        "default_permissions": (),
                        "verbose_name": "服务器",
                        "verbose_name_plural": "服务器",
                    },
                ),
                migrations.AlterField(
                    model_name="node",
                    name="name",
                    field=models.CharField(max_length=255, unique=True, verbose_name="主机名"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="node",
            name="secret_key_digest",
            field=models.CharField(
                db_default="", default="", max_length=32, verbose_name="密钥摘要"
            ),
        ),
    ]
