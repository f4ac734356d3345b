"""The database itself refuses to change the register."""

from django.db import migrations

from ledger import guards


def install(apps, schema_editor):
    guards.install_missing(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
