"""A second person stands between the clerk and the public: who submits, who reviews, who may
withdraw, force and remove.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ON_RECORD = ("view_review", "view_findingoverride", "view_revision")
# {role: permissions of the archive it has from now on}
GRANTED = {
    "信息员": ("submit_item", *ON_RECORD),
    "审核员": ("submit_item", "review_item", "publish_item", *ON_RECORD),
    "公开办": (
        *(
            "submit_item",
            "review_item",
            "publish_item",
            "withdraw_item",
            "force_publish_item",
            "remove_item",
        ),
        *("correct_views", *ON_RECORD),
    ),
    "审计员": ON_RECORD,
}
TAKEN = {"信息员": ("publish_item",)}
READ_THE_REGISTER = ("信息员", "审核员")


def _permissions(apps, alias, room):
    """Django makes permissions after all migrations have run; the groups need them now."""
    config = apps.get_app_config(room)
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    return (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .filter(content_type__app_label=room)
    )


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    archive, register = _permissions(apps, alias, "disclosure"), _permissions(apps, alias, "ledger")
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, codenames in GRANTED.items():
        groups.get_or_create(name=name)[0].permissions.add(*archive.filter(codename__in=codenames))
    for name, codenames in TAKEN.items():
        groups.get_or_create(name=name)[0].permissions.remove(
            *archive.filter(codename__in=codenames)
        )
    for name in READ_THE_REGISTER:
        groups.get_or_create(name=name)[0].permissions.add(
            *register.filter(codename__in=["view_entry", "view_checkpoint"])
        )


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_clerks_bring_in_old_files"),
        ("disclosure", "0014_guard_revisions"),
        ("ledger", "0004_audit_log"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
