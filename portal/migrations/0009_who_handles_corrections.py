"""Clerks and reviewers handle what readers report on their department's pages, 公开办 all of it;
the auditor looks on.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "信息员": ("view_correction", "change_correction"),
    "审核员": ("view_correction", "change_correction"),
    "公开办": ("view_correction", "change_correction"),
    "审计员": ("view_correction",),
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("inquiries")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label="inquiries")
    )
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("portal", "0008_security_administrator"), ("inquiries", "0001_corrections")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
