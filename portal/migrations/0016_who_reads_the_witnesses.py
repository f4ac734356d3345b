"""The auditor and the office see which witness outside took which checkpoint."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("审计员", "公开办", "系统管理员")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("ledger")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    view = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get(content_type__app_label="ledger", codename="view_receipt")
    )
    for name in ROLES:
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(view)


class Migration(migrations.Migration):
    dependencies = [("portal", "0015_keys_of_personal_data"), ("ledger", "0006_receipts")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
