"""安全管理员: who watches over log-ins and second factors, and neither keeps accounts nor touches
what is published.

GB/T 22239-2019, 8.1.4.2 d: separation of the rights of those who manage a system.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GRANTS = {
    "安全管理员": (
        "view_loginfailure",
        "unlock_login",
        "remove_second_factor",
        "view_policyviolation",
    ),
    "系统管理员": ("view_loginfailure", "unlock_login"),
    "审计员": ("view_loginfailure",),
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    for label in ("accounts", "portal"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, using=alias, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, codenames in GRANTS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(
            *permissions.filter(
                content_type__app_label__in=("accounts", "portal"), codename__in=codenames
            )
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_policy_violations"), ("accounts", "0001_accounts")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
