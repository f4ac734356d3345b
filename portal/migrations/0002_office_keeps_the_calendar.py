"""The disclosure office enters the State Council's notice; everybody at the desk may look the
calendar up.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EVERY_VERB = ("view", "add", "change", "delete")
ROLES = {"信息员": ("view",), "审核员": ("view",), "公开办": EVERY_VERB, "审计员": ("view",)}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("workdays")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label="workdays")
    )
    for name, verbs in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(
            *permissions.filter(codename__in=[f"{verb}_workcalendarday" for verb in verbs])
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_roles"), ("workdays", "0001_initial")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
