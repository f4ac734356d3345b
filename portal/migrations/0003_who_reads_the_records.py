"""The auditor reads the register with its people and the audit log; the office reads the register
and may hide words in it.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "审计员": (
        "view_entry", "view_person", "view_checkpoint", "view_signingkey", "view_redaction", "view_auditentry",
    ),
    "公开办": ("view_entry", "view_checkpoint", "view_signingkey", "view_redaction", "add_redaction", "delete_redaction"),
}  # fmt: skip


def grant(apps, schema_editor):
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
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_office_keeps_the_calendar"), ("ledger", "0004_audit_log")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
