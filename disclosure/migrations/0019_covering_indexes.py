"""Indexes of lists that also hold what the gate asks: to count a thousand rows, or to skip them,
reads the index alone.
"""

from django.db import migrations, models

OPEN = ["status", "disclosure_mode"]
NEWEST = ["-listed_at", "-id"]
GATE = ["published_at", "disclosed_until"]
INDEXES = {
    "item_open_listed": [*OPEN, *NEWEST, "category", *GATE],
    "item_organ_listed": ["department", *OPEN, *NEWEST, "category", *GATE],
    "item_organ_shelf": ["department", "category", *OPEN, *NEWEST, *GATE],
    "item_organ_genre": ["department", "genre", *OPEN, *NEWEST, "category", *GATE],
    "item_theme_listed": ["theme", *OPEN, *NEWEST, "category", *GATE],
    "item_genre_listed": ["genre", *OPEN, *NEWEST, "category", *GATE],
}
NEW = {"item_organ_genre", "item_theme_listed"}


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_hidden_index"), ("disclosure", "0018_scan_state")]

    operations = [
        *(migrations.RemoveIndex("item", name) for name in INDEXES if name not in NEW),
        *(
            migrations.AddIndex("item", models.Index(fields=fields, name=name))
            for name, fields in INDEXES.items()
        ),
    ]
