"""The mark of the media folder, and which machines serve this database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_who_handles_corrections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=120, primary_key=True, serialize=False, verbose_name="主机名"
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="最近一次报到")),
                ("secret_key_digest", models.CharField(max_length=32, verbose_name="密钥摘要")),
            ],
            options={
                "verbose_name": "服务器",
                "verbose_name_plural": "服务器",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SharedFolder",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=20, primary_key=True, serialize=False, verbose_name="目录"
                    ),
                ),
                ("identity", models.CharField(max_length=64, verbose_name="标识")),
            ],
            options={
                "verbose_name": "共用目录",
                "verbose_name_plural": "共用目录",
                "default_permissions": (),
            },
        ),
    ]
