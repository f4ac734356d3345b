"""Whoever reads the system's state sees what is done in the background."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "公开办": ("view_job", "start_job"),
    "系统管理员": ("view_job", "view_unreachable", "delete_unreachable"),
    "安全管理员": ("view_job",),
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("background")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label="background")
    )
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_site_identity"), ("background", "0002_notices")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
