"""Clerks bring files of older portals in and confirm what was recognised; auditors may look."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CLERK = ("view_legacyoriginal", "add_legacyoriginal", "change_legacyoriginal", "view_oldaddress")
ROLES = {
    "信息员": CLERK,
    "审核员": CLERK,
    "公开办": (*CLERK, "add_oldaddress", "change_oldaddress", "delete_oldaddress"),
    "审计员": ("view_legacyoriginal", "view_oldaddress"),
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("disclosure")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label="disclosure")
    )
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_office_keeps_search"), ("disclosure", "0007_legacy_originals")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
