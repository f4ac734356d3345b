"""The machines stand in `disclosure.Node`, with how far each has cleared what it keeps.

The table itself stays: an older program goes on writing to it. A later release, that need not go
back to this one, drops `portal_node`.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0013_redactions_are_lifted_by_two"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Node")]),
    ]
