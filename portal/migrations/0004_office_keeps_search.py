"""公开办 keeps the synonyms and reads what nobody found; the auditor reads both."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "公开办": (
        "view_synonymgroup", "add_synonymgroup", "change_synonymgroup", "delete_synonymgroup", "view_failedsearch",
    ),
    "审计员": ("view_synonymgroup", "view_failedsearch"),
}  # fmt: skip


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
    dependencies = [("portal", "0003_who_reads_the_records"), ("disclosure", "0009_search_index")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
