"""The entries of the index leave the room of items, as they stand: the table, its rows and the index
beside it stay what they are (docs/decisions/0097-search-for-every-room.md).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("disclosure", "0030_entries_point_to_no_table")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SearchEntry",
                    fields=[
                        (
                            "key",
                            models.BigIntegerField(
                                db_column="item_id",
                                primary_key=True,
                                serialize=False,
                                verbose_name="编号",
                            ),
                        ),
                        ("place", models.BigIntegerField(unique=True, verbose_name="位置")),
                        ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                    ],
                    options={
                        "verbose_name": "搜索索引",
                        "verbose_name_plural": "搜索索引",
                        "db_table": "disclosure_searchentry",
                    },
                )
            ]
        )
    ]
