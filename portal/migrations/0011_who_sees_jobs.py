"""Whoever reads the system's state sees what is done in the background."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("公开办", "系统管理员", "安全管理员")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("background")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permission = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get(content_type__app_label="background", codename="view_job")
    )
    for name in ROLES:
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_what_machines_share"), ("background", "0001_jobs")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
