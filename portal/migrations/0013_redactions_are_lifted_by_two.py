"""公开办 asks to show hidden words again, and agrees to what somebody else asked; nobody deletes a
redaction.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN, TAKEN = "change_redaction", "delete_redaction"


def _change(apps, schema_editor, give, take):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("ledger")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label="ledger")
    )
    office, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name="公开办")
    office.permissions.add(*permissions.filter(codename=give))
    office.permissions.remove(*permissions.filter(codename=take))


def forwards(apps, schema_editor):
    _change(apps, schema_editor, GIVEN, TAKEN)


def backwards(apps, schema_editor):
    _change(apps, schema_editor, TAKEN, GIVEN)


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_who_sees_jobs"), ("ledger", "0005_erasable_words")]

    operations = [migrations.RunPython(forwards, backwards)]
