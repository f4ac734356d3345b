"""The database refuses to change or delete a published revision."""

from django.db import migrations

from ledger import guards


def install(apps, schema_editor):
    guards.install_missing(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0013_review_and_revisions"),
        ("ledger", "0003_every_key_is_endorsed"),
    ]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
