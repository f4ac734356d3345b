"""The few hidden columns in an index of their own: the gate asks of every column whether one of
them stands above it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_public_stamp")]

    operations = [
        migrations.AddIndex(
            model_name="category",
            index=models.Index(
                condition=models.Q(("is_visible", False)),
                fields=["tree_id", "lft", "rght"],
                name="category_hidden",
            ),
        ),
    ]
