"""An entry of the index points to a thing of any room: no foreign key holds it to an item. The
model then leaves for the room `search`, with the table as it stands.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0029_one_name_for_a_hash")]

    operations = [
        migrations.AlterField(
            "SearchEntry",
            "item",
            models.OneToOneField(
                on_delete=django.db.models.deletion.DO_NOTHING,
                db_constraint=False,
                primary_key=True,
                related_name="search_entry",
                serialize=False,
                to="disclosure.item",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="SearchEntry")]
        ),
    ]
