"""The index of full-text search: FTS5 on SQLite, tsvector with GIN on PostgreSQL (docs/decisions,
"search").
"""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE disclosure_search_index USING fts5(
    characters, title, numbers, organ, summary, body, files, content='', tokenize='ascii'
)
"""
POSTGRESQL = """
ALTER TABLE disclosure_searchentry ADD COLUMN terms tsvector, ADD COLUMN title text, ADD COLUMN text text;
CREATE INDEX search_terms ON disclosure_searchentry USING gin (terms) WITH (fastupdate = off);
"""
UNDO = {
    "sqlite": "DROP TABLE disclosure_search_index",
    "postgresql": "ALTER TABLE disclosure_searchentry DROP COLUMN terms, DROP COLUMN title, DROP COLUMN text",
}


def create(apps, schema_editor):
    schema_editor.execute(
        {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor], params=None
    )


def drop(apps, schema_editor):
    schema_editor.execute(UNDO[schema_editor.connection.vendor], params=None)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0008_search")]

    operations = [migrations.RunPython(create, drop)]
